"""A kill between the click and the record: delivered once, recorded once, and no orphan goes on."""

import os
import signal

import psutil
import pytest

from tests.journeys.test_birthday_campaign import received, town
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(stage):
    """With the browser that an installation takes by itself."""
    stage.browser = ""
    return stage


def browsers_of(stage):
    """The living processes of browsers and drivers that were started for this stage."""
    groups = {group for (group,) in stage.rows("SELECT group_id FROM engine_browserprocess")}
    return [
        process for process in psutil.process_iter() if process.pid in groups or _group(process) in groups
    ]


def _group(process):
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return None


def test_a_kill_between_the_click_and_the_record_delivers_once_and_records_once(stage, open_sandbox):
    sandbox = open_sandbox(town("alan-whitcombe", "noe-garivaux"), faults={"deliver_then_hang": True})
    run = stage.start("run_campaign", "birthday", "--json")
    until(lambda: sandbox.messages, run)

    run.send_signal(signal.SIGKILL)
    run.communicate()
    stage.silence_runs()

    until(lambda: not browsers_of(stage))
    assert stage.rows("SELECT status FROM campaigns_action") == [("sending",)]
    sandbox.faults.clear()

    told, code = stage.run_campaign()

    assert code == 0, told
    assert received(sandbox) == stage.recorded
    assert len(sandbox.messages) == 1
    assert stage.rows("SELECT status FROM campaigns_action") == [("done",)]
    outcomes = stage.rows("SELECT outcome FROM campaigns_run ORDER BY id")
    assert outcomes == [("crashed",), ("nothing_to_do",)]


def test_a_kill_after_a_click_that_delivered_nothing_is_settled_and_wished_once_more(stage, open_sandbox):
    stage.settle_seconds = 1
    sandbox = open_sandbox(town("alan-whitcombe", "noe-garivaux"), faults={"refuse_send": True})
    run = stage.start("run_campaign", "birthday", "--json")
    until(lambda: stage.rows("SELECT 1 FROM campaigns_action WHERE status = 'sending'"), run)

    run.send_signal(signal.SIGKILL)
    run.communicate()
    stage.silence_runs()
    sandbox.faults.clear()
    told, code = stage.run_campaign()

    assert code == 0, told
    assert received(sandbox) == stage.recorded
    assert len(sandbox.messages) == 1
    assert stage.rows("SELECT status FROM campaigns_action ORDER BY id") == [("failed",), ("done",)]


def test_sigterm_finishes_the_current_action_and_leaves_the_rest_planned(stage, open_sandbox):
    sandbox = open_sandbox(town())
    run = stage.start("run_campaign", "birthday", "--json")
    until(lambda: stage.rows("SELECT 1 FROM campaigns_action WHERE status IN ('claimed', 'sending')"), run)

    run.send_signal(signal.SIGTERM)
    output, errors = run.communicate(timeout=60)

    assert run.returncode == 75, errors
    assert '"outcome": "stopped"' in output
    assert received(sandbox) == stage.recorded
    assert len(sandbox.messages) == 1
    assert stage.rows("SELECT count(*) FROM campaigns_action WHERE status = 'planned'") == [(2,)]
