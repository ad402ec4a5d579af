"""The filters of the contacts' list."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.admin.lists import counted
from contacts.admin.narrowing import PeopleFilter, row_id
from contacts.models import Contact

NONE = "none"


class BirthdayFilter(PeopleFilter):
    """Days of the year as pairs of month and day, or those whose birthday nobody knows."""

    def days(self, value: str) -> Iterable[tuple[int, int]]:
        """None where the value says none."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> "QuerySet[Contact]":
        if self.value() == NONE:
            return queryset.filter(birth_month=None, birth_day=None)
        days = list(self.days(self.value() or ""))
        if len(days) == 1:  # its people stand together in an index, by name
            return queryset.filter(birth_month=days[0][0], birth_day=days[0][1])
        return super().queryset(request, queryset)

    def about(self, value: str) -> "tuple[QuerySet[Contact], str] | None":
        return (Contact.objects.born_on(list(self.days(value))), "pk") if value else None

    def count(self, rows: "QuerySet[Contact]", column: str) -> int:
        """Month by month, each a range of an index."""
        months: dict[int, set[int]] = defaultdict(set)
        for month, day in self.days(self.value() or ""):
            months[month].add(day)
        parts = (
            Contact.objects.filter(birth_month=month, birth_day__in=days) for month, days in months.items()
        )
        return sum(map(counted, parts))

    def many(self, people: "QuerySet[Any]", rows: "QuerySet[Contact]", column: str) -> "QuerySet[Any]":
        """As a number that no index knows, so that the list is walked in its own order."""
        days = [month * 100 + day for month, day in self.days(self.value() or "")]
        born: QuerySet[Any] = people.alias(born=F("birth_month") * 100 + F("birth_day"))
        return born.filter(born__in=days)


class BirthdayMonthFilter(BirthdayFilter):
    title = _("birthday month")
    parameter_name = "birth_month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            *((str(number), name) for number, name in MONTHS.items()),
            (NONE, gettext("No birthday known")),
        ]

    def days(self, value: str) -> Iterable[tuple[int, int]]:
        is_month = value.isdecimal() and len(value) <= 2
        return [(int(value), day) for day in range(1, 32)] if is_month else []

    def about(self, value: str) -> "tuple[QuerySet[Contact], str] | None":
        return super().about(value) if self.days(value) else None


class LinkFilter(PeopleFilter):
    """Those who are linked with one row of another table; or with none."""

    field: str
    unlinked: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        others = self._many_to_many.related_model._default_manager.order_by("name")
        named: list[tuple[Any, Any]] = list(others.values_list("pk", "name"))
        return [*named, (NONE, self.unlinked)] if named else []

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> "QuerySet[Contact]":
        if self.value() == NONE:
            return queryset.filter(~Exists(self._links.filter(contact=OuterRef("pk"))))
        return super().queryset(request, queryset)

    def about(self, value: str) -> "tuple[QuerySet[Any], str] | None":
        other = row_id(value)
        column = self._many_to_many.m2m_reverse_field_name()
        return None if other is None else (self._links.filter(**{column: other}), "contact")

    @property
    def _many_to_many(self) -> Any:
        return Contact._meta.get_field(self.field)

    @property
    def _links(self) -> "QuerySet[Any]":
        links: QuerySet[Any] = self._many_to_many.remote_field.through._default_manager.all()
        return links


class TagFilter(LinkFilter):
    title = _("tags")
    parameter_name = "tags__id__exact"
    field = "tags"
    unlinked = _("No tag")


class AccountFilter(LinkFilter):
    title = _("accounts")
    parameter_name = "accounts__id__exact"
    field = "accounts"
    unlinked = _("No account")
