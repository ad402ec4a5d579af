"""manage.py erase_contact ADDRESS --yes: remove one person from every table and file, and keep them out."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from campaigns import data_rights
from campaigns.free_pages import clear_free_pages
from contacts import privacy
from engine import traces
from engine.pace import SystemClock

WRONG_USAGE, TRY_LATER = 64, 75  # EX_USAGE, EX_TEMPFAIL


class Command(BaseCommand):
    help = (
        "Remove one person from every table and file; a keyed hash stays, so that no import and no list brings them "
        "back. There is no way to undo it. Exit codes: 0 erased, 64 who?, 75 a run is active: try again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "person", metavar="ADDRESS", help="Of their profile, in any form; or their e-mail."
        )
        parser.add_argument("--yes", action="store_true", help="Do it; without it, say what would be erased.")

    def handle(self, *, person: str, yes: bool, **options: Any) -> None:
        try:
            identity = privacy.identity_of(person)
            if not yes:
                self._preview(data_rights.export(identity, traces.find))
                return
            erasure = data_rights.erase(identity, SystemClock().now(), traces.remove)
        except privacy.Unclear as error:
            raise CommandError(str(error), returncode=WRONG_USAGE) from error
        except data_rights.RunActive as error:
            raise CommandError(str(error), returncode=TRY_LATER) from error
        self.rewrite()
        self.stdout.write(json.dumps(asdict(erasure)))
        self.stdout.write("Erased, and kept out from now on.")
        if erasure.elsewhere["profiles_still_in_use"]:
            raise CommandError(
                "a browser profile is in use: erase again after it was closed", returncode=TRY_LATER
            )

    def _preview(self, known: dict[str, Any]) -> None:
        counts = ", ".join(f"{len(rows)} {name}" for name, rows in known.items())
        self.stdout.write(f"Would be erased: {counts}. With --yes they are.")

    def rewrite(self) -> None:
        clear_free_pages(connection)
