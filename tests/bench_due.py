"""`make bench-due`: the first fifteen people who are due, against the best single raw query, among up to a million.

On SQLite; on the database in DUE_DATABASE_URL where that is set, which has to be empty.
"""

import os
import tempfile
from collections.abc import Callable
from datetime import date
from itertools import chain, islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import django

from tests.bench import say

SIZES = (10_000, 100_000, 1_000_000)
FIRST, LATE_DAYS, ROUNDS = 15, 10, 31
TODAY = date(2026, 11, 23)
EVERYBODY, SOME = 1, 37  # the account that knows all, and the one that knows every 37th: 27,000 of a million
PERSON = """
WITH RECURSIVE number(n) AS (SELECT {low} + 1 UNION ALL SELECT n + 1 FROM number WHERE n < {high})
INSERT INTO contacts_contact (id, profile_url, member_id, name, first_name, email, company, position, language,
    birth_month, birth_day, birthday_source, status, status_reason, notes, created_at, updated_at)
SELECT n, 'https://www.linkedin.com/in/person-' || n || '/', '', 'Person ' || n, '', '', '', '', '',
    n % 12 + 1, n / 12 % 28 + 1, 'imported', 'active', '', '', '2026-01-01', '2026-01-01' FROM number
"""
LINK = "INSERT INTO contacts_contact_accounts (contact_id, account_id) SELECT id, {account} FROM contacts_contact"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
            "DATA_DIR": folder,
            "DATABASE_URL": os.environ.get("DUE_DATABASE_URL") or f"sqlite:///{Path(folder) / 'due.sqlite3'}",
        }
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        say("database", connection.vendor)
        populate_and_measure()
        connection.close()


def populate_and_measure() -> None:
    from django.db import connection

    from contacts import search
    from engine.models import Account

    search.drop(connection)  # nobody is looked for
    accounts = {share: Account.objects.create(name=f"one-in-{share}").pk for share in (EVERYBODY, SOME)}
    low = 0
    for size in SIZES:
        run(PERSON.format(low=low, high=size))
        for share, account in accounts.items():
            which = f" WHERE id > {low} AND id <= {size} AND id % {share} = 0"
            run(LINK.format(account=account) + which)
        run("ANALYZE")
        low = size
        for share, account in accounts.items():
            of_whom = "all connections" if share == EVERYBODY else f"one in {share} a connection"
            measure(f"{size:,} contacts, {of_whom}", account)


def measure(title: str, account: int) -> None:
    ours = milliseconds(lambda: due(account))
    single = milliseconds(lambda: run(*single_query(account)))
    one_page = milliseconds(lambda: run(*page_query(account)))
    found = due(account)
    assert [row[0] for row in run(*single_query(account))] == found
    whole = milliseconds(lambda: load(found))
    say(title, f"{ours:.2f} ms; {ours / single:.2f} × the single query ({single:.2f} ms)")
    say(
        f"  whole contacts of {len(found)} known ids", f"{whole:.2f} ms; {ours / (single + whole):.2f} × both"
    )
    say("  a raw page of today's, ids and names alone", f"{one_page:.2f} ms")


def due(account: int) -> list[int]:
    """What planning asks for: whole contacts with their aliases."""
    from contacts.birthdays import days_due
    from contacts.due import pages

    people = chain.from_iterable(pages(account, days_due(TODAY, LATE_DAYS)))
    return [contact.pk for _, contact in islice(people, FIRST)]


def load(found: list[int]) -> None:
    """What whoever knows the ids would still have to ask for: people, with their aliases."""
    from contacts.models import Contact

    Contact.objects.prefetch_related("aliases").in_bulk(found)


def single_query(account: int) -> tuple[str, list[Any]]:
    """Everybody due in one statement, today first: it has to see all of the eleven days."""
    from contacts.birthdays import days_due

    pairs = [pair for _, pairs in days_due(TODAY, LATE_DAYS) for pair in pairs]
    late = "".join(f" WHEN birth_month = {month} AND birth_day = {day} THEN {late}"
                   for late, (month, day) in enumerate(pairs))  # fmt: skip
    any_of = " OR ".join(f"(birth_month = {month} AND birth_day = {day})" for month, day in pairs)
    return (
        f"SELECT c.id, c.name FROM contacts_contact c WHERE ({any_of}) AND EXISTS (SELECT 1 FROM"  # noqa: S608
        " contacts_contact_accounts a WHERE a.contact_id = c.id AND a.account_id = %s)"
        f" ORDER BY CASE {late} END, c.id LIMIT {FIRST}",
        [account],
    )


def page_query(account: int) -> tuple[str, list[Any]]:
    return (
        "SELECT c.id, c.name FROM contacts_contact c WHERE birth_month = %s AND birth_day = %s AND"  # noqa: S608
        " EXISTS (SELECT 1"
        " FROM contacts_contact_accounts a WHERE a.contact_id = c.id AND a.account_id = %s) ORDER BY c.id"
        f" LIMIT {FIRST}",
        [TODAY.month, TODAY.day, account],
    )


def run(statement: str, values: list[Any] | None = None) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def milliseconds(work: Callable[[], object]) -> float:
    """The median. SQLite works in this process, so its processor time counts, whatever else the machine does."""
    from django.db import connection

    clock = process_time if connection.vendor == "sqlite" else perf_counter
    work()
    times = list[float]()
    for _ in range(ROUNDS):
        started = clock()
        work()
        times.append(clock() - started)
    return median(times) * 1000


if __name__ == "__main__":
    main()
