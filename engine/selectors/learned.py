"""What candidates proved to be worth: counted during a run, written in batches, loaded once per browser."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from typing import Any

from django.db import DatabaseError, transaction

from engine.models import LinkedInSelector
from engine.selectors.candidates import problem_of
from engine.selectors.record import MOST_PROPOSALS, Way, Z, write

log = logging.getLogger(__name__)
# A weight counts as much as so many trials.
PRIOR_TRIALS = 10
MOST_PENDING = 2_000
# With these an element was there, and only not to be used at the moment: nothing follows for its candidate.
TRANSIENT = {"hidden", "disabled", "covered"}
Found = Mapping[str, Any]  # one key as heuristics.found_here() reports it


def wilson(successes: float, failures: float) -> float:
    """The lower bound of the share of successes, 95 %; 0 for what was never tried."""
    trials = successes + failures
    if not trials:
        return 0.0
    return (successes + Z * Z / 2 - Z * sqrt(successes * failures / trials + Z * Z / 4)) / (trials + Z * Z)


def rank(weight: float, successes: int = 0, failures: int = 0) -> float:
    """What a candidate is worth: its score, with its weight as if it had been tried before."""
    return wilson(successes + PRIOR_TRIALS * weight, failures + PRIOR_TRIALS * (1 - weight))


@dataclass(frozen=True)
class Known:
    """The rows as they were when the browser was started."""

    rows: Mapping[str, Sequence[LinkedInSelector]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Known":
        """What is known; nothing where the database does not say: then nothing proposed is used at all."""
        rows: dict[str, list[LinkedInSelector]] = {}
        try:
            with transaction.atomic():
                for row in LinkedInSelector.objects.order_by("pk"):
                    rows.setdefault(row.key, []).append(row)
        except DatabaseError as error:
            log.warning("the selectors' scores are not known: %s", type(error).__name__)
            return cls()
        return cls(rows)

    def of(self, key: str, *states: str) -> list[LinkedInSelector]:
        return [row for row in self.rows.get(key, ()) if row.state in states]


class Tally:
    """Counts what readings report, without the database; `save` writes it and never raises."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.successes: Counter[Way] = Counter()
        self.failures: Counter[Way] = Counter()
        self.looks: dict[Way, dict[str, str]] = {}
        self.proposals: dict[Way, dict[str, Any]] = {}
        self.readings = 0

    def note(self, found: Iterable[Found]) -> None:
        """Take in what one reading found."""
        self.readings += 1
        for one in found:
            if one["winner"] and not one["is_heuristic"]:
                winner = one["winner"]
                looks = {name: _clean(text) for name, text in winner["looks"].items()}
                self.looks[one["key"], winner["kind"], winner["value"]] = looks
            if one["winner"] or one["is_missed"]:
                self._count(one)
            if one["proposal"]:
                self._propose(one["key"], one["proposal"])

    def _count(self, one: Found) -> None:
        for candidate in one["candidates"]:
            way = (one["key"], candidate["kind"], candidate["value"])
            if candidate["is_met"]:
                self.successes[way] += 1
            elif not TRANSIENT & {*candidate["reasons"]}:
                self.failures[way] += 1

    def _propose(self, key: str, proposal: dict[str, Any]) -> None:
        """The page's own words are values like any others: what no file could hold is not kept either."""
        kind, value = proposal["kind"], proposal["value"]
        is_sound = len(value) <= 200 and value == _clean(value) and problem_of(kind, value) is None
        if is_sound and sum(1 for known, _, _ in self.proposals if known == key) < MOST_PROPOSALS:
            words = {name: _clean(proposal[name]) for name in ("name", "after")}
            self.proposals.setdefault((key, kind, value), {**proposal, **words})

    def save(self, now: datetime) -> None:
        """One UPDATE for all that was counted; where it fails everything is kept for the next time."""
        if not (self.successes or self.failures or self.proposals):
            return
        try:
            with transaction.atomic():
                write(self.successes, self.failures, self.looks, self.proposals, now)
        except DatabaseError as error:
            log.warning("the selectors' scores are not written: %s", type(error).__name__)
            if len(self.successes) + len(self.failures) < MOST_PENDING:
                return
        self._begin()


def _clean(text: str) -> str:
    """What every database takes: no half characters, no control characters."""
    whole = text.encode(errors="ignore").decode()
    return "".join(letter for letter in whole if letter == "\n" or letter.isprintable())
