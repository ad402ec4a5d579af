"""Runs: the story of each, and how one is stopped or ended."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from campaigns.admin import badges
from campaigns.admin.ending_runs import end_dead
from campaigns.admin.story import Story
from campaigns.models import Action, Run
from campaigns.tasks import request_stop
from engine.admin.object_pages import ObjectPageAdmin
from engine.admin.records import RecordAdmin
from engine.pace import SystemClock

ACTED = (Action.Status.DONE, Action.Status.FAILED, Action.Status.UNKNOWN)


@admin.register(Run)
class RunAdmin(ObjectPageAdmin, RecordAdmin):
    list_display = ("shown", "state", "started_at", "lasted", "done", "failed", "unknown", "reason")
    list_filter = ("status", "outcome", "is_dry_run", "campaign", "account")
    list_select_related = ("campaign", "account")
    search_fields = ("campaign__name", "reason", "requested_by")
    date_hierarchy = "started_at"
    ordering = ("-pk",)
    actions: ClassVar = ["stop", end_dead]
    fields = ()
    change_form_template = "admin/campaigns/run/story.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        counts = {status: Count("actions", filter=Q(actions__status=status)) for status in ACTED}
        runs = super().get_queryset(request).select_related("campaign", "account")
        return runs.annotate(**{f"{status}_count": count for status, count in counts.items()})  # type: ignore[no-any-return]

    def views_below(self) -> dict[str, Callable[..., HttpResponse]]:
        return {"stop": require_POST(self.stop_one)}

    def told(self, request: HttpRequest, obj: Run) -> dict[str, Any]:
        may_stop = self.has_stop_permission(request)
        return {"title": str(obj), "story": Story(obj, request.user), "can_stop": may_stop}

    def stop_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_stop_permission(request):
            raise PermissionDenied
        run = get_object_or_404(Run, pk=pk)
        if request_stop(run, SystemClock().now()):
            messages.success(request, _("It stops between two actions; what is left stays planned."))
        else:
            messages.warning(request, _("It was asked to stop before, or has ended."))
        return redirect("admin:campaigns_run_change", pk)

    @admin.action(description=gettext_lazy("Stop between two actions"), permissions=["stop"])
    def stop(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        now = SystemClock().now()
        asked = sum(request_stop(run, now) for run in runs)
        told = ngettext("%(count)d asked to stop.", "%(count)d asked to stop.", asked) % {"count": asked}
        self.message_user(request, told, messages.SUCCESS)

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("campaigns.change_run")

    @display(description=gettext_lazy("run"), ordering="pk", header=True)
    def shown(self, run: Run) -> tuple[str, str]:
        dry = _("dry run, nothing is sent") if run.is_dry_run else ""
        return f"{run.campaign} · {run.pk}", " · ".join(filter(None, (str(run.account), dry)))

    @display(description=gettext_lazy("state"), ordering="outcome", label=badges.RUNS)
    def state(self, run: Run) -> tuple[str, str]:
        return badges.state_of(run)

    @display(description=gettext_lazy("lasted"))
    def lasted(self, run: Run) -> str:
        if run.ended_at is None:
            return _("not over")
        minutes, seconds = divmod(int((run.ended_at - run.started_at).total_seconds()), 60)
        return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"

    @display(description=gettext_lazy("done"), ordering="done_count")
    def done(self, run: Any) -> int:
        return run.done_count  # type: ignore[no-any-return]

    @display(description=gettext_lazy("failed"), ordering="failed_count")
    def failed(self, run: Any) -> int:
        return run.failed_count  # type: ignore[no-any-return]

    @display(description=gettext_lazy("in doubt"), ordering="unknown_count")
    def unknown(self, run: Any) -> int:
        return run.unknown_count  # type: ignore[no-any-return]
