"""manage.py count_messages: enter the messages that the person sent themselves, so that they count."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from engine.models import Account
from engine.pace import SystemClock
from engine.ratelimit.by_hand import MOST_ENTERED, set_count


def a_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day such as 2026-11-23") from None


class Command(BaseCommand):
    help = "Say how many messages you sent by hand on a day; they count against the account's limits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", required=True, help="The account's name.")
        parser.add_argument("--sent", required=True, type=int, help="How many that day, all in all.")
        parser.add_argument("--on", type=a_day, metavar="DAY", help="Such as 2026-11-23. Default: today.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = SystemClock().now()
        account = Account.objects.filter(name=options["account"]).first()
        if account is None:
            raise CommandError(f"there is no account {options['account']!r}")
        today = now.astimezone(account.zone).date()
        day, sent = options["on"] or today, options["sent"]
        if not 0 <= sent <= MOST_ENTERED:
            raise CommandError(f"--sent is 0 to {MOST_ENTERED}, not {sent}")
        if not today - timedelta(days=7) <= day <= today:
            raise CommandError(f"{day} does not count: only today and the 7 days before do")
        added, removed = set_count(account, day, sent, now)
        self.stdout.write(
            f"{sent} messages by hand count for {account} on {day} ({added} new, {removed} removed)."
        )
