"""Permits as rows, counted while the account's row is locked, so that no two processes count at once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction

from engine.models import Account, SpentPermit


def lock(account_id: int) -> Account:
    """The account, its row locked until the caller's transaction ends.

    SQLite has no row locks: there the transaction itself is exclusive, because it began IMMEDIATE.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a permit is taken inside the caller's transaction only")
    return Account.objects.select_for_update().get(pk=account_id)


def find(attempt_id: UUID) -> SpentPermit | None:
    return SpentPermit.objects.filter(attempt_id=attempt_id).first()


def taken_since(account_id: int, bucket: str, since: datetime) -> list[datetime]:
    """When each permit that counts was taken, oldest first."""
    return list(_counting(account_id, bucket).filter(taken_at__gt=since).values_list("taken_at", flat=True))


def taken_in_run(account_id: int, bucket: str, run_id: int) -> list[datetime]:
    return list(_counting(account_id, bucket).filter(run_id=run_id).values_list("taken_at", flat=True))


def _counting(account_id: int, bucket: str) -> models.QuerySet[SpentPermit]:
    permits = SpentPermit.objects.filter(account_id=account_id, bucket=bucket, given_back_at=None)
    return permits.order_by("taken_at")


def write(account_id: int, bucket: str, attempt_id: UUID, run_id: int, now: datetime, spacing: float) -> None:
    """Record the permit; one that was given back before is taken anew."""
    SpentPermit.objects.update_or_create(
        attempt_id=attempt_id,
        defaults={
            "account_id": account_id,
            "bucket": bucket,
            "run_id": run_id,
            "taken_at": now,
            "spacing_seconds": spacing,
            "given_back_at": None,
        },
    )


def give_back(attempt_id: UUID, now: datetime) -> None:
    SpentPermit.objects.filter(attempt_id=attempt_id, given_back_at=None).update(given_back_at=now)


def spacing_over_at(account_id: int, bucket: str) -> datetime | None:
    """When the pause after the last permit is over; None without a permit."""
    last = _counting(account_id, bucket).last()
    return last.taken_at + timedelta(seconds=last.spacing_seconds) if last else None
