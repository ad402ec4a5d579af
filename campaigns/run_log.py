"""A run as lines of a log: for cron, for the worker, for whoever has no terminal."""

import logging
from typing import TYPE_CHECKING, Any

from campaigns.log_context import WITHHELD, logged_with, words_about

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


def log_report(report: dict[str, Any]) -> None:
    """How it ended and what is worth noting, in lines that name nobody: a log outlives an erasure."""
    people = [words_about(each["contact"], each["name"], each["text"]) for each in report["actions"]]
    with logged_with(run=report["run"], **{WITHHELD: {word for words in people for word in words}}):
        for note in report["notes"]:
            log.info("note: %s", one_line(note))
        log.info("%s", one_line(in_brief(report, report["reason"])))


def in_brief(report: dict[str, Any], reason: str = "") -> str:
    """One line for the outcome; without a reason there is nobody's word in it."""
    counts = ", ".join(
        f"{report[count]} {count}" for count in ("done", "failed", "unknown", "skipped", "left")
    )
    which = f"run {report['run']}" if report["run"] else "no run"
    why = f" ({reason})" if reason else ""
    return f"{report['kind']}, {which}: {report['outcome']}{why}; {counts}"


def one_line(text: str) -> str:
    """Text from outside on one line, without control characters that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)
