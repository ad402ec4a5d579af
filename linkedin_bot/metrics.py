"""What a Prometheus scrapes, for whoever shows the token and for staff; nobody else sees it."""

import os
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from engine.pace import SystemClock
from linkedin_bot.api.problems import problem
from linkedin_bot.figures import BreakerFigures, DatabaseFigures

REFUSED = "metrics are for a bearer of METRICS_TOKEN, and for staff who are signed in"


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Not open to loopback either: behind a proxy everybody comes from there."""
    if not (has_token(request) or is_staff(request)):
        return problem(403, REFUSED)
    clock, own = SystemClock(), CollectorRegistry()
    for figures in (DatabaseFigures(clock), BreakerFigures(clock)):
        own.register(figures)
    told = generate_latest(requests_registry()) + generate_latest(own)
    return HttpResponse(told, content_type=CONTENT_TYPE_LATEST)


def has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN.encode()
    is_equal = compare_digest(given.strip().encode(errors="replace"), expected)
    return bool(expected) and scheme.lower() == "bearer" and is_equal


def is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


def requests_registry() -> CollectorRegistry:
    """What this process counted of its requests; under linkedin_bot/serving.py, what all of them did."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
