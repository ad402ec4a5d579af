"""What a campaign looks for in a profile: read from JSON; what is not understood is refused by its name."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from campaigns.seniority import LEVELS as SENIORITY
from campaigns.spoken_languages import LEVELS as SPOKEN
from campaigns.words import fold

T = TypeVar("T")
WEIGHTS = {
    "keywords": 35, "experience": 20, "open_to_work": 15, "certifications": 15, "languages": 10, "location": 5,
}  # fmt: skip
MOST_ENTRIES = 100
MOST_CHARACTERS = 100
MOST_YEARS = 60
MOST_WEIGHT = 100


@dataclass(frozen=True)
class Word:
    """A word or a phrase, the other names that count as the same, and how much it counts among its like."""

    word: str
    synonyms: tuple[str, ...] = ()
    weight: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        return (self.word, *self.synonyms)


@dataclass(frozen=True)
class Spoken:
    """A language, at this level or a higher one; an empty level: at any, also one that is not shown."""

    name: str
    level: str = ""


@dataclass(frozen=True)
class Criteria:
    """All that is asked for. What is left empty is not asked for and earns nothing."""

    keywords: tuple[Word, ...] = ()
    min_years: int = 0
    seniority: tuple[str, ...] = ()
    open_to_work: bool = True
    certifications: tuple[Word, ...] = ()
    languages: tuple[Spoken, ...] = ()
    location: tuple[str, ...] = ()
    weights: Mapping[str, int] = field(default_factory=lambda: dict(WEIGHTS))  # they add up to 100

    @property
    def sha256(self) -> str:
        """The same for criteria that score alike, however their JSON was written."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class Refusals(list[str]):
    """Everything that is wrong, each with the place it stands at."""

    def entries(self, values: Mapping[str, Any], key: str, place: str, most: int = MOST_ENTRIES) -> list[Any]:
        found = values.get(key, [])
        if not isinstance(found, list):
            self.append(f"{place}: is a list")
            return []
        if len(found) > most:
            self.append(f"{place}: holds at most {most} entries")
        return found[:most]

    def known(self, values: object, keys: tuple[str, ...], place: str) -> Mapping[str, Any]:
        """The values, with each key that is not among these refused by its name."""
        if not isinstance(values, Mapping):
            self.append(f"{place or 'criteria'}: is an object with {', '.join(keys)}")
            return {}
        dot = f"{place}." if place else ""
        self += [
            f"{dot}{key}: is not known; known are {', '.join(keys)}" for key in values if key not in keys
        ]
        return values

    def number(self, value: object, place: str, lowest: int, highest: int) -> int:
        # A bool is an int to Python.
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self.append(f"{place}: is a whole number from {lowest} to {highest}")
        return lowest

    def text(self, value: object, place: str) -> str:
        if not isinstance(value, str) or len(value) > MOST_CHARACTERS or "\0" in value:
            self.append(f"{place}: is a text of at most {MOST_CHARACTERS} characters")
        elif not any(character.isalnum() for character in fold(value)):
            self.append(f"{place}: holds no letter and no digit")
        else:
            return value.strip()
        return ""

    def choice(self, value: object, place: str, choices: tuple[str, ...]) -> str:
        if isinstance(value, str) and value in choices:
            return value
        self.append(f"{place}: is one of {', '.join(choices)}")
        return ""


def read_criteria(values: object) -> Criteria:
    """The criteria of a JSON value. Raises ValidationError with everything that is wrong, each by its name."""
    refusals = Refusals()
    given = refusals.known(values, (*WEIGHTS, "weights"), "")
    work = refusals.known(given.get("experience", {}), ("min_years", "seniority"), "experience")
    criteria = Criteria(
        keywords=_each(given, "keywords", refusals, _word),
        min_years=refusals.number(work.get("min_years", 0), "experience.min_years", 0, MOST_YEARS),
        seniority=_seniority(work, refusals),
        open_to_work=_open_to_work(given, refusals),
        certifications=_each(given, "certifications", refusals, _word),
        languages=_each(given, "languages", refusals, _spoken),
        location=_each(given, "location", refusals, lambda value, place, to: to.text(value, place)),
        weights=_weights(given, refusals),
    )
    if refusals:
        raise ValidationError(list(refusals))
    return criteria


def check_criteria(values: object) -> None:
    """For a model's or a serializer's field. Raises ValidationError."""
    read_criteria(values)


def scaled(weights: Mapping[str, int]) -> dict[str, int]:
    """The same proportions in whole points that add up to 100; the largest remainders are rounded up first."""
    total = sum(weights.values())
    shares = {name: divmod(weight * 100, total) for name, weight in weights.items()}
    points = {name: whole for name, (whole, _) in shares.items()}
    # The order of the names is the parts' own, so that equal remainders are settled in one way.
    for name in sorted(WEIGHTS, key=lambda each: -shares[each][1])[: 100 - sum(points.values())]:
        points[name] += 1
    return points


def _each(
    values: Mapping[str, Any], key: str, refusals: Refusals, read: Callable[[Any, str, Refusals], T]
) -> tuple[T, ...]:
    entries = refusals.entries(values, key, key)
    found = tuple(read(entry, f"{key}[{at}]", refusals) for at, entry in enumerate(entries))
    refusals += _twice(key, found)
    return found


def _twice(key: str, found: tuple[Any, ...]) -> Iterator[str]:
    """A word that is asked for twice would count twice."""
    seen: set[str] = set()
    for entry in found:
        name = fold(
            entry if isinstance(entry, str) else entry.word if isinstance(entry, Word) else entry.name
        )
        if name and name in seen:
            yield f"{key}: {name} is named twice"
        seen.add(name)


def _word(value: object, place: str, refusals: Refusals) -> Word:
    if isinstance(value, str):
        return Word(refusals.text(value, place))
    given = refusals.known(value, ("word", "synonyms", "weight"), place)
    if not isinstance(value, Mapping):
        return Word("")
    synonyms = refusals.entries(given, "synonyms", f"{place}.synonyms", most=20)
    return Word(
        refusals.text(given.get("word"), f"{place}.word"),
        tuple(refusals.text(name, f"{place}.synonyms[{at}]") for at, name in enumerate(synonyms)),
        refusals.number(given.get("weight", 1), f"{place}.weight", 1, MOST_WEIGHT),
    )


def _spoken(value: object, place: str, refusals: Refusals) -> Spoken:
    if isinstance(value, str):
        return Spoken(refusals.text(value, place))
    given = refusals.known(value, ("name", "level"), place)
    if not isinstance(value, Mapping):
        return Spoken("")
    level = refusals.choice(given["level"], f"{place}.level", SPOKEN) if "level" in given else ""
    return Spoken(refusals.text(given.get("name"), f"{place}.name"), level)


def _seniority(work: Mapping[str, Any], refusals: Refusals) -> tuple[str, ...]:
    place = "experience.seniority"
    levels = refusals.entries(work, "seniority", place)
    return tuple(
        refusals.choice(level, f"{place}[{at}]", tuple(SENIORITY)) for at, level in enumerate(levels)
    )


def _open_to_work(given: Mapping[str, Any], refusals: Refusals) -> bool:
    asked = given.get("open_to_work", True)
    if not isinstance(asked, bool):
        refusals.append("open_to_work: is true or false")
    return asked is True


def _weights(given: Mapping[str, Any], refusals: Refusals) -> Mapping[str, int]:
    changed = refusals.known(given.get("weights", {}), tuple(WEIGHTS), "weights")
    weights = {
        name: refusals.number(changed.get(name, usual), f"weights.{name}", 0, MOST_WEIGHT)
        for name, usual in WEIGHTS.items()
    }
    if any(weights.values()):
        return scaled(weights)
    refusals.append("weights: at least one is more than 0")
    return WEIGHTS
