"""What a worker looks after beside its runs, from threads of its own: a run may take hours."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from django.db import DatabaseError, connections

from campaigns import delivery, notices, schedules, tasks
from campaigns.models import Run, Worker
from engine.ports import Clock

log = logging.getLogger("campaigns.worker")

# Six of them are missed before a worker counts as silent (Worker.SILENT_AFTER).
EVERY_SECONDS = 10.0
# Notices are looked for once in so many rounds.
NOTICES_EVERY = 3
# Whoever ends waits so long at most for a notice that is on its way.
LAST_SECONDS = 5.0


def look_after_runs(clock: Clock) -> None:
    """Expire, bring again, go on with, start: whatever of it is due."""
    if expired := Run.objects.expire(clock.now()):
        log.warning("%d queued runs have expired", expired)
    for run in tasks.bring_again(clock):
        log.warning("run %s had lost its task, and has a new one", run.pk)
    for run in tasks.take_over(clock):
        log.warning("run %s goes on with run %s, whose worker died", run.pk, run.takes_over_id)
    for run in schedules.start_due(clock):
        log.info("run %s is due: %s", run.pk, run.campaign)


@contextmanager
def upkeep(worker: Worker, clock: Clock, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Within the block the worker gives signs of life, runs are looked after, and notices are sent."""
    over = threading.Event()

    def live() -> None:
        worker.beat(clock.now())
        look_after_runs(clock)

    def tell() -> None:
        notices.collect(clock)
        delivery.deliver(clock)

    with ExitStack() as ends:
        ends.callback(_leave, worker, clock)
        # Notices have a thread of their own: a receiver that does not answer holds up nothing else.
        for name, duty, pause in (("upkeep", live, every), ("notices", tell, every * NOTICES_EVERY)):
            thread = threading.Thread(target=_repeat, args=(over, duty, pause), name=name, daemon=True)
            thread.start()
            ends.callback(thread.join, LAST_SECONDS)
        ends.callback(over.set)
        yield


def _leave(worker: Worker, clock: Clock) -> None:
    with suppress(DatabaseError):  # it is counted as silent soon anyway
        worker.leave(clock.now())


def _repeat(over: threading.Event, duty: Callable[[], None], every: float) -> None:
    """A database that fails is asked again next time; the runs themselves notice it on their own."""
    try:
        while True:
            try:
                duty()
            except DatabaseError as error:
                log.warning("%s failed: %s", threading.current_thread().name, type(error).__name__)
            if over.wait(every):
                return
    finally:
        connections.close_all()  # this thread's own
