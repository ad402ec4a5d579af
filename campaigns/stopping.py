"""How SIGTERM and Ctrl-C stop a run: the current action is finished first, unless that takes too long."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from engine.errors import StopRequested

# Leaves five seconds of thirty to put the action back, or to note that it is in doubt, and to end the browser.
FINISH_WITHIN_SECONDS = 25.0


@contextmanager
def stop_asked(finish_within: float = FINISH_WITHIN_SECONDS) -> Iterator[Callable[[], bool]]:
    """Within the block, gives whether a signal asked to stop. Of the main thread only.

    What is not finished in time after that is interrupted by StopRequested, wherever it is: before the click the
    action is released, after it, it is in doubt, as after a kill.
    """
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        if not asked:
            signal.setitimer(signal.ITIMER_REAL, finish_within)
        asked.append(number)

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise StopRequested(f"it was asked to stop, and was not ready to within {finish_within:g} s")

    handlers = {signal.SIGTERM: ask, signal.SIGINT: ask, signal.SIGALRM: interrupt}
    previous = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield lambda: bool(asked)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in previous.items():
            signal.signal(number, handler)
