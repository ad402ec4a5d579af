"""Whether the process is alive, and whether all that a run needs is there: two small JSON answers."""

# django-health-check comes without types.
# mypy: disable-error-code="import-untyped", disallow-subclassing-any=False

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from health_check.base import HealthCheck, HealthCheckResult
from health_check.checks import Database
from health_check.exceptions import HealthCheckException, ServiceUnavailable
from health_check.views import HealthCheckView

from engine.browser_paths import find_browser, find_driver
from engine.errors import BrowserFailed
from engine.pace import SystemClock

# Threads of its own: a check that hangs delays no answer, where a request's own pool would be waited for.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ready")


class DatabaseAnswers(Database):
    name = "database"

    def run(self) -> None:
        try:
            super().run()
        except HealthCheckException as error:
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


def health(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


class ReadyView(HealthCheckView):
    """200 when all that a run needs is there, else 503; JSON whatever the request accepts.

    A run needs no Redis: without it "degraded", still 200, the database alone paces.
    """

    http_method_names = ("get", "head", "options")
    checks = (DatabaseAnswers, NoMigrationsMissing, BrowserFound, DiskHasRoom, RedisAnswers)

    async def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        missing = {type(result.check) for result in results if result.error}
        is_ready = missing <= {RedisAnswers}
        return JsonResponse(
            {
                "status": ("degraded" if missing else "ready") if is_ready else "not ready",
                "checks": {result.check.name: _in_words(result) for result in results},
                "pacing": _pacing(has_redis=RedisAnswers not in missing),
            },
            status=200 if is_ready else 503,
        )

    def get_checks(self) -> Iterator[HealthCheck]:
        for check in super().get_checks():
            if settings.REDIS_URL or not isinstance(check, RedisAnswers):
                yield check

    def get_executor(self) -> AbstractContextManager[Executor]:
        return nullcontext(_threads)


def _pacing(*, has_redis: bool) -> str:
    return "paced by Redis and the database" if settings.REDIS_URL and has_redis else "paced by the database"


def _in_words(result: HealthCheckResult) -> str:
    return result.error.message if result.error else "ok"
