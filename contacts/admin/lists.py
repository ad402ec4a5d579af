"""Lists that cost the same however many rows there are: no page counts them all, none is deeper than anybody looks."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST_ROWS = 5_000


class CappedPaginator(Paginator[Any]):
    """Counts no further than `most`, and has no page beyond them."""

    most = MOST_ROWS
    template_name = "admin/contacts/capped_pages.html"

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.most + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.counted, self.most)

    @property
    def is_capped(self) -> bool:
        return self.counted > self.most
