"""Actions: approvals of exact texts, and doubts that a person settles."""

from collections.abc import Callable
from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from campaigns.admin.records import RecordAdmin
from campaigns.models import Action


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
