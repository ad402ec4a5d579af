"""What a run needs, asked piece by piece; a failure's words hold no address, user or path."""

# django-health-check comes without types.
# mypy: disable-error-code="import-untyped", disallow-subclassing-any=False

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable

from campaigns.models import Run, Worker
from campaigns.silence import missed
from engine.browser_paths import find_browser, find_driver
from engine.errors import BrowserFailed
from engine.models import Account
from engine.pace import SystemClock


class DatabaseAnswers(HealthCheck):
    name = "database"

    def run(self) -> None:
        try:
            with connection.temporary_connection() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            # The driver's own words name the server and sometimes the user.
            raise ServiceUnavailable("does not answer") from error


class NoMigrationsMissing(HealthCheck):
    name = "migrations"

    def run(self) -> None:
        try:
            with connection.temporary_connection():
                executor = MigrationExecutor(connection)
                missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError as error:
            raise ServiceUnavailable("the database does not answer") from error
        if missing:
            raise ServiceUnavailable(f"{len(missing)} not applied; run manage.py migrate")


class RedisAnswers(HealthCheck):
    """Asked through the breaker, so that a dead Redis costs its second once in a while, not each time."""

    name = "cache"

    def run(self) -> None:
        from engine.ratelimit.gated import breaker_of_this_process, configured_gate

        gate = configured_gate(SystemClock())
        if not breaker_of_this_process().ask(gate.can_write, False):
            raise ServiceUnavailable("Redis does not answer")


class BrowserFound(HealthCheck):
    name = "browser"

    def run(self) -> None:
        if settings.SELENIUM_REMOTE_URL:
            return
        try:
            find_browser()
        except BrowserFailed as error:
            raise ServiceUnavailable("no Chromium or Chrome found where it is looked for") from error
        if settings.DRIVER_DOWNLOADS:
            return  # looking for it would fetch it
        try:
            find_driver()
        except BrowserFailed as error:
            raise ServiceUnavailable("no chromedriver found where it is looked for") from error


@dataclass
class DiskHasRoom(HealthCheck):
    name = "disk"
    needed_mb: int = 100

    def run(self) -> None:
        try:
            free = shutil.disk_usage(settings.DATA_DIR).free // 2**20
        except OSError as error:
            raise ServiceUnavailable("the data directory cannot be read") from error
        if free < self.needed_mb:
            raise ServiceUnavailable(f"{free} MB free, {self.needed_mb} MB needed")


class WorkerAnswers(HealthCheck):
    """Only where somebody waits for one: an installation whose runs cron starts needs none."""

    name = "worker"

    def run(self) -> None:
        now = SystemClock().now()
        try:
            with connection.temporary_connection():
                waiting = Run.objects.filter(status=Run.Status.QUEUED, starts_at__lte=now).count()
                is_missed = waiting and not Worker.objects.alive(now).exists()
                late = len(missed(now))
        except DatabaseError as error:
            raise ServiceUnavailable("the database does not say") from error
        told = [f"{waiting} queued"] if is_missed else []
        told += [f"{late} not started when its schedule was due"] if late else []
        if told:
            raise ServiceUnavailable(f"none lives, and {', '.join(told)}; run manage.py run_worker")


def workers() -> int:
    """How many workers gave a sign of life lately."""
    with connection.temporary_connection():
        return Worker.objects.alive(SystemClock().now()).count()


def accounts_paused() -> int:
    """How many accounts wait for a person."""
    with connection.temporary_connection():
        return Account.objects.filter(state=Account.State.PAUSED).count()
