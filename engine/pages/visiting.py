"""A visit to a person's page: proved to be theirs first, then read with all its sections, or one section in full."""

from typing import Any

from engine.errors import LayoutChanged, WrongPerson
from engine.pages import profile_fields
from engine.pages.base import Window
from engine.pages.gate import PageKind
from engine.pages.profile import HERE, READER, address_of, prove
from engine.pages.words import words
from engine.ports import SECTIONS, Entries, Profile, Recipient

DETAILS_HERE = (PageKind.PROFILE_DETAILS,)
# One call walks for so long, within the driver's limit for a script.
WALK = {"walk": True, "walk_ms": 8_000, "quiet_ms": 1_500}
FIELDS = (
    "profile_url", "slug", "member_id", "name", "headline", "location", "about", "pronouns", "company", "school",
    "degree", "open_to_work", *SECTIONS,
)  # fmt: skip


def visit(window: Window, recipient: Recipient) -> Profile:
    """Go there, prove it and read it. Raises WrongPerson, PersonUnavailable, LayoutChanged, AccountPaused."""
    window.open(address_of(recipient))
    first = window.read(*READER, allowed=HERE).page
    if not first["has_top_card"]:
        raise LayoutChanged("profile.top_card", "the page has no top card")
    proved_by = prove(first, recipient)
    reading = window.read(*profile_fields.PAGE, allowed=HERE, words=words(), **WALK)
    page = reading.page
    if not page["has_top_card"]:
        raise LayoutChanged("profile.top_card", "the page has no top card any more")
    _check_unchanged(first, page)
    seen = {"slug": first["slug"], "member_id": first["member_id"], "proved_by": proved_by}
    fields = {name: page[name] for name in FIELDS}
    return Profile(**fields, is_own=bool(page["own_profile"]), language=reading.gate.lang, evidence=seen)


def read_details(window: Window, recipient: Recipient, section: str) -> Entries:
    """The person's page of one section, whole. Raises as `visit` does; ValueError for no such section."""
    if section not in SECTIONS:
        raise ValueError(f"{section!r} is no section with a page of its own")
    window.open(f"{address_of(recipient)}details/{section}/")
    page = window.read(*profile_fields.DETAILS, allowed=DETAILS_HERE, words=words(), **WALK).page
    if page["slug"] and page["slug"] not in recipient.slugs:
        raise WrongPerson("the network led to another person's details")
    if page["section"] != section or not page["is_loaded"]:
        raise LayoutChanged(f"profile.{section}", "the page does not show that section")
    entries: Entries = page["entries"]
    return entries


def _check_unchanged(first: dict[str, Any], page: dict[str, Any]) -> None:
    """The page that was read is still the one that was proved."""
    for name in ("slug", "member_id"):
        if first[name] and page[name] and first[name] != page[name]:
            raise WrongPerson("the page changed to another person's while it was read")
