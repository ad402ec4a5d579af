"""Campaigns, runs, actions and templates for the staff; states change through the models' own mutators."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from campaigns import notice_admin  # noqa: F401 - registers
from campaigns.ending_runs import end_dead
from campaigns.models import Action, Campaign, MessageTemplate, Run


class RecordAdmin(ModelAdmin):
    """A record of what happened: looked at, never written by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ModelAdmin):
    list_display = ("name", "purpose", "language", "text", "is_active")
    list_filter = ("purpose", "language", "is_active")
    search_fields = ("name", "text")


@admin.register(Campaign)
class CampaignAdmin(ModelAdmin):
    list_display = (
        "name",
        "account",
        "kind",
        "is_active",
        "needs_approval",
        "sends_late",
        "late_days",
        "in_doubt",
    )
    list_filter = ("kind", "account", "is_active")
    list_select_related = ("account",)
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "kind", "account", "is_active", "needs_approval")}),
        ("When", {"fields": ("schedule",)}),
        ("Birthdays", {"fields": ("sends_late", "late_days", "reply_guard_days")}),
        ("Sourcing", {"fields": ("search_url", "reads_details", "criteria")}),
        ("Invitations", {"fields": ("withdraw_after_days", "keep_list")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        doubts = Count("actions", filter=Q(actions__status=Action.Status.UNKNOWN))
        return super().get_queryset(request).annotate(doubts=doubts)  # type: ignore[no-any-return]

    @admin.display(ordering="doubts")
    def in_doubt(self, campaign: Any) -> int:
        return campaign.doubts  # type: ignore[no-any-return]


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


@admin.register(Action)
class ActionAdmin(RecordAdmin):
    list_display = ("contact", "occasion", "status", "due_on", "text", "reason", "approved_by", "run")
    list_filter = ("status", "campaign", "due_on")
    list_select_related = ("contact", "campaign", "approved_by", "run")
    search_fields = ("contact__name", "contact__profile_url", "occasion", "text")
    date_hierarchy = "due_on"
    actions: ClassVar = ["approve", "was_sent", "was_not_sent"]

    @admin.action(description="Approve these exact texts", permissions=["decide"])
    def approve(self, request: HttpRequest, actions: QuerySet[Action]) -> None:
        self._decide(request, actions, "approved", lambda action: action.approve(request.user, Now()))

    @admin.action(description="In doubt: it was sent", permissions=["decide"])
    def was_sent(self, request: HttpRequest, actions: QuerySet[Action]) -> None:
        proof = {"proof": f"{request.user} looked and said it was sent"}
        doubts = actions.filter(status=Action.Status.UNKNOWN)
        self._decide(request, doubts, "recorded as sent", lambda action: action.complete(proof, Now()))

    @admin.action(description="In doubt: it was not sent (may be sent again)", permissions=["decide"])
    def was_not_sent(self, request: HttpRequest, actions: QuerySet[Action]) -> None:
        reason = f"{request.user} looked and said it was not sent"
        doubts = actions.filter(status=Action.Status.UNKNOWN)
        self._decide(request, doubts, "recorded as not sent", lambda action: action.fail(reason, Now()))

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("campaigns.change_action")

    def _decide(
        self, request: HttpRequest, actions: QuerySet[Action], done: str, decision: Callable[[Action], bool]
    ) -> None:
        chosen = list(actions)
        decided = sum(decision(action) for action in chosen)
        others = len(chosen) - decided
        kept = f" {others} were not in the state for it and stay as they are." if others else ""
        self.message_user(
            request, f"{decided} {done}.{kept}", messages.WARNING if others else messages.SUCCESS
        )
