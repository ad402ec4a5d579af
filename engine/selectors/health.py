"""How well each key is found: by what its candidates did in runs, and by what they find on saved pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.models import LinkedInSelector
from engine.selectors.learned import TRANSIENT, Known, wilson
from engine.selectors.selector import Selector, SelectorSet

UNTRIED, WORKS, FAILS = "untried", "works", "fails"
Survey = Mapping[str, Mapping[str, Any]]  # heuristics.survey() of one page, by key


@dataclass(frozen=True)
class CandidateHealth:
    """One candidate: what became of it the last time, its score, and on which saved pages it found how many."""

    kind: str
    value: str
    origin: str
    state: str
    score: float
    successes: int
    failures: int
    last_success_at: datetime | None
    last_failure_at: datetime | None
    matches: Mapping[str, int]


@dataclass(frozen=True)
class KeyHealth:
    """One key. It is healthy while a candidate works or was not tried yet, and no saved page lacks it."""

    key: str
    acts: bool
    candidates: Sequence[CandidateHealth]
    undecided: int
    missed_on: Sequence[str]

    @property
    def is_healthy(self) -> bool:
        return not self.missed_on and any(each.state != FAILS for each in self.candidates)

    @property
    def state(self) -> str:
        """Works where a candidate does; untried where none does, and one may yet."""
        states = {each.state for each in self.candidates}
        if not self.is_healthy:
            return FAILS
        return WORKS if WORKS in states else UNTRIED


def health_of(selectors: SelectorSet, known: Known, surveys: Mapping[str, Survey]) -> list[KeyHealth]:
    """Of every key, those that act first."""
    found = [_health(each, known, surveys) for each in selectors.selectors.values()]
    return sorted(found, key=lambda each: (not each.acts, each.key))


def _health(selector: Selector, known: Known, surveys: Mapping[str, Survey]) -> KeyHealth:
    states = LinkedInSelector.State
    rows = {(row.kind, row.value): row for row in known.of(selector.key, states.ACTIVE, states.ACCEPTED)}
    ways = [(each.kind, each.value) for each in selector.candidates]
    ways += [way for way, row in rows.items() if row.state == states.ACCEPTED]
    return KeyHealth(
        key=selector.key,
        acts=selector.contract.acts,
        candidates=[_candidate(selector.key, way, rows.get(way), surveys) for way in ways],
        undecided=len(known.of(selector.key, states.PROPOSED)),
        missed_on=[name for name, survey in surveys.items() if _is_missed(selector, survey)],
    )


def _candidate(
    key: str, way: tuple[str, str], row: LinkedInSelector | None, surveys: Mapping[str, Survey]
) -> CandidateHealth:
    row = row or LinkedInSelector(key=key, kind=way[0], value=way[1])
    return CandidateHealth(
        kind=row.kind,
        value=row.value,
        origin=row.origin,
        state=_state(row),
        score=round(wilson(row.successes, row.failures), 3),
        successes=row.successes,
        failures=row.failures,
        last_success_at=row.last_success_at,
        last_failure_at=row.last_failure_at,
        matches={name: count for name, survey in surveys.items() if (count := _matches(survey[key], way))},
    )


def _state(row: LinkedInSelector) -> str:
    """The last time decides: a hundred successes of last month say nothing about the page of today."""
    if row.last_success_at is None:
        return FAILS if row.failures else UNTRIED
    return FAILS if row.last_failure_at and row.last_failure_at > row.last_success_at else WORKS


def _matches(seen: Mapping[str, Any], way: tuple[str, str]) -> int:
    return sum(each["good"] for each in seen["candidates"] if (each["kind"], each["value"]) == way)


def _is_missed(selector: Selector, survey: Survey) -> bool:
    """Whether a page shows what an acting element stands beside, and not the element."""
    near = selector.hints.near
    if not (selector.contract.acts and near and survey[near]["winner"]):
        return False
    return not any(
        each["good"] or TRANSIENT & {*each["reasons"]} for each in survey[selector.key]["candidates"]
    )
