"""What a profile's readers found, with the names that `read_page` gives it and a reason for what is absent."""

from collections.abc import Mapping
from typing import Any

from engine.pages.gate import Gate

PARTS = (
    "wording",
    "profile_entries",
    "profile_sections",
    "profile_card",
    "profile_actions",
    "profile_fields",
)
PAGE = (*PARTS, "profile_page")
FRAGMENT = (*PARTS, "profile_fragment")
DETAILS = ("wording", "profile_entries", "profile_sections", "details")

NOT_SHOWN = "the top card does not show it"
NOT_LOADED = "the page holds no such section (sections come when they are scrolled to)"
REASONS = {
    "slug": "neither the address nor the card's own links name it",
    "profile_url": "neither the address nor the card's own links name it",
    "member_id": "neither the card's key nor its links hold a member id",
    "degree": "no badge is visible, or two are and nothing tells them apart",
    "degree_text": "no badge is visible, or two are and nothing tells them apart",
    "mutual": "the top card names nobody in common",
    "message": "the top card offers no message control",
    "more": "the top card has no menu button",
    **dict.fromkeys(
        ("about", "experience", "education", "skills", "certifications", "languages"), NOT_LOADED
    ),
}


def describe_profile(page: Mapping[str, Any], gate: Gate) -> dict[str, Any]:
    """A profile page's fields; of a page without its top card only why there are none."""
    if not page["has_top_card"]:
        return {"name": None, "reasons": {"name": "the page has no top card"}}
    fields = {key: value for key, value in page.items() if key != "has_top_card"}
    if fields["message"]:
        fields["message"] = with_shape(fields["message"], fields["member_id"])
    return {**fields, "reasons": reasons_of(fields)}


def describe_fragment(page: Mapping[str, Any], gate: Gate) -> dict[str, Any]:
    """The sections of a fragment, which has neither an address nor a navigation."""
    fields = {**page, "same_person_as": page["owner_slug"]}
    return {**fields, "reasons": reasons_of(fields) | {"logged_in": "a fragment has no navigation"}}


def describe_details(page: Mapping[str, Any], gate: Gate) -> dict[str, Any]:
    """A page of details: its entries under the name of their section."""
    kind, entries = page["section"], page["entries"]
    fields = {"slug": page["slug"], "section": kind, "has_more": page["has_more"], "count": page["count"]}
    if kind is None:
        return {**fields, "reasons": {"section": "neither address nor heading name a section that is known"}}
    if not page["is_loaded"]:
        return {**fields, kind: None, "reasons": {kind: "the entries have not come"}}
    return {**fields, kind: entries, "reasons": {}}


def reasons_of(fields: Mapping[str, Any]) -> dict[str, str]:
    return {key: REASONS.get(key, NOT_SHOWN) for key, value in fields.items() if value is None}


def with_shape(message: Mapping[str, Any], member_id: str | None) -> dict[str, Any]:
    """The control with the shape of its address: the same for everybody, the member left out."""
    href = message["href"]
    shape = href.replace(member_id, "<member_id>") if href and member_id else None
    return {**message, "href_shape": shape}
