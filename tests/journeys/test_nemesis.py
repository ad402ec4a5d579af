"""Something befalls worker, driver or browser at a random moment: the next run leaves everybody wished once."""

import random
import signal

import psutil
import pytest

from tests.journeys.test_birthday_campaign import received, town
from tests.proof import seeds
from tests.waiting import until

pytestmark = pytest.mark.browser
DUE = ["alan-whitcombe", "maelle-castrovan", "noe-garivaux"]


def driver_of(stage):
    """The driver that works for the stage now; it leads the group of its browser."""
    [(group,)] = stage.rows("SELECT group_id FROM engine_browserprocess WHERE ended_at IS NULL")
    return psutil.Process(group)


def browser_of(stage):
    return next(child for child in driver_of(stage).children() if "chrom" in child.name())


def kill_worker(stage, run):
    run.send_signal(signal.SIGKILL)


def stop_worker_for_a_moment(stage, run):
    run.send_signal(signal.SIGSTOP)
    told, code = stage.run_campaign()
    run.send_signal(signal.SIGCONT)
    # Stopped amidst a transaction it keeps SQLite's one write lock as well.
    assert told["outcome"] in ("busy", "database_unreachable"), told
    assert code == 75


def ask_worker_to_stop(stage, run):
    run.send_signal(signal.SIGTERM)


def kill_driver(stage, run):
    driver_of(stage).kill()


def kill_browser(stage, run):
    browser_of(stage).kill()


MISHAPS = [kill_browser, kill_driver, kill_worker, stop_worker_for_a_moment, ask_worker_to_stop]


# Each stays true once it is: a moment that nobody saw is not waited for.
MOMENTS = ("claimed_at", "sending_at", "ended_at")
SLOWEST_SECONDS = 180


@pytest.mark.proof
@pytest.mark.parametrize("seed", seeds(3, 1))
@pytest.mark.parametrize("mishap", MISHAPS[: 5 if len(seeds(2, 1)) == 2 else 1])
def test_whatever_befalls_the_processes_everybody_is_wished_once(stage, open_sandbox, mishap, seed):
    stage.settle_seconds = 1
    sandbox = open_sandbox(town())
    moment = random.Random(f"{mishap.__name__} {seed}").choice(MOMENTS)

    with stage.start("run_campaign", "birthday", "--json") as run:
        has_come = f"SELECT 1 FROM campaigns_action WHERE {moment} IS NOT NULL"  # noqa: S608 - one of ours
        until(lambda: stage.rows(has_come), run, SLOWEST_SECONDS)
        mishap(stage, run)
        run.communicate()
    stage.silence_runs()
    told, _ = stage.run_campaign()

    assert sorted(slug for slug, _ in received(sandbox)) == DUE, told
    assert sorted(received(sandbox)) == sorted(stage.recorded)
    assert stage.rows("SELECT DISTINCT status FROM campaigns_action WHERE status <> 'failed'") == [("done",)]
