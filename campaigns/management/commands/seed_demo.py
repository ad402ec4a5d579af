"""manage.py seed_demo: invented contacts with a year of history, to look at the admin with."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from campaigns.demo_people import TAGS, Draw, people
from campaigns.demo_profiles import CRITERIA
from campaigns.demo_year import DemoYear
from campaigns.models import Action, Campaign, Run
from contacts.models import Contact, Tag
from engine.models import Account, StoredSession
from engine.pace import SystemClock
from engine.selectors.demo_month import live_a_month

WRONG_USAGE = 64  # EX_USAGE
PAUSED = "the network asked for a security check"
ADVICE = "Sign in by hand, answer it, then resume the account here."


class Command(BaseCommand):
    help = (
        "Fill an empty database with invented contacts and a year of history. Exit codes: 0 filled, 64 the database "
        "holds contacts or campaigns already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contacts", type=int, default=2_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, contacts: int, seed: int, **options: Any) -> None:
        if any(model.objects.exists() for model in (Contact, Campaign, Run, Action)):
            raise CommandError(
                "this database holds contacts or campaigns: nothing was written; give another one in DATABASE_URL",
                returncode=WRONG_USAGE,
            )
        now, draw = SystemClock().now(), Draw(seed)
        with transaction.atomic():
            account = _account("default", now)
            made = Contact.objects.bulk_create(people(contacts, draw), batch_size=500)
            account.contacts.add(*made)
            _tag(made, draw)
            DemoYear(draw, now).live(_campaigns(account), made)
            other = _account("field-team", now)
            other.contacts.add(*made[: contacts // 8])
            Campaign.objects.create(account=other, name="birthday", kind="birthday", schedule="30 8 * * *")
            live_a_month(now)
            other.pause(PAUSED, ADVICE, now - timedelta(hours=5))
        self.stdout.write(f"{len(made):,} invented contacts with a year of history.")


def _account(name: str, now: datetime) -> Account:
    """Its session opens with no key, so that nothing can be sent for it."""
    values = {"language": "en", "gentle_since": now - timedelta(days=365)}
    account, _ = Account.objects.update_or_create(name=name, defaults=values)
    expires_at = now + timedelta(days=60)
    StoredSession.objects.create(account=account, ciphertext=b"demo", stored_at=now, expires_at=expires_at)
    return account


def _campaigns(account: Account) -> list[Campaign]:
    """Of birthdays, of a search, of invitations."""
    given: list[dict[str, Any]] = [
        {"name": "birthday", "kind": "birthday", "schedule": "0 9 * * *", "needs_approval": True},
        {"name": "python-people", "kind": "sourcing", "schedule": "0 14 * * 1-5", "criteria": CRITERIA},
        {"name": "invitations", "kind": "invitations", "schedule": "0 10 * * 1"},
    ]
    return [Campaign.objects.create(account=account, **fields) for fields in given]


def _tag(made: list[Contact], draw: Draw) -> None:
    for name, tag in Tag.objects.named(TAGS).items():
        tag.give(person.pk for person in made if draw.is_one_in(12, name, person.profile_url))
