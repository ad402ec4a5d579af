"""The limiter's stores on one stage: the same questions to the database, to Redis, and to both."""

import struct
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.test import TestCase
from redis import Redis

from engine.errors import LimitReached
from engine.models import Account
from engine.ratelimit.breaker import Breaker
from engine.ratelimit.gated import GatedLimiter
from engine.ratelimit.limiter import DatabaseLimiter
from engine.ratelimit.redis_store import RedisStore
from engine.ratelimit.windows import windows_of
from tests.fakes import FakeClock

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ENTRY = 48


class LowDice:
    """Always the lowest, or no pause at all; remembers between what it was asked to choose."""

    def __init__(self, *, pauses: bool = True) -> None:
        self.pauses = pauses
        self.asked: tuple[float, float] | None = None

    def between(self, low: float, high: float) -> float:
        self.asked = (low, high)
        return low if self.pauses else 0.0

    def choose(self, items):
        return items[0]


def committing() -> AbstractContextManager[object]:
    """What waits for the end of a transaction is done at the end of this, where a test's own one never ends."""
    return TestCase.captureOnCommitCallbacks(execute=True)


class DatabaseStage:
    """One limiter, and a time that passes when it is told to."""

    def __init__(self, client: Redis, *, pauses: bool = True) -> None:
        self.client, self.clock, self.dice = client, FakeClock(NOON), LowDice(pauses=pauses)
        self.limiter = self.build()

    def build(self) -> DatabaseLimiter:
        return DatabaseLimiter(self.clock, self.dice)

    def take(
        self, account: Account, *, run_id: int = 1, bucket: str = "message", attempt_id: UUID | None = None
    ) -> UUID:
        wanted = account.pk, bucket, attempt_id or uuid4(), run_id
        self.limiter.ask_gate(*wanted)
        try:
            with transaction.atomic():
                self.limiter.acquire(*wanted)
        except LimitReached:
            self.give_back(wanted[2])
            raise
        return wanted[2]

    def give_back(self, attempt_id: UUID) -> None:
        with committing():
            self.limiter.give_back(attempt_id)

    def peek(self, account: Account, run_id: int = 1, bucket: str = "message") -> LimitReached | None:
        return self.limiter.peek(account.pk, bucket, run_id)

    def later(self, **time: float) -> None:
        self.clock.time += timedelta(**time)


class PairStage(DatabaseStage):
    def build(self) -> GatedLimiter:
        store = RedisStore(self.client, "test", self.clock)
        return GatedLimiter(self.clock, self.dice, store, Breaker(self.clock, LowDice()))

    def later(self, **time: float) -> None:
        super().later(**time)
        make_older(self.client, timedelta(**time))


class RedisStage(PairStage):
    """The Redis store alone; the database only knows the account."""

    def build(self) -> GatedLimiter:
        self.places: dict[UUID, tuple[int, str]] = {}
        return super().build()

    def take(
        self, account: Account, *, run_id: int = 1, bucket: str = "message", attempt_id: UUID | None = None
    ) -> UUID:
        attempt_id, account = attempt_id or uuid4(), Account.objects.get(pk=account.pk)
        windows = windows_of(account, bucket, self.clock.now())
        pause = self.limiter._roll_spacing(account, bucket)
        store = self.limiter.gate
        if refusal := store.acquire(account.pk, bucket, attempt_id, run_id, windows, pause):
            raise refusal
        self.places[attempt_id] = (account.pk, bucket)
        return attempt_id

    def give_back(self, attempt_id: UUID) -> None:
        self.limiter.gate.give_back(*self.places[attempt_id], attempt_id)

    def peek(self, account: Account, run_id: int = 1, bucket: str = "message") -> LimitReached | None:
        windows = windows_of(Account.objects.get(pk=account.pk), bucket, self.clock.now())
        return self.limiter.gate.peek(account.pk, bucket, run_id, windows)


STAGES = {"database": DatabaseStage, "redis": RedisStage, "both": PairStage}


def make_older(client: Redis, by: timedelta) -> None:
    """Redis's clock cannot be set, so what it remembers is made older instead."""
    microseconds = by / timedelta(microseconds=1)
    for key in client.scan_iter():
        history = bytearray(client.get(key))
        for start in range(0, len(history), ENTRY):
            taken_at, over_at = struct.unpack_from(">dd", history, start)
            struct.pack_into(">dd", history, start, taken_at - microseconds, over_at - microseconds)
        client.set(key, bytes(history), keepttl=True)


def keys_that_never_expire(client: Redis) -> list[bytes]:
    return [key for key in client.scan_iter() if client.ttl(key) == -1]
