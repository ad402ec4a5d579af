"""A person's profile page: opened, and proved to be theirs before anything on it is touched."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from selenium.webdriver.remote.webelement import WebElement

from engine.errors import LayoutChanged, PersonUnavailable, WrongPerson
from engine.pages.base import Window
from engine.pages.gate import PageKind
from engine.ports import Recipient

HERE = (PageKind.PROFILE,)
READER = ("composers", "profile")


@dataclass(frozen=True)
class Profile:
    """A page that was proved to be the recipient's, and the way from it to their conversation."""

    slugs: frozenset[str]  # all that are theirs, the page's own included
    member_ids: frozenset[str]
    name: str
    message_href: str | None
    message_element: WebElement | None
    has_bubbles: bool
    evidence: dict[str, object]


def address_of(recipient: Recipient) -> str:
    """The path of their page, rebuilt from the slug: nothing else of the stored address is used."""
    parts = recipient.profile_url.split("?")[0].rstrip("/").split("/in/")
    slug = parts[1] if len(parts) == 2 and parts[1] else quote(min(recipient.slugs), safe="")
    return f"/in/{slug}/"


def open_profile(window: Window, recipient: Recipient) -> Profile:
    """Go there and prove it. Raises WrongPerson, PersonUnavailable, LayoutChanged, AccountPaused."""
    window.open(address_of(recipient))
    page = window.read(*READER, allowed=HERE, elements=True).page
    if not page["has_top_card"]:
        raise LayoutChanged("profile.top_card", "the page has no top card")
    proved_by = prove(page, recipient)
    check_writable(page)
    message = page["message"]
    return Profile(
        slugs=recipient.slugs | ({page["slug"]} if page["slug"] else frozenset()),
        member_ids=recipient.member_ids | ({page["member_id"]} if page["member_id"] else frozenset()),
        name=page["name"] or "",
        message_href=message["href"],
        message_element=page["message_element"],
        has_bubbles=bool(page["bubbles"]),
        evidence={"slug": page["slug"], "member_id": page["member_id"], "proved_by": proved_by},
    )


def prove(page: dict[str, Any], recipient: Recipient) -> str:
    """By what the page is theirs, "slug" or "member_id"; a name never suffices. Raises WrongPerson."""
    slug, member_ids = page["slug"], {page["member_id"], page["address_id"]} - {None}
    if member_ids and recipient.member_ids and not member_ids & recipient.member_ids:
        raise WrongPerson("the page's member id is another person's")
    if len(member_ids) > 1:
        raise WrongPerson("the page's address and its card name two members")
    if slug and page["card_slugs"] and slug not in page["card_slugs"]:
        raise WrongPerson("the page's card is about another person than its address")
    if member_ids & recipient.member_ids:
        return "member_id"
    if slug not in recipient.slugs:
        raise WrongPerson("the network led to another person's page")
    return "slug"


def check_writable(page: dict[str, Any]) -> None:
    """Raise unless the page is a connection's and offers to write to them."""
    if page["own_profile"]:
        raise PersonUnavailable("this is the account's own profile")
    if (page["degree"] or 1) > 1:
        raise PersonUnavailable(f"they are no connection of this account (degree {page['degree']})")
    if not page["has_message_button"]:
        raise LayoutChanged("profile.message", "the top card offers no message control")
