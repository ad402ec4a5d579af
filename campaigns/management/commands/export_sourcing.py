"""manage.py export_sourcing: a sourcing campaign's people, the best fit first, as CSV or JSON."""

import os
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.management.base import OutputWrapper
from rich.console import Console
from rich.progress import Progress

from campaigns.management.commands.run_campaign import find_campaign
from campaigns.sourcing_export import USUAL, UnknownColumn, as_csv, as_json, check_columns, exportable

FORMATS = {"csv": as_csv, "json": as_json}
NO_FILE = 73  # EX_CANTCREAT


class Command(BaseCommand):
    help = (
        "Write a sourcing campaign's people as CSV or JSON, the best fit first. "
        "Those who may not be contacted are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CAMPAIGN")
        parser.add_argument("--account", metavar="NAME", help="whose campaign; not needed with one account")
        parser.add_argument("--format", choices=tuple(FORMATS), default="csv")
        parser.add_argument(
            "--columns", type=_columns, default=USUAL, metavar="NAME,NAME", help=", ".join(USUAL)
        )
        parser.add_argument("--min-score", type=int, metavar="N", help="only those with N points or more")
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="instead of stdout; replaced when complete"
        )

    def handle(self, **options: Any) -> None:
        campaign = find_campaign(options["campaign"], options["account"], create=False)
        if campaign.pk is None:
            raise CommandError(f"{campaign.account} has no campaign “{campaign}” yet")
        people = campaign.sourced_profiles.all()
        if options["min_score"] is not None:
            people = people.filter(score__gte=options["min_score"])
        chosen = exportable(people)
        total = chosen.count()
        lines = FORMATS[options["format"]](chosen, options["columns"])
        with _target(options["output"], self.stdout, options["format"]) as write:
            for line in _watched(lines, total, campaign.name, is_shown=options["output"] is not None):
                write(line)
        self.stderr.write(
            f"{total:,} people; {people.count() - total:,} left out: they may not be contacted."
        )


def _columns(text: str) -> tuple[str, ...]:
    try:
        return tuple(check_columns([name.strip() for name in text.split(",") if name.strip()]))
    except UnknownColumn as error:
        raise ArgumentTypeError(str(error)) from error


@contextmanager
def _target(path: Path | None, stdout: OutputWrapper, form: str) -> Iterator[Any]:
    """Where the lines go; a file is its owner's alone, and has its name only once it is whole."""
    if path is None:
        try:
            yield lambda line: stdout.write(line, ending="")
            stdout.flush()
        except BrokenPipeError as error:
            # What waits in the buffer goes nowhere, or Python tries it once more when it ends.
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), stdout.fileno())
            raise CommandError(
                "not all was written: whoever reads stdout stopped reading", returncode=NO_FILE
            ) from error
        return
    # Excel reads a CSV as UTF-8 only behind this mark.
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    try:
        with NamedTemporaryFile("w", dir=path.parent, encoding=encoding, newline="", delete=False) as file:
            whole = Path(file.name)
            try:
                yield file.write
                file.flush()
                whole.replace(path)
            finally:
                whole.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=NO_FILE) from error


def _watched(lines: Iterable[str], total: int, name: str, *, is_shown: bool) -> Iterator[str]:
    console = Console(stderr=True)
    with Progress(
        console=console, transient=True, disable=not (is_shown and console.is_terminal)
    ) as progress:
        yield from progress.track(lines, total, description=name)
