"""Whether the clock can be trusted: it is not behind what is on record, and does not jump during a run."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.db import models

from campaigns.installation import Installation
from campaigns.models import Action, Run, Worker
from contacts.models import Interaction
from engine.errors import StopRun
from engine.ports import Account, Clock

# What two machines of one installation may differ, and what the network's own times may.
TOLERANCE = timedelta(minutes=5)
# What a time server corrects at once; a leap over midnight has to be longer to count.
CORRECTION = timedelta(seconds=5)


class ClockWrong(StopRun):
    """The clock disagrees with what is on record, or with the seconds that went by; closed until it agrees."""

    outcome = "clock_wrong"


def check_against_records(account: Account, now: datetime) -> None:
    """Raises ClockWrong when the clock is behind the account's last record."""
    last = max(_last_records(account.pk), default=None)
    if last is None or now >= last[0] - TOLERANCE:
        return
    at, what = last
    if not Installation.objects.current().trusts_clock(now + TOLERANCE, at):
        raise ClockWrong(
            f"clock looks wrong by {_minutes(at - now)}: it says {_spoken(now)}, "
            f"and the last {what} is of {_spoken(at)}"
        )


class ClockGuard:
    """Compares the clock with the seconds that went by since the run began."""

    def __init__(self, clock: Clock, account: Account) -> None:
        self.clock, self.zone = clock, account.zone
        self.started_at, self.started = clock.now(), clock.monotonic()

    def check(self) -> None:
        """Raises ClockWrong after a jump by more than the tolerance, or by less over midnight."""
        now = self.clock.now()
        expected = self.started_at + timedelta(seconds=self.clock.monotonic() - self.started)
        jump = abs(now - expected)
        other_day = now.astimezone(self.zone).date() != expected.astimezone(self.zone).date()
        if jump > TOLERANCE or (jump > CORRECTION and other_day):
            raise ClockWrong(
                f"clock looks wrong by {_minutes(jump)}: it says {_spoken(now)}, "
                f"and {_spoken(expected)} by the seconds since the run began"
            )


def confirm_clock(now: datetime) -> datetime:
    """A person says that the clock is right: later records are passed over. Gives the latest moment of these.

    What would hold up everything until that moment comes again is of now instead: permits, the gentle start, signs of
    life of who may long be dead, a first reading of a conversation.
    """
    accounts = apps.get_model("engine", "Account")._default_manager.values_list("pk", flat=True)
    latest = max((at for pk in accounts for at, _ in _last_records(pk)), default=now)
    Installation.objects.current().confirm_clock(now, latest)
    for rows, column in _of_what_waits():
        rows.filter(**{f"{column}__gt": now}).update(**{column: now})
    return latest


def _of_what_waits() -> Iterator[tuple[models.QuerySet[models.Model], str]]:
    yield _permits(), "taken_at"
    yield apps.get_model("engine", "Account")._default_manager.all(), "gentle_since"
    yield Run.objects.filter(status=Run.Status.RUNNING), "heartbeat_at"
    yield Worker.objects.all(), "heartbeat_at"
    yield Action.objects.in_doubt(), "absent_read_at"


def _last_records(account_id: int) -> Iterator[tuple[datetime, str]]:
    runs, actions = Run.objects.filter(account=account_id), Action.objects.filter(account=account_id)
    columns: list[tuple[str, models.QuerySet[models.Model], str]] = [
        ("run", runs, "heartbeat_at"),
        ("run", runs, "ended_at"),
        ("action", actions, "sending_at"),
        ("action", actions, "ended_at"),
        ("interaction", Interaction.objects.filter(account=account_id), "happened_at"),
        ("permit", _permits().filter(account=account_id), "taken_at"),
    ]
    for what, rows, column in columns:
        if at := rows.aggregate(last=models.Max(column))["last"]:
            yield at, what


def _permits() -> models.QuerySet[models.Model]:
    return apps.get_model("engine", "SpentPermit")._default_manager.all()


def _minutes(span: timedelta) -> str:
    return f"{span / timedelta(minutes=1):.0f} min"


def _spoken(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
