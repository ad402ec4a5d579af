"""Lockouts: who tried too many passwords from where; deleting one lets them try again."""

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from engine.admin.records import RecordAdmin
from engine.pace import SystemClock

TONES = {"locked": "danger", "counted": "info", "over": "success"}


@admin.register(AccessAttempt)
class LockoutAdmin(RecordAdmin):
    """For administrators only: some type a password where the name belongs."""

    list_display = ("username", "ip_address", "failures_since_start", "state", "attempt_time")
    fields = ("ip_address", "failures_since_start", "shown_state", "attempt_time", "user_agent")
    readonly_fields = ("shown_state",)
    search_fields = ("username", "ip_address")
    ordering = ("-attempt_time",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    @display(description=gettext_lazy("state"), label=TONES)
    def state(self, attempt: AccessAttempt) -> tuple[str, str]:
        if attempt.attempt_time + settings.AXES_COOLOFF_TIME <= SystemClock().now():
            return "over", _("over")
        if attempt.failures_since_start < settings.AXES_FAILURE_LIMIT:
            return "counted", _("counted")
        return "locked", _("locked out")

    @display(description=gettext_lazy("state"))
    def shown_state(self, attempt: AccessAttempt) -> str:
        _tone, words = self.state(attempt)
        return str(words)
