"""Several at once: threads of this process, each with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def in_threads(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each of them gives; all are under way at once, and each one's connection is closed."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(_closing, work) for work in works]]


def _closing(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connections.close_all()
