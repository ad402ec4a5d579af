"""A clock that disagrees with the record, or with the seconds that went by, closes the run until it agrees."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.clock_guard import confirm_clock
from campaigns.models import Action, Busy, Run, Worker
from campaigns.processes import ProcessIdentity
from contacts.models import Contact, Interaction
from engine.models import Account, SpentPermit
from tests.builders import a_birthday_campaign, a_contact, run_it, statuses
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = a_birthday_campaign()
    for name in ("Ada Martin", "Bo Lindgren"):
        a_contact(name, campaign)
    return campaign


def forget_but(kept, campaign):
    """Leave one kind of record of what was done, so that it alone can speak against the clock."""
    Interaction.objects.exclude(pk__in=Interaction.objects.all() if kept == "interaction" else []).delete()
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    if kept != "action":
        Action.objects.update(sending_at=long_ago, ended_at=long_ago)
    if kept != "run":
        Run.objects.update(heartbeat_at=long_ago, ended_at=long_ago)
    if kept != "permit":
        SpentPermit.objects.update(taken_at=long_ago)


@pytest.mark.parametrize("kept", ["run", "permit", "interaction", "action"])
def test_a_clock_behind_the_last_record_closes_until_it_agrees_again(campaign, kept):
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock, limit=1)
    forget_but(kept, campaign)
    clock.time -= timedelta(minutes=37)

    run = run_it(campaign, network, clock)

    assert (run.outcome, len(network.sent)) == ("clock_wrong", 1)
    assert run.reason.startswith("clock looks wrong by 37 min: it says 2026-11-23 09:23 UTC")
    assert f"the last {kept} is of 2026-11-23 10:00 UTC" in run.reason
    clock.time += timedelta(minutes=37)
    assert run_it(campaign, network, clock).outcome == "finished"


def test_five_minutes_between_two_machines_are_tolerated(campaign):
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock, limit=1)
    clock.time -= timedelta(minutes=5)

    assert run_it(campaign, network, clock).outcome == "finished"


def jump(clock, **by):
    def jump_once(recipient):
        clock.time += timedelta(**by)
        by.clear()

    return jump_once


@pytest.mark.parametrize("hours", [-3, -1, 1, 3])
def test_a_jump_by_hours_in_the_middle_of_a_run_ends_it(campaign, hours):
    clock = FakeClock()
    network = FakeNetwork(after_click=jump(clock, hours=hours))

    run = run_it(campaign, network, clock)

    assert (run.outcome, len(network.sent)) == ("clock_wrong", 1)
    assert run.reason.startswith(f"clock looks wrong by {abs(hours) * 60} min")
    assert statuses(campaign)["Bo Lindgren"] == "planned"


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(60, "clock_wrong"), (6, "clock_wrong"), (5, "finished"), (-60, "finished")]
)
def test_a_jump_over_midnight_ends_the_run_unless_it_is_a_correction(campaign, seconds, outcome):
    campaign.account.hours_start, campaign.account.hours_end = time(0), time(23, 59, 59)
    campaign.account.time_zone = "UTC"
    campaign.account.save()
    clock = FakeClock(datetime(2026, 11, 23, 23, 59, 57, tzinfo=UTC))
    network = FakeNetwork(after_click=jump(clock, seconds=seconds))

    run = run_it(campaign, network, clock, limit=1 if outcome == "finished" else None)

    assert run.outcome == outcome


def test_a_small_correction_at_noon_is_nothing(campaign):
    clock = FakeClock()

    run = run_it(campaign, FakeNetwork(after_click=jump(clock, seconds=-90)), clock)

    assert run.outcome == "finished"


def test_a_machine_that_slept_through_a_pause_has_no_wrong_clock(campaign):
    """Both go on: the seconds that nobody sets count a sleeping machine's as well."""
    clock = FakeClock()
    network = FakeNetwork(after_click=lambda recipient: clock.sleep(2 * 3600))

    assert run_it(campaign, network, clock).outcome == "finished"


def test_a_person_may_say_that_the_record_is_wrong_and_the_clock_is_watched_from_there(campaign):
    network, clock = FakeNetwork(), FakeClock(datetime(2026, 11, 25, 10, tzinfo=UTC))
    run_it(campaign, network, clock, limit=1)
    clock.time = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert run_it(campaign, network, clock).outcome == "clock_wrong"

    assert confirm_clock(clock.now()) == datetime(2026, 11, 25, 10, tzinfo=UTC)

    assert run_it(campaign, network, clock).outcome in ("finished", "nothing_to_do")
    clock.time -= timedelta(hours=1)
    assert run_it(campaign, network, clock).outcome == "clock_wrong"


def test_what_is_of_the_future_holds_up_nothing_once_the_clock_is_called_right(campaign):
    """The machine ran two years ahead, its process died, and then the clock was set."""
    account, clock = campaign.account, FakeClock()
    ahead = clock.now() + timedelta(days=730)
    dead = Run.objects.start(campaign, ProcessIdentity.own(), ahead)
    Run.objects.filter(pk=dead.pk).update(pid=2**22 + 1)
    doubt = Action.objects.create(
        campaign=campaign, account=account, contact=Contact.objects.first(), occasion="birthday 2025",
        due_on=clock.now().date(), expires_on=clock.now().date(), status="unknown", text="Hello",
        run=dead, absent_read_at=ahead,
    )  # fmt: skip
    Account.objects.filter(pk=account.pk).update(gentle_since=ahead)
    Worker.objects.arrive(ProcessIdentity.own(), ahead)
    with pytest.raises(Busy):
        run_it(campaign, FakeNetwork(), clock)

    confirm_clock(clock.now())
    clock.sleep(Run.STALE_AFTER.total_seconds() + 1)

    assert not Worker.objects.alive(clock.now()).exists()
    run = run_it(campaign, FakeNetwork(), clock)
    dead.refresh_from_db()
    doubt.refresh_from_db()
    account.refresh_from_db()
    assert (dead.outcome, run.outcome, doubt.status) == ("crashed", "finished", "failed")
    assert account.gentle_since < clock.now()
    assert clock.slept < 3600
