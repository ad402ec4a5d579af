"""The command that performs queued runs until it is stopped; any number of them, on any number of machines."""

import gc
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.management.commands.db_worker import valid_interval, valid_max_tasks
from django_tasks_db.models import DBTaskResult

from campaigns import report
from campaigns.models import Run, Worker
from campaigns.processes import ProcessIdentity
from campaigns.tasks import QUEUE
from campaigns.upkeep import look_after_runs, upkeep
from engine.pace import SystemClock
from engine.ports import Clock

# Tasks are only how runs get here; what became of the runs is on record elsewhere.
TASKS_KEPT = timedelta(days=14)


class RunWorker(TaskWorker):
    """Looks for runs, one at a time; leaves none behind that nobody performs."""

    def __init__(self, clock: Clock, *, interval: float, batch: bool, max_tasks: int | None) -> None:
        super().__init__(
            queue_names=[QUEUE], excluded_queue_names=[], backend_name="default", worker_id=get_random_string(32),
            interval=interval, batch=batch, max_tasks=max_tasks, startup_delay=not batch,
        )  # fmt: skip
        self.clock, self.process = clock, ProcessIdentity.own()

    def run_task(self, db_task_result: "DBTaskResult[Any, Any]") -> None:
        super().run_task(db_task_result)
        # A traceback may name people; it is in the log, which forgets, and nothing here may outlive an erasure.
        DBTaskResult.objects.filter(pk=db_task_result.pk).update(traceback="")
        self.end_lost_runs()

    def end_lost_runs(self) -> None:
        """This process lives on, so nobody else could tell that a run whose end it failed to write is over."""
        held = Run.objects.filter(
            status=Run.Status.RUNNING, host=self.process.host, pid=self.process.pid,
            process_started=self.process.started,
        )  # fmt: skip
        Run.end_each(held, Run.Outcome.CRASHED, self.clock.now(), "its worker could not write how it ended")


class Command(BaseCommand):
    help = (
        "Perform queued runs, keep schedules and send notices, until SIGTERM; then finish the current action."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="end when no run is waiting")
        parser.add_argument("--max-runs", type=valid_max_tasks, metavar="N", help="end after N runs")
        parser.add_argument(
            "--interval", type=valid_interval, default=2.0, metavar="SECONDS",
            help="how long to wait before looking again (default: %(default)s)",
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        try:
            self.work(SystemClock(), **options)
        except (OperationalError, InterfaceError, ProgrammingError) as error:
            advice = "database unreachable, or not migrated (manage.py migrate)"
            raise CommandError(f"{advice}: {error}", returncode=report.TRY_LATER) from error

    def work(
        self, clock: Clock, *, interval: float, batch: bool, max_runs: int | None, **options: Any
    ) -> None:
        forget_old_tasks(clock)
        look_after_runs(clock)
        worker = RunWorker(clock, interval=interval, batch=batch, max_tasks=max_runs)
        worker.configure_signals()
        gc.freeze()  # as in run_campaign: what is loaded by now stays
        with upkeep(Worker.objects.arrive(worker.process, clock.now()), clock):
            worker.run()


def forget_old_tasks(clock: Clock) -> None:
    DBTaskResult.objects.finished().filter(finished_at__lt=clock.now() - TASKS_KEPT).delete()
