"""Whom a sourcing campaign leaves out of a search, and the reason that each of them has."""

from datetime import timedelta

import pytest

from campaigns.models import SourcedProfile
from contacts.models import Contact, Interaction
from tests.builders import a_campaign, a_contact, a_search_person, run_it, statuses
from tests.fakes import FakeClock
from tests.searches import SEARCH, SLUGS, a_network_of_them, a_search

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return a_search()


@pytest.fixture
def network():
    return a_network_of_them()


def test_whoever_was_visited_within_thirty_days_is_passed_over_with_the_day(campaign, network):
    run_it(campaign, network, limit=1)
    again = a_campaign(campaign.account, name="again", kind="sourcing", search_url=SEARCH)

    run = run_it(again, network, FakeClock(FakeClock().time + timedelta(days=29)))

    assert network.visited == SLUGS
    reasons = {entry["name"]: entry["reason"] for entry in run.skipped}
    assert reasons["Ada Martin"] == "visited on 2026-11-23; not again within 30 days"


def test_another_search_of_the_same_campaign_has_its_own_order_and_visits_nobody_again(campaign, network):
    run_it(campaign, network, limit=3)
    campaign.search_url = SEARCH + "&title=engineer"
    campaign.save()
    network.found.reverse()
    del network.found[-4:]

    run = run_it(campaign, network)

    assert network.visited == SLUGS[:3] + SLUGS[:3:-1]
    assert {entry["name"]: entry["reason"] for entry in run.skipped}[
        "Dov Amberlake"
    ] == "another search found them"


@pytest.mark.parametrize("status", [Contact.Status.DO_NOT_CONTACT, Contact.Status.GONE])
def test_whoever_may_not_be_contacted_is_not_visited_either(campaign, network, status):
    a_contact("Bo Lindgren", status=status)

    run = run_it(campaign, network)

    assert network.visited == [slug for slug in SLUGS if slug != "bo-lindgren"]
    assert [entry["name"] for entry in run.skipped] == ["Bo Lindgren"]


def test_an_objection_between_planning_and_visiting_is_heard(campaign, network):
    def object_(recipient):
        Contact.objects.get(name="Cleo Vasterling").do_not_contact("asked")

    network.on_visit = object_

    run_it(campaign, network)

    assert "cleo-vasterling" not in network.visited
    assert statuses(campaign)["Cleo Vasterling"] == "skipped"


def test_rows_without_an_address_and_the_own_profile_are_left_out_with_their_reason(campaign, network):
    campaign.account.profile_url = "https://www.linkedin.com/in/ada-martin"
    campaign.account.save()
    network.found[1] = a_search_person("Bo Lindgren", is_own=True)
    network.found[2] = a_search_person(
        "Cleo Vasterling", profile_url="https://www.linkedin.com/company/cleo/"
    )
    network.left_out = ["out of network: no name of their own"]
    network.found = network.found[:4]

    run = run_it(campaign, network)

    assert network.visited == ["dov-amberlake"]
    assert [(entry["name"], entry["reason"].partition(": ")[2]) for entry in run.skipped] == [
        ("LinkedIn Member", "out of network: no name of their own"),
        ("Ada Martin", "this is the account's own profile"),
        ("Bo Lindgren", "this is the account's own profile"),
        ("Cleo Vasterling", "not a person's profile (/in/…)"),
    ]


def test_a_row_whose_address_and_id_are_two_contacts_is_left_out(campaign, network):
    a_contact("Somebody Else", member_id="ACoAAada-martin")
    a_contact("Ada Martin")

    run = run_it(campaign, network, limit=1)

    assert network.visited == ["bo-lindgren"]
    assert "belong to 2 contacts" in run.skipped[0]["reason"]


def test_a_slug_that_now_bears_another_member_id_is_left_out(campaign, network):
    a_contact("Ada Martin", member_id="ACoAAsomebodyelse")

    run = run_it(campaign, network, limit=1)

    assert "may be somebody else's now" in run.skipped[0]["reason"]


def test_a_person_found_under_a_new_slug_is_the_contact_known_by_the_member_id(campaign, network):
    known = a_contact("Ada Old", member_id="ACoAAada-martin")

    run_it(campaign, network, limit=1)

    assert Interaction.objects.get().contact == known
    assert Contact.objects.get(pk=known.pk).slugs == {"ada-old", "ada-martin"}


def test_a_person_whom_a_shifting_search_shows_twice_is_visited_once(campaign, network):
    network.found.insert(7, network.found[0])

    run_it(campaign, network)

    assert network.visited == SLUGS
    assert SourcedProfile.objects.get(contact__name="Ada Martin").search_page == 1


def test_a_visit_under_way_in_another_campaign_is_left_to_it(campaign, network):
    other = a_campaign(campaign.account, name="other", kind="sourcing", search_url=SEARCH)
    other.needs_approval = True
    other.save()
    run_it(other, network)

    run = run_it(campaign, network)

    assert network.visited == SLUGS[5:]
    assert run.skipped[0]["reason"] == "is planned in the campaign other"
