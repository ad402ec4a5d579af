"""The sandbox's people, and how its pages tell of days, ages and times in each language."""

import re
from datetime import date

import pytest

from engine.sandbox import Person, Sandbox, load_people
from engine.sandbox.careers import duration
from engine.sandbox.residents import residents
from engine.sandbox.words import clock_time, heading_day, late_day, sent_ago
from tests.sandbox_visitor import ask

TODAY = date(2026, 11, 18)


def someone(slug: str = "maelle-castrovan") -> Person:
    return next(person for person in load_people() if person.slug == slug)


def test_the_town_has_the_people_that_a_rehearsal_needs():
    people = load_people()
    listed = [person.birthday for person in people if person.is_listed and person.birthday is not None]
    assert listed.count(0) >= 5
    assert sum(-10 <= offset < 0 for offset in listed) >= 12
    assert sum(offset < -10 for offset in listed) >= 3
    assert sum(person.birthday is None for person in people) >= 3
    assert sum(person.name == "Camille Dorvenne" for person in people) == 2
    for ids in zip(*((person.slug, person.member_id, person.thread_id) for person in people), strict=True):
        assert len(set(ids)) == len(people)


def test_a_first_name_keeps_the_emoji_in_front_of_it():
    assert someone("noe-garivaux").first_name == "🔥 Noé"
    assert someone().first_name == "Maëlle"
    assert Person(slug="nobody").first_name == ""


@pytest.mark.parametrize(
    ("language", "day", "expected"),
    [
        ("en", date(2026, 11, 10), "on Nov 10"),
        ("fr", date(2026, 11, 10), "le 10 nov."),
        ("fr", date(2026, 8, 1), "le 1 août"),
    ],
)
def test_a_past_birthday_is_a_day_without_its_year(language, day, expected):
    assert late_day(day, language) == expected


def test_a_heading_says_as_little_as_is_needed():
    days = [TODAY, date(2026, 11, 16), date(2026, 6, 2), date(2024, 6, 2), date(2026, 11, 20)]
    assert [heading_day(day, TODAY, "en") for day in days] == [
        "Today",
        "Monday",
        "Jun 2",
        "Jun 2, 2024",
        "Nov 20",
    ]
    assert [heading_day(day, TODAY, "fr") for day in days[:4]] == [
        "Aujourd’hui",
        "lundi",
        "2 juin",
        "2 juin 2024",
    ]


def test_the_time_of_a_message_is_told_as_the_language_tells_it():
    assert [clock_time(hour, 5, "en") for hour in (0, 9, 12, 18)] == [
        "12:05 AM",
        "9:05 AM",
        "12:05 PM",
        "6:05 PM",
    ]
    assert clock_time(9, 5, "fr") == "09:05"


def test_the_rest_of_the_town_comes_from_the_seed():
    people = load_people()
    assert residents(7, people) == residents(7, people)
    assert residents(7, people) != residents(8, people)
    slugs = [one.slug for one in [*people, *residents(1, people)]]
    assert len(set(slugs)) == len(slugs) >= 95
    assert {one.offer for one in residents(1, people)} >= {"pending", "connect", "follow", "message"}


def test_people_who_were_brought_along_are_alone_in_their_town():
    with Sandbox([Person(slug="lucie-fontarelle", is_own=True)], today=TODAY) as sandbox:
        assert sandbox.residents == []
        assert sandbox.invited == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Sent today"),
        (1, "Sent 1 day ago"),
        (6, "Sent 6 days ago"),
        (7, "Sent 1 week ago"),
        (29, "Sent 4 weeks ago"),
        (30, "Sent 1 month ago"),
        (364, "Sent 12 months ago"),
        (365, "Sent 1 year ago"),
        (800, "Sent 2 years ago"),
    ],
)
def test_an_invitations_age_is_told_in_the_largest_unit_that_fits(days, said):
    assert sent_ago(days, "en") == said


@pytest.mark.parametrize(
    ("spans", "language", "said"),
    [
        ([("2023-01", "2023-04")], "en", "4 mos"),
        ([("2023-09", "")], "en", "3 yrs 3 mos"),
        ([("2019-04", ""), ("2014-09", "2019-03")], "en", "12 yrs 3 mos"),
        ([("2018-02", "2018-02"), ("2018-02", "2018-02")], "fr", "1 mois"),
        ([("2017", "2017-12")], "fr", "1 an"),
    ],
)
def test_times_at_work_count_their_months_once(spans, language, said):
    assert duration(spans, TODAY, language) == said


def test_a_page_has_the_age_that_was_asked_for_where_that_age_is_known():
    with Sandbox(today=TODAY, generation="ember") as sandbox:
        assert 'id="global-nav"' in ask(sandbox, "/feed/").text
        assert "nurture-card" in ask(sandbox, "/mynetwork/catch-up/birthday/").text
    with Sandbox(today=TODAY, generation="sdui1") as sandbox:
        assert "connections-profile" in ask(sandbox, "/mynetwork/invite-connect/connections/").text
        assert "Topcard" in ask(sandbox, "/in/alan-whitcombe/").text


def test_a_numbers_look_does_not_depend_on_where_the_sandbox_runs():
    with Sandbox(today=TODAY) as sandbox:
        page = ask(sandbox, "/in/ottilie-branscombe/").text
    assert re.search(r"urn:li:member:\d+_pending", page)
