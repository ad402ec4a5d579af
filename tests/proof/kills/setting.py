"""What stands on the stage before a run: the database, and the people who have a birthday."""

from datetime import date, timedelta
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from campaigns.models import MessageTemplate
from contacts.models import Contact
from contacts.profile_urls import slug_of
from engine.models import Account
from tests import emptying
from tests.builders import a_campaign, a_contact, a_template
from tests.proof.kills import trail
from tests.proof.kills.life import MORNING, Place

OWN_TABLES = ("campaigns_", "contacts_", "engine_", "proof_")
TODAY = MORNING.date()
LONG = "All the very best for the year to come. " * 40  # so long that a row needs pages of its own
PEOPLE = ("Ada Martin", "Bo Lindgren", "Cleo Aubry")


def create_database(place: Place, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')


def make_tables(place: Place) -> None:
    """As the models say; that the migrations lead there too is checked elsewhere, and takes ten times as long."""
    with override_settings(MIGRATION_MODULES={app.label: None for app in apps.get_app_configs()}):
        call_command("migrate", run_syncdb=True, verbosity=0)
    empty(place)
    trail.lay()


def empty(place: Place) -> None:
    """Remove every row of ours; the tables of Django itself stay as they are."""
    every = connection.introspection.table_names()
    # The index of the search is kept by triggers; emptied by force it would be broken.
    tables = [
        name for name in every if name.startswith(OWN_TABLES) and not name.startswith("contacts_search")
    ]
    emptying.empty(tables, resets_numbers=True)


def an_account_of_long_standing(name: str = "ada") -> Account:
    """An account whose gentle start is over, with the shortest pauses that are allowed: each second is looked at."""
    return Account.objects.create(
        name=name, language="en", time_zone="Europe/Paris", gentle_since=MORNING - timedelta(days=400),
        pause_min_seconds=30, pause_max_seconds=30,
    )  # fmt: skip


def people(place: Place, names: tuple[str, ...] = PEOPLE) -> list[str]:
    """A campaign with these people to wish today; their slugs."""
    return people_born(place, dict.fromkeys(names, TODAY))


def people_born(place: Place, birthdays: dict[str, date]) -> list[str]:
    """A campaign with these people, each with a birthday; their slugs."""
    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}! 🎂\n" + LONG)
    a_template("Happy belated birthday, {name}!\n" + LONG, purpose="birthday_late")
    campaign = a_campaign(an_account_of_long_standing())
    return [slug_of(a_contact(name, campaign, born).profile_url) for name, born in birthdays.items()]


def attempt(account_id: int, number: int) -> UUID:
    return UUID(int=account_id * 1_000_000 + number)


def say_no(place: Place, slug: str) -> None:
    Contact.objects.get(profile_url__endswith=f"/{slug}/").do_not_contact("they asked for it")
