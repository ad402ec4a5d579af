"""The windows and the spacing of a quota: how many permits in which time, how far apart, and how gently at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator

from engine.errors import LimitReached
from engine.models import Account

# What counts at all: nothing older closes a window, and no run lasts longer.
LONGEST = timedelta(days=7)
# A new account starts with this share of its limits.
FIRST_PERCENT = 20
REHEARSAL_SECONDS = (0.2, 0.6)


@dataclass(frozen=True)
class Window:
    """At most `limit` permits in any stretch of `span`; None: in one run."""

    limit: int
    name: str
    span: timedelta | None = None
    note: str = ""

    @property
    def words(self) -> str:
        return f"{self.limit} in {self.name}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True)
class Closed:
    """A window that lets no further permit out before `opens_at`; None: not with this run or limit."""

    window: Window
    opens_at: datetime | None

    @property
    def is_for_good(self) -> bool:
        return self.window.limit == 0


@dataclass(frozen=True)
class Bucket:
    """The fields of an Account that hold one kind of quota."""

    per_run: str
    per_day: str
    pause: tuple[str, str]
    per_week: str = ""


_MESSAGE_PAUSE = ("pause_min_seconds", "pause_max_seconds")
BUCKETS: Mapping[str, Bucket] = {
    "message": Bucket("messages_per_run", "messages_per_day", _MESSAGE_PAUSE, "messages_per_week"),
    "visit": Bucket(
        "visits_per_run", "visits_per_day", ("visit_pause_min_seconds", "visit_pause_max_seconds")
    ),
    "withdrawal": Bucket("withdrawals_per_run", "withdrawals_per_day", _MESSAGE_PAUSE),
}


def bucket_named(name: str) -> Bucket:
    """Raises ValueError: a bucket without limits does not exist."""
    if name not in BUCKETS:
        raise ValueError(f"no limits are known for the bucket {name!r}, so it gives no permits")
    return BUCKETS[name]


def windows_of(account: Account, name: str, now: datetime, *, is_rehearsal: bool = False) -> list[Window]:
    """The windows a permit of this bucket has to pass now; a rehearsal needs no gentle start."""
    bucket = bucket_named(name)
    day = None if is_rehearsal else gentle_day(account, now)
    fields = [(bucket.per_run, "one run", None), (bucket.per_day, "24 hours", timedelta(hours=24))]
    if bucket.per_week:
        fields.append((bucket.per_week, "7 days", timedelta(days=7)))
    return [_window(account, field, words, span, day) for field, words, span in fields]


def spacing_of(account: Account, name: str, *, is_rehearsal: bool = False) -> tuple[float, float]:
    """The shortest and the longest time until the next permit, in seconds."""
    if is_rehearsal:
        return REHEARSAL_SECONDS
    low, high = (_bounded(account, field) for field in bucket_named(name).pause)
    return low, max(low, high)


def gentle_day(account: Account, now: datetime) -> int | None:
    """Which day of its gentle start the account is in, from 1; None when that is over."""
    passed = (now - account.gentle_since).days if account.gentle_since else 0
    return None if passed >= _gentle_days(account) else max(0, passed) + 1


def _window(account: Account, field: str, words: str, span: timedelta | None, day: int | None) -> Window:
    limit = _bounded(account, field)
    if day is None:
        return Window(limit, words, span)
    days = _gentle_days(account)
    return Window(ramped(limit, day, days), words, span, f"day {day} of {days} of the gentle start")


def ramped(limit: int, day: int, days: int) -> int:
    """The limit on a day of the gentle start; rounded down, but one stays one."""
    percent_of_all_days = FIRST_PERCENT * days + (100 - FIRST_PERCENT) * (day - 1)
    return min(limit, max(1, limit * percent_of_all_days // (100 * days)))


def _gentle_days(account: Account) -> int:
    return _bounded(account, "gentle_days")


def _bounded(account: Account, field: str) -> int:
    """The field's value; whatever got into the database past the form obeys the field's bounds."""
    value = min(getattr(account, field), *_bounds(account, field, MaxValueValidator))
    return int(max(value, *_bounds(account, field, MinValueValidator)))


def _bounds(account: Account, field: str, kind: type[BaseValidator]) -> list[int]:
    checks = account._meta.get_field(field).validators  # type: ignore[union-attr]
    return [check.limit_value for check in checks if type(check) is kind]


def closed(window: Window, taken: Sequence[datetime], now: datetime) -> Closed | None:
    """Whether the window is closed, given the times of its permits, oldest first.

    A permit counts for less than `span`; one from the future (the clock went back) counts too.
    """
    counted = taken if window.span is None else [at for at in taken if at > now - window.span]
    if len(counted) < window.limit:
        return None
    if window.span is None or window.limit == 0:
        return Closed(window, None)
    return Closed(window, counted[len(counted) - window.limit] + window.span)


def narrowest(shut: Sequence[Closed]) -> Closed:
    """The one that stays closed longest; a run's own window ends with the run, so it comes first."""
    return max(shut, key=lambda one: (one.is_for_good, one.opens_at is not None, one.opens_at))


def refusal_of(shut: Sequence[Closed]) -> LimitReached:
    """The closed windows in words."""
    first = narrowest(shut)
    return LimitReached(first.window.words, first.opens_at)
