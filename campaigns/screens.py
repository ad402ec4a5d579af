"""How a person at a terminal watches a run and is told of it."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from campaigns.models import Action
from campaigns.run_log import in_brief, one_line

STYLES = {"done": "green", "failed": "red", "unknown": "bold red", "skipped": "dim", "planned": "cyan"}


class TerminalListener:
    """For a terminal: a bar with what is going on; the context manager draws it."""

    def __init__(self, console: Console) -> None:
        self.progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(), console=console,
        )  # fmt: skip
        self.task = self.progress.add_task("starting", total=None)

    def says(self, text: str) -> None:
        self.progress.update(self.task, description=escape(one_line(text)))

    def planned(self, total: int) -> None:
        self.progress.update(self.task, total=total)

    def attempted(self, action: Action) -> None:
        self.progress.advance(self.task)
        self.progress.console.print(line_of(action.status, action.contact.name, action.text, action.reason))


def line_of(status: str, name: str, text: str, reason: str) -> Text:
    """One person: what became of it, and the text or the reason below."""
    line = Text.assemble((f"{status:<8}", STYLES.get(status, "")), (f" {one_line(name)}", "bold"))
    for detail, style in ((text, ""), (reason, "dim")):
        if detail:
            line.append(f"\n         {one_line(detail)}", style)
    return line


def print_report(console: Console, report: dict[str, Any]) -> None:
    """The whole story: each person, what is worth noting, and the outcome in one line."""
    for action in report["actions"]:
        name = action["name"] or action["contact"]
        text = "" if action["status"] == Action.Status.SKIPPED else action["text"]
        console.print(line_of(action["status"], name, text, action["reason"]))
    for note in report["notes"]:
        console.print(Text(f"note: {one_line(note)}", "yellow"))
    console.print(Text(one_line(in_brief(report, report["reason"])), "bold"))
