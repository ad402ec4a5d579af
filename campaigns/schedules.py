"""The schedules of campaigns: a time that has come queues one run, whichever worker notices first."""

import logging
from datetime import datetime

from django.db import transaction

from campaigns.kinds import Options
from campaigns.models import Busy, Campaign, Run
from campaigns.tasks import request_run
from campaigns.timetable import last_due
from engine.errors import AccountPaused
from engine.ports import Clock

log = logging.getLogger("campaigns.schedule")

REQUESTED_BY = "schedule"


def start_due(clock: Clock) -> list[Run]:
    """Queue the runs whose time has come.

    Times that were missed while no worker lived give one run, and none once their day is over. While another
    campaign has the account the run waits for its end.
    """
    scheduled = Campaign.objects.filter(is_active=True).exclude(schedule="").select_related("account")
    return [run for campaign in scheduled.order_by("pk") if (run := _start(campaign, clock))]


def _start(campaign: Campaign, clock: Clock) -> Run | None:
    now, zone = clock.now(), campaign.account.zone
    if campaign.schedule_seen != campaign.schedule or campaign.schedule_seen_at is None:
        _see(campaign, now)  # it is new, or another one: what went before was not missed
        return None
    due = last_due(campaign.schedule, now, zone)
    if due is None or due <= campaign.schedule_seen_at:
        return None
    is_today = due.astimezone(zone).date() == now.astimezone(zone).date()
    try:
        with transaction.atomic():
            if _see(campaign, now) and is_today:
                return request_run(campaign, Options(), clock, requested_by=REQUESTED_BY)
    except Busy as busy:
        if busy.run.campaign_id == campaign.pk and not busy.run.is_dry_run:
            _see(campaign, now)  # the run under way is the one that was due
    except AccountPaused as paused:
        log.warning("%s is due, and its account is paused: %s", campaign, paused.reason)
        _see(campaign, now)
    return None


def _see(campaign: Campaign, now: datetime) -> bool:
    """Note that all times up to now are dealt with; False where another worker did."""
    as_read = Campaign.objects.filter(
        pk=campaign.pk, schedule_seen=campaign.schedule_seen, schedule_seen_at=campaign.schedule_seen_at
    )
    return bool(as_read.update(schedule_seen=campaign.schedule, schedule_seen_at=now))
