"""An account that a person pauses, or whose hours they change, while a run of it is under way."""

from datetime import time

import pytest

from campaigns.models import Action
from engine.models import Account, SpentPermit
from tests.builders import a_birthday_campaign, a_campaign, a_contact, a_search_person, run_it, statuses
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=bridges"


@pytest.fixture
def campaign():
    campaign = a_birthday_campaign()
    for name in ("Ada Martin", "Bo Lindgren"):
        a_contact(name, campaign)
    return campaign


def pause(recipient=None):
    Account.objects.get(name="ada").pause("paused by Eve", "Resume it when you are ready.", FakeClock().now())


def check_ended_by_the_pause(run):
    assert (run.outcome, run.reason) == ("account_paused", "paused by Eve. Resume it when you are ready.")
    assert set(SpentPermit.objects.filter(given_back_at=None).values_list("attempt_id", flat=True)) == set(
        Action.objects.filter(status="done").values_list("attempt_id", flat=True)
    )


def test_between_two_actions_a_pause_ends_the_run(campaign):
    clock, network = FakeClock(), FakeNetwork(after_click=pause)
    run = run_it(campaign, network, clock)
    check_ended_by_the_pause(run)
    assert [sent.slug for sent in network.sent] == ["ada-martin"]
    assert statuses(campaign) == {"Ada Martin": "done", "Bo Lindgren": "planned"}
    assert clock.slept == 0


def test_a_pause_while_the_text_is_typed_is_in_time_for_the_click(campaign):
    network = FakeNetwork(on_write=pause)
    run = run_it(campaign, network)
    check_ended_by_the_pause(run)
    assert network.sent == []
    assert set(statuses(campaign).values()) == {"planned"}


def test_a_pause_ends_a_run_that_visits(campaign):
    visits = a_campaign(campaign.account, name="visits", kind="sourcing", search_url=SEARCH)
    network = FakeNetwork(found=[a_search_person("Cy Okafor"), a_search_person("Di Sato")], after_visit=pause)
    check_ended_by_the_pause(run_it(visits, network))
    assert network.visited == ["cy-okafor"]


def test_hours_that_are_shortened_while_a_run_goes_hold_from_the_next_action_on(campaign):
    network = FakeNetwork(after_click=lambda recipient: Account.objects.update(hours_end=time(11)))
    run = run_it(campaign, network)  # it is eleven in Paris
    assert (run.outcome, len(network.sent)) == ("outside_hours", 1)


def test_a_zone_that_is_changed_while_a_run_goes_sends_no_text_of_another_day(campaign):
    """At 10:00 UTC it is tomorrow on the other side of the world."""

    def move(recipient):
        Account.objects.update(time_zone="Pacific/Kiritimati", hours_start=time(0), hours_end=time(23, 59))

    network = FakeNetwork(after_click=move)
    run = run_it(campaign, network)
    assert (run.outcome, len(network.sent)) == ("finished", 1)
    assert statuses(campaign)["Bo Lindgren"] == "planned"
