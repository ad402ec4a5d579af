"""Lists that cost the same however many rows there are: no page counts them all, none is deeper than anybody looks."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST_ROWS = 5_000


def counted(rows: "QuerySet[Any]", most: int = MOST_ROWS) -> int:
    """How many there are, up to one more than the most."""
    return int(rows.order_by()[: most + 1].count())


class CappedPaginator(Paginator[Any]):
    """Counts no further than `most`, and has no page beyond them."""

    most = MOST_ROWS
    template_name = "admin/contacts/capped_pages.html"

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        known: int | None = getattr(rows, "found", None)  # see NarrowedList
        return counted(rows, self.most) if known is None else known

    @cached_property
    def count(self) -> int:
        return min(self.counted, self.most)

    @property
    def is_capped(self) -> bool:
        return self.counted > self.most
