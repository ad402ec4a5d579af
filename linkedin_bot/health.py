"""Whether the process is alive, and whether all that a run needs is there: two small JSON answers."""

# django-health-check comes without types.
# mypy: disable-error-code="import-untyped"

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable

from linkedin_bot.readiness import (
    BrowserFound,
    DatabaseAnswers,
    DiskHasRoom,
    NoMigrationsMissing,
    RedisAnswers,
    WorkerAnswers,
    accounts_paused,
    workers,
)

log = logging.getLogger(__name__)
CAN_BE_MISSED = {RedisAnswers.name, WorkerAnswers.name}
IN_TIME = "does not answer in time"


class Questions:
    """Asks in threads of its own, each question once at a time: what hangs is not asked again while it does."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="ready")
        self._under_way: dict[str, Future[Any]] = {}
        self._lock = Lock()

    def ask(self, name: str, question: Callable[[], Any]) -> Future[Any]:
        with self._lock:
            asked = self._under_way.get(name)
            if asked is None or asked.done():
                asked = self._under_way[name] = self._threads.submit(question)
            return asked


questions = Questions()


def health(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse(b'{"status": "alive"}', content_type="application/json")


@method_decorator(never_cache, name="dispatch")
class ReadyView(View):
    """200 when all that a run needs is there, else 503; JSON whatever the request accepts.

    Without Redis the database alone paces, and without a worker cron may start runs: "degraded", still 200.
    """

    http_method_names: Sequence[str] = ("get", "head", "options")
    # Whoever asks gets an answer within a second, whatever hangs.
    answer_within_seconds = 0.8
    checks: Sequence[Any] = (
        DatabaseAnswers,
        NoMigrationsMissing,
        BrowserFound,
        DiskHasRoom,
        RedisAnswers,
        WorkerAnswers,
    )
    # Told beside them; nothing is less ready for it.
    facts: Mapping[str, Callable[[], Any]] = {"accounts_paused": accounts_paused, "workers": workers}

    def get(self, request: HttpRequest) -> JsonResponse:
        asked = [(check, questions.ask(repr(check), check.run)) for check in self._checks()]
        facts = {name: questions.ask(name, fact) for name, fact in self.facts.items()}
        wait([*facts.values(), *(future for _, future in asked)], timeout=self.answer_within_seconds)
        words = {check.name: _in_words(future) for check, future in asked}
        missing = {name for name, said in words.items() if said != "ok"}
        is_ready = missing <= CAN_BE_MISSED
        return JsonResponse(
            {
                "status": ("degraded" if missing else "ready") if is_ready else "not ready",
                "checks": words,
                "pacing": _pacing(has_redis=RedisAnswers.name not in missing),
                **{name: _as_known(fact) for name, fact in facts.items()},
            },
            status=200 if is_ready else 503,
        )

    def _checks(self) -> Iterator[HealthCheck]:
        for check in self.checks:
            made = check[0](**check[1]) if isinstance(check, tuple) else check()
            if settings.REDIS_URL or not isinstance(made, RedisAnswers):
                yield made


def _pacing(*, has_redis: bool) -> str:
    return "paced by Redis and the database" if settings.REDIS_URL and has_redis else "paced by the database"


def _as_known(asked: Future[Any]) -> Any:
    """None: nobody knows."""
    return asked.result() if asked.done() and asked.exception() is None else None


def _in_words(asked: Future[Any]) -> str:
    if not asked.done():
        return IN_TIME
    error = asked.exception()
    if error is None:
        return "ok"
    if isinstance(error, ServiceUnavailable):
        return str(error.message)
    log.error("a part of /ready could not be asked: %s", type(error).__name__)
    return "could not be asked"
