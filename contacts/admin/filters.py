"""The filters of the contacts' list."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact


class BirthdayMonthFilter(admin.SimpleListFilter):
    title = _("birthday month")
    parameter_name = "birth_month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            *((str(number), name) for number, name in MONTHS.items()),
            ("none", gettext("No birthday known")),
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> "QuerySet[Contact]":
        value = self.value()
        if value == "none":
            return queryset.filter(birth_month=None)
        month = int(value) if value and value.isdecimal() and len(value) <= 2 else None
        return queryset.filter(birth_month=month) if month else queryset
