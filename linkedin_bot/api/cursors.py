"""Pages by position: the last row's value and id, so that the deepest page costs what the first one does."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

USUAL, MOST = 50, 200
MOST_ID = 2**63 - 1


@dataclass(frozen=True)
class Position:
    """Just after (or, going back, just before) the row with this value and id."""

    ordering: str
    value: str
    id: int
    is_back: bool

    def encode(self) -> str:
        parts = [self.ordering, self.value, self.id, int(self.is_back)]
        return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Position":
        """Raises ValueError."""
        parts = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        match parts:
            case [str(ordering), str(value), int(pk), 0 | 1 as back] if 0 <= pk <= MOST_ID:
                return cls(ordering, value, pk, bool(back))
        raise ValueError("not a position")


class CursorPages(BasePagination):
    """In the queryset's own order (one field), or by the view's `ordering`; the id settles equals."""

    cursor_query_param, limit_query_param = "cursor", "limit"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url, self.limit = request.build_absolute_uri(), self._limit(request)
        given = queryset.query.order_by
        self.ordering = str(given[0]) if given else view.ordering
        at = self._position(request)
        self.is_back = bool(at and at.is_back)
        rows = list(self._from(queryset, at)[: self.limit + 1])
        self.has_more, self.is_first = len(rows) > self.limit, at is None
        self.page = rows[: self.limit][::-1] if self.is_back else rows[: self.limit]
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next, "previous": self._previous, "results": data})

    @property
    def _next(self) -> str | None:
        return (
            self._link(self.page[-1], is_back=False)
            if self.page and (self.is_back or self.has_more)
            else None
        )

    @property
    def _previous(self) -> str | None:
        is_there = self.has_more if self.is_back else not self.is_first
        return self._link(self.page[0], is_back=True) if self.page and is_there else None

    def _link(self, row: Any, *, is_back: bool) -> str:
        """A row is an object, or a mapping of its columns."""
        name = self.ordering.lstrip("-")
        value, pk = (row[name], row["id"]) if isinstance(row, dict) else (getattr(row, name), row.pk)
        position = Position(self.ordering, str(value), pk, is_back)
        return replace_query_param(self.url, self.cursor_query_param, position.encode())

    def _from(self, queryset: QuerySet[Any], at: Position | None) -> QuerySet[Any]:
        name, is_down = self.ordering.lstrip("-"), self.ordering.startswith("-") != self.is_back
        sign = "-" if is_down else ""
        order = [f"{sign}{name}"] if name == "id" else [f"{sign}{name}", f"{sign}id"]
        queryset = queryset.order_by(*order)
        if at is None:
            return queryset
        past = "lt" if is_down else "gt"
        if name == "id":
            return queryset.filter(**{f"id__{past}": at.id})
        value = self._value(queryset, name, at.value)
        # The first condition is implied by the second; with it alone both databases start in the index.
        is_past = Q(**{f"{name}__{past}": value}) | Q(**{name: value, f"id__{past}": at.id})
        return queryset.filter(Q(**{f"{name}__{past}e": value}) & is_past)

    def _value(self, queryset: QuerySet[Any], name: str, text: str) -> Any:
        try:
            value = queryset.model._meta.get_field(name).to_python(text)
        except InvalidValue as error:
            raise _wrong("cursor") from error
        if value is None:
            raise _wrong("cursor")
        return value

    def _position(self, request: Request) -> Position | None:
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            position = Position.decode(text)
        except ValueError as error:
            raise _wrong("cursor") from error
        if position.ordering != self.ordering:
            raise _wrong("cursor", "is of a list in another order")
        return position

    def _limit(self, request: Request) -> int:
        text = request.query_params.get(self.limit_query_param, str(USUAL))
        if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST):
            raise _wrong("limit", f"is a whole number from 1 to {MOST}")
        return int(text)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "limit", "in": "query", "required": False, "description": "How many at most.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            },
            {
                "name": "cursor", "in": "query", "required": False,
                "description": "Where the page begins: as in an answer's `next` or `previous`.",
                "schema": {"type": "string"},
            },
        ]  # fmt: skip

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


def _wrong(name: str, reason: str = "is none that this list gave") -> ValidationError:
    return ValidationError({name: reason})
