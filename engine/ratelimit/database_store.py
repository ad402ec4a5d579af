"""Permits as rows, counted while the account's row is locked, so that no two processes count at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from engine.models import Account, SpentPermit
from engine.ratelimit.windows import LONGEST, Closed, Window, closed

# By hand: putting these together anew would take longer than running them, at each permit.
_ACCOUNT = "SELECT * FROM engine_account WHERE id = %s"
_FIND = "SELECT account_id, bucket, given_back_at FROM engine_spentpermit WHERE attempt_id = %s"
_HISTORY = """
    SELECT bucket, run_id, taken_at, spacing_seconds FROM engine_spentpermit
    WHERE account_id = %s AND given_back_at IS NULL AND taken_at > %s ORDER BY taken_at
"""
_WRITE = """
    INSERT INTO engine_spentpermit (account_id, bucket, attempt_id, run_id, taken_at, spacing_seconds)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (attempt_id) DO UPDATE SET run_id = excluded.run_id, taken_at = excluded.taken_at,
        spacing_seconds = excluded.spacing_seconds, given_back_at = NULL
"""


@dataclass(frozen=True)
class Taken:
    """A permit that counts."""

    bucket: str
    run_id: int | None
    at: datetime
    spacing_seconds: float

    @property
    def spacing_over_at(self) -> datetime:
        return self.at + timedelta(seconds=self.spacing_seconds)


def lock(account_id: int) -> Account:
    """The account, its row locked until the caller's transaction ends.

    SQLite has no row locks: there the transaction itself is exclusive, because it began IMMEDIATE.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a permit is taken inside the caller's transaction only")
    lock_row = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
    for account in Account.objects.raw(f"{_ACCOUNT} {lock_row}", [account_id]):
        return account
    raise Account.DoesNotExist(f"there is no account {account_id}")


def _name(attempt_id: UUID) -> Any:
    return attempt_id if connection.features.has_native_uuid_field else attempt_id.hex


def _time(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def is_taken(attempt_id: UUID, account_id: int, bucket: str) -> bool:
    """Whether the attempt has its permit already. Raises ValueError where that one is for something else."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, (_name(attempt_id),))
        permit = cursor.fetchone()
    if permit and permit[:2] != (account_id, bucket):
        raise ValueError(f"attempt {attempt_id} has a permit of another account or bucket")
    return permit is not None and permit[2] is None


def history(account_id: int, now: datetime) -> list[Taken]:
    """What the account took and did not give back, as far back as it can count, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, (account_id, _time(now - LONGEST)))
        # SQLite keeps times in UTC without saying so.
        return [
            Taken(bucket, run_id, at if at.tzinfo else at.replace(tzinfo=UTC), spacing)
            for bucket, run_id, at, spacing in cursor.fetchall()
        ]


def _counting(account_id: int) -> models.QuerySet[SpentPermit]:
    return SpentPermit.objects.filter(account_id=account_id, given_back_at=None)


def closed_windows(
    windows: Sequence[Window], taken: Sequence[Taken], bucket: str, run_id: int, now: datetime
) -> list[Closed]:
    """Which of the windows are closed by what was taken."""
    own = [one for one in taken if one.bucket == bucket]
    in_run = [one.at for one in own if one.run_id == run_id]
    times = [one.at for one in own]
    checked = (closed(window, in_run if window.span is None else times, now) for window in windows)
    return [one for one in checked if one]


def spacing_over_at(taken: Sequence[Taken]) -> datetime | None:
    """When the pause after the account's last action is over, whatever that was; None without one.

    What a person does by hand spaces nothing, and hides nothing that does.
    """
    return max((one.spacing_over_at for one in taken if one.run_id is not None), default=None)


def write(account_id: int, bucket: str, attempt_id: UUID, run_id: int, now: datetime, spacing: float) -> None:
    """Record the permit; one that was given back before is taken anew."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, (account_id, bucket, _name(attempt_id), run_id, _time(now), spacing))


def begin_gently(account_id: int, now: datetime) -> None:
    """The gentle start begins with the first permit."""
    Account.objects.filter(pk=account_id, gentle_since=None).update(gentle_since=now)


def give_back(attempt_id: UUID, now: datetime) -> SpentPermit | None:
    """The permit that this call returned; None when it was given back before, or never taken.

    An account that has spent nothing yet has its gentle start still before it.
    """
    if not SpentPermit.objects.filter(attempt_id=attempt_id, given_back_at=None).update(given_back_at=now):
        return None
    permit = SpentPermit.objects.get(attempt_id=attempt_id)
    spent = _counting(permit.account_id).filter(run_id__isnull=False)
    Account.objects.filter(~models.Exists(spent), pk=permit.account_id).update(gentle_since=None)
    return permit
