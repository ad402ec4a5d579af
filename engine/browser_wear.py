"""When a browser has served long enough: it grows with every page, and gives little of it back."""

from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from engine.driver import Driver

MOST_PAGES = 150
MOST_MEGABYTES = 1_000
# Looking at the processes takes a few milliseconds.
PAGES_BETWEEN_LOOKS = 10


def why_worn(
    driver: "Driver",
    leader: int | None,
    *,
    most_pages: int = MOST_PAGES,
    most_megabytes: int = MOST_MEGABYTES,
    pages_between_looks: int = PAGES_BETWEEN_LOOKS,
) -> str:
    """Why a browser should make way for a new one; empty while it need not.

    `leader`: the driver's process; None where the browser runs elsewhere, and nobody sees what it takes.
    """
    if driver.pages >= most_pages:
        return f"it had opened {driver.pages} pages"
    if leader is None or driver.pages % pages_between_looks:
        return ""
    taken = megabytes_of(leader)
    return f"it took {taken} MB of memory" if taken > most_megabytes else ""


def megabytes_of(leader: int) -> int:
    """The memory that a process and all its descendants have to themselves, what they share left out."""
    taken = 0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(leader)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                memory = one.memory_info()
                taken += memory.rss - memory.shared
    return taken // 2**20
