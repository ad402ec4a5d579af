"""The limiter behind Redis, the fast gate that all workers share; imported only where there is a Redis."""

from functools import cache
from uuid import UUID

from django.conf import settings
from django_redis import get_redis_connection  # type: ignore[import-untyped]

from engine.errors import LimitReached
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


class GatedLimiter(DatabaseLimiter):
    """The same behind Redis, the fast gate of all workers: either may refuse, and neither grants alone.

    While Redis is out the database decides alone, by the same limits.
    """

    def __init__(self, clock: Clock, dice: Dice, gate: RedisStore, breaker: Breaker) -> None:
        super().__init__(clock, dice)
        self.gate = gate
        self.breaker = breaker
        self._passed: dict[UUID, tuple[int, str]] = {}
        self._unsaid, self._said = list[str](), set[str]()

    def acquire(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """As before; if the transaction is rolled back, give_back tells the gate."""
        account = Account.objects.get(pk=account_id)
        spacing = self._roll_spacing(account, bucket)
        windows = windows_of(account, bucket, self.clock.now())
        refusal = self.breaker.ask(
            lambda: self.gate.acquire(account_id, bucket, attempt_id, run_id, windows, spacing), None
        )
        self._say_who_decides()
        if refusal:
            self._refuse(refusal, account_id, bucket, attempt_id)
        self._passed[attempt_id] = (account_id, bucket)
        try:
            self._take(store.lock(account_id), bucket, attempt_id, run_id, spacing)
        except BaseException:
            self._give_back_to_the_gate(attempt_id)
            raise

    def _refuse(self, refusal: LimitReached, account_id: int, bucket: str, attempt_id: UUID) -> None:
        """A Redis that was emptied and filled since may not know a permit that the record has."""
        if not store.is_taken(attempt_id, account_id, bucket):
            raise refusal

    def give_back(self, attempt_id: UUID) -> None:
        """To both; one that the database never got, or lost in a rollback, goes back to the gate."""
        if permit := store.give_back(attempt_id, self.clock.now()):
            self._passed[attempt_id] = (permit.account_id, permit.bucket)
        self._give_back_to_the_gate(attempt_id)

    def _give_back_to_the_gate(self, attempt_id: UUID) -> None:
        if passed := self._passed.pop(attempt_id, None):
            self.breaker.ask(lambda: self.gate.give_back(*passed, attempt_id), False)

    def _say_who_decides(self) -> None:
        if not self.breaker.is_closed and PACED_BY_THE_DATABASE not in self._said:
            self._said.add(PACED_BY_THE_DATABASE)
            self._unsaid.append(PACED_BY_THE_DATABASE)

    def notes(self) -> list[str]:
        said, self._unsaid = self._unsaid, []
        return said
