"""What a person does by hand counts as well: the network does not tell it from what the program does."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from engine.models import Account, SpentPermit
from engine.ratelimit import database_store as store
from engine.ratelimit.windows import bucket_named

_NAMES = UUID("5b0c7c2e-3f0f-4f1b-9d39-3a2f2f9a4f11")


def count(account_id: int, bucket: str, at: datetime, key: str) -> bool:
    """Count one thing that the person did themselves; False when that key was counted before.

    `key` names it within account and bucket, for good. Raises ValueError for a bucket without limits.
    """
    bucket_named(bucket)
    return _count(account_id, bucket, _name(account_id, "seen", bucket, key), at)


def set_count(account: Account, day: date, sent: int, now: datetime) -> tuple[int, int]:
    """Let exactly `sent` messages count as entered for that day; how many were added and how many removed.

    They count from the day's end in the account's zone, or from now while it lasts: later than they were sent,
    never earlier.
    """
    at = min(now, datetime.combine(day + timedelta(days=1), time(), account.zone))
    with transaction.atomic():
        store.lock(account.pk)
        entered = SpentPermit.objects.filter(attempt_id__in=_names_of(account, day), given_back_at=None)
        kept = set(_names_of(account, day)[:sent])
        surplus = entered.exclude(attempt_id__in=kept)
        removed = surplus.update(given_back_at=now)
        added = sum(_count(account.pk, "message", name, at) for name in kept)
    return added, removed


# As many as anybody types in a day.
MOST_ENTERED = 500


def _names_of(account: Account, day: date) -> list[UUID]:
    return [_name(account.pk, "entered", day.isoformat(), str(n)) for n in range(MOST_ENTERED)]


def _name(*parts: object) -> UUID:
    return uuid5(_NAMES, "\0".join(map(str, parts)))


def _count(account_id: int, bucket: str, attempt_id: UUID, at: datetime) -> bool:
    known = SpentPermit.objects.filter(attempt_id=attempt_id)
    if known.filter(given_back_at=None).exists():
        return False
    if not known.update(taken_at=at, given_back_at=None):
        SpentPermit.objects.create(
            account_id=account_id,
            bucket=bucket,
            attempt_id=attempt_id,
            run_id=None,
            taken_at=at,
            spacing_seconds=0,
        )
    return True
