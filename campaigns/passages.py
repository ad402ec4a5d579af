"""What a stored profile says, passage by passage; whatever else the JSON holds is passed over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from campaigns.experience_years import Period, period
from campaigns.words import Passage

Entry = Mapping[str, Any]
# A profile has tens of entries.
MOST_ENTRIES = 500


@dataclass(frozen=True)
class Role:
    """One position: its title, and its dates as shown and as understood."""

    title: Passage
    dates: Passage
    period: Period | None

    @property
    def is_current(self) -> bool:
        return self.period is not None and self.period.is_current


class Reading:
    """A profile as `read_page` prints it, or as it is stored. A day for what lasts to the present."""

    def __init__(self, profile: Mapping[str, Any], today: date) -> None:
        self._profile = profile
        self._today = today

    def shows(self, section: str) -> bool:
        """Whether the page held this section at all; one that is empty was shown too."""
        return isinstance(self._profile.get(section), list | tuple)

    def entries(self, section: str) -> list[Entry]:
        return _entries(self._profile, section)

    @property
    def is_open_to_work(self) -> bool | None:
        shown = self._profile.get("open_to_work")
        return shown if isinstance(shown, bool) else None

    @cached_property
    def headline(self) -> Passage:
        return _passage(self._profile, "headline", "headline")

    @cached_property
    def location(self) -> Passage:
        return _passage(self._profile, "location", "location")

    @cached_property
    def roles(self) -> list[Role]:
        return [
            _role(role, f"experience {at}", self._today)
            for at, entry in enumerate(self.entries("experience"), 1)
            for role in _entries(entry, "roles") or [entry]
        ]

    @cached_property
    def durations(self) -> list[Passage]:
        """How long they held each position, and were with each company, by the network's own count."""
        return [
            _passage(holder, key, f"experience {at}, {key}")
            for at, entry in enumerate(self.entries("experience"), 1)
            for holder, key in [(entry, "total_duration")]
            + [(role, "duration") for role in _entries(entry, "roles") or [entry]]
        ]

    @cached_property
    def skilled(self) -> list[Passage]:
        """All that may name what they know, the most telling first."""
        return [passage for passage in self._tell() if passage.folded]

    @cached_property
    def certified(self) -> list[Passage]:
        return list(self._section("certifications", "name", "issuer"))

    @cached_property
    def spoken(self) -> list[tuple[Passage, Passage]]:
        """Each language's name with its level."""
        names = self._section("languages", "name")
        return list(zip(names, self._section("languages", "level"), strict=True))

    def _tell(self) -> Iterator[Passage]:
        yield self.headline
        yield from (role.title for role in self.roles)
        yield from self._section("skills", "name")
        yield from self.certified
        yield _passage(self._profile, "about", "about")
        for at, entry in enumerate(self.entries("experience"), 1):
            yield _passage(entry, "company", f"experience {at}, company")
            for role in _entries(entry, "roles") or [entry]:
                for key in ("skills_text", "description"):
                    yield _passage(role, key, f"experience {at}, {key}")
        yield from self._section("education", "degree", "school", "description")

    def _section(self, section: str, *keys: str) -> Iterator[Passage]:
        for at, entry in enumerate(self.entries(section), 1):
            for key in keys:
                yield _passage(entry, key, f"{section} {at}, {key}")


def _entries(values: Entry, key: str) -> list[Entry]:
    found = values.get(key)
    if not isinstance(found, list | tuple):
        return []
    return [entry for entry in found[:MOST_ENTRIES] if isinstance(entry, Mapping)]


def _passage(values: Entry, key: str, where: str) -> Passage:
    text = values.get(key)
    return Passage(where, text if isinstance(text, str) else "")


def _role(role: Entry, where: str, today: date) -> Role:
    dates = _passage(role, "dates", f"{where}, dates")
    return Role(
        title=_passage(role, "title", f"{where}, title"),
        dates=dates,
        period=period(dates.raw, today),
    )
