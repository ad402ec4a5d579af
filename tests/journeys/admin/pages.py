"""The address of every page of the admin, found by its routes: a new one cannot be forgotten."""

from collections.abc import Iterator
from contextlib import suppress

from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse

# No pages, or of one template that shows no more of one kind of record than of another.
NONE = (
    "jsi18n",
    "autocomplete",
    "search",
    "logout",
    "view_on_site",
    "_export",
    "_to_approvals",
    "_to_doubts",
)
ALIKE = ("_history", "_delete")


def every_page() -> Iterator[str]:
    """For the last row of each kind; some answer only to a POST."""
    rows = {
        f"{model._meta.app_label}_{model._meta.model_name}_": model._default_manager.order_by("pk").last()
        for model in admin.site._registry
    }
    names = [name for name in _named(admin.site.urls[0]) if not name.endswith(NONE)]
    for end in ALIKE:
        _first, *others = [name for name in names if name.endswith(end)]
        names = [name for name in names if name not in others]
    for name in names:
        yield from _filled(name, next((row for start, row in rows.items() if name.startswith(start)), None))


def _named(patterns) -> Iterator[str]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _named(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def _filled(name: str, row: Model | None) -> Iterator[str]:
    for arguments in ([], [row.pk if row else "contacts"]):
        with suppress(NoReverseMatch):
            yield reverse(f"admin:{name}", args=arguments)
            return
