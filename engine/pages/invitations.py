"""The sent invitations, read row by row to the list's proven end."""

from collections.abc import Mapping
from typing import Any

from engine.errors import LayoutChanged
from engine.pages.ages import Age, age
from engine.pages.base import WAIT_MS, Reading, Window
from engine.pages.gate import PageKind
from engine.pages.words import words
from engine.ports import Invitation, Recipient, SentInvitations

PATH = "/mynetwork/invitation-manager/sent/"
HERE = (PageKind.INVITATIONS,)
READER = ("watch", "guard", "wording", "people_list", "invitations")
MOST_ROWS = 3_000
# One call walks for so long, within the driver's limit for a script; so many calls are the bound.
WALK_MS, QUIET_MS = 8_000, 1_500
MOST_CALLS = 120
ABSENT = {
    "name": "no link of the row bears one",
    "slug": "the row's link names a member id",
    "member_id": "neither the row nor its links name a member id",
    "headline": "no line stands between the name and the age",
    "age": "the age's words are not known",
    "age_text": "no line of the row speaks of an age",
    "withdraw": "not exactly one control of the row bears a known label",
}


def read_sent(window: Window) -> SentInvitations:
    """Open the list and read all of it. Raises LayoutChanged where there is none."""
    window.open(PATH)
    found, is_end, reading = harvest(window)
    total = reading.page["total"]
    is_agreed = total is None or total == len(found) + reading.page["unread"]
    return SentInvitations(
        invitations=[_invitation(item) for item in found],
        total=total,
        is_complete=is_end and is_agreed and (bool(found) or is_said_empty(reading.page)),
        language=reading.gate.lang,
    )


def describe(item: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what follows from its lines; a field that the page does not give is None, with the reason."""
    text, seen = _age_of([*item["times"], *reversed(item["lines"])])
    lines = [line for line in item["lines"] if line != text]
    found = {
        **{name: item[name] for name in ("name", "slug", "profile_url", "member_id")},
        "headline": lines[0] if lines else None,
        "age_text": text,
        "age": {"unit": seen.unit, "count": seen.count} if seen else None,
        "min_days": seen.min_days if seen else None,
        "max_days": seen.max_days if seen else None,
        "has_withdraw": item["has_withdraw"],
        "withdraw": item["withdraw"],
    }
    return {**found, "reasons": {name: why for name, why in ABSENT.items() if found[name] is None}}


def _age_of(lines: list[str]) -> tuple[str | None, Age | None]:
    """The line that is an age; else, as text only, the page's own time or the line that may be one."""
    for line in lines:
        if seen := age(line):
            return line, seen
    doubtful = [line for line in lines[:1] if any(c.isdecimal() for c in line) and len(line) < 60]
    return (doubtful[0] if doubtful else None), None


def _invitation(item: Mapping[str, Any]) -> Invitation:
    seen = describe(item)
    return Invitation(
        name=seen["name"] or "",
        profile_url=seen["profile_url"],
        slug=seen["slug"],
        member_id=seen["member_id"],
        age_text=seen["age_text"],
        min_days=seen["min_days"],
        max_days=seen["max_days"],
        can_withdraw=seen["has_withdraw"],
    )


def is_said_empty(page: Mapping[str, Any]) -> bool:
    return page["total"] == 0 or bool(page["says_empty"])


def harvest(window: Window, person: Recipient | None = None) -> tuple[list[dict[str, Any]], bool, Reading]:
    """The rows of the open page, whether its end was proved, and the last look; with a person, until their row."""
    found: dict[str, dict[str, Any]] = {}
    for _ in range(MOST_CALLS):
        reading, before = _walk(window, person), len(found)
        for item in reading.page["items"]:
            found.setdefault(item["slug"] or item["member_id"], item)
        is_found = person is not None and reading.page["target"]["count"] > 0
        is_end = bool(reading.page.get("is_end"))
        more = reading.page.get("more_element")
        # A walk that brings nothing and does not end will not do so the next time.
        if is_found or is_end or len(found) >= MOST_ROWS or not (more or len(found) > before):
            break
        if more:
            window.show_more(more)
    return list(found.values())[:MOST_ROWS], is_end and len(found) < MOST_ROWS, reading


def _walk(window: Window, person: Recipient | None) -> Reading:
    reading = look(
        window, person, wait_ms=WAIT_MS, walk=True, walk_ms=WALK_MS, quiet_ms=QUIET_MS, most=MOST_ROWS,
        find=person is not None, elements=person is not None,
    )  # fmt: skip
    if not reading.page["has_list"]:
        raise LayoutChanged("invitations.list", "the page has no list of sent invitations")
    return reading


def look(window: Window, person: Recipient | None, **options: Any) -> Reading:
    """One look at the list; `person`: with their row, and what asks about it, told apart."""
    return window.read(*READER, allowed=HERE, **whom(person), **options)


def whom(person: Recipient | None) -> dict[str, Any]:
    """What the reader is told of the person that is looked for."""
    known = {"slugs": sorted(person.slugs), "ids": sorted(person.member_ids)} if person else {}
    return {"words": words(), **known}
