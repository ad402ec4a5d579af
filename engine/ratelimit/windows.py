"""The windows of a quota: how many permits in which time, and when a closed window opens again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator

from engine.models import Account


@dataclass(frozen=True)
class Window:
    """At most `limit` permits in any stretch of `span`; None: in one run."""

    limit: int
    name: str
    span: timedelta | None = None

    @property
    def words(self) -> str:
        return f"{self.limit} in {self.name}"


@dataclass(frozen=True)
class Closed:
    """A window that lets no further permit out before `opens_at`; None: not with this run or limit."""

    window: Window
    opens_at: datetime | None

    @property
    def is_for_good(self) -> bool:
        return self.window.limit == 0


def windows_of(account: Account, bucket: str) -> list[Window]:
    """The windows a permit of this bucket has to pass. A bucket without limits does not exist: ValueError."""
    if bucket != "message":
        raise ValueError(f"no limits are known for the bucket {bucket!r}, so it gives no permits")
    return [
        Window(_capped(account, "messages_per_run"), "one run"),
        Window(_capped(account, "messages_per_day"), "24 hours", timedelta(hours=24)),
        Window(_capped(account, "messages_per_week"), "7 days", timedelta(days=7)),
    ]


def _capped(account: Account, field_name: str) -> int:
    """The account's limit; whatever got into the database past the form obeys the hard cap."""
    checks = account._meta.get_field(field_name).validators  # type: ignore[union-attr]
    caps = [check.limit_value for check in checks if isinstance(check, MaxValueValidator)]
    return int(min(getattr(account, field_name), *caps))


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
