"""Who is due: in which order, by which index, and how few of them are loaded."""

from datetime import date, timedelta
from itertools import chain, islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.kinds import Options
from campaigns.kinds import birthday as birthday_kind
from campaigns.kinds.birthday import BirthdayKind
from campaigns.models import Action
from campaigns.passes import MOST_LEFT_OUT
from contacts import due
from contacts.birthdays import days_due
from contacts.models import Contact, Suppression
from tests.builders import (
    TODAY,
    a_birthday_campaign,
    a_campaign,
    a_contact,
    a_search_person,
    an_account,
    an_invitation,
    run_it,
)
from tests.fakes import FakeNetwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return a_birthday_campaign()


def many(campaign, count, born=TODAY):
    start = Contact.objects.count()
    people = [
        Contact(
            profile_url=f"https://www.linkedin.com/in/ada-{number}/", name=f"Ada Martin {number}",
            birth_month=born.month, birth_day=born.day,
        )
        for number in range(start, start + count)
    ]  # fmt: skip
    link = Contact.accounts.through
    link.objects.bulk_create(
        link(contact=one, account_id=campaign.account_id) for one in Contact.objects.bulk_create(people)
    )


def everybody(campaign, today=TODAY, late_days=10, leap_day="02-28"):
    return list(chain.from_iterable(due.pages(campaign.account_id, days_due(today, late_days, leap_day))))


def test_todays_come_first_then_the_latest_and_everybody_once(campaign):
    days = [0, 3, 1, 0, 10, 11, 364]
    people = [
        a_contact(f"Ada {number}", campaign, born=TODAY - timedelta(days=days[number])) for number in range(7)
    ]
    order = [0, 3, 2, 1, 4]
    expected = [(TODAY - timedelta(days=days[number]), people[number]) for number in order]
    assert everybody(campaign) == expected


def test_many_on_one_day_and_few_on_the_others_are_all_there(campaign):
    many(campaign, due.PEOPLE_AT_ONCE * 2 + 3)
    for late in range(1, 11):
        many(campaign, 3 if late != 7 else due.PEOPLE_AT_ONCE * 2, born=TODAY - timedelta(days=late))
    found = everybody(campaign)
    assert len(found) == len({contact.pk for _, contact in found}) == Contact.objects.count()
    assert found == sorted(found, key=lambda one: (-one[0].toordinal(), one[1].pk))


def test_the_29th_of_february_is_due_on_the_28th_beside_those_of_that_day(campaign):
    born = [
        a_contact("Ada", campaign, born=date(2024, 2, 29)),
        a_contact("Bo", campaign, born=date(2024, 2, 28)),
    ]
    found = everybody(campaign, today=date(2026, 2, 28), late_days=0)
    assert {contact.pk for _, contact in found} == {one.pk for one in born}


def test_somebody_elses_connections_are_not_due(campaign):
    a_contact("Ada Martin", a_campaign(an_account("bo")))
    assert everybody(campaign) == []


def test_the_first_fifteen_of_many_cost_one_page(campaign):
    many(campaign, due.PEOPLE_AT_ONCE * 3)
    with CaptureQueriesContext(connection) as queries:
        found = list(islice(chain.from_iterable(due.pages(campaign.account_id, days_due(TODAY, 10))), 15))
    assert len(found) == 15
    assert len(queries) == 3  # their ids, the people, their aliases
    assert f"LIMIT {due.PEOPLE_AT_ONCE}" in queries[0]["sql"]


def test_days_with_few_people_are_asked_for_several_at_once(campaign):
    with CaptureQueriesContext(connection) as queries:
        assert everybody(campaign, late_days=60) == []
    assert len(queries) == 7  # of 1, 2, 4, 8, 16, 16 and 14 days


def test_so_many_days_are_asked_for_at_once_as_should_fill_a_page(campaign):
    """As in a small installation, or for an account that knows few of many."""
    for late in range(11):
        many(campaign, 1, born=TODAY - timedelta(days=late))
    with CaptureQueriesContext(connection) as queries:
        assert len(everybody(campaign)) == 11
    assert len(queries) == 4  # today's ids, those of the ten days before, the people, their aliases


@pytest.fixture
def explained(campaign):
    """How the database would answer a statement, with a year of birthdays that it has counted."""

    def explain(statement, *values):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # it plans by what is there
                for day in range(366):
                    a_contact(f"Ada {day}", campaign, born=date(2024, 1, 1) + timedelta(day))
                cursor.execute("ANALYZE contacts_contact, contacts_contact_accounts")
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            ask = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{ask} {statement}", values)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())

    return explain


def test_a_page_is_one_range_of_the_birthday_index_without_a_sort(campaign, explained):
    plan = explained(due.OF_A_DAY, 11, 23, 5, campaign.account_id, due.PEOPLE_AT_ONCE)
    assert "contact_birthday_idx" in plan
    assert "birth_month" in plan.partition("contact_birthday_idx")[2]
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_several_days_are_as_many_ranges_of_the_birthday_index(campaign, explained):
    plan = explained(due.of_days(2), 11, 22, 11, 21, campaign.account_id)
    assert "contact_birthday" in plan
    assert "Seq Scan" not in plan
    assert "SCAN contacts_contact" not in plan


def test_a_person_is_recognised_by_indexes_alone(campaign):
    from contacts.identities import Identity

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        given = Identity.of(["https://www.linkedin.com/in/ada/"], ["ACoAAada123"])
        plan = Contact.objects.identified_by(given).explain()
    assert "contact_member_id_idx" in plan
    assert "SCAN contacts_contact" not in plan
    assert "Seq Scan on contacts_contact" not in plan


def test_planning_costs_a_few_queries_a_page_whoever_is_on_it(campaign):
    many(campaign, due.PEOPLE_AT_ONCE)
    with CaptureQueriesContext(connection) as queries:
        proposals = list(islice(BirthdayKind().plan(campaign, Options(), TODAY), due.PEOPLE_AT_ONCE))
    assert all(proposal.is_chosen for proposal in proposals)
    assert len(queries) <= 9


def test_a_plan_is_read_only_as_far_as_it_is_asked_for(campaign):
    many(campaign, due.PEOPLE_AT_ONCE * 3)
    with CaptureQueriesContext(connection) as queries:
        next(BirthdayKind().plan(campaign, Options(), TODAY))
    loaded = [query["sql"] for query in queries if "FROM contacts_contact" in query["sql"]]
    assert len(loaded) == 1


@pytest.mark.unmeasured
def test_a_plan_stops_at_what_no_account_may_send_in_a_week_and_a_later_one_goes_on(campaign):
    many(campaign, birthday_kind.MOST_CHOSEN + 20)
    proposals = list(BirthdayKind().plan(campaign, Options(), TODAY))
    assert len(proposals) == birthday_kind.MOST_CHOSEN
    network = FakeNetwork()
    run_it(campaign, network, limit=2)
    assert len(network.sent) == 2
    again = list(BirthdayKind().plan(campaign, Options(), TODAY))
    assert len(again) == birthday_kind.MOST_CHOSEN + 2
    assert [proposal.reason for proposal in again[:2]] == [f"already wished on {TODAY}"] * 2


def test_what_was_done_in_another_kind_of_campaign_is_no_wish(campaign):
    ada = a_contact("Ada Martin", campaign)
    visits = a_campaign(campaign.account, name="visits", kind="sourcing")
    Action.objects.create(
        campaign=visits, account=visits.account, contact=ada, occasion="visit", due_on=TODAY, expires_on=TODAY,
        status="done",
    )  # fmt: skip
    assert [proposal.reason for proposal in BirthdayKind().plan(campaign, Options(), TODAY)] == [""]


def test_of_very_many_who_are_not_chosen_some_are_listed_and_all_are_counted(campaign):
    many(campaign, MOST_LEFT_OUT + 30)
    Contact.objects.update(status="do_not_contact")
    run = run_it(campaign, FakeNetwork())
    assert len(run.skipped) == MOST_LEFT_OUT
    assert run.notes == ["30 more people were not chosen and not listed"]


def test_a_no_that_comes_while_the_run_goes_is_counted_where_the_list_is_full(campaign):
    many(campaign, MOST_LEFT_OUT + 2)
    wanted = Contact.objects.order_by("pk")[:2]
    Contact.objects.exclude(pk__in=[each.pk for each in wanted]).update(status="do_not_contact")
    network = FakeNetwork(after_click=lambda recipient: Contact.objects.update(status="do_not_contact"))
    run = run_it(campaign, network)
    assert len(network.sent) == 1
    assert len(run.skipped) == MOST_LEFT_OUT
    assert run.notes == ["1 more person was not chosen and not listed"]


def test_somebody_erased_whom_a_search_finds_is_passed_over_without_a_word(campaign):
    Suppression.objects.put({"profile:ada-martin"}, "erased")
    visits = a_campaign(
        campaign.account,
        name="visits",
        kind="sourcing",
        search_url="https://www.linkedin.com/search/results/people/?keywords=bridges",
    )
    network = FakeNetwork(found=[a_search_person("Ada Martin"), a_search_person("Bo Lindgren")])
    run = run_it(visits, network)
    assert network.visited == ["bo-lindgren"]
    assert "Ada" not in f"{run.notes} {run.skipped}"
    assert [contact.name for contact in Contact.objects.all()] == ["Bo Lindgren"]


def test_an_invitation_to_somebody_erased_is_left_alone_without_a_name(campaign):
    Suppression.objects.put({"profile:ada-martin"}, "erased")
    withdrawals = a_campaign(campaign.account, name="old", kind="invitations")
    network = FakeNetwork(invitations=[an_invitation("Ada Martin"), an_invitation("Bo Lindgren")])
    run = run_it(withdrawals, network)
    assert network.withdrawn == ["bo-lindgren"]
    assert "Ada" not in f"{run.notes} {run.skipped}"
    assert "erased" in run.skipped[0]["reason"]
