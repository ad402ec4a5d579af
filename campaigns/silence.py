"""Schedules whose time came and went, and nobody was there to start anything."""

from datetime import datetime, timedelta

from django.db.models import Max, Q

from campaigns.models import Campaign, Worker
from campaigns.timetable import last_due

# A worker that is started anew with the machine is given the time to come.
SILENT_AFTER = timedelta(minutes=10)


def missed(now: datetime) -> list[tuple[Campaign, datetime]]:
    """Each active campaign with the last time that passed without a worker, and without a run that cron started."""
    if Worker.objects.alive(now).exists():
        return []
    scheduled = Campaign.objects.filter(is_active=True, account__state="active").exclude(schedule="")
    last_run = Max("runs__started_at", filter=Q(runs__is_dry_run=False))
    found = scheduled.select_related("account").annotate(last_run_at=last_run).order_by("pk")
    return [
        (campaign, due)
        for campaign in found
        if (due := last_due(campaign.schedule, now - SILENT_AFTER, campaign.account.zone))
        and due > max(_seen_at(campaign), campaign.last_run_at or campaign.created_at)
    ]


def _seen_at(campaign: Campaign) -> datetime:
    """Up to when a worker dealt with this schedule; what went before the campaign was not missed."""
    is_seen = campaign.schedule_seen == campaign.schedule
    return (campaign.schedule_seen_at if is_seen else None) or campaign.created_at
