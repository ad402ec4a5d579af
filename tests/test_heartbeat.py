"""A run gives its sign of life however long a step takes, and nobody takes it over before it is silent and gone."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from campaigns.heartbeat import beating
from campaigns.models import Action, Busy, Run
from campaigns.processes import ProcessIdentity
from engine.errors import LeaseLost
from tests.builders import TODAY, a_campaign, a_contact, an_account
from tests.fakes import FakeClock

pytestmark = pytest.mark.django_db
DEAD = 2**22 + 1
LONGEST_WAIT = 30


class CountingClock(FakeClock):
    """Tells each beat apart, and says when there were enough of them."""

    def __init__(self, beats):
        super().__init__()
        self.left, self.enough = beats, threading.Event()

    def now(self):
        self.left -= 1
        if self.left == 0:
            self.enough.set()
        return super().now()


class FakeRun:
    """Beats without a database: what a thread does there is not what this is about."""

    def __init__(self, error=None):
        self.beats, self.error = 0, error

    def beat(self, now):
        self.beats += 1
        if self.error:
            raise self.error


def test_the_heart_beats_while_a_step_takes_its_time():
    run, clock = FakeRun(), CountingClock(3)

    with beating(run, clock, every=0.01):
        assert clock.enough.wait(LONGEST_WAIT)

    beats = run.beats
    assert beats >= 3
    assert not [thread for thread in threading.enumerate() if thread.name == "heartbeat"]


def test_a_database_that_fails_is_asked_again_at_the_next_beat():
    from django.db import OperationalError

    run, clock = FakeRun(OperationalError("database is locked")), CountingClock(3)

    with beating(run, clock, every=0.01):
        assert clock.enough.wait(LONGEST_WAIT)

    assert run.beats >= 2


def test_a_lost_lease_stops_the_heart_and_is_left_to_the_run():
    run, clock = FakeRun(LeaseLost("ended from elsewhere")), CountingClock(1)

    with beating(run, clock, every=0.01):
        assert clock.enough.wait(LONGEST_WAIT)
        [heart] = [thread for thread in threading.enumerate() if thread.name == "heartbeat"] or [None]
        if heart:
            heart.join(LONGEST_WAIT)

    assert run.beats == 1


@pytest.mark.django_db(transaction=True)
def test_the_beat_is_written_by_a_connection_of_its_own():
    clock = CountingClock(3)
    run = Run.objects.start(a_campaign(), ProcessIdentity.own(), FakeClock().now())
    clock.time += timedelta(minutes=1)

    with beating(run, clock, every=0.01):
        assert clock.enough.wait(LONGEST_WAIT)

    run.refresh_from_db()
    assert run.heartbeat_at == clock.time


def a_run(campaign, clock, **process):
    own = ProcessIdentity.own()
    values = {"host": own.host, "pid": own.pid, "started": own.started} | process
    return Run.objects.start(campaign, ProcessIdentity(**values), clock.now())


@pytest.mark.parametrize(
    ("process", "silent_seconds", "is_taken_over"),
    [
        ({"pid": DEAD}, 121, True),
        ({"pid": DEAD}, 120, False),
        ({}, 86_400, False),  # it may be stopped, and wake up
        ({"host": "elsewhere 1234 5", "pid": DEAD}, 86_400, False),
        ({"started": 1.0}, 121, True),  # another process has its number
    ],
)
def test_a_run_is_taken_over_only_when_it_is_silent_and_its_process_gone(
    process, silent_seconds, is_taken_over
):
    campaign, clock = a_campaign(), FakeClock()
    old = a_run(campaign, clock, **process)
    clock.time += timedelta(seconds=silent_seconds)

    if is_taken_over:
        new = a_run(campaign, clock)
        old.refresh_from_db()
        assert (old.outcome, new.fence) == ("crashed", old.fence + 1)
    else:
        with pytest.raises(Busy, match=f"run {old.pk} "):
            a_run(campaign, clock)


@pytest.mark.parametrize(
    ("process", "words"),
    [
        ({}, "UTC$"),
        ({"pid": DEAD}, "taken over 120 s after"),
        ({"host": "elsewhere 1 2"}, r"another host \(elsewhere\)"),
    ],
)
def test_a_refusal_says_what_is_in_the_way(process, words):
    campaign, clock = a_campaign(), FakeClock()
    a_run(campaign, clock, **process)

    with pytest.raises(Busy, match=words):
        a_run(campaign, clock)


def test_a_sign_of_life_at_the_last_moment_prevents_the_take_over():
    """The heart beat between the look at it and the ending."""
    campaign, clock = a_campaign(), FakeClock()
    old = a_run(campaign, clock, pid=DEAD)
    clock.time += timedelta(seconds=121)

    def beat_meanwhile(execute, sql, parameters, many, context):
        if sql.startswith("UPDATE") and '"outcome"' in sql:
            execute(
                "UPDATE campaigns_run SET heartbeat_at = %s WHERE id = %s",
                [clock.now(), old.pk],
                False,
                context,
            )
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(beat_meanwhile), pytest.raises(Busy):
        a_run(campaign, clock)


def test_a_holder_that_lost_its_lease_commits_no_sending():
    campaign, clock = a_campaign(an_account("cy")), FakeClock()
    holder = a_run(campaign, clock)
    action = Action.objects.create(
        campaign=campaign, account=campaign.account, contact=a_contact("Ada Martin", campaign), run=holder,
        occasion="birthday 2026", due_on=TODAY, expires_on=TODAY, text="Happy birthday!", status="claimed",
    )  # fmt: skip
    holder.end("crashed", clock.now())
    a_run(campaign, clock)

    with pytest.raises(LeaseLost):
        action.start_sending(holder, {}, clock.now())
    with pytest.raises(LeaseLost):
        holder.beat(clock.now())
    action.refresh_from_db()
    assert action.status == "claimed"
