"""Somebody says no while a run stands at any step: nothing begins to be sent to them any more."""

import random

import pytest

from tests.proof import seeds
from tests.proof.kills import life, setting
from tests.proof.kills.failpoints import Failpoint
from tests.proof.kills.life import Script

pytestmark = pytest.mark.database
# Between transactions: inside one the no would wait for its end.
MOMENTS = (
    "harvest",
    "planned",
    "page asked",
    "page proved",
    "text typed",
    "clicking",
    "clicked",
    "attempted",
)


@pytest.mark.parametrize("seed", seeds(80, 4))
def test_a_no_that_was_committed_before_the_click_was_due_is_kept(open_stage, seed):
    stage, dice = open_stage(), random.Random(seed)
    slugs = stage.do(setting.people)
    refusing = dice.choice(slugs)
    place = MOMENTS[seed % len(MOMENTS)]
    nth = 1 if place in ("harvest", "planned") else dice.randint(1, 3)

    run = stage.start(life.run, Script(Failpoint((place,), nth, "stopped")))
    run.wait_until_stopped()
    got_before = [one.slug for one in stage.look().deliveries]
    stage.do(setting.say_no, refusing)
    run.wake()
    run.end()

    expected = [slug for slug in slugs if slug != refusing]
    is_sending = place == "clicking" and slugs.index(refusing) == nth - 1
    stage.recover([*expected, *([refusing] if refusing in got_before or is_sending else [])])
    got = [one.slug for one in stage.look().deliveries]
    assert (refusing in got) == (refusing in got_before or is_sending)
