"""What a campaign's page offers above its settings: to start it, and what it did and will do."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from campaigns.admin import badges
from campaigns.kinds import Options, kind_of
from campaigns.models import Campaign, Run
from campaigns.rehearsing import rehearsals_of
from campaigns.rescoring import outdated_scores
from campaigns.starting import why_not_ready
from campaigns.timetable import next_due
from engine.ports import Clock

MOST_AT_ONCE = 1_000
RUNS_SHOWN = 5
TIMES_SHOWN = 3


class StartForm(forms.Form):
    limit = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_AT_ONCE,
        label=_("at most"),
        widget=UnfoldAdminIntegerFieldWidget,
    )

    @property
    def options(self) -> Options:
        return Options(limit=self.cleaned_data["limit"])


class Panel:
    """Reads the database a fixed number of times."""

    def __init__(self, campaign: Campaign, request: HttpRequest, clock: Clock) -> None:
        self.campaign, self.account = campaign, campaign.account
        self.can_start = may_start(request)
        self.runs = [
            (run, badges.state_of(run)[1], badges.RUNS[badges.state_of(run)[0]]) for run in _last(campaign)
        ]
        self.active = (
            Run.objects.active().filter(account=campaign.account_id).select_related("campaign").first()
        )
        self.form = StartForm(auto_id=False)
        self.next_times = _next_times(campaign, clock)
        self.rehearsal = rehearsals_of(campaign).first()
        self.lacks = why_not_ready(campaign)
        self.outdated_scores = outdated_scores(campaign)
        self.results = results_of(campaign)
        self.can_export = request.user.has_perm("contacts.view_contact")
        self.can_rescore = request.user.has_perm("campaigns.change_campaign")
        self.reads_network = kind_of(campaign).plans_from_network

    @property
    def rehearsed(self) -> str:
        """The outcome of the last rehearsal in words; empty where it told none."""
        told = self.rehearsal.return_value if self.rehearsal else None
        return badges.spoken(str((told or {}).get("outcome", "")))

    @property
    def is_paused(self) -> bool:
        return bool(self.account.state == self.account.State.PAUSED)


def may_start(request: HttpRequest) -> bool:
    return request.user.has_perm("campaigns.add_run")


def results_of(campaign: Campaign) -> int:
    """How many people it visited and scored."""
    if campaign.kind != Campaign.Kind.SOURCING:
        return 0
    return campaign.sourced_profiles.read().count()


def _last(campaign: Campaign) -> Any:
    return campaign.runs.order_by("-pk")[:RUNS_SHOWN]


def _next_times(campaign: Campaign, clock: Clock) -> list[Any]:
    if not (campaign.schedule and campaign.is_active):
        return []
    times = next_due(campaign.schedule, clock.now(), campaign.account.zone)
    return [time for time, _ in zip(times, range(TIMES_SHOWN), strict=False)]
