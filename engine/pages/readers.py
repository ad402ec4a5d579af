"""Which reader reads which kind of page: the one place where a page's reader is entered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.pages import birthdays, connections, conversation_fields, invitations, profile_fields, search
from engine.pages.birthday_fields import describe_birthdays
from engine.pages.gate import Gate, PageKind
from engine.pages.list_fields import describe_connections, describe_invitations

Fields = dict[str, Any]
Describe = Callable[[Mapping[str, Any], Gate, date], Fields]


@dataclass(frozen=True)
class PageReader:
    """`parts`: the scripts, in order; `describe`: the fields of what they found, with `reasons` for absent ones.

    `options` go to every look, `walk` to one at a live page, whose list is read to its end.
    """

    parts: tuple[str, ...]
    describe: Describe
    options: Mapping[str, Any] = field(default_factory=dict)
    walk: Mapping[str, Any] = field(default_factory=dict)


def _undated(describe: Callable[[Any, Gate], Fields]) -> Describe:
    return lambda page, gate, today: describe(page, gate)


WALK = {"walk": True, "walk_ms": 8_000, "quiet_ms": 1_500, "most": 500}
READERS: dict[PageKind, PageReader] = {
    PageKind.BIRTHDAYS: PageReader(birthdays.READER, describe_birthdays, walk=WALK),
    PageKind.PROFILE: PageReader(profile_fields.PAGE, _undated(profile_fields.describe_profile), walk=WALK),
    PageKind.PROFILE_DETAILS: PageReader(
        profile_fields.DETAILS, _undated(profile_fields.describe_details), walk=WALK
    ),
    PageKind.PROFILE_FRAGMENT: PageReader(
        profile_fields.FRAGMENT, _undated(profile_fields.describe_fragment)
    ),
    PageKind.SEARCH: PageReader(search.READER, lambda page, gate, today: search.describe(dict(page))),
    PageKind.INVITATIONS: PageReader(
        invitations.READER, lambda page, gate, today: describe_invitations(page), walk=WALK
    ),
    PageKind.CONNECTIONS: PageReader(
        connections.READER, lambda page, gate, today: describe_connections(page), walk=WALK
    ),
    PageKind.MESSAGING: PageReader(
        conversation_fields.READER,
        conversation_fields.describe_conversation,
        options=conversation_fields.NOBODY,
    ),
}
