"""manage.py suppress_contact ADDRESS: never contact one person again, known already or not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contacts import privacy

WRONG_USAGE = 64  # EX_USAGE


class Command(BaseCommand):
    help = "Never contact one person again, whether they are a contact or only come to be one later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "person", metavar="ADDRESS", help="Of their profile, in any form; or their e-mail."
        )
        parser.add_argument("--reason", default="asked not to be contacted", help="Kept with the contact.")
        parser.add_argument(
            "--lift", action="store_true", help="They changed their mind: they may be recorded and contacted."
        )

    def handle(self, *, person: str, reason: str, lift: bool, **options: Any) -> None:
        try:
            identity = privacy.identity_of(person)
            if lift:
                self.stdout.write(f"{privacy.lift(identity)} entries taken off the list.")
                return
            moved = privacy.suppress(identity, reason)
        except privacy.Unclear as error:
            raise CommandError(str(error), returncode=WRONG_USAGE) from error
        self.stdout.write(f"On the list; {moved} contacts were not on it before.")
