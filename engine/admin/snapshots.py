"""Snapshots of unexpected pages, shown so that nothing in them can act."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from engine import snapshots
from engine.admin.records import RecordAdmin
from engine.models import Snapshot

# As much of a page's text as a browser shows without trouble; the rest is in the file.
MOST_SHOWN = 200_000


@admin.register(Snapshot)
class SnapshotAdmin(RecordAdmin):
    """What a page's text and picture show is hostile: here it is only ever text, or a picture, or a download."""

    list_display = ("taken_at", "account", "reason", "page_kind", "selector_key", "address")
    list_filter = ("account", "page_kind")
    search_fields = ("reason", "address", "selector_key")
    date_hierarchy = "taken_at"
    fields = (
        "taken_at",
        "account",
        "reason",
        "page_kind",
        "selector_key",
        "address",
        "files",
        "image",
        "text",
    )
    readonly_fields = ("files", "image", "text")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("engine.view_snapshot")

    def get_urls(self) -> list[URLPattern]:
        routes = [
            path(f"<int:pk>/{part}/", self.admin_site.admin_view(view), name=f"engine_snapshot_{part}")
            for part, view in (("html", self.html_file), ("image", self.image_file))
        ]
        return [*routes, *super().get_urls()]

    def html_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        snapshot = self._allowed(request, pk)
        return _as_file(
            snapshots.text_of(snapshot).encode(), "text/plain; charset=utf-8", f"snapshot-{pk}.html"
        )

    def image_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        snapshot = self._allowed(request, pk)
        return _as_file(snapshots.image_of(snapshot), "image/png", f"snapshot-{pk}.png")

    def _allowed(self, request: HttpRequest, pk: int) -> Snapshot:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Snapshot, pk=pk)

    @admin.display(description=_("page"))
    def files(self, snapshot: Snapshot) -> str:
        if not snapshot.html_path:
            return gettext("not kept")
        return format_html('<a href="{}">{}</a>', _address_of(snapshot, "html"), _("Download it"))

    @admin.display(description=_("picture"))
    def image(self, snapshot: Snapshot) -> str:
        if not snapshot.image_path:
            return gettext("not kept")
        return format_html('<img src="{}" alt="">', _address_of(snapshot, "image"))

    @admin.display(description=_("text"))
    def text(self, snapshot: Snapshot) -> str:
        text = snapshots.text_of(snapshot)[:MOST_SHOWN]
        return format_html('<pre class="as-it-is">{}</pre>', text)


def _address_of(snapshot: Snapshot, part: str) -> str:
    return reverse(f"admin:engine_snapshot_{part}", args=[snapshot.pk])


def _as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Saved, never opened: and where a browser opened it all the same, it could do nothing."""
    if not content:
        raise Http404
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
