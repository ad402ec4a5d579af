"""What a profile tells of a person: work, schools, skills, certificates, languages, and how their times are written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.sandbox.words import MONTHS, words_of

Month = tuple[int, int]


@dataclass(frozen=True)
class Role:
    """What somebody does or did at one company; `end` is empty while it lasts."""

    title: str
    start: str
    end: str = ""
    kind: str = ""
    text: str = ""
    skills: str = ""


@dataclass(frozen=True)
class Position:
    company: str
    roles: tuple[Role, ...]
    location: str = ""
    workplace: str = ""


@dataclass(frozen=True)
class School:
    name: str
    degree: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Certification:
    name: str
    issuer: str = ""
    issued: str = ""
    expires: str = ""


@dataclass(frozen=True)
class Skill:
    name: str
    endorsements: int = 0


@dataclass(frozen=True)
class Language:
    name: str
    level: str = ""


@dataclass(frozen=True)
class Career:
    about: str = ""
    experience: tuple[Position, ...] = ()
    education: tuple[School, ...] = ()
    skills: tuple[Skill, ...] = ()
    certifications: tuple[Certification, ...] = ()
    languages: tuple[Language, ...] = ()


def make_career(entry: Mapping[str, Any]) -> Career:
    """A career as the file of people has it; a skill may be its name alone."""
    return Career(
        about=entry.get("about", ""),
        experience=tuple(_position(one) for one in entry.get("experience", ())),
        education=tuple(School(**one) for one in entry.get("education", ())),
        skills=tuple(
            Skill(**one) if isinstance(one, dict) else Skill(one) for one in entry.get("skills", ())
        ),
        certifications=tuple(Certification(**one) for one in entry.get("certifications", ())),
        languages=tuple(Language(**one) for one in entry.get("languages", ())),
    )


def _position(entry: Mapping[str, Any]) -> Position:
    return Position(**{**entry, "roles": tuple(Role(**role) for role in entry["roles"])})


def month_of(moment: str) -> Month:
    """`2023-09` as year and month; a year alone begins with its January."""
    year, _, month = moment.partition("-")
    return int(year), int(month or 1)


def written_month(moment: str, language: str) -> str:
    if "-" not in moment:
        return moment
    year, month = month_of(moment)
    return f"{MONTHS.get(language, MONTHS['en'])[month - 1]} {year}"


def span(start: str, end: str, language: str) -> str:
    """From when to when: "Sep 2023 - Present"."""
    return (
        f"{written_month(start, language)} - {written_month(end, language) or words_of(language)['present']}"
    )


def duration(spans: Iterable[tuple[str, str]], today: date, language: str) -> str:
    """How long those spans are together, the first and the last month counted, overlaps once: "3 yrs 5 mos"."""
    months: set[int] = set()
    for start, end in spans:
        (first_year, first), (last_year, last) = (
            month_of(start),
            month_of(end) if end else (today.year, today.month),
        )
        months.update(range(first_year * 12 + first, last_year * 12 + last + 1))
    return written_duration(len(months), words_of(language))


def written_duration(months: int, words: Mapping[str, str]) -> str:
    years, rest = divmod(months, 12)
    parts = [(years, "year"), (rest, "month")]
    return " ".join(f"{count} {words[unit if count == 1 else unit + 's']}" for count, unit in parts if count)
