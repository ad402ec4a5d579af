"""Workers as processes of their own: killed in the middle, asked to end, and two of them at one schedule."""

import signal
from datetime import datetime, time

import pytest

from tests.journeys.stage import copy_template, zone_of_noon
from tests.journeys.test_birthday_campaign import received, town
from tests.waiting import until

# Midnight of today went by without a worker, so the first that comes starts the run.
SCHEDULE_IT = (
    "from datetime import UTC, datetime as dt;"
    "from campaigns.models import Campaign; from engine.models import Account;"
    "at = {'schedule': '0 0 * * *', 'schedule_seen': '0 0 * * *', 'schedule_seen_at': dt(2020, 1, 1, tzinfo=UTC)};"
    "Campaign.objects.create(account=Account.objects.get(), name='birthday', kind='birthday', **at)"
)


@pytest.fixture(scope="module")
def scheduled(migrated, tmp_path_factory):
    stage = copy_template(migrated, tmp_path_factory.mktemp("scheduled"))
    made = stage.manage("shell", "-c", SCHEDULE_IT)
    assert made.returncode == 0, made.stderr
    return stage.database


@pytest.fixture
def stage(scheduled, tmp_path):
    return copy_template(scheduled, tmp_path)


@pytest.fixture
def workers(stage):
    """Starts workers of the stage, which end with the test."""
    started = []

    def start():
        started.append(stage.start("run_worker", "--interval", "0.2"))
        return started[-1]

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.kill()
        worker.communicate()


def end(*started):
    """Ask each to end; what they answer."""
    for worker in started:
        worker.send_signal(signal.SIGTERM)
    said = [worker.communicate(timeout=60)[1] for worker in started]
    assert [worker.returncode for worker in started] == [0] * len(started), said


@pytest.mark.browser
def test_what_a_killed_worker_left_is_gone_on_with_once_though_two_come(stage, open_sandbox, workers):
    sandbox = open_sandbox(town("noe-garivaux"), faults={"deliver_then_hang": True})
    first = workers()
    until(lambda: sandbox.messages, first)

    first.kill()
    first.communicate()
    stage.silence_runs()
    sandbox.faults.clear()
    others = workers(), workers()
    successor = "SELECT 1 FROM campaigns_run WHERE takes_over_id IS NOT NULL AND status = 'ended'"
    until(lambda: stage.rows(successor), seconds=120)
    end(*others)

    runs = stage.rows("SELECT outcome, requested_by, takes_over_id FROM campaigns_run ORDER BY id")
    assert runs == [("crashed", "schedule", None), ("finished", "schedule", 1)]
    assert received(sandbox) == stage.recorded
    assert len(received(sandbox)) == len(set(received(sandbox))) == 2
    assert stage.rows("SELECT DISTINCT status FROM campaigns_action") == [("done",)]
    tasks = stage.rows("SELECT status FROM django_tasks_database_dbtaskresult ORDER BY enqueued_at")
    assert tasks == [("FAILED",), ("SUCCESSFUL",)]
    assert stage.rows("SELECT count(*) FROM campaigns_worker WHERE left_at IS NULL") == [
        (1,)
    ]  # the killed one


@pytest.mark.browser
def test_a_worker_that_is_asked_to_end_finishes_the_current_action_first(stage, open_sandbox, workers):
    sandbox = open_sandbox(town())
    worker = workers()
    until(lambda: stage.rows("SELECT 1 FROM campaigns_action WHERE status IN ('claimed', 'sending')"), worker)

    end(worker)

    assert stage.rows("SELECT outcome FROM campaigns_run") == [("stopped",)]
    assert received(sandbox) == stage.recorded
    assert len(sandbox.messages) == 1
    assert stage.rows("SELECT count(*) FROM campaigns_action WHERE status = 'planned'") == [(2,)]


def test_two_workers_start_what_is_due_by_one_schedule_once(stage, workers):
    close_the_hours(stage)
    both = workers(), workers()

    until(
        lambda: stage.rows("SELECT count(*) FROM campaigns_worker WHERE heartbeat_at > started_at") == [(2,)]
    )
    end(*both)

    runs = stage.rows("SELECT status, requested_by FROM campaigns_run")
    assert runs == [("queued", "schedule")]


def close_the_hours(stage):
    """So that a run waits for hours, and no browser starts."""
    hour = datetime.now(zone_of_noon()).hour
    opens = time(hour + 2) if hour < 22 else time(hour - 2)
    stage.write(
        "UPDATE engine_account SET hours_start = ?, hours_end = ?", f"{opens}", f"{opens.replace(minute=1)}"
    )
