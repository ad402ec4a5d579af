"""What became of each candidate day by day (UTC), kept for 90 days: one row where it was tried at all."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import connection

from engine.models import SelectorDay

KEPT_DAYS = 90
Way = tuple[str, str, str]  # key, kind, value
Counts = tuple[int, int]  # found, not found
# Adds to whatever the row holds by now, since other browsers count too.
_ADD = """
    INSERT INTO engine_selectorday (selector_id, day, successes, failures) VALUES (%s, %s, %s, %s)
    ON CONFLICT (selector_id, day) DO UPDATE SET successes = engine_selectorday.successes + excluded.successes,
        failures = engine_selectorday.failures + excluded.failures
"""


def add(counts: Mapping[int, Counts], now: datetime) -> None:
    """Within the caller's transaction, in one order for all processes; `counts`: of selectors by their id."""
    day = now.date()
    rows = [(pk, day, *pair) for pk, pair in sorted(counts.items())]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)


def purge(now: datetime) -> int:
    """Remove what is older than KEPT_DAYS; how many rows."""
    return SelectorDay.objects.filter(day__lt=now.date() - timedelta(days=KEPT_DAYS)).delete()[0]


def since(day: date, selector: int | None = None) -> dict[Way, dict[date, Counts]]:
    """Of each candidate (or of one selector) the days on which it was tried, by one query."""
    rows = SelectorDay.objects.filter(day__gte=day)
    if selector is not None:
        rows = rows.filter(selector=selector)
    found: dict[Way, dict[date, Counts]] = {}
    for key, kind, value, on, successes, failures in rows.values_list(*_COLUMNS).order_by():
        found.setdefault((key, kind, value), {})[on] = (successes, failures)
    return found


_COLUMNS: Iterable[str] = (
    "selector__key", "selector__kind", "selector__value", "day", "successes", "failures",
)  # fmt: skip
