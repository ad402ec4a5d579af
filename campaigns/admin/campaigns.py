"""Campaigns: their settings, and the buttons that start them."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display

from campaigns.admin import badges
from campaigns.admin.criteria import WEIGHT_FIELDS, CampaignForm
from campaigns.admin.starts import Panel, StartForm, may_start
from campaigns.models import Action, Busy, Campaign, Run
from campaigns.rehearsing import request_rehearsal
from campaigns.rescoring import rescore_outdated
from campaigns.sourcing_downloads import download, read_choice
from campaigns.starting import why_not_ready
from campaigns.tasks import request_run
from engine.admin.object_pages import ObjectPageAdmin
from engine.errors import AccountPaused
from engine.pace import SystemClock

WEIGHTS = tuple(WEIGHT_FIELDS.values())
FIRST = (None, {"fields": ("name", "kind", "account")})
GENERAL = (None, {"fields": (("name", "kind"), ("account", "is_active"), "schedule", "needs_approval")})
OF_KIND: dict[str, tuple[Any, ...]] = {
    Campaign.Kind.BIRTHDAY: (
        (gettext_lazy("Birthdays"), {"fields": ("sends_late", "late_days", "reply_guard_days")}),
    ),
    Campaign.Kind.SOURCING: (
        (gettext_lazy("Whom it looks for"), {"fields": ("search_url", "reads_details")}),
        (
            gettext_lazy("What the fit score looks for"),
            {
                "fields": (
                    "keywords",
                    ("min_years", "seniority"),
                    "certifications",
                    "languages",
                    "location",
                    "open_to_work",
                )
            },
        ),
        (gettext_lazy("What counts how much"), {"fields": (WEIGHTS[:3], WEIGHTS[3:])}),
    ),
    Campaign.Kind.INVITATIONS: (
        (gettext_lazy("Invitations"), {"fields": ("withdraw_after_days", "keep_list")}),
    ),
}


@admin.register(Campaign)
class CampaignAdmin(ObjectPageAdmin):
    form = CampaignForm
    list_display = ("shown", "is_active", "schedule", "needs_approval", "last_outcome", "planned", "in_doubt")
    list_filter = ("kind", "account", "is_active")
    list_select_related = ("account",)
    search_fields = ("name", "account__name")
    actions: ClassVar = ["start_chosen", "dry_run_chosen"]
    change_form_outer_before_template = "admin/campaigns/campaign/panel.html"
    warn_unsaved_form = True

    class Media:
        css: ClassVar = {"all": ("campaigns/admin/story.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        of_status = {
            name: Count("actions", filter=Q(actions__status=status))
            for name, status in (("doubts", Action.Status.UNKNOWN), ("plans", Action.Status.PLANNED))
        }
        last = Run.objects.filter(campaign=OuterRef("pk")).order_by("-pk")
        outcomes = {name: Subquery(last.values(name)[:1]) for name in ("outcome", "status", "pk")}
        campaigns = super().get_queryset(request).select_related("account")
        return campaigns.annotate(**of_status, **{f"last_{name}_": found for name, found in outcomes.items()})  # type: ignore[no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """A new campaign says its kind first; then it shows what its kind has to set."""
        return (FIRST,) if obj is None else (GENERAL, *OF_KIND.get(obj.kind, ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> tuple[str, ...]:
        """What it did so far was of its kind and of its account."""
        return () if obj is None else ("kind", "account")

    def response_add(
        self, request: HttpRequest, obj: Campaign, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To its settings, unless another one is to be added."""
        answer = super().response_add(request, obj, post_url_continue)
        if {"_addanother", "_popup"} & set(request.POST):
            return answer  # type: ignore[no-any-return]
        return redirect("admin:campaigns_campaign_change", obj.pk)

    def views_below(self) -> Mapping[str, Callable[..., HttpResponseBase]]:
        return {
            "start": require_POST(self.start_one),
            "rehearse": require_POST(self.rehearse_one),
            "rescore": require_POST(self.rescore_one),
            "export": require_GET(self.export_one),
        }

    def told(self, request: HttpRequest, obj: Campaign) -> dict[str, Any]:
        return {"panel": Panel(obj, request, SystemClock())}

    def start_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form's one button says whether it is a dry run."""
        if not self.has_start_permission(request):
            raise PermissionDenied
        campaign = get_object_or_404(Campaign.objects.select_related("account"), pk=pk)
        form = StartForm(request.POST)
        if not form.is_valid():
            self.message_user(request, _("At most: a whole number from 1 to 1,000."), messages.ERROR)
        elif run := self._start(request, campaign, form, dry_run=request.POST.get("mode") != "run"):
            return redirect("admin:campaigns_run_change", run.pk)
        return redirect("admin:campaigns_campaign_change", pk)

    def rehearse_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_start_permission(request):
            raise PermissionDenied
        campaign = get_object_or_404(Campaign, pk=pk)
        if request_rehearsal(campaign, SystemClock()):
            self.message_user(request, _("Queued: a worker rehearses it."), messages.SUCCESS)
        else:
            told = _("A rehearsal of it is waited for already, or under way.")
            self.message_user(request, told, messages.WARNING)
        return redirect("admin:campaigns_campaign_change", pk)

    def rescore_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        campaign = get_object_or_404(Campaign, pk=pk, kind=Campaign.Kind.SOURCING)
        try:
            told = rescore_outdated(campaign)
        except ValidationError as error:
            self.message_user(request, "; ".join(error.messages), messages.ERROR)
        else:
            words = _("Scored again: %(read)s, of which %(up)s went up and %(down)s down; %(left)s are left.")
            self.message_user(request, words % told, messages.SUCCESS)
        return redirect("admin:campaigns_campaign_change", pk)

    def export_one(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not (self.has_view_permission(request) and request.user.has_perm("contacts.view_contact")):
            raise PermissionDenied
        campaign = get_object_or_404(Campaign, pk=pk)
        try:
            choice = read_choice(request.GET)
        except ValidationError as error:
            return HttpResponseBadRequest("; ".join(error.messages), content_type="text/plain; charset=utf-8")
        return download(campaign, choice, mark="\ufeff" if choice.format == "csv" else "")

    def _start(
        self, request: HttpRequest, campaign: Campaign, form: StartForm, *, dry_run: bool
    ) -> Run | None:
        if lack := why_not_ready(campaign):
            self.message_user(request, f"{campaign}: {lack}", messages.ERROR)
            return None
        try:
            return request_run(
                campaign, form.options, SystemClock(), dry_run=dry_run, requested_by=f"user {request.user}"
            )
        except Busy as busy:
            address = reverse("admin:campaigns_run_change", args=[busy.run.pk])
            link = format_html('{}: <a href="{}">{}</a>', _("Not started"), address, busy)
            self.message_user(request, link, messages.ERROR)
        except AccountPaused as paused:
            told = _("Not started: the account is paused: %(why)s") % {"why": paused.reason}
            self.message_user(request, told, messages.ERROR)
        return None

    def _start_each(self, request: HttpRequest, campaigns: QuerySet[Campaign], *, dry_run: bool) -> None:
        form = StartForm({})
        form.is_valid()
        started = [run for each in campaigns if (run := self._start(request, each, form, dry_run=dry_run))]
        for run in started:
            address = reverse("admin:campaigns_run_change", args=[run.pk])
            self.message_user(request, format_html('{}: <a href="{}">{}</a>', _("Queued"), address, run))

    @admin.action(description=gettext_lazy("Run now: does for real what is due"), permissions=["start"])
    def start_chosen(self, request: HttpRequest, campaigns: QuerySet[Campaign]) -> None:
        self._start_each(request, campaigns, dry_run=False)

    @admin.action(description=gettext_lazy("Dry run: shows what it would do"), permissions=["start"])
    def dry_run_chosen(self, request: HttpRequest, campaigns: QuerySet[Campaign]) -> None:
        self._start_each(request, campaigns, dry_run=True)

    def has_start_permission(self, request: HttpRequest) -> bool:
        return may_start(request)

    @display(description=gettext_lazy("campaign"), ordering="name", header=True)
    def shown(self, campaign: Campaign) -> tuple[str, str]:
        return campaign.name, f"{campaign.get_kind_display()} · {campaign.account}"

    @display(description=gettext_lazy("last run"), label=badges.RUNS)
    def last_outcome(self, campaign: Any) -> tuple[str, str] | None:
        value = campaign.last_outcome_ or campaign.last_status_
        return (value, badges.spoken(value)) if value else None

    @display(description=gettext_lazy("planned"), ordering="plans")
    def planned(self, campaign: Any) -> int:
        return campaign.plans  # type: ignore[no-any-return]

    @display(description=gettext_lazy("in doubt"), ordering="doubts")
    def in_doubt(self, campaign: Any) -> int:
        return campaign.doubts  # type: ignore[no-any-return]
