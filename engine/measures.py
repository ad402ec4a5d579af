"""What a run's browser met and how long its steps took: counted in memory, added to the database now and then.

Runs are short processes on any number of machines, so only the database can add them up for whoever scrapes.
"""

import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

from engine.ports import Clock

log = logging.getLogger(__name__)
# The upper ends of the histogram of a step's seconds; 180 is the hard limit of an action.
BUCKETS = (0.5, 1, 2, 5, 10, 20, 45, 90, 180)
ENDS = (*(str(float(end)) for end in BUCKETS), "+Inf")
COUNTS_PER_SAVE = 200
_ADD = """
    INSERT INTO engine_measure (kind, label, bucket, count, seconds) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (kind, label, bucket) DO UPDATE
    SET count = engine_measure.count + excluded.count, seconds = engine_measure.seconds + excluded.seconds
"""
PAGE, LAYOUT, STEP, BREAKER = "page", "layout", "step", "breaker"


def bucket_of(seconds: float) -> str:
    """The upper end of the histogram's part that the duration falls into, as Prometheus writes it."""
    return ENDS[bisect_left(BUCKETS, seconds)]


class Measures:
    """Counts without the database; `save` adds them to it, where they are to be kept, and never raises."""

    def __init__(self, *, is_kept: bool = False) -> None:
        self._is_kept = is_kept
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._seconds: Counter[tuple[str, str, str]] = Counter()

    def count(self, kind: str, label: str) -> None:
        self._counts[kind, label[:100], ""] += 1

    @contextmanager
    def timed(self, step: str, clock: Clock) -> Iterator[None]:
        """The seconds that the block takes, however it ends."""
        began = clock.monotonic()
        try:
            yield
        finally:
            seconds = max(0.0, clock.monotonic() - began)
            row = (STEP, step[:100], bucket_of(seconds))
            self._counts[row] += 1
            self._seconds[row] += seconds  # type: ignore[assignment]

    def save_if_due(self) -> None:
        """Write what was counted when it is much. To be called between two pages, never between look and click."""
        if self._is_kept and self._counts.total() >= COUNTS_PER_SAVE:
            self.save()

    def save(self) -> None:
        """Add everything in one transaction, in one order for all processes; where it fails it is kept."""
        rows = [(*row, count, self._seconds[row]) for row, count in sorted(self._counts.items())]
        if not rows or not self._is_kept:
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(_ADD, rows)
        except DatabaseError as error:
            log.warning("what was measured is not written: %s", type(error).__name__)
            return
        self._counts.clear()
        self._seconds.clear()


@contextmanager
def keeping(*, is_rehearsal: bool) -> Iterator[Measures]:
    """For the life of a browser; a rehearsal's pages are our own and say nothing about the network's."""
    measures = Measures(is_kept=not is_rehearsal)
    try:
        yield measures
    finally:
        measures.save()
