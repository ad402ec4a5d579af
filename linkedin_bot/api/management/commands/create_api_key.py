"""manage.py create_api_key NAME --scope read: make a key for a program and show it, once."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from engine.pace import SystemClock
from linkedin_bot.api.models import ApiKey

LONGEST_NAME = 50


class Command(BaseCommand):
    help = "Make a key for the API and print it; only its hash is kept, so it cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="What the key is for.")
        parser.add_argument(
            "--scope", action="append", required=True, choices=ApiKey.SCOPES, dest="scopes",
            help="read: look; write: approve, silence, export, erase; run: start, follow and stop runs. Repeatable.",
        )  # fmt: skip
        parser.add_argument(
            "--account", action="append", default=[], dest="accounts", metavar="NAME",
            help="Whose data it sees; repeatable. Without it: everybody's.",
        )  # fmt: skip
        parser.add_argument("--expires", metavar="DATE", help="Such as 2027-12-31, its last day (UTC).")

    def handle(
        self, *, name: str, scopes: list[str], accounts: list[str], expires: str | None, **options: Any
    ) -> None:
        if not name.strip() or len(name) > LONGEST_NAME:
            raise CommandError(f"the name has 1 to {LONGEST_NAME} characters")
        owners, expires_at = _accounts(accounts), _end_of(expires)
        with transaction.atomic():
            made, key = ApiKey.objects.make(name, scopes, expires_at)
            made.accounts.set(owners)
        self.stderr.write("Keep it in a safe place: it is not shown again.")
        self.stdout.write(key)


def _accounts(names: list[str]) -> list[Any]:
    found = {one.name: one for one in apps.get_model("engine", "Account").objects.filter(name__in=names)}
    if unknown := sorted({*names} - found.keys()):
        raise CommandError(f"there is no account “{unknown[0]}”")
    return list(found.values())


def _end_of(day: str | None) -> datetime | None:
    """The end of that day. Raises CommandError when it is none, or over."""
    if day is None:
        return None
    try:
        end = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise CommandError(f"--expires {day!a}: is a date such as 2027-12-31") from error
    if end <= SystemClock().now():
        raise CommandError(f"--expires {day}: is over")
    return end
