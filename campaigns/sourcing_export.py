"""A sourcing campaign's people as CSV or JSON, row by row; no cell of the CSV is a formula to a spreadsheet."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from campaigns.criteria import WEIGHTS
from campaigns.models import SourcedProfile
from campaigns.sourcing_models import SourcedProfileQuerySet
from contacts.models import Contact

Value = str | int | bool | list[str] | None
Column = Callable[[SourcedProfile], Value]
AT_ONCE = 500

# What a spreadsheet takes for a formula, in both widths, also where its separator is another than ours.
_FORMULA = re.compile(
    r"(^|[;\t\n])(?=[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\"']*[=+\-@＝＋－＠﹦﹢﹣﹫])"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class UnknownColumn(ValueError):  # noqa: N818 - it names a fact
    """A column that there is none of; the text names it and those there are."""


def _shown(key: str) -> Column:
    def value(sourced: SourcedProfile) -> Value:
        found = sourced.profile.get(key)
        return found if isinstance(found, str | int) else None

    return value


def _listed(section: str, key: str) -> Column:
    return lambda sourced: [
        entry[key] for entry in _entries(sourced.profile, section) if isinstance(entry.get(key), str)
    ]


def _of_latest_role(key: str) -> Column:
    """Of the position that the profile shows first, which is the latest."""

    def value(sourced: SourcedProfile) -> Value:
        for entry in _entries(sourced.profile, "experience"):
            for holder in (entry, *_entries(entry, "roles")):
                if isinstance(holder.get(key), str):
                    return str(holder[key])
        return None

    return value


def _points(part: str) -> Column:
    return lambda sourced: next((each["points"] for each in sourced.parts if each["name"] == part), None)


def _reasons(sourced: SourcedProfile) -> list[str]:
    return [f"{part['name']} {part['points']}/{part['max']}: {part['reason']}" for part in sourced.parts]


def _evidence(sourced: SourcedProfile) -> list[str]:
    quotes = (quote for part in sourced.parts for quote in part["evidence"])
    return list(dict.fromkeys(f"{quote['where']}: “{quote['text']}”" for quote in quotes))


def _entries(values: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [entry for entry in values.get(key) or [] if isinstance(entry, dict)]


COLUMNS: dict[str, Column] = {
    "name": lambda sourced: sourced.contact.name,
    "profile_url": lambda sourced: sourced.contact.profile_url,
    "score": lambda sourced: sourced.score,
    **{f"{part}_points": _points(part) for part in WEIGHTS},
    "headline": _shown("headline"),
    "location": _shown("location"),
    "company": _of_latest_role("company"),
    "title": _of_latest_role("title"),
    "degree": _shown("degree"),
    "open_to_work": _shown("open_to_work"),
    "about": _shown("about"),
    "skills": _listed("skills", "name"),
    "certifications": _listed("certifications", "name"),
    "languages": _listed("languages", "name"),
    "schools": _listed("education", "school"),
    "reasons": _reasons,
    "evidence": _evidence,
    "read_at": lambda sourced: sourced.read_at.isoformat() if sourced.read_at else None,
    "not_read_because": lambda sourced: sourced.reason,
    "tags": lambda sourced: [tag.name for tag in sourced.contact.tags.all()],
    "search_page": lambda sourced: sourced.search_page,
    "search_index": lambda sourced: sourced.search_index,
}
USUAL = (
    "name",
    "profile_url",
    "score",
    "headline",
    "location",
    "company",
    "title",
    "reasons",
    "evidence",
    "read_at",
)


def check_columns(columns: Sequence[str]) -> Sequence[str]:
    """The columns themselves. Raises UnknownColumn naming those that there are not."""
    if unknown := [column for column in columns if column not in COLUMNS]:
        raise UnknownColumn(f"no column {', '.join(unknown)}; there are {', '.join(COLUMNS)}")
    if not columns:
        raise UnknownColumn(f"no column is chosen; there are {', '.join(COLUMNS)}")
    return columns


def exportable(profiles: SourcedProfileQuerySet) -> SourcedProfileQuerySet:
    """The best fit first, without those who may not be contacted: a list is made to write to people."""
    return profiles.filter(contact__in=Contact.objects.contactable()).ranked()


def as_csv(profiles: SourcedProfileQuerySet, columns: Sequence[str] = USUAL) -> Iterator[str]:
    """A header and a line for each; memory stays flat however many there are. Raises UnknownColumn at once."""
    return _csv_lines(_rows(profiles, check_columns(columns)), columns)


def as_json(profiles: SourcedProfileQuerySet, columns: Sequence[str] = USUAL) -> Iterator[str]:
    """One JSON array, an object for each; text as it was read. Raises UnknownColumn at once."""
    return _json_lines(_rows(profiles, check_columns(columns)), columns)


def _rows(profiles: SourcedProfileQuerySet, columns: Sequence[str]) -> Iterator[list[Value]]:
    people = profiles.select_related("contact")
    if "tags" in columns:
        people = people.prefetch_related("contact__tags")
    for sourced in people.iterator(chunk_size=AT_ONCE):
        yield [COLUMNS[column](sourced) for column in columns]


class _Line:
    """A file for the csv module that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(rows: Iterable[list[Value]], columns: Sequence[str]) -> Iterator[str]:
    writer: Any = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def _json_lines(rows: Iterable[list[Value]], columns: Sequence[str]) -> Iterator[str]:
    separator = "[\n"
    for row in rows:
        yield separator + encodable(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False))
        separator = ",\n"
    yield "\n]\n" if separator == ",\n" else "[]\n"


def cell(value: Value) -> str | int:
    """What a spreadsheet shows, and never runs: a formula is marked as text by an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    text = value if isinstance(value, str) else " | ".join(value)
    text = _CONTROLS.sub(" ", re.sub(r"\r\n?", "\n", encodable(text)))
    return _FORMULA.sub(r"\1'", text)


def encodable(text: str) -> str:
    """Half a character (a lone surrogate) cannot be written to any file."""
    return text.encode("utf-8", "replace").decode()
