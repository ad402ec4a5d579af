"""How far a run is, and the stream of it for whoever watches."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict

from django.db.models import Count, Q

from campaigns.models import Action, Run
from engine.ports import Clock

# The database is asked so often while somebody watches.
LOOK_SECONDS = 1.0
# Without news the same event is sent again, so that a watcher who is gone is noticed.
KEEP_ALIVE_SECONDS = 15.0


class Progress(TypedDict):
    run: int
    status: str
    outcome: str
    reason: str
    planned: int  # what the run found to do, all in all
    done: int
    failed: int
    unknown: int
    left: int  # what its campaign has still planned
    step: str
    next_action_at: datetime | None
    starts_at: datetime | None


def progress_of(run: Run) -> Progress:
    """As the run was read, with its actions counted now: two queries."""
    acted = Action.objects.filter(run=run).aggregate(
        **{status: Count("pk", filter=Q(status=status)) for status in ("done", "failed", "unknown")}
    )
    left = Action.objects.filter(campaign=run.campaign_id, status=Action.Status.PLANNED).count()
    return Progress(
        run=run.pk, status=run.status, outcome=run.outcome, reason=run.reason, planned=run.to_do,
        done=acted["done"], failed=acted["failed"], unknown=acted["unknown"], left=left,
        step=run.step, next_action_at=run.next_action_at, starts_at=run.starts_at,
    )  # fmt: skip


def events(run: Run, clock: Clock) -> Iterator[Progress]:
    """The progress now, then whenever it changed, until the run has ended; that it did is the last event."""
    told, silent_since = None, clock.monotonic()
    while True:
        run.refresh_from_db()
        now = progress_of(run)
        if now != told or clock.monotonic() - silent_since >= KEEP_ALIVE_SECONDS:
            told, silent_since = now, clock.monotonic()
            yield now
        if run.status == Run.Status.ENDED:
            return
        clock.sleep(LOOK_SECONDS)
