"""Serves the sandbox until it is told to stop."""

import signal
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.pace import SystemClock
from engine.sandbox import Sandbox, load_people
from engine.sandbox.faults import FAULTS, Faults, FaultValue, read_fault
from engine.sandbox.mutations import describe_mutation
from engine.sandbox.town import COMPOSERS, GENERATIONS
from engine.sandbox.words import WORDS

ZONE = ZoneInfo("Europe/Paris")
STOPS = {signal.SIGTERM, signal.SIGINT}


def now() -> datetime:
    return SystemClock().now().astimezone(ZONE)


class Command(BaseCommand):
    help = "Serves a small network of our own to rehearse on, on this machine's own address, until it is stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8765, help="0 takes any free one (default: 8765)")
        parser.add_argument("--lang", choices=sorted(WORDS), default="en", help="the language of the pages")
        parser.add_argument("--seed", type=int, default=1, help="changes the hashed class names")
        parser.add_argument(
            "--composer", choices=COMPOSERS, default="shadow", help="where messages are written"
        )
        parser.add_argument(
            "--generation", choices=GENERATIONS, default="mixed", help="how old the pages' markup is"
        )
        parser.add_argument(
            "--mutation", metavar="SEED", help="change every page as this seed (or these names) says"
        )
        parser.add_argument(
            "--people", type=Path, metavar="FILE", help="a JSON file of people instead of the bundled town"
        )
        parser.add_argument("--log", type=Path, help="keep the received messages in this file")
        parser.add_argument(
            "--today", type=_day, help="the sandbox's day, YYYY-MM-DD (default: today in Paris)"
        )
        faults = "; ".join(f"{name}: {meaning}" for name, meaning in FAULTS.items())
        parser.add_argument("--fault", action="append", default=[], metavar="NAME[=VALUE]", help=faults)

    def handle(self, **options: Any) -> None:
        with (
            _left_to_sigwait(),
            Sandbox(
                load_people(options["people"]) if options["people"] else None,
                today=options["today"] or now().date(),
                language=options["lang"],
                seed=options["seed"],
                composer=options["composer"],
                generation=options["generation"],
                log_path=options["log"],
                faults=_faults(options["fault"], options["mutation"]),
                port=options["port"],
                clock=now,
            ) as sandbox,
        ):
            self.stdout.write(f"sandbox ready at {sandbox.url}")
            for line in describe_mutation(options["mutation"]) if options["mutation"] else ():
                self.stdout.write(f"changed - {line}")
            self.stdout.flush()
            signal.sigwait(STOPS)


@contextmanager
def _left_to_sigwait() -> Iterator[None]:
    """Blocked before the first thread starts, so in every thread; as before afterwards, for what else runs here."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-11-23") from error


def _faults(arguments: list[str], mutation: str | None) -> dict[str, FaultValue]:
    changed = [f"mutation={mutation}"] if mutation else []
    try:
        return dict(Faults(dict(map(read_fault, [*arguments, *changed]))))
    except ValueError as error:
        raise CommandError(str(error)) from error
