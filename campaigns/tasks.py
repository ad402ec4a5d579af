"""Runs in the background: asked for here, begun by whichever worker is free, watched from anywhere."""

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django_tasks_db.models import DBTaskResult

from campaigns import policies
from campaigns.kinds import Options, kind_of
from campaigns.models import Action, Busy, Campaign, Run, Worker
from campaigns.passes import Listener
from campaigns.progress import Progress, events, progress_of
from campaigns.runner import preview_campaign, run_campaign
from campaigns.stopping import stop_asked
from engine.errors import AccountPaused
from engine.pace import SystemClock
from engine.ports import Clock, World

try:
    from django.tasks import task  # Django 6
except ImportError:
    from django_tasks import task  # type: ignore[no-redef,unused-ignore]

__all__ = ["Progress", "events", "perform_run", "progress_of", "request_run", "request_stop", "take_over"]

QUEUE = "runs"
NO_WORKER = "no worker has given a sign of life lately: start one with manage.py run_worker"
# A worker that took a task begins its run within seconds; one that has not by then is gone.
BEGUN_WITHIN = timedelta(seconds=60)
# What a dead worker left is gone on with for so long after it was found.
TAKEN_OVER_WITHIN = timedelta(hours=1)


def request_run(
    campaign: Campaign,
    options: Options,
    clock: Clock,
    *,
    dry_run: bool = False,
    requested_by: str = "",
    takes_over: Run | None = None,
) -> Run:
    """Queue a run, which holds its account's one place from now on. Raises Busy naming the run, or AccountPaused.

    Outside the working hours it is accepted: `starts_at` says when it will begin, `expires_at` until when a worker
    has to. A dry run that needs no network waits for no hours.
    """
    now = clock.now()
    starts_at = now if _needs_no_hours(campaign, dry_run) else policies.opens_at(campaign.account, now)
    with transaction.atomic():
        run = Run.objects.queue(
            campaign, now, options=asdict(options), is_dry_run=dry_run, requested_by=requested_by[:100],
            starts_at=starts_at, expires_at=starts_at + timedelta(minutes=settings.RUN_QUEUE_MINUTES),
            takes_over=takes_over,
        )  # fmt: skip
        _bring(run, now)
        if not Worker.objects.alive(now).exists():
            run.note(NO_WORKER)
    return run


def _needs_no_hours(campaign: Campaign, dry_run: bool) -> bool:
    return settings.REHEARSAL or (dry_run and not kind_of(campaign).plans_from_network)


def _bring(run: Run, now: datetime) -> None:
    """Give the queued run a task, in the caller's transaction. Of several tasks of one run the first begins it."""
    later = run.starts_at if run.starts_at and run.starts_at > now else None
    run.task_id = perform_run.using(run_after=later).enqueue(run.pk).id
    run.save(update_fields=["task_id"])


def request_stop(run: Run, now: datetime | Now | None = None) -> bool:
    """Stop it between two actions; False when it was asked before, or has ended. A queued run ends at once."""
    return run.request_stop(now or Now())


@task(queue_name=QUEUE)
def perform_run(run_id: int) -> str:
    """What a worker does with a queued run, in its main thread; gives the outcome."""
    from campaigns.run_log import LogListener
    from engine.world import open_world

    clock = SystemClock()
    asked: Callable[[], bool] = bool
    try:
        with stop_asked() as asked:
            run = perform(run_id, clock, partial(open_world, clock=clock), LogListener(), asked)
            return run.outcome if run else ""
    finally:
        if asked():
            signal.raise_signal(signal.SIGTERM)  # the worker has its own handler back, and ends as well


def perform(
    run_id: int,
    clock: Clock,
    open_world: Callable[[Any], AbstractContextManager[World]],
    listener: Listener,
    should_stop: Callable[[], bool] = lambda: False,
) -> Run | None:
    """Begin the queued run and see it through; nothing is done where it has begun or ended already."""
    run = Run.objects.select_related("campaign__account", "account").filter(pk=run_id).first()
    if run is None or run.status != Run.Status.QUEUED:
        return run
    account = run.account
    if account.state != account.State.ACTIVE:
        run.end(Run.Outcome.ACCOUNT_PAUSED, clock.now(), str(AccountPaused(account.paused_reason)))
        return run
    start = preview_campaign if run.is_dry_run else run_campaign
    start(
        run.campaign,
        Options(**run.options),
        clock,
        partial(open_world, account),
        listener,
        should_stop,
        queued=run,
    )
    return run


def bring_again(clock: Clock) -> list[Run]:
    """A new task for each queued run whose own was lost with a worker before it began; which they are."""
    now, again = clock.now(), []
    due = Run.objects.filter(status=Run.Status.QUEUED, starts_at__lte=now - BEGUN_WITHIN, expires_at__gt=now)
    for run in due:
        with transaction.atomic():
            held = Run.objects.select_for_update().filter(pk=run.pk, task_id=run.task_id)
            if held.filter(status=Run.Status.QUEUED).exists() and not _may_still_begin(run, now):
                _bring(run, now)
                again.append(run)
    return again


def _may_still_begin(run: Run, now: datetime) -> bool:
    tasks = _task_of(run)
    return tasks.filter(status="READY").exists() or tasks.filter(started_at__gt=now - BEGUN_WITHIN).exists()


def _task_of(run: Run) -> QuerySet[DBTaskResult[Any, Any]]:
    return DBTaskResult.objects.filter(pk__in=[run.task_id] if run.task_id else [])


def take_over(clock: Clock) -> list[Run]:
    """Queue the successor of each run whose worker died, once; what it left in doubt is looked up first.

    A successor that dies too has none: what kills every worker must not go on for ever.
    """
    now = clock.now()
    for account_id in Run.objects.active().values_list("account_id", flat=True):
        Run.objects.sweep(account_id, now)
    crashed = Run.objects.filter(
        outcome=Run.Outcome.CRASHED, queued_at__isnull=False, ended_at__gt=now - TAKEN_OVER_WITHIN,
        takes_over=None, taken_over_by=None, stop_requested_at=None,
    )  # fmt: skip
    found = [_go_on(run, clock) for run in crashed.select_related("campaign__account").order_by("pk")]
    return [run for run in found if run]


def _go_on(dead: Run, clock: Clock) -> Run | None:
    """None where somebody else did, or the account is not free."""
    try:
        with transaction.atomic():
            type(dead.account)._default_manager.select_for_update().get(pk=dead.account_id)
            if dead.campaign.runs.filter(pk__gt=dead.pk).exists():
                return None
            _task_of(dead).filter(status="RUNNING").update(
                status="FAILED", finished_at=clock.now(), traceback="its worker died"
            )
            return request_run(
                dead.campaign, _left_of(dead), clock,
                dry_run=dead.is_dry_run, requested_by=dead.requested_by, takes_over=dead,
            )  # fmt: skip
    except (Busy, AccountPaused):
        return None


def _left_of(dead: Run) -> Options:
    """Its options, with as many actions less as it may have done: of its limit, and of what one run may do at all."""
    options, campaign = Options(**dead.options), dead.campaign
    at_most = kind_of(campaign).usual_limit(campaign)
    limit = at_most if options.limit is None else min(options.limit, at_most)
    untouched = (Action.Status.PLANNED, Action.Status.CLAIMED)
    return replace(options, limit=max(0, limit - dead.actions.exclude(status__in=untouched).count()))
