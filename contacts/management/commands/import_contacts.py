"""Reads people and birthdays from the files that people really have."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from contacts.importing.formats import ContactFile, UnknownFormat, open_contacts
from contacts.importing.report import Entry, Report
from contacts.importing.rows import Refused, Row
from contacts.importing.writer import Writer

NOT_READABLE = 66  # EX_NOINPUT
WRONG_USAGE = 64  # EX_USAGE
LONGEST_SCREEN = 50  # refused rows and notes that are printed; --json has them all
_ROWS_PER_TICK = 500


class Command(BaseCommand):
    help = (
        "Import contacts and birthdays: LinkedIn's Connections.csv, another CSV, vCard or iCalendar. The format is "
        "recognised. Exit codes: 0 read (refused rows are listed), 64 which account?, 66 a file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--account", help="Whose connections they are; by default the only account.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Tell what would change, and change nothing."
        )
        parser.add_argument("--json", action="store_true", help="End with one JSON object as the last line.")

    def handle(self, *, files: list[Path], account: str | None, dry_run: bool, **options: Any) -> None:
        account_id = _account_id(account)
        with ExitStack() as stack:
            opened = [_open(stack, path) for path in files]
            if dry_run:
                stack.enter_context(transaction.atomic())
            report = _import(opened, account_id)
            if dry_run:
                transaction.set_rollback(True)
        self._tell(report, is_dry=dry_run)
        if options["json"]:
            described = [{"file": str(one.path), "format": one.format} for one in opened]
            self.stdout.write(json.dumps({"files": described, "dry_run": dry_run, **report.as_json()}))

    def _tell(self, report: Report, is_dry: bool) -> None:
        self._list(report.refused, report.counts["refused"], "refused: ")
        self._list(report.notes, len(report.notes), "")
        names = ("new", "changed", "unchanged", "unmatched", "refused")
        counts = ", ".join(f"{report.counts[name]:,} {name}" for name in names)
        self.stdout.write(f"{'Would be imported' if is_dry else 'Imported'}: {counts}.")

    def _list(self, entries: list[Entry], total: int, prefix: str) -> None:
        for entry in entries[:LONGEST_SCREEN]:
            self.stdout.write(f"{entry.file}, line {entry.line}: {prefix}{entry.reason}")
        if total > LONGEST_SCREEN:
            self.stdout.write(f"… and {total - LONGEST_SCREEN:,} more")


def _account_id(name: str | None) -> int:
    accounts = apps.get_model("engine", "Account").objects.order_by("name")
    found = list(accounts.filter(name=name) if name else accounts[:2])
    if len(found) == 1:
        return int(found[0].pk)
    names = ", ".join(accounts.values_list("name", flat=True)[:20]) or "none"
    reason = f"no account {name!r}" if name else "say whose connections these are with --account"
    raise CommandError(f"{reason}; there are: {names}", returncode=WRONG_USAGE)


def _open(stack: ExitStack, path: Path) -> ContactFile:
    try:
        return stack.enter_context(open_contacts(path))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=NOT_READABLE) from error
    except UnknownFormat as error:
        raise CommandError(f"{path}: {error}", returncode=NOT_READABLE) from error


def _import(files: list[ContactFile], account_id: int) -> Report:
    report = Report()
    writer = Writer(account_id, report)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for file in files:
            writer.write(str(file.path), file.format, _shown(file, progress))
    return report


def _shown(file: ContactFile, progress: Progress) -> Iterator[Row | Refused]:
    """The rows of the file, with a bar that follows the bytes read."""
    task = progress.add_task(file.path.name, total=file.size)
    for number, row in enumerate(file.rows):
        if number % _ROWS_PER_TICK == 0:
            progress.update(task, completed=file.position())
        yield row
    progress.update(task, completed=file.size)
