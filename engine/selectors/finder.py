"""The selectors in use, ready for find.js: ordered by what they proved to be worth, and counted as they are used."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from engine.models import LinkedInSelector
from engine.ports import Clock
from engine.selectors.learned import Found, Known, Tally, rank
from engine.selectors.selector import Candidate, Selector, SelectorSet, as_option
from engine.selectors.selector_file import defaults

State = LinkedInSelector.State
# What a person accepted is as good as the file's middle, until it has proved itself.
ACCEPTED_WEIGHT = 0.5
READINGS_PER_SAVE = 200


@cache
def source() -> str:
    """find.js and heuristics.js, to stand behind deep.js and in front of a reader."""
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in ("find.js", "heuristics.js"))


@dataclass(frozen=True)
class Finder:
    """Hands the selectors to the page's script, and takes in what it found. Without `known`, the file alone counts."""

    selectors: SelectorSet = field(default_factory=defaults)
    known: Known = field(default_factory=Known)
    tally: Tally = field(default_factory=Tally)

    @classmethod
    @contextmanager
    def learning(cls, clock: Clock) -> Iterator["Finder"]:
        """One for the life of a browser: scores are loaded at its start, what it counted is written at its end."""
        finder = cls(known=Known.load())
        try:
            yield finder
        finally:
            finder.tally.save(clock.now())

    def options(self) -> Mapping[str, object]:
        return self._options

    def note(self, found: Iterable[Found]) -> None:
        """What one reading of a page that was admitted found. No database is asked."""
        self.tally.note(found)

    def save_if_due(self, clock: Clock) -> None:
        """Write what was counted when it is much. To be called between two pages, never between look and click."""
        if self.tally.readings >= READINGS_PER_SAVE:
            self.tally.save(clock.now())

    @cached_property
    def _options(self) -> Mapping[str, object]:
        """The same for every reading of this browser."""
        selectors = {key: self._option(each) for key, each in self.selectors.selectors.items()}
        return {"labels": self.selectors.texts, "selectors": selectors}

    def _option(self, selector: Selector) -> dict[str, Any]:
        proposed = [] if not selector.may_be_guessed else self.known.of(selector.key, State.PROPOSED)
        return as_option(
            selector,
            self._ranked(selector),
            proposed=[_given(_as_candidate(row), row) for row in proposed],
            known=self._looks(selector.key),
        )

    def _ranked(self, selector: Selector) -> list[dict[str, Any]]:
        """The file's candidates and those a person accepted, best first: nothing else is ever clicked."""
        rows = {(row.kind, row.value): row for row in self.known.of(selector.key, State.ACTIVE)}
        given = [_given(each, rows.get((each.kind, each.value))) for each in selector.candidates]
        accepted = self.known.of(selector.key, State.ACCEPTED)
        given += [_given(_as_candidate(row), row) for row in accepted]
        return sorted(given, key=lambda each: -each["score"])

    def _looks(self, key: str) -> dict[str, str] | None:
        rows = [row for row in self.known.of(key, State.ACTIVE, State.ACCEPTED) if row.last_success_at]
        rows.sort(key=lambda row: row.last_success_at.timestamp() if row.last_success_at else 0)
        looks = next((row.evidence["looks"] for row in reversed(rows) if "looks" in row.evidence), None)
        return looks and {name: text for name, text in looks.items() if name != "fragment"}


def _as_candidate(row: LinkedInSelector) -> Candidate:
    return Candidate(row.kind, row.value, ACCEPTED_WEIGHT, row.name)


def _given(candidate: Candidate, row: LinkedInSelector | None) -> dict[str, Any]:
    score = rank(candidate.weight, row.successes, row.failures) if row else rank(candidate.weight)
    return {
        "kind": candidate.kind,
        "value": candidate.value,
        "name": candidate.name,
        "score": round(score, 4),
    }
