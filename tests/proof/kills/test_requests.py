"""Many who ask for a run at once: one is queued, with one task, and the others hear which run it is."""

from typing import Any

import pytest

from campaigns.kinds import Options
from campaigns.models import Busy, Campaign, Run
from campaigns.tasks import request_run, request_stop
from tests.proof import seeds
from tests.proof.kills import setting
from tests.proof.kills.life import FileClock, Place
from tests.proof.kills.stage import barrier_for

pytestmark = pytest.mark.database
ASKING = 64


def request(place: Place, barrier: Any, rounds: int) -> list[tuple[str, int]]:
    """Ask at the same moment as everybody else; whoever got the run takes it back for the next round."""
    clock = FileClock(place.folder / "time")
    return [_queued_or_busy(clock, barrier) for _ in range(rounds)]


def _queued_or_busy(clock: FileClock, barrier: Any) -> tuple[str, int]:
    campaign = Campaign.objects.select_related("account").get()
    barrier.wait()
    try:
        run, answer = request_run(campaign, Options(), clock), "queued"
    except Busy as busy:
        run, answer = busy.run, "busy"
    barrier.wait()
    if answer == "queued":
        request_stop(run, clock.now())
    barrier.wait()
    return answer, run.pk


def count_runs(place: Place) -> int:
    return Run.objects.count()


def test_of_64_requests_one_is_queued_and_63_are_told_its_number(open_stage, record_property):
    stage, rounds, asking = open_stage(), len(seeds(50, 1)), ASKING if len(seeds(2)) > 1 else 8
    record_property("trials", rounds)
    stage.do(setting.people)
    barrier = barrier_for(asking)

    lives = [stage.start(request, barrier, rounds) for _ in range(asking)]

    assert [life.end() for life in lives] == [0] * asking
    for answers in zip(*(life.said[0] for life in lives), strict=True):
        assert sorted(answer for answer, _ in answers) == ["busy"] * (asking - 1) + ["queued"]
        assert len({number for _, number in answers}) == 1
    assert stage.do(count_runs) == rounds
