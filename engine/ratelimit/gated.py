"""The limiter behind Redis, the fast gate that all workers share; imported only where there is a Redis."""

from dataclasses import dataclass
from functools import cache, partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_redis import get_redis_connection  # type: ignore[import-untyped]

from engine.models import Account
from engine.pace import FairDice, SystemClock
from engine.ports import Clock, Dice
from engine.ratelimit import database_store as store
from engine.ratelimit.breaker import Breaker
from engine.ratelimit.limiter import DatabaseLimiter
from engine.ratelimit.redis_store import RedisStore
from engine.ratelimit.windows import windows_of

PACED_BY_THE_DATABASE = "paced by the database: Redis does not answer"


@cache
def breaker_of_this_process() -> Breaker:
    return Breaker(SystemClock(), FairDice())


def configured_gate(clock: Clock) -> RedisStore:
    """Redis as the settings name it; nothing is connected before the first question."""
    return RedisStore(get_redis_connection("default"), settings.REDIS_KEY_PREFIX, clock)


def configured_limiter(clock: Clock, dice: Dice) -> "GatedLimiter":
    return GatedLimiter(clock, dice, configured_gate(clock), breaker_of_this_process())


@dataclass(frozen=True)
class Passed:
    """What Redis granted, or could not be asked for: what the record is to hold as well."""

    account_id: int
    bucket: str
    spacing_seconds: float


class GatedLimiter(DatabaseLimiter):
    """The same behind Redis, the fast gate of all workers: either may refuse, and neither grants alone.

    While Redis is out the database decides alone, by the same limits. A Redis that hangs is asked while nothing is
    locked: SQLite has one lock for all who write.
    """

    def __init__(self, clock: Clock, dice: Dice, gate: RedisStore, breaker: Breaker) -> None:
        super().__init__(clock, dice)
        self.gate = gate
        self.breaker = breaker
        self._passed: dict[UUID, Passed] = {}
        self._unsaid, self._said = list[str](), set[str]()

    def ask_gate(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """Redis's permit, by the limits of now; the same pause is the record's, if that grants it too."""
        account = Account.objects.get(pk=account_id)
        spacing = self._roll_spacing(account, bucket)
        windows = windows_of(account, bucket, self.clock.now())
        refusal = self.breaker.ask(
            lambda: self.gate.acquire(account_id, bucket, attempt_id, run_id, windows, spacing), None
        )
        self._say_who_decides()
        # A Redis that was emptied and filled since may not know a permit that the record has.
        if refusal and not store.is_taken(attempt_id, account_id, bucket):
            raise refusal
        self._passed[attempt_id] = Passed(account_id, bucket, spacing)

    def acquire(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """As before; whoever did not ask Redis first has it asked here."""
        if attempt_id not in self._passed:
            self.ask_gate(account_id, bucket, attempt_id, run_id)
        spacing = self._passed[attempt_id].spacing_seconds
        self._take(store.lock(account_id), bucket, attempt_id, run_id, spacing)

    def give_back(self, attempt_id: UUID) -> None:
        """To both, and to Redis after the caller's transaction, if that succeeds.

        What the database never got, or lost in a rollback, goes back to Redis when it is given back afterwards.
        """
        if permit := store.give_back(attempt_id, self.clock.now()):
            self._passed[attempt_id] = Passed(permit.account_id, permit.bucket, permit.spacing_seconds)
        transaction.on_commit(partial(self._give_back_to_the_gate, attempt_id))

    def _give_back_to_the_gate(self, attempt_id: UUID) -> None:
        if passed := self._passed.pop(attempt_id, None):
            self.breaker.ask(lambda: self.gate.give_back(passed.account_id, passed.bucket, attempt_id), False)

    def _say_who_decides(self) -> None:
        if not self.breaker.is_closed and PACED_BY_THE_DATABASE not in self._said:
            self._said.add(PACED_BY_THE_DATABASE)
            self._unsaid.append(PACED_BY_THE_DATABASE)

    def notes(self) -> list[str]:
        said, self._unsaid = self._unsaid, []
        return said
