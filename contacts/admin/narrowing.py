"""Narrowing the list of contacts down at the same price among ten thousand and among a million."""

from typing import Any

from django.contrib import admin
from django.db import connections
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from unfold.views import ChangeList

from contacts.admin.lists import MOST_ROWS, counted
from contacts.models import Contact


class PeopleFilter(admin.SimpleListFilter):
    """Leaves those whom the rows of `about` are about, which it asks before the list does."""

    most = counts_to = MOST_ROWS
    found: int | None = None  # how many this filter alone leaves, as far as it counted them

    def about(self, value: str) -> "tuple[QuerySet[Any], str] | None":
        """Rows, and their column of contacts' ids; None where the value is none that narrows the list down."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> "QuerySet[Contact]":
        if (about := self.about(self.value() or "")) is None:
            return queryset
        rows, column = about
        self.found = self.count(rows, column)
        return few(queryset, rows, column) if self.found <= self.most else self.many(queryset, rows, column)

    def count(self, rows: "QuerySet[Any]", column: str) -> int:
        """All rows are looked at only where there are many, several of them about one person."""
        theirs = rows.order_by().values(column)
        first = theirs[: self.counts_to + 1].aggregate(rows=Count("*"), people=Count(column, distinct=True))
        is_told = first["rows"] <= self.counts_to or first["people"] > self.counts_to
        return int(first["people"]) if is_told else counted(theirs.distinct(), self.counts_to)

    def many(self, people: "QuerySet[Any]", rows: "QuerySet[Any]", column: str) -> "QuerySet[Any]":
        """Of many one is met soon, whoever walks along the names and asks of each; no database joins a subquery."""
        theirs = rows.order_by().filter(**{column: OuterRef("pk")}).values(column)[:1]
        met: QuerySet[Any] = people.alias(theirs=Subquery(theirs)).filter(theirs__isnull=False)
        return met


def few(people: "QuerySet[Any]", rows: "QuerySet[Any]", column: str) -> "QuerySet[Any]":
    """Those are looked up, and put in order."""
    ids: Any = rows.order_by().values_list(column, flat=True)
    # PostgreSQL would walk along the names for them, too; SQLite has no choice, and takes no such list of values.
    return people.filter(pk__in=ids if connections[people.db].vendor == "sqlite" else list(ids.distinct()))


class NarrowedList(ChangeList):
    """Counts nobody whom its only filter has counted."""

    def get_queryset(self, request: HttpRequest, *args: Any, **options: Any) -> "QuerySet[Any]":
        people: Any = super().get_queryset(request, *args, **options)
        if len(self.filter_params) == 1 and not self.query:
            counts = [getattr(spec, "found", None) for spec in self.filter_specs]
            people.found = next((count for count in counts if count is not None), None)
        return people  # type: ignore[no-any-return]


def row_id(value: str) -> int | None:
    """None where no row can have it."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None
