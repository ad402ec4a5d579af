"""The command that lists which campaign runs when."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.management import BaseCommand, CommandParser

from campaigns.models import Campaign, Run, Worker
from campaigns.policies import opens_at
from campaigns.timetable import next_due
from engine.pace import SystemClock

NEXT_TIMES = 3


class Command(BaseCommand):
    help = "List which campaign runs when, and what is queued."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, **options: Any) -> None:
        now = SystemClock().now()
        told = {
            "has_worker": Worker.objects.alive(now).exists(),
            "campaigns": list(scheduled(now)),
            "queued": list(queued()),
        }
        self.stdout.write(json.dumps(told) if options["json"] else "\n".join(as_lines(told)))


def scheduled(now: datetime) -> Iterator[dict[str, Any]]:
    """Each campaign with a schedule; a time outside the working hours says when the run really begins."""
    campaigns = Campaign.objects.exclude(schedule="").select_related("account")
    for campaign in campaigns.order_by("account__name", "name"):
        account = campaign.account
        starts = (
            opens_at(account, due).astimezone(account.zone)
            for due in next_due(campaign.schedule, now, account.zone)
        )
        yield {
            "account": account.name,
            "campaign": campaign.name,
            "schedule": campaign.schedule,
            "time_zone": account.time_zone,
            "next": [f"{start:%Y-%m-%d %H:%M}" for start in islice(starts, NEXT_TIMES)],
            "held_up": why_not(campaign),
        }


def why_not(campaign: Campaign) -> str:
    if not campaign.is_active:
        return "the campaign is not active"
    paused = campaign.account.state == campaign.account.State.PAUSED
    return f"the account is paused: {campaign.account.paused_reason}" if paused else ""


def queued() -> Iterator[dict[str, Any]]:
    for run in Run.objects.filter(status=Run.Status.QUEUED).select_related("account", "campaign"):
        yield {
            "run": run.pk,
            "account": run.account.name,
            "campaign": run.campaign.name,
            "starts_at": f"{run.starts_at:%Y-%m-%d %H:%M} UTC",
            "expires_at": f"{run.expires_at:%Y-%m-%d %H:%M} UTC",
        }


def as_lines(told: dict[str, Any]) -> Iterator[str]:
    for entry in told["campaigns"]:
        times = ", ".join(entry["next"])
        yield f"{entry['account']}/{entry['campaign']}: {entry['schedule']} ({entry['time_zone']}): {times}"
        if entry["held_up"]:
            yield f"  not started meanwhile: {entry['held_up']}"
    for entry in told["queued"]:
        yield (
            f"run {entry['run']} of {entry['account']}/{entry['campaign']} is queued: "
            f"from {entry['starts_at']} until {entry['expires_at']}"
        )
    if not told["campaigns"]:
        yield "No campaign has a schedule."
    if not told["has_worker"]:
        yield "No worker has given a sign of life lately: nothing starts before manage.py run_worker does."
