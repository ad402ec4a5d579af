"""Rehearsals that are asked for from the admin: a worker performs the command, and the counts are kept."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from campaigns.models import Campaign
from campaigns.rehearsal import MANAGE
from campaigns.stopping import stop_asked
from campaigns.tasks import QUEUE
from engine.ports import Clock

try:
    from django.tasks import task  # Django 6
except ImportError:
    from django_tasks import task  # type: ignore[no-redef,unused-ignore]

# Runs that are for real go first.
PRIORITY = -50
LOOK_SECONDS = 1.0
# Longer than any: whoever waited so long for a worker, or for its end, waits for a dead one.
LONGEST = timedelta(hours=1)
# No names and no texts: what a task leaves behind outlives an erasure.
COUNTS = ("done", "failed", "unknown", "skipped", "left")


def request_rehearsal(campaign: Campaign, clock: Clock) -> bool:
    """Queue one for a worker; False where one of this campaign waits already, or is under way."""
    awaited = rehearsals_of(campaign).filter(status__in=["READY", "RUNNING"])
    if awaited.filter(enqueued_at__gt=clock.now() - LONGEST).exists():
        return False
    perform_rehearsal.using(priority=PRIORITY).enqueue(campaign.pk)
    return True


def rehearsals_of(campaign: Campaign) -> "QuerySet[DBTaskResult[Any, Any]]":
    """The latest first."""
    asked = {"args": [campaign.pk], "kwargs": {}}
    found = DBTaskResult.objects.filter(task_path=perform_rehearsal.module_path, args_kwargs=asked)
    return found.order_by("-enqueued_at")


@task(queue_name=QUEUE)
def perform_rehearsal(campaign_id: int) -> dict[str, Any]:
    """What a worker does, in its main thread; a signal ends the rehearsal at once, since nothing of it is real."""
    asked: Callable[[], bool] = bool
    try:
        with stop_asked() as asked:
            return rehearse_campaign(campaign_id, asked)
    finally:
        if asked():
            signal.raise_signal(signal.SIGTERM)  # the worker has its own handler back, and ends as well


def rehearse_campaign(
    campaign_id: int, should_stop: Callable[[], bool], program: Sequence[str] = (sys.executable, MANAGE)
) -> dict[str, Any]:
    """Outcome and counts; only an empty outcome where the campaign is gone or the command told nothing."""
    campaign = Campaign.objects.select_related("account").filter(pk=campaign_id).first()
    if campaign is None:
        return {"outcome": ""}
    options = ["--account", campaign.account.name, "--rehearse", "--json"]
    process = subprocess.Popen(
        [*program, "run_campaign", campaign.name, *options],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with process:
        return _told(_output_of(process, should_stop))


def _output_of(process: "subprocess.Popen[str]", should_stop: Callable[[], bool]) -> str:
    while True:
        try:
            return process.communicate(timeout=LOOK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            if should_stop():
                process.terminate()


def _told(output: str) -> dict[str, Any]:
    try:
        report = json.loads(output.strip().rpartition("\n")[2])
    except ValueError:
        report = None
    if not isinstance(report, Mapping):
        return {"outcome": ""}
    return {"outcome": str(report.get("outcome", "")), **{name: int(report.get(name, 0)) for name in COUNTS}}
