"""Many at once: exactly as many permits as the limit, exactly one run, and a holder that slept clicks nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from campaigns.models import Busy, Campaign, Run
from campaigns.processes import ProcessIdentity
from engine.errors import LimitReached, TooSoon
from engine.models import Account, SpentPermit
from tests.fakes import world_of
from tests.proof import seeds
from tests.proof.kills import life, setting
from tests.proof.kills.failpoints import Failpoint
from tests.proof.kills.life import FileClock, Place, Script
from tests.proof.kills.stage import Stage, barrier_for
from tests.proof.kills.wire import Wire

pytestmark = pytest.mark.database
ASKING, STARTING = 32, 64


def accounts(place: Place, count: int) -> list[int]:
    return [setting.an_account_of_long_standing(f"account-{number}").pk for number in range(count)]


def ask(place: Place, barrier: Any, account_ids: list[int], number: int) -> list[bool]:
    """Ask each account's limiter for one permit, at the same moment as everybody else."""
    return [_is_granted(place, account_id, number, barrier) for account_id in account_ids]


def _is_granted(place: Place, account_id: int, number: int, barrier: Any) -> bool:
    clock = FileClock(place.folder / f"time-{number}")
    limiter = world_of(Wire(place.log, clock), clock).limiter
    barrier.wait()
    while True:
        try:
            with transaction.atomic():
                limiter.acquire(account_id, "message", setting.attempt(account_id, number), number)
        except TooSoon as early:
            clock.time = early.opens_at
        except LimitReached:
            return False
        else:
            return True


def count_permits(place: Place) -> list[int]:
    accounts = Account.objects.order_by("pk")
    return [SpentPermit.objects.filter(account=account).count() for account in accounts]


def test_of_32_processes_exactly_15_get_a_permit(open_stage, record_property):
    stage, rounds = open_stage(), len(seeds(100, 1))
    record_property("trials", rounds)
    ids = stage.do(accounts, rounds)
    barrier = barrier_for(ASKING)

    lives = [stage.start(ask, barrier, ids, number) for number in range(ASKING)]

    assert [life.end() for life in lives] == [0] * ASKING
    granted = [sum(answers) for answers in zip(*(life.said[0] for life in lives), strict=True)]
    assert granted == stage.do(count_permits) == [15] * rounds


def start(place: Place, barrier: Any, rounds: int) -> list[str]:
    """Start the account's run at the same moment as everybody else; whoever gets it ends it."""
    clock = FileClock(place.folder / "time")
    return [_started_or_busy(clock, barrier) for _ in range(rounds)]


def _started_or_busy(clock: FileClock, barrier: Any) -> str:
    campaign = Campaign.objects.select_related("account").get()
    barrier.wait()
    try:
        run = Run.objects.start(campaign, ProcessIdentity.own(), clock.now())
    except Busy:
        run = None
    barrier.wait()
    if run:
        run.end(Run.Outcome.FINISHED, clock.now())
    barrier.wait()
    return "started" if run else "busy"


def test_of_64_starts_one_gets_the_account_and_63_hear_that_it_is_busy(open_stage, record_property):
    stage, rounds = open_stage(), len(seeds(50, 1))
    record_property("trials", rounds)
    stage.do(setting.people)
    barrier = barrier_for(STARTING)

    lives = [stage.start(start, barrier, rounds) for _ in range(STARTING)]

    assert [life.end() for life in lives] == [0] * STARTING
    rounds_seen = zip(*(life.said[0] for life in lives), strict=True)
    assert [sorted(one).count("started") for one in rounds_seen] == [1] * rounds


def end_the_active_run(place: Place) -> None:
    """What a person does who knows that the holder is out of action."""
    clock = FileClock(place.folder / "time")
    Run.objects.get(status="running").end(Run.Outcome.CRASHED, clock.now(), "ended by a person")


def stop_at(stage: Stage, *places: str) -> Any:
    """A run with a browser of its own that is stopped, not killed, where it comes through these places."""
    holder = stage.start(life.run, Script(Failpoint(places, strike="stopped"), has_browser=True))
    holder.wait_until_stopped()
    return holder


STOPS = [
    ("harvest",), ("planned",), ("page asked",), ("page proved",), ("text typed",), ("clicking",),
    ("slept",), ("clicked",), ("proof seen",), ("attempted",),
]  # fmt: skip


@pytest.mark.parametrize("places", STOPS[:: 1 if len(seeds(2, 1)) == 2 else 5])
def test_a_stopped_holder_that_wakes_up_clicks_nothing(open_stage, places):
    stage = open_stage()
    due = stage.do(setting.people)
    holder = stop_at(stage, *places)

    stage.pass_time(timedelta(hours=1))
    assert stage.run(has_browser=True).outcome == "busy"
    stage.do(end_the_active_run)
    stage.recover(due, has_browser=True)
    before = stage.look().deliveries
    holder.wake()
    holder.end()

    assert stage.look().deliveries == before
    stage.recover(due)
