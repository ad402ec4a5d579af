"""The rows of the admin's lists, which django-unfold draws with several templates in each."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ChangeList
from django.template import Library
from django.urls import NoReverseMatch
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from unfold.templatetags import unfold_list

from linkedin_bot.list_cells import Column, column

register = Library()


@register.inclusion_tag("admin/list_rows.html", takes_context=True)
def listed_rows(context: Any, page: Any) -> dict[str, Any]:
    """The table below the search, where rows have neither forms nor actions of their own."""
    headers = list(unfold_list.result_headers(page))
    return {
        "cl": page,
        "result_headers": headers,
        "num_sorted_fields": sum(header["sortable"] and header["sorted"] for header in headers),
        "rows": rows(page, [header["text"] for header in headers]),
        "has_add_permission": page.model_admin.has_add_permission(context["request"]),
    }


def rows(page: Any, labels: list[Any]) -> list[str]:
    """The cells of each, as one text."""
    columns = list(_columns(page, labels))
    return [
        mark_safe("".join([column.cell(row) for column in columns]))  # noqa: S308 - each cell is escaped
        for row in page.result_list
    ]


def _columns(page: Any, labels: list[Any]) -> Iterator[Column]:
    """The first that leads to the row's page is the row's heading."""
    links, address, tag = page.list_display_links, address_of(page), "th"
    for place, (name, label) in enumerate(zip(page.list_display, labels, strict=True)):
        cells = column(page, place)
        if links is not None and (name in links or (tag == "th" and not links)):
            cells.surround(tag, label, address)
            tag = "td"
        else:
            cells.surround("td", label if place else _("Select record"), None)
        yield cells


def address_of(page: Any) -> Callable[[Any], str]:
    """Tells the address of a row's page, as it stands in an attribute; empty where there is no such page."""
    kept = {"preserved_filters": page.preserved_filters, "opts": page.opts}

    def whole(row: Any) -> str:
        try:
            return escape(add_preserved_filters(kept, page.url_for_result(row)))
        except NoReverseMatch:
            return ""

    def numbered(row: Any) -> str:
        number = getattr(row, page.pk_attname)
        return f"{before}/{number}/change/{after}" if type(number) is int else whole(row)

    if type(page).url_for_result is not ChangeList.url_for_result:
        return whole
    before, is_there, after = whole(SimpleNamespace(**{page.pk_attname: 0})).rpartition("/0/change/")
    return numbered if is_there else whole
