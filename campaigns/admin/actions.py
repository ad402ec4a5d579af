"""Actions: what was planned, done and left undone; with the ways to the approvals and to the doubts."""

from functools import partial
from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import action, display

from campaigns.admin import approvals, badges, doubts
from campaigns.models import Action
from engine.admin.records import RecordAdmin


@admin.register(Action)
class ActionAdmin(RecordAdmin):
    list_display = ("contact", "occasion", "state", "due_on", "text", "reason", "approved_by", "run")
    list_filter = ("status", "campaign", "due_on")
    list_select_related = ("contact", "campaign", "approved_by", "run__campaign")
    search_fields = ("contact__name", "contact__profile_url", "occasion", "text")
    date_hierarchy = "due_on"
    actions_list: ClassVar = ["to_approvals", "to_doubts"]

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        own = [
            path(
                "approvals/",
                guarded(require_safe(partial(approvals.page, self.admin_site))),
                name="campaigns_action_approvals",
            ),
            path(
                "approvals/decide/", guarded(require_POST(approvals.decide)), name="campaigns_action_decide"
            ),
            path(
                "doubts/",
                guarded(require_safe(partial(doubts.page, self.admin_site))),
                name="campaigns_action_doubts",
            ),
            path("<int:pk>/settle/", guarded(require_POST(doubts.settle)), name="campaigns_action_settle"),
        ]
        return [*own, *super().get_urls()]

    @action(description=_("Approvals"), url_path="to-approvals", icon="approval")
    def to_approvals(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:campaigns_action_approvals")

    @action(description=_("In doubt"), url_path="to-doubts", icon="help")
    def to_doubts(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:campaigns_action_doubts")

    @display(description=_("status"), ordering="status", label=badges.ACTIONS)
    def state(self, action: Action) -> tuple[str, str]:
        return action.status, badges.name_of(action)
