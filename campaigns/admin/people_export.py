"""Contacts as CSV, row by row; no cell is a formula to a spreadsheet."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from campaigns.sourcing_export import cell
from contacts.models import Contact

AT_ONCE = 500
COLUMNS = (
    "name", "first_name", "profile_url", "email", "company", "position", "language", "connected_on", "birth_month",
    "birth_day", "birth_year", "status", "status_reason",
)  # fmt: skip


class _Line:
    """A file for the csv module that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def as_csv(people: "QuerySet[Contact]") -> Iterator[str]:
    """A header, then a line for each person; memory stays flat however many there are."""
    writer: Any = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield "\ufeff" + writer.writerow([*COLUMNS, "tags"])  # a spreadsheet then knows that it is UTF-8
    for person in people.prefetch_related("tags").iterator(chunk_size=AT_ONCE):
        values = [getattr(person, name) for name in COLUMNS]
        tags = [tag.name for tag in person.tags.all()]
        yield writer.writerow([cell(_plain(value)) for value in values] + [cell(tags)])


def _plain(value: Any) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else str(value)
