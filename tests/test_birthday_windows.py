"""Every birthday has exactly one window a year, whatever the year, the zone and the clock's changes."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pytest

from campaigns.policies import check_hours
from contacts.birthdays import Birthday, days_due, days_late, latest_occurrence
from engine.errors import OutsideHours
from engine.models import Account
from tests.proof import seeds

pytestmark = pytest.mark.proof
FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
LATE_DAYS = 10
BIRTHDAYS = [date(2024, 1, 1) + timedelta(days=day) for day in range(366)]
# Half-hour offsets, half-hour changes, changes at midnight, and both sides of the date line.
ZONES = (
    "Europe/Paris", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo",
    "Pacific/Kiritimati", "Pacific/Pago_Pago",
)  # fmt: skip
STEP = timedelta(minutes=30)


def days(first=FIRST, last=LAST):
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@pytest.mark.parametrize("leap_day", ["02-28", "03-01"])
def test_each_of_366_birthdays_is_due_on_one_day_of_each_year(leap_day):
    due = Counter(
        (month, day, on.year)
        for on in days()
        for _, pairs in days_due(on, 0, leap_day)
        for month, day in pairs
    )

    assert due == {(born.month, born.day, year): 1 for born in BIRTHDAYS for year in range(2024, 2033)}


@pytest.mark.parametrize("leap_day", ["02-28", "03-01"])
def test_the_late_window_of_each_birthday_is_one_stretch_of_days_with_one_occasion(leap_day):
    windows = {}
    for today in days():
        for on, pairs in days_due(today, LATE_DAYS, leap_day):
            for pair in pairs:
                windows.setdefault((*pair, on), []).append(today)

    whole = {
        key: dates for key, dates in windows.items() if FIRST <= key[2] <= LAST - timedelta(days=LATE_DAYS)
    }
    for (_month, _day, on), dates in whole.items():
        assert dates == [on + timedelta(days=late) for late in range(LATE_DAYS + 1)]
    assert len({(month, day, on.year) for month, day, on in whole}) == len(whole)
    last_days = {(born.month, born.day) for born in BIRTHDAYS if (born.month, born.day) >= (12, 21)}
    assert len(whole) >= 366 * 9 - len(last_days)


@pytest.mark.parametrize("leap_day", ["02-28", "03-01"])
def test_the_two_ways_to_ask_agree(leap_day):
    for born in BIRTHDAYS[:: 1 if len(seeds(2)) > 1 else 13]:
        birthday = Birthday(born.month, born.day)
        for today in days(date(2027, 12, 1), date(2028, 3, 31)):
            on = latest_occurrence(birthday, today, leap_day)
            is_due = {pair for _, pairs in days_due(today, 0, leap_day) for pair in pairs} >= {
                (born.month, born.day)
            }
            assert is_due == (on == today) == (days_late(birthday, today, leap_day) == 0)


def local_days(zone, year):
    """Each half hour of a year, with a day at either end, as the account's clock shows it."""
    moment, end = datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=1), datetime(year + 1, 1, 2, tzinfo=UTC)
    while moment < end:
        yield moment, moment.astimezone(zone)
        moment += STEP


def is_open(account, moment):
    try:
        check_hours(account, moment)
    except OutsideHours:
        return False
    return True


@pytest.mark.unmeasured
@pytest.mark.parametrize("year", [2024 + seed for seed in seeds(9, 1)])
@pytest.mark.parametrize("name", ZONES)
def test_each_day_is_one_stretch_of_time_with_one_stretch_of_working_hours(name, year):
    account = Account(name="ada", time_zone=name, hours_start=time(7), hours_end=time(19))
    stretches = [
        (day, [moment for moment, _ in group])
        for day, group in groupby(local_days(ZoneInfo(name), year), key=lambda pair: pair[1].date())
    ]

    dates = [day for day, _ in stretches]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(dates))
    for _day, moments in stretches[1:-1]:
        assert 46 <= len(moments) <= 50
        opened = [is_working for is_working, _ in groupby(is_open(account, moment) for moment in moments)]
        assert opened == [False, True, False]
        assert sum(is_open(account, moment) for moment in moments) == 24
