"""Runs: what each did, and how one is stopped or ended."""

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from campaigns.admin.ending_runs import end_dead
from campaigns.admin.records import RecordAdmin
from campaigns.models import Run


@admin.register(Run)
class RunAdmin(RecordAdmin):
    list_display = ("id", "campaign", "status", "outcome", "reason", "started_at", "ended_at")
    list_filter = ("status", "outcome", "campaign")
    list_select_related = ("campaign",)
    date_hierarchy = "started_at"
    actions: ClassVar = ["stop", end_dead]

    @admin.action(description="Stop between two actions", permissions=["stop"])
    def stop(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        asked = sum(run.request_stop(Now()) for run in runs)
        self.message_user(request, f"{asked} asked to stop.", messages.SUCCESS)

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("campaigns.change_run")
