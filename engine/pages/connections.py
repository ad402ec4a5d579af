"""The account's own connections, read card by card to the list's proven end."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.errors import LayoutChanged
from engine.pages.base import WAIT_MS, Reading, Window
from engine.pages.birthday_days import MONTHS
from engine.pages.gate import PageKind
from engine.pages.words import words
from engine.ports import Connection, Connections

PATH = "/mynetwork/invite-connect/connections/"
HERE = (PageKind.CONNECTIONS,)
READER = ("wording", "people_list", "connections")
MOST_CARDS = 30_000  # the network allows no more
# One call walks for so long, within the driver's limit for a script; so many calls are the bound.
WALK_MS, QUIET_MS = 8_000, 1_500
MOST_CALLS = 400
ABSENT = {
    "name": "no link of the card bears one",
    "slug": "the card's link names a member id",
    "member_id": "neither the card nor its links name a member id",
    "headline": "no line stands between the name and the date",
    "connected_text": "no line of the card speaks of a date that is understood",
    "connected_on": "no line of the card holds one whole date in words that are known",
}
NUMBERS = re.compile(r"\d+")
WORD = re.compile(r"[^\W\d_]{3,}")


def read_connections(window: Window) -> Connections:
    """Open the list and read all of it. Raises LayoutChanged where there is none."""
    window.open(PATH)
    found: dict[str, dict[str, Any]] = {}
    is_end = False
    for _ in range(MOST_CALLS):
        reading = _walk(window)
        before = len(found)
        for item in reading.page["items"]:
            found.setdefault(item["slug"] or item["member_id"], item)
        is_end = bool(reading.page.get("is_end"))
        more = reading.page.get("more_element")
        if is_end or not reading.is_ready or len(found) >= MOST_CARDS or (not more and len(found) == before):
            break
        if more:
            window.show_more(more)
    return Connections(
        connections=[_connection(item) for item in found.values()],
        total=reading.page["total"],
        is_complete=is_end and (bool(found) or reading.page["total"] == 0),
        language=reading.gate.lang,
    )


def _walk(window: Window) -> Reading:
    options = {"walk": True, "walk_ms": WALK_MS, "quiet_ms": QUIET_MS, "most": MOST_CARDS, "words": words()}
    reading = window.read(*READER, allowed=HERE, wait_ms=WAIT_MS, **options)
    if not reading.page["has_list"]:
        raise LayoutChanged("connections.list", "the page has no list of connections")
    return reading


def describe(item: Mapping[str, Any]) -> dict[str, Any]:
    """A card with what follows from its lines; a field that the page does not give is None, with the reason."""
    dated = [(line, day) for line in [*item["times"], *reversed(item["lines"])] if (day := day_in(line))]
    text, day = dated[0] if dated else (None, None)
    lines = [line for line in item["lines"] if line != text and line not in item["times"]]
    found = {
        **{name: item[name] for name in ("name", "slug", "profile_url", "member_id")},
        "headline": lines[0] if len(lines) > (day is None and not item["times"]) else None,
        "connected_text": text or next(iter(item["times"]), None),
        "connected_on": day,
    }
    return {**found, "reasons": {name: why for name, why in ABSENT.items() if found[name] is None}}


def day_in(text: str) -> date | None:
    """The one date of a line that names its month: "Connected on September 28, 2026"; None where in doubt."""
    numbers = [int(number) for number in NUMBERS.findall(text) if len(number) <= 4]
    months = {month for word in WORD.findall(_plain(text)) for month in _months(word)}
    years, days = [n for n in numbers if n > 1900], [n for n in numbers if n <= 31]
    if len(numbers) != 2 or len(years) != 1 or len(days) != 1 or len(months) != 1:
        return None
    try:
        return date(years[0], months.pop(), days[0])
    except ValueError:
        return None


def _months(word: str) -> set[int]:
    return {number for number, names in enumerate(MONTHS, 1) if any(name.startswith(word) for name in names)}


def _plain(text: str) -> str:
    """Lower-case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _connection(item: Mapping[str, Any]) -> Connection:
    seen = describe(item)
    return Connection(
        name=seen["name"] or "",
        profile_url=seen["profile_url"],
        slug=seen["slug"],
        member_id=seen["member_id"],
        headline=seen["headline"],
        connected_on=seen["connected_on"],
    )
