"""When a message was sent, as a thread says it: exactly, or in a heading's words and a clock."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from engine.pages.message_times import aware, clock_of, day_of, moment

MONDAY = date(2026, 11, 23)


def message(sent_at=None, day=None, clock=None):
    return {"sent_at": sent_at, "day_text": day, "time_text": clock}


@pytest.mark.parametrize(
    ("heading", "day"),
    [
        ("Today", date(2026, 11, 23)),
        ("AUJOURD’HUI", date(2026, 11, 23)),
        ("Yesterday", date(2026, 11, 22)),
        ("hier", date(2026, 11, 22)),
        ("Sunday", date(2026, 11, 22)),
        ("mardi", date(2026, 11, 17)),
        ("Nov 10", date(2026, 11, 10)),
        ("10 nov.", date(2026, 11, 10)),
        ("Dec 24", date(2025, 12, 24)),
        ("1er févr.", date(2026, 2, 1)),
        ("Nov 10, 2024", date(2024, 11, 10)),
        ("10 août 2023", date(2023, 8, 10)),
        ("Monday", None),  # of a week ago, or wrong: a heading of today says so
        ("Nov 24, 2026", None),
        ("Feb 30", None),
        ("11/10", None),
        ("2024", None),
        ("Ada Martin", None),
        ("10 Noah", None),
        ("", None),
    ],
)
def test_a_heading_names_one_day_or_none(heading, day):
    assert day_of(heading, MONDAY) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9:05 AM", time(9, 5)),
        ("12:00\u202fAM", time(0, 0)),
        ("12:30 PM", time(12, 30)),
        ("11:59 p.m.", time(23, 59)),
        ("21:05", time(21, 5)),
        ("13:00 PM", None),
        ("24:00", None),
        ("9:60", None),
        ("at 9:05", None),
        ("9 h 05", None),
    ],
)
def test_a_clock_is_read_in_both_ways_of_writing_it(text, clock):
    assert clock_of(text) == clock


def test_the_pages_exact_time_wins_over_its_words():
    said = message("2026-11-20T08:00:00+00:00", "Today", "9:05 AM")

    assert moment(said, MONDAY) == datetime.fromisoformat("2026-11-20T08:00:00+00:00")
    assert aware(said, MONDAY, ZoneInfo("Europe/Paris")) == moment(said, MONDAY)


def test_words_mean_the_accounts_own_time():
    said = message("soon", "Yesterday", "9:05 AM")

    assert moment(said, MONDAY) == datetime(2026, 11, 22, 9, 5)  # noqa: DTZ001 - the page says no zone
    assert aware(said, MONDAY, ZoneInfo("Europe/Paris")).isoformat() == "2026-11-22T09:05:00+01:00"


@pytest.mark.parametrize("said", [message(day="Today"), message(clock="9:05"), message()])
def test_a_day_without_a_time_is_no_moment(said):
    assert moment(said, MONDAY) is None
    assert aware(said, MONDAY, ZoneInfo("UTC")) is None
