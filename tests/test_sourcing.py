"""A sourcing campaign visits each person of a search once, in its order, through every interruption."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

from campaigns.kinds.sourcing import MAX_UNREAD
from campaigns.models import Action, Run, SearchedPage, SourcedProfile
from contacts.models import Contact, Interaction
from engine.errors import (
    AccountPaused,
    BrowserFailed,
    LayoutChanged,
    LimitReached,
    PersonUnavailable,
    WrongPerson,
)
from engine.models import SpentPermit
from engine.ports import Profile
from tests.builders import a_search_person, preview_it, run_it, statuses
from tests.fakes import FakeClock
from tests.interrupting import run_with_deaths
from tests.proof import seeds
from tests.searches import NAMES, SLUGS, a_network_of_them, a_search

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return a_search()


@pytest.fixture
def network():
    return a_network_of_them()


def raising(error, *slugs):
    def raise_it(recipient):
        if not slugs or any(slug in recipient.slugs for slug in slugs):
            raise error

    return raise_it


def test_everybody_found_is_visited_once_in_the_order_of_the_search_page_by_page(campaign, network):
    pages_before = []
    network.on_visit = lambda recipient: pages_before.append(len(network.searched))

    run = run_it(campaign, network)

    assert run.outcome == Run.Outcome.FINISHED
    assert network.visited == SLUGS
    assert pages_before == [1] * 5 + [2] * 5 + [3] * 2
    assert set(statuses(campaign).values()) == {"done"}
    assert Interaction.objects.filter(type="profile_visit").count() == len(NAMES)


def test_a_visit_is_stored_with_its_profile_its_place_and_its_explained_score(campaign, network):
    campaign.criteria = {"keywords": ["bridges"]}
    campaign.save()
    profile = Profile(
        profile_url="https://www.linkedin.com/in/bo-lindgren/", slug="bo-lindgren", member_id="ACoAAbo",
        name="Bo Lindgren", headline="Builder of bridges", evidence={"proved_by": "slug"},
    )  # fmt: skip
    network.profiles["bo-lindgren"] = profile

    run_it(campaign, network)

    read = SourcedProfile.objects.get(contact__name="Bo Lindgren")
    assert (read.search_page, read.search_index) == (1, 1)
    assert read.profile["headline"] == "Builder of bridges"
    assert read.score == sum(part["points"] for part in read.parts) > 0
    assert read.read_at is not None
    assert Action.objects.get(contact=read.contact).evidence["proved_by"] == "slug"


def test_a_second_run_visits_nobody_again_and_reads_no_page_again(campaign, network):
    run_it(campaign, network)

    run = run_it(campaign, network)

    assert run.outcome == Run.Outcome.NOTHING_TO_DO
    assert (len(network.visited), network.searched) == (len(NAMES), [1, 2, 3])


def test_a_session_that_ends_at_its_limit_goes_on_where_it_stopped(campaign, network):
    first = run_it(campaign, network, limit=7)
    second = run_it(campaign, network, FakeClock(FakeClock().time + timedelta(days=2)))

    assert (first.outcome, second.outcome) == (Run.Outcome.FINISHED, Run.Outcome.FINISHED)
    assert "limit of this start" in first.reason
    assert network.visited == SLUGS
    assert network.searched == [1, 2, 3]


def test_the_quota_of_visits_ends_the_run_and_leaves_the_rest_for_the_next(campaign, network):
    campaign.account.visits_per_run = 3
    campaign.account.save()

    run = run_it(campaign, network)

    assert run.outcome == Run.Outcome.LIMIT_REACHED
    assert network.visited == SLUGS[:3]
    assert SpentPermit.objects.filter(bucket="visit", given_back_at=None).count() == 3


def test_between_two_pages_of_the_network_eight_seconds_pass_at_least(campaign, network):
    clock, moments = FakeClock(), []
    network.on_visit = network.on_search = lambda what: moments.append(clock.now())
    campaign.reads_details = True
    campaign.save()

    run_it(campaign, network, clock)

    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert len(gaps) == len(NAMES) + 2
    assert min(gaps) >= timedelta(seconds=8)


def test_thirty_days_after_its_beginning_a_finished_search_begins_anew(campaign, network):
    run_it(campaign, network)
    network.found.append(a_search_person("Mia Newcastle"))

    run_it(campaign, network, FakeClock(FakeClock().time + timedelta(days=30)))

    assert network.visited == SLUGS + SLUGS + ["mia-newcastle"]
    assert SourcedProfile.objects.count() == len(NAMES) + 1


def test_an_unreachable_person_is_tried_twice_and_the_permits_stay_spent(campaign, network):
    network.after_visit = raising(PersonUnavailable("404"), "ada-martin")

    run = run_it(campaign, network)

    assert network.visited.count("ada-martin") == 2
    assert [entry["reason"] for entry in run.skipped] == ["failed 2 times: person_unavailable: 404"]
    assert SpentPermit.objects.filter(given_back_at=None).count() == len(NAMES) + 1
    assert Interaction.objects.count() == len(NAMES) - 1


def test_the_own_profile_that_only_its_page_gives_away_is_no_visit(campaign, network):
    own = Profile(
        profile_url="https://www.linkedin.com/in/ada-martin/", slug="ada-martin", member_id=None, name=None
    )
    network.profiles["ada-martin"] = Profile(**{**vars(own), "is_own": True})

    run_it(campaign, network)

    assert statuses(campaign)["Ada Martin"] == "failed"


@pytest.mark.parametrize("error", [BrowserFailed("gone"), AccountPaused("a check"), KeyError("bug")])
def test_a_visit_that_is_cut_off_is_made_again_by_the_next_run_and_counted_twice(campaign, network, error):
    network.after_visit = raising(error, "bo-lindgren")
    with suppress(KeyError):
        run_it(campaign, network)
    assert statuses(campaign)["Bo Lindgren"] == "unknown"
    network.after_visit = lambda recipient: None

    run_it(campaign, network)

    assert network.visited == SLUGS[:2] + SLUGS[1:]
    assert Interaction.objects.count() == len(NAMES)
    assert SpentPermit.objects.filter(given_back_at=None).count() == len(NAMES) + 1


def test_a_visit_that_is_cut_off_every_time_is_given_up_after_the_fifth(campaign, network):
    network.on_visit = raising(BrowserFailed("gone"), "ada-martin")

    outcomes = [run_it(campaign, network).outcome for _ in range(6)]

    assert outcomes == ["browser_failed"] * 5 + ["finished"]
    assert network.visited == SLUGS[1:]


def test_a_visit_that_led_to_somebody_else_keeps_its_permit(campaign, network):
    network.on_visit = raising(WrongPerson("the network led to another person's page"))

    run = run_it(campaign, network, limit=1)

    assert run.actions.get().status == "failed"
    assert SpentPermit.objects.get().given_back_at is None


def test_the_networks_own_limit_of_searches_ends_the_run_and_the_page_is_read_next_time(campaign, network):
    def refuse(page):
        if page == 2:
            raise LimitReached("the network's commercial use of the search")

    network.on_search = refuse
    first = run_it(campaign, network)
    network.on_search = lambda page: None
    second = run_it(campaign, network)

    assert (first.outcome, second.outcome) == ("limit_reached", "finished")
    assert "commercial use" in first.reason
    assert network.visited == SLUGS


def test_a_page_that_is_quietly_cut_is_not_taken_for_a_page(campaign, network):
    network.cut_pages = {2}

    run = run_it(campaign, network)

    assert run.outcome == "limit_reached"
    assert "page 2 shows a part of its people" in run.reason
    assert list(SearchedPage.objects.values_list("page", flat=True)) == [1]


def test_details_are_read_where_the_campaign_asks_and_the_page_shows_a_section(campaign, network):
    campaign.reads_details = True
    campaign.save()
    network.profiles["ada-martin"] = Profile(
        profile_url="https://www.linkedin.com/in/ada-martin/", slug="ada-martin", member_id=None,
        name="Ada Martin", skills=[{"name": "Rivets"}], languages=[],
    )  # fmt: skip

    run_it(campaign, network)

    assert network.detailed == [("ada-martin", "skills")]
    assert SourcedProfile.objects.get(contact__name="Ada Martin").profile["skills"] == [
        {"name": "skills of Ada Martin"}
    ]


def test_details_that_came_in_part_take_nothing_from_what_the_profile_showed(campaign, network):
    campaign.reads_details = True
    campaign.save()
    shown = [{"name": "Rivets"}, {"name": "Levelling"}]
    network.profiles["ada-martin"] = Profile(
        profile_url="https://www.linkedin.com/in/ada-martin/", slug="ada-martin", member_id=None,
        name="Ada Martin", skills=shown,
    )  # fmt: skip

    run_it(campaign, network)

    assert network.detailed == [("ada-martin", "skills")]
    assert SourcedProfile.objects.get(contact__name="Ada Martin").profile["skills"] == shown


@pytest.fixture
def detailed(campaign, network):
    """Everybody shows a skill and a language, each with a page of its own."""
    campaign.reads_details = True
    campaign.save()
    for slug in SLUGS:
        network.profiles[slug] = Profile(
            profile_url=f"https://www.linkedin.com/in/{slug}/", slug=slug, member_id=None, name=slug,
            skills=[{"name": "Rivets"}], languages=[{"name": "Breton"}],
        )  # fmt: skip
    return campaign


@pytest.mark.parametrize(
    "error",
    [
        LayoutChanged("profile.skills", "the page does not show that section"),
        WrongPerson("the network led to another person's details"),
    ],
)
def test_a_page_of_details_that_does_not_load_leaves_what_the_profile_showed(detailed, network, error):
    network.on_details = raising(error, "ada-martin")

    run = run_it(detailed, network)

    assert run.outcome == Run.Outcome.FINISHED
    assert set(statuses(detailed).values()) == {"done"}
    ada = SourcedProfile.objects.get(contact__name="Ada Martin")
    assert ada.profile["skills"] == [{"name": "Rivets"}]
    assert ada.score is not None
    assert Action.objects.get(contact=ada.contact).evidence["skills_not_read"] == str(error)
    assert run.notes == [f"a profile was kept without all of its details: {error}"]
    others = SourcedProfile.objects.exclude(pk=ada.pk)
    assert all(read.profile["languages"][0]["name"].startswith("languages of") for read in others)


def test_pages_of_details_that_load_for_nobody_are_not_opened_for_everybody(detailed, network):
    network.on_details = raising(LayoutChanged("profile.skills", "the page does not show that section"))

    run = run_it(detailed, network)

    assert len(network.detailed) == len(run.notes) == MAX_UNREAD
    assert set(statuses(detailed).values()) == {"done"}


def test_a_security_check_on_a_page_of_details_stops_the_run(detailed, network):
    network.on_details = raising(AccountPaused("the network asked for a security check"), "ada-martin")

    run = run_it(detailed, network)

    assert run.outcome == Run.Outcome.ACCOUNT_PAUSED
    assert len(network.detailed) == 1


def test_a_stop_during_the_details_keeps_what_was_read(campaign, network):
    campaign.reads_details = True
    campaign.save()
    network.profiles["ada-martin"] = Profile(
        profile_url="https://www.linkedin.com/in/ada-martin/", slug="ada-martin", member_id=None,
        name="Ada Martin", skills=[{"name": "Rivets"}], languages=[{"name": "English"}],
    )  # fmt: skip
    asked = []
    network.after_visit = asked.append

    run = run_it(campaign, network, should_stop=lambda: bool(asked))

    assert (run.outcome, network.detailed) == ("stopped", [])
    assert statuses(campaign)["Ada Martin"] == "done"
    assert SourcedProfile.objects.get(contact__name="Ada Martin").profile["skills"] == [{"name": "Rivets"}]


def test_a_stop_while_waiting_for_the_next_page_visits_nobody_more(campaign, network):
    asked = []
    network.on_search = asked.append

    run = run_it(campaign, network, should_stop=lambda: bool(asked))

    assert (run.outcome, network.visited) == ("stopped", [])
    assert SpentPermit.objects.filter(given_back_at=None).count() == 0


def test_a_dry_run_reads_the_search_visits_nobody_and_spends_no_permit(campaign, network):
    run, proposals = preview_it(campaign, network, limit=7)

    assert (run.outcome, network.searched, network.visited) == ("finished", [1, 2], [])
    assert [proposal.contact.name for proposal in proposals] == list(NAMES[:10])
    assert [proposal.why for proposal in proposals][5] == "page 2, place 1"
    assert not Action.objects.exists()
    assert not SpentPermit.objects.exists()

    run_it(campaign, network)

    assert network.visited == SLUGS
    assert network.searched == [1, 2, 3]


def test_a_campaign_whose_visits_need_approval_waits_without_reading_on(campaign, network):
    campaign.needs_approval = True
    campaign.save()

    run = run_it(campaign, network)

    assert (run.outcome, network.searched, network.visited) == ("nothing_to_do", [1], [])
    for action in campaign.actions.all():
        action.approve(None, FakeClock().now())
    assert run_it(campaign, network).outcome == "finished"
    assert network.visited == SLUGS[:5]


def test_people_found_are_no_connections_of_the_account(campaign, network):
    run_it(campaign, network, limit=1)

    assert Contact.objects.count() == 5
    assert not Contact.objects.of_account(campaign.account_id).exists()


def test_a_found_person_without_a_row_in_a_campaign_is_stored_when_visited(campaign, network):
    network.on_visit = lambda recipient: SourcedProfile.objects.all().delete()

    run_it(campaign, network, limit=1)

    assert SourcedProfile.objects.get().read_at is not None


@pytest.mark.unmeasured
@pytest.mark.proof
@pytest.mark.parametrize("seed", seeds(full=50, few=10))
def test_a_session_killed_at_random_statements_and_resumed_visits_everybody_once(campaign, network, seed):
    network.found, network.page_size = network.found[:5], 2

    deaths = run_with_deaths(campaign, network, seed, span=400)

    slugs = SLUGS[:5]
    assert Interaction.objects.filter(type="profile_visit").count() == len(slugs)
    assert SourcedProfile.objects.read().count() == len(slugs)
    assert Action.objects.filter(status="done").count() == len(slugs)
    assert list(dict.fromkeys(network.visited)) == slugs
    assert len(network.visited) <= len(slugs) + deaths
    assert set(network.searched) == {1, 2, 3}
    assert SpentPermit.objects.filter(given_back_at=None).count() >= len(network.visited)
