"""A month of readings that never were: every candidate's days, and one list that the network renamed in the end."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from engine.selectors.learned import Found, Tally
from engine.selectors.selector import Candidate, Selector
from engine.selectors.selector_file import defaults

DAYS = 30
RENAMED = "search.list"
# In five readings, how many still had the old name, by how many days ago; on the days before all of them.
STILL_THERE = {0: 0, 1: 0, 2: 0, 3: 1, 4: 2, 5: 3, 6: 4}
# Of the pages that the network showed some years ago.
OLD_LAYOUT = (
    "artdeco", "pv-top-card", "text-heading", "mn-connection", "msg-", "reusable-search", "invitation-card",
    "chameleon", "people-search-result", "universal-template", "ProfileVerification",
)  # fmt: skip
# These match more than the one element now and then.
GENERIC = {"li", "ul", "ol", "button", "h2", "textarea", "main section:has(h1)"}
# A day's readings of one key are so many and some more, each key its own number.
FEWEST, MORE = 5, 7
# Days of the week on which the campaigns come by; every day where nothing is said. 0: Monday.
DAYS_OF = {"search": range(5), "connections": (0,), "invitations": (0,)}
# What the element looks like that a candidate of this kind finds.
TAGS = {
    "test_id": '<div data-testid="{}">', "view_name": '<div data-view-name="{}">', "href": '<a href="{}">',
    "screen": '<main data-sdui-screen="com.linkedin.sdui.flagship.search.{}">', "icon": '<button aria-label="">',
    "label": '<button aria-label="">',
}  # fmt: skip
PROPOSAL = {
    "kind": "screen", "value": "SearchResultsMembers", "name": "",
    "why": {"holds": 2, "in_main": 1, "tag": 1, "around": 1, "sum": 5},
    "after": '<div>\n→ <main data-sdui-screen="com.linkedin.sdui.flagship.search.SearchResultsMembers">\n<div>',
}  # fmt: skip


def live_a_month(now: datetime) -> None:
    """Counted and written as a browser's readings are, once a day."""
    for ago in reversed(range(DAYS)):
        tally, at = Tally(), now - timedelta(days=ago)
        read = [each for each in defaults().selectors.values() if _is_read_on(at.weekday(), each.key)]
        for number in range(FEWEST + MORE):
            tally.note(_reading(read, ago, number))
        tally.save(at)


def _is_read_on(weekday: int, key: str) -> bool:
    return weekday in DAYS_OF.get(key.partition(".")[0], range(7))


def _reading(read: Iterable[Selector], ago: int, number: int) -> Iterator[Found]:
    for selector in read:
        key = selector.key
        if number >= FEWEST + _own(key) % MORE:
            continue
        met = [each for each in selector.candidates if _is_met(selector, each, ago, number)]
        winner = met[0] if met else None
        yield {
            "key": key, "is_missed": not met, "is_heuristic": False,
            "winner": winner and {"kind": winner.kind, "value": winner.value, "looks": _looks(winner)},
            "candidates": [
                {"kind": each.kind, "value": each.value, "is_met": each in met, "reasons": ()}
                for each in selector.candidates
            ],
            "proposal": PROPOSAL if key == RENAMED and not met else None,
        }  # fmt: skip


def _looks(found: Candidate) -> dict[str, Any]:
    tag = TAGS.get(found.kind, "<div>").format(found.value)
    name = tag.strip("<>").partition(" ")[0]
    return {"tag": name, "role": "", "test_id": "", "around": "div", "fragment": f"<div>\n→ {tag}\n<div>"}


def _is_met(selector: Selector, candidate: Candidate, ago: int, number: int) -> bool:
    if any(word in candidate.value for word in OLD_LAYOUT):
        return False
    if selector.key == RENAMED:
        return number % FEWEST < STILL_THERE.get(ago, FEWEST)
    if candidate.value in GENERIC:
        return (ago + number + _own(candidate.value)) % 3 > 0
    return (7 * ago + number + _own(candidate.value)) % int(60 * candidate.weight) > 0


def _own(text: str) -> int:
    """A number of its own for each text, the same each time."""
    return sum(text.encode())
