"""Who is due, a page at a time: day by day from today into the past, so that only those asked for are loaded."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection

from contacts.models import Contact

PEOPLE_AT_ONCE = 25
# Those of one statement are all recognised as connections or not, each by a look-up of its own.
MOST_DAYS_AT_ONCE = 16

# By hand: putting these together anew would take longer than running them.
OF_A_DAY = """
    SELECT id FROM contacts_contact WHERE birth_month = %s AND birth_day = %s AND id > %s AND EXISTS (
        SELECT 1 FROM contacts_contact_accounts link
        WHERE link.contact_id = contacts_contact.id AND link.account_id = %s) ORDER BY id LIMIT %s
"""
_OF_DAYS = """
    SELECT birth_month, birth_day, id FROM contacts_contact WHERE (DAYS) AND EXISTS (
        SELECT 1 FROM contacts_contact_accounts link
        WHERE link.contact_id = contacts_contact.id AND link.account_id = %s)
"""
_ONE_OF = "(birth_month = %s AND birth_day = %s)"


class Day(NamedTuple):
    """A date with one of the (month, day) pairs that are celebrated on it."""

    on: date
    pair: tuple[int, int]


Page = list[tuple[date, Contact]]
Born = list[tuple[date, int]]  # with the ids of people


def pages(account_id: int, days: Iterable[tuple[date, list[tuple[int, int]]]]) -> Iterator[Page]:
    """The account's connections born on the days, in the order of the days, then of their ids.

    Where a day has many people each page is one index range without a sort: it costs the same among ten thousand
    contacts and a million. Where days have few, so many days are asked for at once that they should fill a page.
    """
    left = [Day(on, pair) for on, pairs in days for pair in pairs]
    at_once, waiting = 1, Born()
    while left:
        asked, left = left[:at_once], left[at_once:]
        found = 0
        for some in _of_a_day(account_id, *asked) if len(asked) == 1 else [_of_days(account_id, asked)]:
            found += len(some)
            waiting += some
            while len(waiting) >= PEOPLE_AT_ONCE:
                yield _loaded(waiting[:PEOPLE_AT_ONCE])
                waiting = waiting[PEOPLE_AT_ONCE:]
        at_once = _days_for_a_page(found, len(asked))
    if waiting:
        yield _loaded(waiting)


def _days_for_a_page(found: int, days: int) -> int:
    """As many as hold a page of people, if others hold as many as these; twice as many where these hold nobody."""
    return min(MOST_DAYS_AT_ONCE, max(1, PEOPLE_AT_ONCE * days // found) if found else 2 * days)


def _of_a_day(account_id: int, day: Day) -> Iterator[Born]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(OF_A_DAY, (*day.pair, last, account_id, PEOPLE_AT_ONCE))
            found = [(day.on, pk) for (pk,) in cursor.fetchall()]
        yield found
        if len(found) < PEOPLE_AT_ONCE:
            return
        last = found[-1][1]


def _of_days(account_id: int, days: list[Day]) -> Born:
    """All of them: only their ids."""
    place = {day.pair: number for number, day in enumerate(days)}
    with connection.cursor() as cursor:
        cursor.execute(of_days(len(place)), (*(part for pair in place for part in pair), account_id))
        ordered = sorted((place[month, day], pk) for month, day, pk in cursor.fetchall())
    return [(days[number].on, pk) for number, pk in ordered]


def of_days(count: int) -> str:
    return _OF_DAYS.replace("DAYS", " OR ".join([_ONE_OF] * count))


def _loaded(born: Born) -> Page:
    people = Contact.objects.prefetch_related("aliases").in_bulk([pk for _, pk in born])
    return [(on, people[pk]) for on, pk in born if pk in people]
