"""The Limiter port over the database: a permit per attempt, taken whole or not at all."""

from datetime import datetime
from uuid import UUID

from engine.errors import LimitReached, TooSoon
from engine.models import Account
from engine.ports import Clock, Dice
from engine.ratelimit import by_hand
from engine.ratelimit import database_store as store
from engine.ratelimit.windows import refusal_of, spacing_of, windows_of


class DatabaseLimiter:
    """Quotas of an account, kept in the database alone. There is no unlimited mode."""

    def __init__(self, clock: Clock, dice: Dice, *, is_rehearsal: bool = False) -> None:
        self.clock = clock
        self.dice = dice
        self.is_rehearsal = is_rehearsal

    def ask_gate(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """Nobody stands in front of the record."""

    def acquire(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """Take one permit, within the caller's transaction. Idempotent by attempt_id.

        Raises LimitReached, or its child TooSoon: the pause after the last action is not over.
        """
        account = store.lock(account_id)
        self._take(account, bucket, attempt_id, run_id, self._roll_spacing(account, bucket))

    def _take(self, account: Account, bucket: str, attempt_id: UUID, run_id: int, spacing: float) -> None:
        """From the locked account."""
        if store.is_taken(attempt_id, account.pk, bucket):
            return
        now = self.clock.now()
        if refusal := self._refusal(account, bucket, run_id, now):
            raise refusal
        store.write(account.pk, bucket, attempt_id, run_id, now, spacing)
        if account.gentle_since is None and not self.is_rehearsal:
            store.begin_gently(account.pk, now)

    def _refusal(self, account: Account, bucket: str, run_id: int, now: datetime) -> LimitReached | None:
        windows = windows_of(account, bucket, now, is_rehearsal=self.is_rehearsal)
        taken = store.history(account.pk, now)
        if shut := store.closed_windows(windows, taken, bucket, run_id, now):
            return refusal_of(shut)
        over_at = store.spacing_over_at(taken)
        return TooSoon(over_at) if over_at and over_at > now else None

    def _roll_spacing(self, account: Account, bucket: str) -> float:
        return self.dice.between(*spacing_of(account, bucket, is_rehearsal=self.is_rehearsal))

    def give_back(self, attempt_id: UUID) -> None:
        """Return a permit whose attempt certainly let nothing leave; returning it twice changes nothing."""
        store.give_back(attempt_id, self.clock.now())

    def count_by_hand(self, account_id: int, bucket: str, at: datetime, key: str) -> None:
        """Count what the person did themselves, once for each key; a rehearsal counts nothing."""
        if not self.is_rehearsal:
            by_hand.count(account_id, bucket, at, key)

    def peek(self, account_id: int, bucket: str, run_id: int) -> LimitReached | None:
        """What would refuse a permit now; None when nothing would. Takes none."""
        return self._refusal(Account.objects.get(pk=account_id), bucket, run_id, self.clock.now())

    def ready_at(self, account_id: int, bucket: str) -> datetime | None:
        """When the pause after the account's last action, in whatever bucket, is over; None without one."""
        return store.spacing_over_at(store.history(account_id, self.clock.now()))

    def notes(self) -> list[str]:
        """What a run should say about its pacing, each thing once."""
        return []
