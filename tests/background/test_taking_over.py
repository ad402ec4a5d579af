"""A run whose task was lost or whose worker died is gone on with, once, unless something speaks against it."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from campaigns import tasks
from campaigns.kinds import Options
from campaigns.models import Action, Run
from campaigns.processes import ProcessIdentity
from campaigns.tasks import request_run, request_stop
from tests.background.test_tasks import in_worker
from tests.builders import a_campaign, run_it
from tests.fakes import FakeNetwork, raising

pytestmark = pytest.mark.django_db

GONE = {"pid": 2**22 + 1, "host": ProcessIdentity.own().host}


def crash(run, clock):
    """Begun by a process that is gone, and silent since."""
    run.begin(ProcessIdentity.own(), clock.now())
    Run.objects.filter(pk=run.pk).update(**GONE)
    clock.time += Run.STALE_AFTER + timedelta(seconds=1)


def test_a_run_that_lost_its_task_before_it_began_gets_another_once(campaign, clock):
    run = request_run(campaign, Options(), clock)
    lost = DBTaskResult.objects.get()
    lost.claim("a worker that was killed at once")
    DBTaskResult.objects.update(started_at=clock.now())

    clock.time += tasks.BEGUN_WITHIN - timedelta(seconds=1)
    assert tasks.bring_again(clock) == []
    clock.time += timedelta(seconds=1)
    assert tasks.bring_again(clock) == [run]
    assert tasks.bring_again(clock) == []

    run.refresh_from_db()
    assert DBTaskResult.objects.get(status="READY").pk == run.task_id != lost.pk


def test_a_task_that_still_waits_is_not_lost(campaign, clock):
    request_run(campaign, Options(), clock)
    clock.time += timedelta(minutes=50)

    assert tasks.bring_again(clock) == []


def test_a_dead_workers_run_is_gone_on_with_once(campaign, clock, network):
    dead = request_run(campaign, Options(limit=3), clock, requested_by="schedule")
    DBTaskResult.objects.get().claim("the dead worker")
    network.after_click = raising(SystemExit)
    with pytest.raises(SystemExit):
        in_worker(dead, network, clock)
    Run.objects.update(status="running", outcome="", ended_at=None, **GONE)  # as a kill leaves it
    network.after_click = lambda recipient: None
    assert tasks.take_over(clock) == []  # not silent for long enough
    clock.time += Run.STALE_AFTER + timedelta(seconds=1)

    [successor] = tasks.take_over(clock)
    assert tasks.take_over(clock) == []

    dead.refresh_from_db()
    assert (dead.outcome, dead.taken_over_by) == ("crashed", successor)
    assert (successor.options["limit"], successor.requested_by) == (2, "schedule")
    assert DBTaskResult.objects.get(pk=dead.task_id).status == "FAILED"
    in_worker(successor, network, clock)
    assert [sent.slug for sent in network.sent] == ["ada-martin", "bo-lindgren", "cy-okafor"]
    assert set(Action.objects.values_list("status", flat=True)) == {"done"}


@pytest.mark.parametrize("asked", [{}, {"limit": 5}])
def test_a_run_and_who_goes_on_with_it_do_no_more_than_one_run_may(campaign, clock, network, asked):
    type(campaign.account).objects.update(messages_per_run=2)
    dead = request_run(campaign, Options(**asked), clock)
    network.after_click = raising(SystemExit)
    with pytest.raises(SystemExit):
        in_worker(dead, network, clock)
    Run.objects.update(status="running", outcome="", ended_at=None, **GONE)  # as a kill leaves it
    network.after_click = lambda recipient: None
    clock.time += Run.STALE_AFTER + timedelta(seconds=1)

    [successor] = tasks.take_over(clock)
    in_worker(successor, network, clock)

    assert [sent.slug for sent in network.sent] == ["ada-martin", "bo-lindgren"]
    successor.refresh_from_db()
    assert successor.reason == "the limit of this start, 1, is reached"


def test_a_successor_that_dies_too_has_none(campaign, clock):
    crash(request_run(campaign, Options(), clock), clock)
    [successor] = tasks.take_over(clock)
    assert successor.options["limit"] == 15  # what a run of the account may do
    crash(successor, clock)

    assert tasks.take_over(clock) == []
    assert not Run.objects.active().exists()


def of_cron(campaign, clock, run):
    Run.objects.filter(pk=run.pk).update(queued_at=None)


def asked_to_stop(campaign, clock, run):
    request_stop(run, clock.now())


def paused(campaign, clock, run):
    campaign.account.pause("security check", "", clock.now())


def run_since(campaign, clock, run):
    run_it(campaign, FakeNetwork(), clock)


def busy(campaign, clock, run):
    Run.objects.start(a_campaign(campaign.account, name="other"), ProcessIdentity.own(), clock.now())


def long_ago(campaign, clock, run):
    Run.objects.sweep(campaign.account_id, clock.now())
    clock.time += tasks.TAKEN_OVER_WITHIN


@pytest.mark.parametrize("reason", [of_cron, asked_to_stop, paused, run_since, busy, long_ago])
def test_a_dead_run_is_left_alone_when_it_is(campaign, clock, reason):
    run = request_run(campaign, Options(), clock)
    crash(run, clock)

    reason(campaign, clock, run)

    assert tasks.take_over(clock) == []


def test_a_run_of_a_worker_that_lives_is_not_taken_over(campaign, clock):
    run = request_run(campaign, Options(), clock)
    run.begin(ProcessIdentity.own(), clock.now())
    clock.time += timedelta(hours=3)

    assert tasks.take_over(clock) == []
    run.refresh_from_db()
    assert run.status == "running"
