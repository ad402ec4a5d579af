"""The staff's view of accounts, sessions, browsers, snapshots, selectors and spent quota."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from engine import snapshots
from engine.browser_profiles import LastingProfile
from engine.models import Account, BrowserProcess, LinkedInSelector, Snapshot, SpentPermit, StoredSession
from engine.pace import SystemClock
from engine.ratelimit.windows import BUCKETS, windows_of
from engine.selectors.acting import clash_of
from engine.selectors.selector_file import defaults

# As much of a page's text as a browser shows without trouble; the rest is in the file.
MOST_SHOWN = 200_000


@admin.register(Account)
class AccountAdmin(ModelAdmin):
    list_display = ("name", "state", "paused_reason", "hours", "limits", "session_expires_at")
    list_filter = ("state", "language")
    search_fields = ("name", "profile_url", "paused_reason")
    readonly_fields = (
        "state",
        "paused_reason",
        "paused_advice",
        "paused_at",
        "terms_acknowledged_at",
        "session_expires_at",
        "quotas",
        "gentle_since",
        "created_at",
    )
    list_select_related = ("session",)
    actions = ("pause", "resume")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description="working hours")
    def hours(self, account: Account) -> str:
        return f"{account.hours_start:%H:%M}–{account.hours_end:%H:%M} {account.time_zone}"

    @admin.display(description="messages, as of now")
    def limits(self, account: Account) -> str:
        return _quota(account, "message")

    @admin.display(description="quotas, as of now")
    def quotas(self, account: Account) -> str:
        """With the gentle start, which the fields above know nothing of."""
        return "; ".join(f"{name}: {_quota(account, name)}" for name in BUCKETS)

    @admin.display(description="session holds until")
    def session_expires_at(self, account: Account) -> str:
        session: StoredSession | None = getattr(account, "session", None)
        if session is None:
            return "nobody has signed in"
        return f"{session.expires_at:%Y-%m-%d %H:%M} UTC" if session.expires_at else "it does not say"

    @admin.action(description="Pause: nothing runs until somebody resumes it", permissions=["change"])
    def pause(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        reason, now = f"paused by {request.user}", SystemClock().now()
        moved = sum(account.pause(reason, "Resume it when you are ready.", now) for account in accounts)
        self.message_user(request, f"{moved} paused.", messages.SUCCESS if moved else messages.WARNING)

    @admin.action(description="Resume: what it was paused for is settled", permissions=["change"])
    def resume(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        moved = sum(account.resume() for account in accounts)
        self.message_user(request, f"{moved} resumed.", messages.SUCCESS if moved else messages.WARNING)


def _quota(account: Account, bucket: str) -> str:
    windows = windows_of(account, bucket, SystemClock().now())
    note = f" ({windows[0].note})" if windows[0].note else ""
    return ", ".join(f"{window.limit} in {window.name}" for window in windows) + note


class RecordAdmin(ModelAdmin):
    """What the engine writes down and people only read."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(StoredSession)
class StoredSessionAdmin(RecordAdmin):
    """Deleting one signs the account out here; its content is shown to nobody."""

    list_display = ("account", "expires_at", "browser_version", "stored_at")
    fields = ("account", "expires_at", "browser_version", "stored_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: StoredSession) -> None:
        LastingProfile(obj.account).remove()
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StoredSession]) -> None:
        for session in queryset.select_related("account"):
            LastingProfile(session.account).remove()
        super().delete_queryset(request, queryset)


@admin.register(BrowserProcess)
class BrowserProcessAdmin(RecordAdmin):
    list_display = ("account", "host", "group_id", "started_at", "ended_at")
    list_filter = ("account", "host", ("ended_at", admin.EmptyFieldListFilter))
    date_hierarchy = "started_at"


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

    @admin.display(description="page")
    def files(self, snapshot: Snapshot) -> str:
        if not snapshot.html_path:
            return "not kept"
        return format_html('<a href="{}">Download it</a>', _address_of(snapshot, "html"))

    @admin.display(description="picture")
    def image(self, snapshot: Snapshot) -> str:
        if not snapshot.image_path:
            return "not kept"
        return format_html('<img src="{}" alt="" style="max-width: 100%">', _address_of(snapshot, "image"))

    @admin.display(description="text")
    def text(self, snapshot: Snapshot) -> str:
        text = snapshots.text_of(snapshot)[:MOST_SHOWN]
        return format_html('<pre style="white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>', text)


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


@admin.register(LinkedInSelector)
class LinkedInSelectorAdmin(RecordAdmin):
    """What a page proposed is hostile text until a person has compared it with what was there before."""

    list_display = (
        "key",
        "kind",
        "value",
        "state",
        "score",
        "successes",
        "failures",
        "last_success_at",
        "last_failure_at",
    )
    list_filter = ("state", "origin", "kind")
    search_fields = ("key", "value")
    date_hierarchy = "last_success_at"
    fields = (*list_display, "name", "origin", "decided_by", "decided_at", "before", "after", "why")
    readonly_fields = ("before", "after", "why")
    actions = ("accept", "refuse")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("engine.change_linkedinselector")

    @admin.display(description="what was there when it last was found")
    def before(self, selector: LinkedInSelector) -> str:
        return _fragment(
            selector.evidence.get("before") or selector.evidence.get("looks", {}).get("fragment")
        )

    @admin.display(description="what is proposed")
    def after(self, selector: LinkedInSelector) -> str:
        return _fragment(selector.evidence.get("after"))

    @admin.display(description="why")
    def why(self, selector: LinkedInSelector) -> str:
        parts = [f"{name} {points}" for name, points in selector.evidence.get("why", {}).items() if points]
        text, pk = ", ".join(parts) or "-", selector.evidence.get("snapshot")
        if pk is None:
            return text
        address = reverse("admin:engine_snapshot_change", args=[pk])
        return format_html('{} · <a href="{}">snapshot {}</a>', text, address, pk)

    @admin.action(description="Accept: it may be clicked from now on", permissions=["decide"])
    def accept(self, request: HttpRequest, selectors: QuerySet[LinkedInSelector]) -> None:
        now, by = SystemClock().now(), request.user.get_username()
        moved = 0
        for selector in selectors:
            if clash := clash_of(selector, defaults()):
                self.message_user(request, f"{selector} is not accepted: {clash}.", messages.ERROR)
            else:
                moved += selector.accept(by, now)
        self.message_user(request, f"{moved} accepted.", messages.SUCCESS if moved else messages.WARNING)

    @admin.action(description="Refuse: it is neither used nor proposed again", permissions=["decide"])
    def refuse(self, request: HttpRequest, selectors: QuerySet[LinkedInSelector]) -> None:
        now, by = SystemClock().now(), request.user.get_username()
        moved = sum(selector.refuse(by, now) for selector in selectors)
        self.message_user(request, f"{moved} refused.", messages.SUCCESS if moved else messages.WARNING)


def _fragment(text: str | None) -> str:
    return format_html('<pre style="white-space: pre-wrap">{}</pre>', text) if text else "not known"


@admin.register(SpentPermit)
class SpentPermitAdmin(RecordAdmin):
    list_display = ("account", "bucket", "run_id", "taken_at", "spacing_seconds", "given_back_at")
    list_filter = ("account", "bucket", ("given_back_at", admin.EmptyFieldListFilter))
    search_fields = ("attempt_id",)
    date_hierarchy = "taken_at"
