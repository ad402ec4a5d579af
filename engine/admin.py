"""The staff's view of accounts, sessions, browsers, selectors and spent quota."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from engine.models import Account, BrowserProcess, LinkedInSelector, SpentPermit, StoredSession
from engine.pace import SystemClock


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
        "created_at",
    )
    list_select_related = ("session",)
    actions = ("pause", "resume")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description="working hours")
    def hours(self, account: Account) -> str:
        return f"{account.hours_start:%H:%M}–{account.hours_end:%H:%M} {account.time_zone}"

    @admin.display(description="messages per run / day / week")
    def limits(self, account: Account) -> str:
        return f"{account.messages_per_run} / {account.messages_per_day} / {account.messages_per_week}"

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


@admin.register(BrowserProcess)
class BrowserProcessAdmin(RecordAdmin):
    list_display = ("account", "host", "group_id", "started_at", "ended_at")
    list_filter = ("account", "host", ("ended_at", admin.EmptyFieldListFilter))
    date_hierarchy = "started_at"


@admin.register(LinkedInSelector)
class LinkedInSelectorAdmin(RecordAdmin):
    list_display = ("key", "value", "score", "successes", "failures", "last_success_at", "last_failure_at")
    search_fields = ("key", "value")
    date_hierarchy = "last_success_at"


@admin.register(SpentPermit)
class SpentPermitAdmin(RecordAdmin):
    list_display = ("account", "bucket", "run_id", "taken_at", "spacing_seconds", "given_back_at")
    list_filter = ("account", "bucket", ("given_back_at", admin.EmptyFieldListFilter))
    search_fields = ("attempt_id",)
    date_hierarchy = "taken_at"
