"""A clock for one run: who sleeps by it wakes up early when the run is asked to stop."""

from collections.abc import Callable
from datetime import datetime

from engine.ports import Clock

# A pause is slept in slices, so that a request to stop is heard within seconds.
SLICE_SECONDS = 2.0


class AttentiveClock:
    """The given clock; `sleep` ends early when `is_stop_asked`, so whoever sleeps looks at the time afterwards."""

    def __init__(self, clock: Clock, is_stop_asked: Callable[[], bool]) -> None:
        self._clock = clock
        self._is_stop_asked = is_stop_asked

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        while seconds > 0 and not self._is_stop_asked():
            self._clock.sleep(min(seconds, SLICE_SECONDS))
            seconds -= SLICE_SECONDS
