"""Whatever befalls a run at whatever step, everybody is wished once and everything is on record."""

import random

import pytest
from django.conf import settings

from tests.proof import seeds
from tests.proof.kills import setting
from tests.proof.kills.failpoints import Failpoint
from tests.proof.kills.strikes import STRIKES

pytestmark = pytest.mark.database
HERE = [
    strike for strike in STRIKES
    if strike != "disk full" or settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
]  # fmt: skip


# A run comes to about so many places; each seed strikes in a stretch of them of its own.
PLACES, STRETCHES = 370, len(seeds(16, 1))


@pytest.mark.parametrize("seed", range(STRETCHES))
@pytest.mark.parametrize("strike", HERE)
def test_a_run_struck_at_any_step_wishes_everybody_once(open_stage, strike, seed):
    stage, dice = open_stage(), random.Random(f"{strike} {seed}")
    due = stage.do(setting.people)

    stretch = PLACES / STRETCHES
    nth = 1 + int((seed + dice.random()) * stretch)
    stage.strike(Failpoint(("anywhere",), nth, strike), fate=dice.choice(["delivered", "late"]))

    stage.recover(due)


@pytest.mark.parametrize("strike", [one for one in HERE if "database" in one or "disk" in one])
def test_a_database_that_refuses_before_sending_is_committed_keeps_the_click_from_happening(
    open_stage, strike
):
    stage = open_stage()
    due = stage.do(setting.people)

    stage.strike(Failpoint(("text typed",), 1, strike))

    assert stage.look().deliveries == []
    stage.recover(due)
