"""The sign of life of a run, from a thread of its own: one step in the browser may take minutes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connections

from campaigns.models import Run
from engine.errors import LeaseLost
from engine.ports import Clock

# Six of them are missed before the heartbeat is stale (Run.STALE_AFTER).
HEARTBEAT_SECONDS = 20.0
# A beat that waits for a locked database holds up the end of its run no longer than this.
LAST_BEAT_SECONDS = 5.0


@contextmanager
def beating(run: Run, clock: Clock, every: float = HEARTBEAT_SECONDS) -> Iterator[None]:
    """Keep the run's heartbeat fresh while the block goes on, however long its steps take."""
    over = threading.Event()
    thread = threading.Thread(
        target=_beat_until, args=(over, run, clock, every), name="heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(LAST_BEAT_SECONDS)


def _beat_until(over: threading.Event, run: Run, clock: Clock, every: float) -> None:
    """A lost lease and a database that fails are found, and acted upon, by the run's own next step."""
    try:
        with suppress(LeaseLost):
            while not over.wait(every):
                with suppress(DatabaseError):
                    run.beat(clock.now())
    finally:
        connections.close_all()  # this thread's own
