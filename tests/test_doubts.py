"""What may have left is never repeated before it is settled; what certainly did not is free again."""

from contextlib import suppress

import pytest

from campaigns.models import Action, Run
from contacts.models import Interaction
from engine.errors import (
    AccountPaused,
    BrowserFailed,
    LayoutChanged,
    PersonUnavailable,
    ProofMissing,
    WrongPerson,
)
from engine.models import SpentPermit
from engine.ports import Thread
from tests.builders import (
    a_birthday_campaign,
    a_contact,
    run_it,
    statuses,
)
from tests.fakes import FakeClock, FakeNetwork, Sent, raising

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return a_birthday_campaign()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AccountPaused("security check"), "account_paused"),
        (LayoutChanged("messaging.send"), "layout_changed"),
        (BrowserFailed("gone"), "browser_failed"),
    ],
)
def test_before_the_click_a_stop_releases_the_action_and_leaves_everything_planned(campaign, error, outcome):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)

    run = run_it(campaign, FakeNetwork(on_write=raising(error)))

    assert run.outcome == outcome
    assert set(statuses(campaign).values()) == {"planned"}
    assert SpentPermit.objects.filter(given_back_at=None).count() == 0


def test_an_unforeseen_error_before_the_click_releases_the_action_and_is_raised(campaign):
    a_contact("Ada Martin", campaign)

    with pytest.raises(ZeroDivisionError):
        run_it(campaign, FakeNetwork(on_write=raising(ZeroDivisionError())))

    assert statuses(campaign) == {"Ada Martin": "planned"}
    assert Run.objects.get().outcome == "internal_error"


@pytest.mark.parametrize(
    "error", [BrowserFailed("gone"), AccountPaused("security check"), ZeroDivisionError()]
)
def test_after_the_click_every_error_leaves_a_doubt_and_stops(campaign, error):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=raising(error))

    with suppress(ZeroDivisionError):
        run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "unknown", "Bo Lindgren": "planned"}
    assert Interaction.objects.count() == 0
    assert SpentPermit.objects.filter(given_back_at=None).count() == 1


def test_a_click_that_certainly_did_not_happen_fails_the_action(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(before_click=raising(WrongPerson("the composer changed")))

    run_it(campaign, network)

    assert network.sent == []
    assert statuses(campaign) == {"Ada Martin": "failed"}


def test_a_delivered_doubt_is_settled_by_the_next_run_and_never_sent_again(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(after_click=raising(BrowserFailed("gone")))
    run_it(campaign, network)
    network.after_click = lambda recipient: None

    run = run_it(campaign, network)

    assert len(network.sent) == 1
    assert statuses(campaign) == {"Ada Martin": "done"}
    assert Interaction.objects.get().payload["text"] == "Happy birthday, Ada!"
    assert run.outcome == "nothing_to_do"


def test_an_undelivered_doubt_is_failed_after_two_readings_a_minute_apart_and_wished_once_more(campaign):
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(after_click=raising(BrowserFailed("gone")), is_lost=True), FakeClock()
    run_it(campaign, network, clock)
    network.after_click, network.is_lost = (lambda recipient: None), False
    slept = clock.slept

    run_it(campaign, network, clock)

    assert network.reads[:2] == ["ada-martin"] * 2
    assert clock.slept - slept >= 60
    assert list(Action.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "done"]
    assert len(network.sent) == 1


@pytest.mark.parametrize("weakness", ["is_theirs", "is_one_to_one", "is_complete"])
def test_a_doubt_whose_thread_proves_nothing_stays_in_doubt(campaign, weakness):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(after_click=raising(BrowserFailed("gone")), is_lost=True)
    run_it(campaign, network)
    facts = {"is_theirs": True, "is_one_to_one": True, "is_complete": True} | {weakness: False}
    network.threads["ada-martin"] = Thread(**facts, messages=[])

    run = run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "unknown"}
    assert network.sent == []
    assert "stays in doubt" in run.notes[0]
    assert run.skipped[0]["reason"].startswith("in doubt")


def test_a_doubt_whose_thread_cannot_be_reached_stays_in_doubt(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(after_click=raising(BrowserFailed("gone")))
    run_it(campaign, network)

    def unreachable(recipient):
        raise PersonUnavailable("404")

    network.read_thread = unreachable

    run = run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "unknown"}
    assert "could not be read" in run.notes[0]


def test_a_missing_proof_is_looked_for_at_once_and_the_run_goes_on_when_it_is_found(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=raising(ProofMissing("nothing seen")))

    run = run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "done", "Bo Lindgren": "done"}
    assert len(network.sent) == 2
    assert run.outcome == "finished"


def test_a_missing_proof_that_stays_missing_stops_the_run_in_doubt(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=raising(ProofMissing("nothing seen")))
    network.threads["ada-martin"] = Thread(True, True, False, [])
    # The draft asks the same thread before the click; an incomplete one shows nothing there.

    run = run_it(campaign, network)

    assert run.outcome == "in_doubt"
    assert statuses(campaign) == {"Ada Martin": "unknown", "Bo Lindgren": "planned"}


def test_what_the_thread_already_shows_is_recorded_and_not_sent(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(sent=[Sent("ada-martin", "Happy birthday, Ada!")])

    run_it(campaign, network)

    assert len(network.sent) == 1
    assert statuses(campaign) == {"Ada Martin": "done"}
