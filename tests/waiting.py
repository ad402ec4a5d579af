"""Waiting for what another process does."""

import subprocess
from collections.abc import Callable
from typing import Any

import tenacity


class EndedTooEarlyError(AssertionError):
    """The process that was to do it is over."""


def until(
    condition: Callable[[], Any], process: "subprocess.Popen[str] | None" = None, seconds: float = 60
) -> None:
    """Return as soon as the condition holds; fail when the process ended before, or after so many seconds."""

    def holds() -> bool:
        if condition():
            return True
        if process and process.poll() is not None:
            raise EndedTooEarlyError(process.communicate())
        return False

    tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda result: not result),
        wait=tenacity.wait_fixed(0.02),
        stop=tenacity.stop_after_delay(seconds),
    )(holds)
