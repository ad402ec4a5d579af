"""What is worth telling somebody who is not looking: read from what is on record, after the fact.

Nothing that acts waits for it, calls it or fails by it. Each thing has a key, so that of any number of processes that
find it one tells it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from campaigns import diagnosis, report
from campaigns.channels import Event, Notice, NoticeChannel, NoticeDelivery
from campaigns.models import Action, Campaign, Run
from engine.models import Account
from engine.ports import Clock

# What happened longer ago is news no more, after a time without a worker.
NEWS_FOR = timedelta(days=2)
# Told notices are kept as long as anything asks whether they were told.
KEPT_FOR = timedelta(days=90)
# A run that ended so and did nothing is no news: cron starts one every few minutes.
UNEVENTFUL = (Run.Outcome.NOTHING_TO_DO, Run.Outcome.OUTSIDE_HOURS, Run.Outcome.LIMIT_REACHED)
# The longest that an action waits for approval is the widest window of late wishes.
LONGEST_WAIT = timedelta(days=61)


@dataclass(frozen=True)
class News:
    event: Event
    account_id: int
    key: str
    summary: str
    happened_at: datetime
    details: dict[str, Any] = field(default_factory=dict)


def collect(clock: Clock) -> int:
    """Note what is new, with a delivery for each channel that wants it; how many notices that were."""
    channels = list(NoticeChannel.objects.filter(is_active=True))
    if settings.REHEARSAL or not channels:
        return 0
    now = clock.now()
    Notice.objects.filter(happened_at__lt=now - KEPT_FOR).delete()
    since = max(now - NEWS_FOR, min(channel.created_at for channel in channels))
    found = {news.key: news for news in everything(since, now)}
    told = set(Notice.objects.filter(key__in=found).values_list("key", flat=True))
    return sum(_keep(news, channels, now) for key, news in found.items() if key not in told)


def _keep(news: News, channels: Iterable[NoticeChannel], now: datetime) -> bool:
    """False where no channel wants it, or another process was faster."""
    notice = Notice(**vars(news))
    wanting = [channel for channel in channels if channel.wants(notice)]
    try:
        with transaction.atomic():
            if wanting:
                notice.save()
            NoticeDelivery.objects.bulk_create(
                NoticeDelivery(notice=notice, channel=channel, next_at=now) for channel in wanting
            )
    except IntegrityError:
        return False
    return bool(wanting)


def everything(since: datetime, now: datetime) -> Iterator[News]:
    yield from runs_finished(since)
    yield from accounts_paused(since)
    yield from doubts(since, now)
    yield from approvals(now)
    yield from silence(now)


def runs_finished(since: datetime) -> Iterator[News]:
    """Each that did something, was asked for, or needs a person; of several that failed alike one a day."""
    counts = {
        status: Count("actions", filter=Q(actions__status=status)) for status in ("done", "failed", "unknown")
    }
    ended = Run.objects.filter(status=Run.Status.ENDED, ended_at__gte=since).annotate(**counts)
    for run in ended.select_related("account", "campaign").order_by("pk"):
        did = {status: getattr(run, status) for status in counts}
        is_awaited = run.queued_at is not None and not run.is_dry_run
        if run.is_dry_run or (run.outcome in UNEVENTFUL and not any(did.values()) and not is_awaited):
            continue
        same = f"{run.campaign_id}:{run.outcome}:{run.ended_at:%Y-%m-%d}"
        key = f"run_finished:{run.pk}" if any(did.values()) or is_awaited else f"run_finished:{same}"
        told = ", ".join(f"{number} {status}" for status, number in did.items())
        yield News(
            Event.RUN_FINISHED, run.account_id, key, f"{run}: {run.outcome}; {told}", run.ended_at or since,
            {"run": run.pk, "campaign": run.campaign.name, "outcome": run.outcome, **did,
             "needs_person": report.EXIT_CODES.get(run.outcome, report.OK) == report.NEEDS_A_PERSON},
        )  # fmt: skip


def accounts_paused(since: datetime) -> Iterator[News]:
    for account in Account.objects.filter(state=Account.State.PAUSED, paused_at__gte=since):
        at = account.paused_at or since
        yield News(
            Event.ACCOUNT_PAUSED, account.pk, f"account_paused:{account.pk}:{at.isoformat()}",
            f"{account} is paused: {account.paused_reason}", at,
            {"reason": account.paused_reason, "advice": account.paused_advice},
        )  # fmt: skip


def doubts(since: datetime, now: datetime) -> Iterator[News]:
    """Those that the run which met them could not settle."""
    for action in _at_rest(Action.objects.in_doubt().filter(sending_at__gte=since)):
        yield News(
            Event.IN_DOUBT, action.account_id, f"in_doubt:{action.pk}:{action.attempt_id}",
            f"action {action.pk} of {action.campaign} is in doubt: it may have been sent", now,
            {"action": action.pk, "run": action.run_id, "campaign": action.campaign.name},
        )  # fmt: skip


def approvals(now: datetime) -> Iterator[News]:
    """One for all that began to wait since the last one of the campaign."""
    waiting = _at_rest(
        Action.objects.filter(status=Action.Status.PLANNED, approved_sha256="").filter(
            ~Q(held="") | Q(campaign__needs_approval=True)
        )
    )
    by_campaign: dict[Campaign, set[int]] = {}
    for action in waiting:
        by_campaign.setdefault(action.campaign, set()).add(action.pk)
    if not by_campaign:
        return
    told = Notice.objects.filter(event=Event.NEEDS_APPROVAL, happened_at__gt=now - LONGEST_WAIT)
    known = {pk for actions in told.values_list("details__actions", flat=True) for pk in actions}
    for campaign, actions in by_campaign.items():
        if fresh := sorted(actions - known):
            yield News(
                Event.NEEDS_APPROVAL, campaign.account_id, f"needs_approval:{fresh[0]}-{fresh[-1]}:{len(fresh)}",
                f"{campaign}: {len(actions)} {'waits' if len(actions) == 1 else 'wait'} for approval", now,
                {"campaign": campaign.name, "waiting": len(actions), "actions": fresh},
            )  # fmt: skip


def silence(now: datetime) -> Iterator[News]:
    """What did not happen: sessions that nobody renews, and days without a run."""
    events = {
        "session_ends_soon": Event.SESSION_ENDS,
        "no_session": Event.SESSION_ENDS,
        "no_run_today": Event.NO_RUN_TODAY,
    }
    for account in Account.objects.filter(campaigns__is_active=True).distinct():
        today = now.astimezone(account.zone).date()
        for finding in (*diagnosis.session(account, now), *diagnosis.missing_runs(account, now)):
            if event := events.get(finding.code):
                day = f":{today}" if event is Event.NO_RUN_TODAY else ""
                key = f"{finding.code}:{account.pk}{day}:{finding.what}"[:200]
                yield News(event, account.pk, key, finding.what, now, {"advice": finding.todo})


def _at_rest(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Those of accounts without a run under way, which may still change everything."""
    busy = Run.objects.filter(status=Run.Status.RUNNING).values("account")
    return actions.exclude(account__in=busy).select_related("campaign").order_by("pk")
