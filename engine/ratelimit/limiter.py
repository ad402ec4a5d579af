"""The Limiter port over the database: a permit per attempt, taken whole or not at all."""

from datetime import datetime
from uuid import UUID

from engine.errors import LimitReached
from engine.models import Account, SpentPermit
from engine.ports import Clock, Dice
from engine.ratelimit import database_store as store
from engine.ratelimit.windows import Closed, Window, closed, narrowest, windows_of

REHEARSAL_SECONDS = (0.2, 0.6)


class DatabaseLimiter:
    """Quotas of an account, kept in the database alone. There is no unlimited mode."""

    def __init__(self, clock: Clock, dice: Dice, *, is_rehearsal: bool = False) -> None:
        self.clock = clock
        self.dice = dice
        self.is_rehearsal = is_rehearsal

    def acquire(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """Take one permit, within the caller's transaction. Idempotent by attempt_id. Raises LimitReached."""
        account = store.lock(account_id)
        windows = windows_of(account, bucket)
        if self._is_taken(store.find(attempt_id), account_id, bucket):
            return
        now = self.clock.now()
        if shut := [one for window in windows if (one := self._closed(account, bucket, run_id, window, now))]:
            first = narrowest(shut)
            raise LimitReached(first.window.words, first.opens_at)
        store.write(account_id, bucket, attempt_id, run_id, now, self._spacing(account))

    def _is_taken(self, permit: SpentPermit | None, account_id: int, bucket: str) -> bool:
        if permit and (permit.account_id, permit.bucket) != (account_id, bucket):
            raise ValueError(f"attempt {permit.attempt_id} has a permit of another account or bucket")
        return permit is not None and permit.given_back_at is None

    def _closed(
        self, account: Account, bucket: str, run_id: int, window: Window, now: datetime
    ) -> Closed | None:
        if window.span is None:
            taken = store.taken_in_run(account.pk, bucket, run_id)
        else:
            taken = store.taken_since(account.pk, bucket, now - window.span)
        return closed(window, taken, now)

    def _spacing(self, account: Account) -> float:
        if self.is_rehearsal:
            return self.dice.between(*REHEARSAL_SECONDS)
        return self.dice.between(account.pause_min_seconds, account.pause_max_seconds)

    def give_back(self, attempt_id: UUID) -> None:
        """Return a permit whose attempt certainly let nothing leave; returning it twice changes nothing."""
        store.give_back(attempt_id, self.clock.now())

    def ready_at(self, account_id: int, bucket: str) -> datetime | None:
        """When the spacing after the last permit is over; None when there was none."""
        return store.spacing_over_at(account_id, bucket)
