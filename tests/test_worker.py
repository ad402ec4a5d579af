"""A worker in this process: what it does with tasks, with what it could not end, and beside its runs."""

import sys
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from campaigns.kinds import Options
from campaigns.management.commands.run_campaign import tell_news
from campaigns.management.commands.run_worker import TASKS_KEPT, RunWorker, forget_old_tasks
from campaigns.models import Notice, NoticeChannel, Run, Worker
from campaigns.processes import ProcessIdentity
from campaigns.tasks import request_run
from campaigns.upkeep import _repeat, look_after_runs, upkeep
from engine.pace import SystemClock
from tests.builders import a_birthday_campaign, a_campaign, a_contact, an_account
from tests.fakes import FakeClock

LONGEST_WAIT = 30
# A worker drops old connections between its tasks, and with them a transaction around the test.
BETWEEN_TASKS = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def campaign(db):
    return a_birthday_campaign()


@pytest.fixture
def worker():
    return RunWorker(SystemClock(), interval=0, batch=True, max_tasks=None)


@BETWEEN_TASKS
def test_a_worker_performs_what_is_queued_and_ends_when_nothing_is(campaign, worker):
    clock = SystemClock()
    a_contact("Ada Martin", campaign, born=clock.now().astimezone(campaign.account.zone).date())
    other = a_birthday_campaign_of("bo")
    runs = [request_run(one, Options(), clock, dry_run=True) for one in (campaign, other)]

    worker.run()

    assert [Run.objects.get(pk=run.pk).outcome for run in runs] == ["finished", "finished"]
    assert [entry["name"] for entry in Run.objects.get(pk=runs[0].pk).plan] == ["Ada Martin"]
    assert set(DBTaskResult.objects.values_list("status", "return_value")) == {("SUCCESSFUL", "finished")}


def a_birthday_campaign_of(name):
    return a_campaign(an_account(name))


@BETWEEN_TASKS
def test_what_fails_is_a_failed_task_and_no_traceback_outlives_it(campaign, worker):
    run = request_run(campaign, Options(), SystemClock(), dry_run=True)
    Run.objects.filter(pk=run.pk).update(options={"unheard_of": 1})

    worker.run()

    task = DBTaskResult.objects.get()
    assert (task.status, task.exception_class_path, task.traceback) == ("FAILED", "builtins.TypeError", "")


@BETWEEN_TASKS
def test_a_run_whose_end_could_not_be_written_is_ended_by_its_worker(campaign, worker):
    clock = SystemClock()
    lost = Run.objects.start(campaign, ProcessIdentity.own(), clock.now())
    other = a_birthday_campaign_of("bo")
    theirs = Run.objects.start(other, ProcessIdentity("elsewhere", 1, 1), clock.now())
    cy = a_birthday_campaign_of("cy")
    request_run(cy, Options(), clock, dry_run=True)

    worker.run()

    lost.refresh_from_db()
    theirs.refresh_from_db()
    assert (lost.outcome, theirs.status) == ("crashed", "running")


@pytest.mark.django_db
def test_finished_tasks_are_forgotten_after_a_while():
    clock = FakeClock()
    for number, age in enumerate((TASKS_KEPT + timedelta(hours=1), TASKS_KEPT - timedelta(hours=1))):
        DBTaskResult.objects.create(
            status="SUCCESSFUL", finished_at=clock.now() - age, args_kwargs={}, task_path=str(number),
            backend_name="default", run_after=clock.now(), exception_class_path="", traceback="",
        )  # fmt: skip

    forget_old_tasks(clock)

    assert [task.task_path for task in DBTaskResult.objects.all()] == ["1"]


@pytest.mark.django_db
def test_whatever_is_due_is_looked_after(caplog):
    caplog.set_level("INFO")
    clock = FakeClock()
    late, scheduled = a_birthday_campaign_of("ada"), a_campaign(an_account("bo"), schedule="0 12 * * *")
    dead, lost = a_birthday_campaign_of("cy"), a_birthday_campaign_of("di")
    look_after_runs(clock)
    late_run = request_run(late, Options(), clock)
    clock.time += timedelta(minutes=59)  # 11:59 in Paris
    dead_run, lost_run = request_run(dead, Options(), clock), request_run(lost, Options(), clock)
    dead_run.begin(ProcessIdentity.own(), clock.now())
    Run.objects.filter(pk=dead_run.pk).update(pid=2**22 + 1)
    DBTaskResult.objects.filter(pk=lost_run.task_id).delete()
    clock.time += timedelta(minutes=3)

    look_after_runs(clock)

    late_run.refresh_from_db()
    assert late_run.outcome == "expired"
    assert Run.objects.get(takes_over=dead_run).status == "queued"
    assert scheduled.runs.get().requested_by == "schedule"
    assert DBTaskResult.objects.filter(status="READY", args_kwargs__args=[lost_run.pk]).exists()
    for words in ("have expired", "whose worker died", "had lost its task", "is due"):
        assert words in caplog.text


class Rounds(FakeClock):
    """Says when the time was asked often enough."""

    def __init__(self, asked):
        super().__init__()
        self.left, self.enough = asked, threading.Event()

    def now(self):
        self.left -= 1
        if self.left == 0:
            self.enough.set()
        return super().now()


@pytest.mark.django_db(transaction=True)
def test_a_worker_gives_signs_of_life_until_it_leaves():
    clock = FakeClock()
    worker = Worker.objects.arrive(ProcessIdentity.own(), clock.now())
    later = Rounds(20)
    later.time += timedelta(hours=1)

    with suppress(SystemExit), upkeep(worker, later, every=0.05):
        assert later.enough.wait(LONGEST_WAIT)
        sys.exit()  # as SIGTERM does it to a worker at rest

    worker.refresh_from_db()
    assert (worker.heartbeat_at, worker.left_at) == (later.time, later.time)
    assert not {"upkeep", "notices"} & {thread.name for thread in threading.enumerate()}


def test_a_duty_that_the_database_fails_is_done_the_next_time():
    over, done = threading.Event(), []

    def duty():
        done.append(1)
        if len(done) == 1:
            raise OperationalError("database is locked")
        over.set()

    thread = threading.Thread(target=_repeat, args=(over, duty, 0.001))
    thread.start()
    thread.join(LONGEST_WAIT)

    assert len(done) == 2


@pytest.mark.parametrize("arguments", [["--interval", "-1"], ["--max-runs", "0"], ["--interval", "x"]])
def test_a_worker_refuses_numbers_that_mean_nothing(arguments):
    with pytest.raises(CommandError, match="argument"):
        call_command("run_worker", *arguments)


@pytest.mark.parametrize(("has_worker", "told"), [(False, 1), (True, 0)])
def test_cron_tells_the_news_where_no_worker_does(campaign, has_worker, told):
    clock = FakeClock()
    channel = NoticeChannel.objects.create(
        name="office", kind="email", address="office@example.org", events=["account_paused"]
    )
    NoticeChannel.objects.filter(pk=channel.pk).update(created_at=clock.now() - timedelta(days=1))
    campaign.account.pause("security check", "", clock.now())
    if has_worker:
        Worker.objects.arrive(ProcessIdentity.own(), clock.now())

    tell_news(clock)

    assert Notice.objects.count() == told
