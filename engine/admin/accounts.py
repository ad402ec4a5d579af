"""Accounts: their state, limits and hours; pausing and resuming them."""

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from engine.models import Account, StoredSession
from engine.pace import SystemClock
from engine.ratelimit.windows import BUCKETS, windows_of


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
