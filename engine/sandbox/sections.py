"""What a profile's cards say: the entries of each section, line by line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.sandbox.careers import (
    Certification,
    Language,
    Position,
    Role,
    School,
    Skill,
    duration,
    span,
    written_month,
)
from engine.sandbox.people import Person
from engine.sandbox.town import Town

SECTIONS = ("experience", "education", "certifications", "skills", "languages")


@dataclass(frozen=True)
class Section:
    """One card's content: the first entries, and how many there are behind it."""

    kind: str
    title: str
    entries: list[dict[str, Any]]
    total: int
    is_whole: bool
    show_all: str

    @property
    def anchor(self) -> str:
        """The id that an older profile gives the section."""
        return "licenses_and_certifications" if self.kind == "certifications" else self.kind


def section(town: Town, person: Person, kind: str, size: int) -> Section:
    found = getattr(person.career, kind)
    words = town.words
    return Section(
        kind=kind,
        title=words[kind],
        entries=[_entry(town, kind, one, number) for number, one in enumerate(found[:size])],
        total=len(found),
        is_whole=len(found) <= size,
        show_all=words[f"show_all_{kind}"].replace("{count}", str(len(found))),
    )


def _entry(town: Town, kind: str, one: Any, number: int) -> dict[str, Any]:
    """An entry as the templates write it: its lines from the top, and its roles where it has several."""
    return {"id": 40_000_000 + number * 7919, **WRITERS[kind](town, one)}


def _position(town: Town, one: Position) -> dict[str, Any]:
    place = " · ".join(part for part in (one.location, one.workplace) if part)
    if len(one.roles) == 1:
        [role] = one.roles
        company = " · ".join(part for part in (one.company, role.kind) if part)
        lines = [role.title, company, _when(town, role), place]
        return {"logo": one.company, "lines": lines, "text": role.text, "skills": role.skills, "roles": []}
    total = duration([(role.start, role.end) for role in one.roles], town.today, town.language)
    roles = [{"lines": [role.title, role.kind, _when(town, role)], "role": role} for role in one.roles]
    return {"logo": one.company, "lines": [one.company, total, place], "roles": roles}


def _when(town: Town, role: Role) -> str:
    long = duration([(role.start, role.end)], town.today, town.language)
    return f"{span(role.start, role.end, town.language)} · {long}"


def _school(town: Town, one: School) -> dict[str, Any]:
    years = " – ".join(part for part in (one.start, one.end) if part)
    return {"logo": one.name, "lines": [one.name, one.degree, years]}


def _certification(town: Town, one: Certification) -> dict[str, Any]:
    dates = [
        town.words[word].replace("{date}", written_month(moment, town.language))
        for word, moment in (("issued", one.issued), ("expires", one.expires))
        if moment
    ]
    return {"logo": one.issuer, "lines": [one.name, one.issuer, " · ".join(dates)]}


def _skill(town: Town, one: Skill) -> dict[str, Any]:
    word = "endorsement" if one.endorsements == 1 else "endorsements"
    praise = town.words[word].replace("{count}", str(one.endorsements)) if one.endorsements else ""
    return {"lines": [one.name, praise]}


def _language(town: Town, one: Language) -> dict[str, Any]:
    return {"lines": [one.name, one.level]}


WRITERS: dict[str, Callable[[Town, Any], dict[str, Any]]] = {
    "experience": _position,
    "education": _school,
    "certifications": _certification,
    "skills": _skill,
    "languages": _language,
}
