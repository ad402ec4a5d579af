"""The only place that sleeps, rolls dice or reads the clock."""

import random
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.utils import timezone

T = TypeVar("T")


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return timezone.now()

    def monotonic(self) -> float:
        """See engine.ports.Clock; Linux's CLOCK_MONOTONIC would stand still while the machine sleeps."""
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

    def sleep(self, seconds: float) -> None:
        """Wait; a time that is already over is no wait."""
        time.sleep(max(0.0, seconds))


class FairDice:
    """Every value equally likely, and not to be foretold from the ones before."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def choose(self, items: Sequence[T]) -> T:
        return self._random.choice(items)
