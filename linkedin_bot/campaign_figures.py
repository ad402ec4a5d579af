"""Runs and actions in figures, as the database knows them: of all processes and machines."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Count, Max

from campaigns.models import Action, Campaign, Run, Worker
from linkedin_bot.families import Family, counter, gauge

OF_CAMPAIGN = ("account", "campaign", "kind")
Labels = Mapping[int, list[str]]


def campaign_figures(now: datetime) -> Iterator[Family]:
    """Five queries, however many runs there were."""
    known = Campaign.objects.values_list("pk", "account__name", "name", "kind")
    campaigns = {pk: labels for pk, *labels in known}
    yield from ended_runs(campaigns)
    yield from active_runs(campaigns)
    yield actions(campaigns)
    alive = gauge("workers_alive", "Workers that gave a sign of life lately.")
    alive.add_metric([], Worker.objects.alive(now).count())
    yield alive


def ended_runs(campaigns: Labels) -> Iterator[Family]:
    """Every outcome is there from the beginning: what grows from nothing is no increase to a Prometheus."""
    ended = counter("runs", "Runs that ended, by outcome.", *OF_CAMPAIGN, "outcome")
    last = gauge("run_last_started_timestamp_seconds", "When the last run was started.", *OF_CAMPAIGN)
    counts: Counter[tuple[int, str]] = Counter()
    started: dict[int, datetime] = {}
    rows = Run.objects.values_list("campaign_id", "outcome").order_by()
    for campaign, outcome, count, at in rows.annotate(count=Count("pk"), at=Max("started_at")):
        counts[campaign, outcome] = count
        started[campaign] = max(started.get(campaign, at), at)
    for campaign, labels in campaigns.items():
        for outcome in Run.Outcome.values:
            ended.add_metric([*labels, outcome], counts[campaign, outcome])
        if campaign in started:
            last.add_metric(labels, started[campaign].timestamp())
    yield from (ended, last)


def active_runs(campaigns: Labels) -> Iterator[Family]:
    active = gauge("run_active", "1 for a run that is under way, or queued.", *OF_CAMPAIGN, "status")
    beat = gauge("run_heartbeat_timestamp_seconds", "The last sign of life of a run under way.", *OF_CAMPAIGN)
    rows = Run.objects.exclude(status=Run.Status.ENDED).filter(campaign__in=campaigns)
    for campaign, status, at in rows.values_list("campaign_id", "status", "heartbeat_at"):
        active.add_metric([*campaigns[campaign], status], 1)
        if status == Run.Status.RUNNING:
            beat.add_metric(campaigns[campaign], at.timestamp())
    yield from (active, beat)


def actions(campaigns: Labels) -> Family:
    """A gauge: an action moves from one status to the next, and an erasure removes it."""
    family = gauge("actions", "Actions, by what became of them.", *OF_CAMPAIGN, "status")
    rows = Action.objects.values_list("campaign_id", "status").annotate(count=Count("pk")).order_by()
    counts = {(campaign, status): count for campaign, status, count in rows}
    for campaign, labels in campaigns.items():
        for status in Action.Status.values:
            family.add_metric([*labels, status], counts.get((campaign, status), 0))
    return family
