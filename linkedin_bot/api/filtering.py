"""Filters that say so when they do not understand: unknown and repeated parameters are refused by their name."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGING = ("limit", "cursor")


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """django-filter's, for lists only: a detail is found by its id alone."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if view.action != "list":
            return queryset
        filterset_class = self.get_filterset_class(view, queryset)
        known = {*PAGING, *(filterset_class.base_filters if filterset_class else ())}
        wrong = {name: ["is not known here"] for name in request.query_params if name not in known}
        wrong |= {
            name: ["is given twice"]
            for name, values in request.query_params.lists()
            if name in known and len(values) > 1
        }
        if wrong:
            raise ValidationError(wrong)
        found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return found
