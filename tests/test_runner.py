"""One run over its campaign: its hours, limits and pauses, what it leaves, and how it ends."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.models import Action, Busy, Run
from campaigns.processes import ProcessIdentity
from contacts.models import Contact
from engine.errors import (
    AccountPaused,
    PersonUnavailable,
    WrongPerson,
)
from engine.models import SpentPermit
from tests.builders import (
    TODAY,
    a_birthday_campaign,
    a_campaign,
    a_contact,
    an_account,
    run_it,
    statuses,
)
from tests.fakes import FakeClock, FakeNetwork, slug_of, world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return a_birthday_campaign()


@pytest.mark.parametrize(
    ("hour", "outcome"),
    [(5, "outside_hours"), (6, "finished"), (17, "finished"), (18, "outside_hours")],
)
def test_wishes_are_sent_from_seven_to_seven_in_paris(campaign, hour, outcome):
    a_contact("Ada Martin", campaign)

    run = run_it(campaign, FakeNetwork(), FakeClock(datetime(2026, 11, 23, hour, 30, tzinfo=UTC)))

    assert run.outcome == outcome


def test_the_working_hours_are_a_setting_of_the_account(campaign):
    a_contact("Ada Martin", campaign)
    account = campaign.account
    account.hours_start, account.hours_end, account.time_zone = time(5), time(6), "UTC"
    account.save()

    run = run_it(campaign, FakeNetwork(), FakeClock(datetime(2026, 11, 23, 5, 30, tzinfo=UTC)))

    assert run.outcome == "finished"


def test_a_rehearsal_ignores_the_hours(campaign):
    a_contact("Ada Martin", campaign)
    clock, network = FakeClock(datetime(2026, 11, 23, 2, tzinfo=UTC)), FakeNetwork()

    run = run_it(campaign, network, clock, world=world_of(network, clock, is_rehearsal=True))

    assert run.outcome == "finished"


def test_between_two_messages_there_is_a_pause_of_the_accounts_length(campaign):
    for name in ("Ada Martin", "Bo Lindgren", "Cy Okafor"):
        a_contact(name, campaign)
    clock = FakeClock()

    run_it(campaign, FakeNetwork(), clock)

    assert clock.slept == pytest.approx(180)


@pytest.mark.unmeasured
def test_a_run_stops_at_its_limit_of_messages_and_leaves_the_rest_planned(campaign):
    for number in range(17):
        a_contact(f"Ada {chr(97 + number)}", campaign)
    network = FakeNetwork()

    run = run_it(campaign, network)

    assert len(network.sent) == 15
    assert run.outcome == Run.Outcome.LIMIT_REACHED
    assert Action.objects.filter(status="planned").count() == 2


@pytest.mark.unmeasured
def test_the_next_run_stays_within_the_limit_of_24_hours(campaign):
    for number in range(17):
        a_contact(f"Ada {chr(97 + number)}", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock)
    run_it(campaign, network, clock)
    assert len(network.sent) == 15
    clock.time += timedelta(hours=24)

    run_it(campaign, network, clock)

    assert len(network.sent) == 17


@pytest.mark.parametrize("error", [WrongPerson("another slug"), PersonUnavailable("404")])
def test_a_wrong_or_missing_page_fails_the_one_action_and_the_others_go_on(campaign, error):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork()

    def refuse_ada(recipient):
        if slug_of(recipient) == "ada-martin":
            raise error

    network.on_write = refuse_ada

    run = run_it(campaign, network)

    assert [sent.slug for sent in network.sent] == ["bo-lindgren"]
    assert statuses(campaign) == {"Ada Martin": "failed", "Bo Lindgren": "done"}
    assert run.outcome == "finished"
    assert SpentPermit.objects.filter(given_back_at=None).count() == 1


def test_a_request_to_stop_finishes_the_action_and_leaves_the_rest(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork()

    run = run_it(campaign, network, should_stop=lambda: bool(network.sent))

    assert run.outcome == "stopped"
    assert statuses(campaign) == {"Ada Martin": "done", "Bo Lindgren": "planned"}


def test_a_person_can_stop_a_run_in_the_database(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=lambda recipient: Run.objects.get().request_stop(FakeClock().now()))

    run = run_it(campaign, network)

    assert run.outcome == "stopped"
    assert len(network.sent) == 1


def test_midnight_in_the_middle_of_a_run_sends_no_text_of_yesterday(campaign):
    account = campaign.account
    account.hours_start, account.hours_end = time(0), time(23, 59)
    account.save()
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network, clock = FakeNetwork(), FakeClock(datetime(2026, 11, 23, 22, 58, 50, tzinfo=UTC))
    account.pause_max_seconds = 180
    account.save()

    run_it(campaign, network, clock)

    assert [sent.text for sent in network.sent] == ["Happy birthday, Ada!"]
    assert statuses(campaign)["Bo Lindgren"] == "planned"


def test_an_account_has_one_run_at_a_time_and_the_refusal_names_it(campaign):
    running = Run.objects.start(campaign, ProcessIdentity.own(), FakeClock().now())

    with pytest.raises(Busy, match=f"run {running.pk} "):
        run_it(campaign, FakeNetwork())


def test_a_run_whose_process_is_gone_is_swept_and_its_claims_are_released(campaign):
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    own = ProcessIdentity.own()
    dead = Run.objects.start(campaign, ProcessIdentity(own.host, 2**22 + 1, 1.0), clock.now())
    run_it(a_campaign(an_account("bo")), network, clock)
    action = Action.objects.create(
        campaign=campaign, account=campaign.account, contact=Contact.objects.get(), occasion="birthday 2026",
        due_on=TODAY, expires_on=TODAY, text="Happy birthday, Ada!", status="claimed", run=dead,
        attempt_id="00000000-0000-4000-8000-000000000001",
    )  # fmt: skip

    clock.time += Run.STALE_AFTER
    with pytest.raises(Busy, match="its process is gone"):
        run_it(campaign, network, clock)
    clock.time += timedelta(seconds=1)
    run_it(campaign, network, clock)

    dead.refresh_from_db()
    action.refresh_from_db()
    assert dead.outcome == "crashed"
    assert (action.status, len(network.sent)) == ("done", 1)


def test_a_run_that_was_ended_from_elsewhere_does_not_click(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(on_write=lambda recipient: Run.objects.get().end("crashed", FakeClock().now()))

    run = run_it(campaign, network)

    assert network.sent == []
    assert statuses(campaign) == {"Ada Martin": "planned"}
    assert run.outcome == "crashed"


def test_a_paused_account_starts_no_run(campaign):
    campaign.account.pause("security check", "sign in and look", FakeClock().now())

    with pytest.raises(AccountPaused, match="security check"):
        run_it(campaign, FakeNetwork())

    assert not Run.objects.exists()
