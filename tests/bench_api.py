"""`make bench-api`: pages of /contacts among a million, against a hand-written view and DRF's usual pagination.

On SQLite; on the database in API_DATABASE_URL where that is set, which is filled where it is empty.
CONTACTS=100000 for fewer, ROUNDS=25 for sooner.
"""

import gc
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import django

from tests.bench import say
from tests.bench_installation import processor_seconds

CONTACTS = int(os.environ.get("CONTACTS", "1000000"))
PAGE, ROUNDS, WARM = 50, int(os.environ.get("ROUNDS", "75")), 3
# What takes a third of a millisecond is measured apart from pages that empty the processor's caches, and oftener.
SETTLED = 4
TAGGED = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
            "DATA_DIR": folder,
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": os.environ.get("API_DATABASE_URL") or f"sqlite:///{Path(folder) / 'api.sqlite3'}",
        }
        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from contacts.models import Contact

        settings.ROOT_URLCONF = "tests.bench_api_views"
        call_command("migrate", verbosity=0)
        say("database", f"{connection.vendor}, {CONTACTS:,} contacts")
        if not Contact.objects.exists():
            populate()
        measure()
        connection.close()


def populate() -> None:
    from django.db import connection

    from contacts import search
    from contacts.tags import Tag
    from engine.models import Account
    from tests.bench_due import LINK, PERSON

    account, tag = Account.objects.create(name="bench").pk, Tag.objects.named(["bench"])["bench"].pk
    tagged = (
        f"INSERT INTO contacts_contact_tags (contact_id, tag_id) SELECT id, {tag} FROM contacts_contact"  # noqa: S608
        f" WHERE id % {TAGGED} = 0"
    )
    search.drop(connection)  # nobody is looked for
    with connection.cursor() as cursor:
        for statement in (
            PERSON.format(low=0, high=CONTACTS),
            LINK.format(account=account),
            tagged,
            "ANALYZE",
        ):
            cursor.execute(statement)


def measure() -> None:
    from django.test import Client

    from linkedin_bot.api.models import ApiKey

    _, key = ApiKey.objects.make("bench", ["read"])
    client = Client(headers={"X-API-Key": key, "Host": "localhost"})
    deep = CONTACTS - 2 * PAGE
    addresses = {
        "ours, first": f"/contacts?limit={PAGE}",
        "ours, deep": f"/contacts?limit={PAGE}&cursor={cursor_after(deep)}",
        "by hand, first": f"/by-hand?limit={PAGE}&after=0",
        "by hand, deep": f"/by-hand?limit={PAGE}&after={deep}",
        "page numbers, first": "/page-numbers",
    }
    small = {"health": "/health", "empty": "/empty"}
    compare(client, addresses)
    pages = {name: asking(client, address) for name, address in addresses.items()}
    times = milliseconds(pages, processor_seconds)
    times |= milliseconds({name: asking(client, path) for name, path in small.items()}, time.process_time)
    for name, took in times.items():
        say(name, f"{took:.2f} ms")
    for ours, other in (
        ("ours, first", "by hand, first"), ("ours, deep", "by hand, deep"), ("page numbers, first", "ours, first"),
        ("ours, deep", "ours, first"), ("health", "empty"),
    ):  # fmt: skip
        say(f"{ours} / {other}", f"{times[ours] / times[other]:.2f}")


def cursor_after(pk: int) -> str:
    from linkedin_bot.api.cursors import Position

    return Position("id", str(pk), pk, is_back=False).encode()


def asking(client: Any, address: str) -> Callable[[], Any]:
    return lambda: client.get(address)


def compare(client: Any, addresses: dict[str, str]) -> None:
    """The fast view gives the very same people with the very same fields."""
    for which in ("first", "deep"):
        ours, by_hand = (
            client.get(addresses[f"{whose}, {which}"]).json()["results"] for whose in ("ours", "by hand")
        )
        assert len(ours) == PAGE
        assert ours == by_hand, (ours[0], by_hand[0])


def milliseconds(works: dict[str, Callable[[], Any]], now: Callable[[], float]) -> dict[str, float]:
    """The median of each, in turns, and of the processors' time: so that a loaded machine slows all alike."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(WARM + ROUNDS):
        gc.collect()
        for name, work in works.items():
            for _ in range(SETTLED):  # so that none pays for what went before it, the collection above all
                work()
            begun = now()
            work()
            took[name].append((now() - begun) * 1000)
    return {name: median(each[WARM:]) for name, each in took.items()}


if __name__ == "__main__":
    main()
