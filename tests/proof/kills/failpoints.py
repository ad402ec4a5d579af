"""Where a process is struck: at a page, a statement of the database, a pause; the n-th time it comes there."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.proof.kills.strikes import STRIKES

TABLES = r"(campaigns_\w+|contacts_\w+|engine_\w+)"
STATEMENT = re.compile(
    rf'^\s*(?:(INSERT) INTO|(UPDATE)|(DELETE) FROM|(SELECT)\b.*?\bFROM) "?{TABLES}"?', re.DOTALL
)
STATUSES = {"planned", "claimed", "sending", "done", "unknown", "failed", "skipped", "ended"}


@dataclass(frozen=True)
class Failpoint:
    """The process is struck when it has come through all `places` in order, for the `nth` time."""

    places: tuple[str, ...]
    nth: int = 1
    strike: str = "killed"


@dataclass
class Saboteur:
    """Counts the places that a process comes to, and strikes at its failpoint."""

    failpoint: Failpoint | None = None
    passed: int = 0
    rounds: int = 0
    seen: list[str] = field(default_factory=list)
    strike: Callable[[str], None] = lambda name: STRIKES[name]()

    def reach(self, place: str) -> None:
        self.seen.append(place)
        if self.failpoint is None or self.failpoint.places[self.passed] not in (place, "anywhere"):
            return
        self.passed += 1
        if self.passed == len(self.failpoint.places):
            self.passed, self.rounds = 0, self.rounds + 1
            if self.rounds == self.failpoint.nth:
                self.strike(self.failpoint.strike)

    def around_statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """For `connection.execute_wrapper`: each statement has a place before it and one after."""
        name = name_of(sql, params)
        self.reach(f"before {name}")
        result = execute(sql, params, many, context)
        self.reach(f"after {name}")
        return result


def name_of(sql: str, params: Any) -> str:
    """Such as `UPDATE campaigns_action sending`: the verb, the table and, in an update, the new status."""
    found = STATEMENT.match(sql)
    if found is None:
        return sql.split(None, 1)[0].upper() if sql.strip() else ""
    verb = next(group for group in found.groups()[:4] if group)
    status = next((str(value) for value in params or () if str(value) in STATUSES), "")
    return f"{verb} {found.group(5)} {status if verb == 'UPDATE' else ''}".strip()
