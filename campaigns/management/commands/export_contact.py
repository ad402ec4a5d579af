"""manage.py export_contact ADDRESS: everything that is kept about one person, as JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from campaigns import data_rights
from contacts import privacy
from engine import traces

WRONG_USAGE = 64  # EX_USAGE


class Command(BaseCommand):
    help = "Print everything that is kept about one person, as JSON, for the person who asks for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "person", metavar="ADDRESS", help="Of their profile, in any form; or their e-mail."
        )

    def handle(self, *, person: str, **options: Any) -> None:
        try:
            known = data_rights.export(privacy.identity_of(person), traces.find)
        except privacy.Unclear as error:
            raise CommandError(str(error), returncode=WRONG_USAGE) from error
        self.stdout.write(json.dumps(known, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
