"""A run as lines of a log: for cron, for the worker, for whoever has no terminal."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from campaigns.models import Action

log = logging.getLogger("campaigns.run")


class LogListener:
    """A line for each thing that happened, and none for the pauses."""

    def says(self, text: str) -> None:
        if not text.startswith("pausing"):
            log.info("%s", one_line(text))

    def planned(self, total: int) -> None:
        log.info("%d to do", total)

    def attempted(self, action: "Action") -> None:
        log.info("%s: %s %s", one_line(str(action)), action.status, one_line(action.reason))


def one_line(text: str) -> str:
    """Text from outside on one line, without control characters that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)
