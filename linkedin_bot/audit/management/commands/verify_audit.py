"""manage.py verify_audit: whether the audit log is whole, from its first entry to its last."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from linkedin_bot.audit import chain


class Command(BaseCommand):
    help = (
        "Check the audit log's chain. Prints the number of entries and the last hash: keep that somewhere else, and "
        "give it back with --kept. Exit codes: 0 whole, 1 broken (the first broken entry is named)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kept", action="append", default=[], metavar="HASH",
            help="A hash that was printed before, and has to stand in the chain still; repeatable.",
        )  # fmt: skip

    def handle(self, *, kept: list[str], **options: Any) -> None:
        verdict = chain.verify()
        if verdict.wrong:
            raise CommandError(f"BROKEN after {verdict.count} entries: {verdict.wrong}")
        for hash_ in kept:
            if not chain.holds(hash_):
                raise CommandError(f"BROKEN: {hash_} is not in the chain; another one was put in its place")
        self.stdout.write(f"OK: {verdict.count} entries, the last one is {verdict.hash}")
