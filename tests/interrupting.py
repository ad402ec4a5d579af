"""Death at a random statement: from then on nothing reaches the database, as after SIGKILL."""

import random
from typing import Any

from django.db import connection

from campaigns.models import Campaign, Run
from tests.builders import run_it
from tests.fakes import FakeClock, FakeNetwork

MOST_KILLS = 4


class Killed(BaseException):
    """The process is no more."""


class Reaper:
    """Lets so many statements pass; the next one, and whatever follows but a rollback, never happens."""

    def __init__(self, statements: int) -> None:
        self.left = statements
        self.is_rolling_back = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.is_rollback(sql):
            return execute(sql, params, many, context)
        if self.left <= 0:
            raise Killed
        self.left -= 1
        return execute(sql, params, many, context)

    def is_rollback(self, sql: str) -> bool:
        """A savepoint that is rolled back is released right after."""
        is_release_of_it = self.is_rolling_back and sql.startswith("RELEASE")
        self.is_rolling_back = sql.startswith("ROLLBACK")
        return self.is_rolling_back or is_release_of_it


def run_with_deaths(campaign: Campaign, network: FakeNetwork, seed: int, span: int) -> int:
    """Run the campaign to its end, dying at random statements of the first runs; how many deaths there were."""
    dice, clock, deaths = random.Random(seed), FakeClock(), 0
    while deaths < MOST_KILLS:
        reaper = Reaper(dice.randint(1, span))
        try:
            with connection.execute_wrapper(reaper):
                run_it(campaign, network, clock)
            return deaths
        except Killed:
            deaths += 1
        for run in Run.objects.filter(status=Run.Status.RUNNING):
            run.end(Run.Outcome.CRASHED, clock.now())
    run_it(campaign, network, clock)
    return deaths
