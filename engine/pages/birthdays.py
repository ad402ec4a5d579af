"""The network's list of birthdays, read card by card to its proven end."""

import unicodedata
from datetime import date
from typing import Any

from engine.errors import LayoutChanged
from engine.pages.base import Reading, Window
from engine.pages.birthday_days import birthday_day
from engine.pages.gate import PageKind
from engine.ports import BirthdayCard, BirthdayList

PATH = "/mynetwork/catch-up/birthday/"
HERE = (PageKind.BIRTHDAYS,)
MOST_CARDS = 500
# One call walks for so long, within the driver's limit for a script; so many calls are the bound.
WALK_MS = 8_000
QUIET_MS = 1_500
MOST_CALLS, MOST_IDLE_CALLS = 60, 4
READER = ("birthdays",)


def harvest(window: Window, today: date) -> BirthdayList:
    """Open the list and read all of it. Raises LayoutChanged where there is none."""
    window.open(PATH)
    items, is_complete, language = read_list(window, today)
    return BirthdayList([_card(item) for item in items], is_complete, language)


def read_list(window: Window, today: date) -> tuple[list[dict[str, Any]], bool, str | None]:
    """Every card of the page that is open, whether its end was proved, and the page's language."""
    found: dict[str, dict[str, Any]] = {}
    idle = 0
    for _ in range(MOST_CALLS):
        reading = _walk(window)
        page, before = reading.page, len(found)
        for item in page["items"]:
            found.setdefault(item["slug"] or item["recipient_id"], item)
        idle = 0 if len(found) > before else idle + 1
        more = page.get("more_element")
        is_over = page.get("is_still", False) and not more
        if is_over or len(found) >= MOST_CARDS or idle >= MOST_IDLE_CALLS:
            break
        if more:
            window.show_more(more)
    items = [describe(item, today) for item in found.values()]
    is_complete = page.get("is_end", False) and len(items) < MOST_CARDS
    return items[:MOST_CARDS], is_complete, reading.gate.lang


def _walk(window: Window) -> Reading:
    options = {"walk": True, "walk_ms": WALK_MS, "quiet_ms": QUIET_MS, "most": MOST_CARDS}
    reading = window.read(*READER, allowed=HERE, **options)
    if not reading.page.get("has_list"):
        raise LayoutChanged("birthdays.list", "the page has no list of birthdays")
    if not reading.page["items"] and reading.page["unread"]:
        raise LayoutChanged("birthdays.card", f"{reading.page['unread']} cards are not understood")
    return reading


def describe(item: dict[str, Any], today: date) -> dict[str, Any]:
    """A card with what follows from its text; every field that the page does not give is None."""
    day = birthday_day(item["day_text"], item["event_text"], today)
    called = _name_in_event(item["name"] or "", item["event_text"])
    return {
        **item,
        "name_without_symbols": _without_symbols(item["name"]),
        "first_name_in_event_text": called,
        "first_name": _without_symbols(called),
        "day": day,
        "when": None if day is None else "today" if day == today else "past",
        "is_late": None if day is None else day < today,
    }


def _without_symbols(text: str | None) -> str | None:
    """Letters, marks, digits and punctuation: no emoji, no joiners, no variation selectors."""
    if not text:
        return None
    kept = (
        c for c in text if unicodedata.category(c)[0] in "LNPZ" or unicodedata.category(c) in ("Mn", "Mc")
    )
    return " ".join("".join(c for c in kept if not "\ufe00" <= c <= "\ufe0f").split()) or None


def _name_in_event(name: str, event_text: str) -> str | None:
    """The longest beginning of the name that the event line calls them by."""
    words = name.split()
    for length in range(len(words), 0, -1):
        if (called := " ".join(words[:length])) in event_text:
            return called
    return None


def _card(item: dict[str, Any]) -> BirthdayCard:
    return BirthdayCard(
        name=item["name"] or "",
        profile_url=item["profile_url"],
        member_id=item["recipient_id"],
        day=item["day"],
        event_text=item["event_text"],
        message_url=item["message_url"],
        prefill=item["prefill"],
    )
