"""From 30 December to 12 January, day by day, with crashes: each birthday is wished once, in its window."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.proof import seeds
from tests.proof.kills import life, setting
from tests.proof.kills.failpoints import Failpoint

pytestmark = pytest.mark.database
FIRST, LAST = date(2026, 12, 30), date(2027, 1, 12)
BORN = {
    "Ada Martin": date(1980, 12, 31), "Bo Lindgren": date(1975, 1, 1), "Cleo Aubry": date(1990, 1, 5),
    "Dara Novak": date(1988, 12, 30), "Eli Santos": date(2000, 1, 2),
}  # fmt: skip


@pytest.mark.parametrize("seed", seeds(25, 1))
def test_day_by_day_over_new_year_each_birthday_is_wished_once(open_stage, seed):
    stage, dice = open_stage(), random.Random(seed)
    due = stage.do(setting.people_born, BORN)

    for day in range((LAST - FIRST).days + 1):
        morning = datetime(FIRST.year, FIRST.month, FIRST.day, 8, tzinfo=UTC) + timedelta(days=day)
        life.set_time(stage.place, morning)
        if dice.random() < 0.5:
            stage.strike(
                Failpoint(("anywhere",), dice.randint(1, 250)),
                fate=dice.choice(["delivered", "lost", "late"]),
            )
            stage.check()
            stage.pass_time()
        if dice.random() < 0.8:
            stage.run_and_check()

    stage.recover(due)
