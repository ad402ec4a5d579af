"""Birthdays: what a text means, when they are celebrated, who is due."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.birthdays import Birthday, days_due, days_late, latest_occurrence, occurrence, parse

LEAP_DAYS = ["02-28", "03-01"]
ALL_BIRTHDAYS = [(day.month, day.day) for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366))]
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range((date(2033, 1, 1) - date(2024, 1, 1)).days)]


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("--0229", Birthday(2, 29)),
        ("--02-29", Birthday(2, 29)),
        ("--0412T101010Z", Birthday(4, 12)),
        ("1985-04-12", Birthday(4, 12, 1985)),
        ("19850412", Birthday(4, 12, 1985)),
        ("1985-04-12T00:00:00Z", Birthday(4, 12, 1985)),
        ("19850412T101010", Birthday(4, 12, 1985)),
        ("1985/4/2", Birthday(4, 2, 1985)),
        ("1604-02-29", Birthday(2, 29)),
        ("1900-04-12", Birthday(4, 12)),
        ("0001-04-12", Birthday(4, 12)),
        ("29/02", Birthday(2, 29)),
        ("02/29", Birthday(2, 29)),
        ("25.12.1980", Birthday(12, 25, 1980)),
        ("25.12.", Birthday(12, 25)),
        ("4/4/1980", Birthday(4, 4, 1980)),
        ("12 avril", Birthday(4, 12)),
        ("Apr 12", Birthday(4, 12)),
        ("le 10 nov.", Birthday(11, 10)),
        ("Sep 25", Birthday(9, 25)),
        ("1er janvier", Birthday(1, 1)),
        ("February 29th", Birthday(2, 29)),
        ("12 Apr 2019", Birthday(4, 12, 2019)),
        ("April 12, 1985", Birthday(4, 12, 1985)),
        ("12. März 1985", Birthday(3, 12, 1985)),
        ("12 de agosto de 1985", Birthday(8, 12, 1985)),
        ("3 luglio", Birthday(7, 3)),
        ("7 de março", Birthday(3, 7)),
        ("5 mei", Birthday(5, 5)),
        ("AOÛT 3", Birthday(8, 3)),
        ("٢٩/٠٢", Birthday(2, 29)),
        ("１２ Apr", Birthday(4, 12)),
    ],
)
def test_a_text_that_can_mean_only_one_day_is_that_day(text, birthday):
    assert parse(text) == birthday


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "12/04/1985",
        "04-12",
        "31/02",
        "--0230",
        "--1304",
        "---12",
        "--04",
        "1985",
        "1985-04",
        "1985-02-29",
        "2999-01-01",
        "30 février",
        "12 13 nov",
        "nov",
        "12 nov 85",
        "12 nov 1985 1986",
        "mai 12 avril",
        "circa 1800",
        "tomorrow",
        "²/3",
        "Ⅻ 3",
        "12月4日",
        "0000-00-00",
        "99999999",
        "Apr 12 <script>",
        "12 " * 40,
        "x" * 1_000_000,
    ],
)
def test_a_text_that_means_no_day_or_several_is_unknown(text):
    assert parse(text) is None


@given(st.text())
def test_no_text_is_an_exception(text):
    found = parse(text)
    assert found is None or date(found.year or 2000, found.month, found.day)


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(2100, 12, 31)))
def test_every_written_form_of_a_date_is_that_date(day):
    birthday = Birthday(day.month, day.day, day.year)
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y-%m-%dT12:00:00Z", "%d %B %Y", "%b %d, %Y"):
        assert parse(day.strftime(form)) == birthday
    assert parse(day.strftime("--%m%d")) == parse(day.strftime("%d %b")) == Birthday(day.month, day.day)


def test_a_day_that_does_not_exist_is_no_birthday():
    with pytest.raises(ValueError, match="day"):
        Birthday(2, 30)


@pytest.mark.parametrize(("leap_day", "common"), [("02-28", date(2025, 2, 28)), ("03-01", date(2025, 3, 1))])
def test_29_february_is_celebrated_as_set_in_common_years_and_on_its_day_in_leap_years(leap_day, common):
    assert occurrence(Birthday(2, 29), 2025, leap_day) == common
    assert occurrence(Birthday(2, 29), 2024, leap_day) == date(2024, 2, 29)


def test_an_unknown_rule_for_29_february_is_refused():
    with pytest.raises(KeyError):
        occurrence(Birthday(2, 29), 2025, "02-27")


def test_a_birthday_of_december_is_late_in_january_and_belongs_to_the_year_before():
    assert latest_occurrence(Birthday(12, 31), date(2026, 1, 2)) == date(2025, 12, 31)
    assert days_late(Birthday(12, 31), date(2026, 1, 2)) == 2
    assert days_late(Birthday(1, 2), date(2026, 1, 2)) == 0


@pytest.mark.parametrize("leap_day", LEAP_DAYS)
def test_every_birthday_is_celebrated_exactly_once_in_every_year(leap_day):
    celebrations = defaultdict(int)
    for day in DAYS:
        [(same_day, pairs)] = days_due(day, 0, leap_day)
        assert same_day == day
        for pair in pairs:
            celebrations[pair, day.year] += 1
            assert occurrence(Birthday(*pair), day.year, leap_day) == day
    assert len(celebrations) == 366 * 9
    assert set(celebrations.values()) == {1}


@pytest.mark.unmeasured
@pytest.mark.parametrize("leap_day", LEAP_DAYS)
def test_who_is_due_within_the_late_window_is_who_is_that_many_days_late(leap_day):
    for today in DAYS:
        due = {pair: day for day, pairs in days_due(today, 10, leap_day) for pair in pairs}
        nearby = {pair for day, pairs in days_due(today + timedelta(days=2), 14, leap_day) for pair in pairs}
        for pair in nearby:
            birthday = Birthday(*pair)
            is_due = days_late(birthday, today, leap_day) <= 10
            assert (pair in due) == is_due
            assert not is_due or due[pair] == latest_occurrence(birthday, today, leap_day)


@given(
    st.sampled_from(ALL_BIRTHDAYS),
    st.sampled_from(DAYS),
    st.integers(min_value=0, max_value=364),
    st.sampled_from(LEAP_DAYS),
)
def test_any_birthday_is_due_at_most_once_and_only_at_its_latest_celebration(
    pair, today, late_days, leap_day
):
    days = [day for day, pairs in days_due(today, late_days, leap_day) if pair in pairs]
    latest = latest_occurrence(Birthday(*pair), today, leap_day)
    assert days == ([latest] if (today - latest).days <= late_days else [])
