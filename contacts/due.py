"""Who is due, a page at a time: day by day from today into the past, so that only those asked for are loaded."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from contacts.models import Contact, ContactQuerySet

PEOPLE_AT_ONCE = 25


class Day(NamedTuple):
    """A date with one of the (month, day) pairs that are celebrated on it."""

    on: date
    pair: tuple[int, int]


Page = list[tuple[date, Contact]]


def pages(account_id: int, days: Iterable[tuple[date, list[tuple[int, int]]]]) -> Iterator[Page]:
    """The account's connections born on the days, in the order of the days, then of their ids.

    Where a day has many people each page is one index range without a sort: it costs the same among ten thousand
    contacts and a million. Where days have few, twice as many days are asked for at once each time.
    """
    left = [Day(on, pair) for on, pairs in days for pair in pairs]
    people, at_once = Contact.objects.of_account(account_id), 1
    while left:
        asked, left = left[:at_once], left[at_once:]
        found = 0
        for page in _one_day(people, *asked) if len(asked) == 1 else _several_days(people, asked):
            found += len(page)
            yield page
        at_once = 2 * at_once if found < PEOPLE_AT_ONCE else 1


def _one_day(people: ContactQuerySet, day: Day) -> Iterator[Page]:
    ordered = people.born_on([day.pair]).order_by("pk").prefetch_related("aliases")
    last = 0
    while found := list(ordered.filter(pk__gt=last)[:PEOPLE_AT_ONCE]):
        yield [(day.on, person) for person in found]
        if len(found) < PEOPLE_AT_ONCE:
            return
        last = found[-1].pk


def _several_days(people: ContactQuerySet, days: list[Day]) -> Iterator[Page]:
    """Their ids first, all of them; the people themselves a page at a time."""
    place = {day.pair: number for number, day in enumerate(days)}
    born: Iterable[tuple[Any, Any, int]] = people.born_on(list(place)).values_list(
        "birth_month", "birth_day", "pk"
    )
    ordered = sorted((place[month, day], pk) for month, day, pk in born)
    for start in range(0, len(ordered), PEOPLE_AT_ONCE):
        some = ordered[start : start + PEOPLE_AT_ONCE]
        loaded = Contact.objects.prefetch_related("aliases").in_bulk([pk for _, pk in some])
        yield [(days[number].on, loaded[pk]) for number, pk in some if pk in loaded]
