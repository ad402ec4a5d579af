"""What the birthday list's reader found, with the names that `read_page` gives it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.pages import birthdays
from engine.pages.gate import Gate

# The parts of a message link that differ from card to card.
SHAPES = (
    (r"ACoA[\w-]+", "<ID>"),
    (r"(BIRTHDAY%2C_\w\w)[^&]*?(%3D%29|%29|&)", r"\1<opaque>\2"),
    (r"body=[^&]*", "body=<prefill, + for space, %XX>"),
    (r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>"),
)
REASONS = {
    "day": "the event line names no day that is understood",
    "when": "the event line names no day that is understood",
    "day_text": "no part of the event line is marked as its day",
    "is_late": "the event line names no day that is understood",
    "slug": "the card's link names a member id",
    "recipient_id": "neither the message link nor the card names a member id",
    "prefill": "the card offers no text",
    "message_url": "the control is no link",
}


def describe_birthdays(page: Mapping[str, Any], gate: Gate, today: date) -> dict[str, Any]:
    """The list's fields; `count` cards in their order, each with its day resolved against `today`."""
    items = [_described(item, today) for item in page["items"]]
    links = [item["message_url"] for item in items if item["message_url"]]
    reasons = {} if page["has_list"] else {"items": "the page has no list of birthdays"}
    return {
        "count": len(items),
        "items": items if page["has_list"] else None,
        "unread": page["unread"],
        "load_more": page["load_more"],
        "href_shape": shape_of(links[0]) if links else None,
        "reasons": reasons
        | ({} if links else {"href_shape": "no card has a message link"})
        | ({} if page["load_more"] else {"load_more": "no such button is visible"}),
    }


def _described(item: Mapping[str, Any], today: date) -> dict[str, Any]:
    found = birthdays.describe(dict(item), today)
    day = found["day"]
    absent = {key: why for key, why in REASONS.items() if found.get(key) is None}
    return {**found, "day": day.isoformat() if day else None, "reasons": absent}


def shape_of(href: str) -> str:
    """The address of a message link with everything left out that differs from card to card."""
    shape = re.sub(r"^https?://[^/]+", "", href)
    for pattern, name in SHAPES:
        shape = re.sub(pattern, name, shape)
    return shape
