"""Permits in Redis: the fast gate that all workers share, in one round trip; never the record."""

import struct
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha1
from pathlib import Path
from uuid import UUID

from redis import Redis
from redis.exceptions import NoScriptError

from engine.errors import LimitReached, TooSoon
from engine.ports import Clock
from engine.ratelimit.windows import LONGEST, Closed, Window, refusal_of

NOBODY = UUID(int=0)
# No history holds more permits than that, so no window may count further.
MOST = 256
_MICROSECOND = timedelta(microseconds=1)
_KEEP = LONGEST / _MICROSECOND
_PAUSE = -1


class Script:
    """A Lua file, sent by its hash; by its text where Redis has forgotten it.

    redis-py's own Script does the same and costs a fifth of the whole round trip.
    """

    def __init__(self, name: str) -> None:
        self.text = Path(__file__).with_name(name).read_text()
        self.sha = sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def run(self, send: Callable[..., object], key: str, argument: bytes) -> object:
        try:
            return send("EVALSHA", self.sha, 1, key, argument)
        except NoScriptError:
            return send("EVAL", self.text, 1, key, argument)


ACQUIRE, GIVE_BACK = Script("acquire.lua"), Script("give_back.lua")


class RedisStore:
    """What was taken, by Redis's own clock. Every method may raise a RedisError."""

    def __init__(self, client: Redis, prefix: str, clock: Clock) -> None:
        self.client = client
        self.prefix = prefix
        self.clock = clock  # only to say when something opens: the two clocks may disagree

    def acquire(
        self,
        account_id: int,
        bucket: str,
        attempt_id: UUID,
        run_id: int,
        windows: Sequence[Window],
        spacing_seconds: float,
    ) -> LimitReached | None:
        """Take one permit, or say what refuses it. Idempotent by attempt_id."""
        for window in windows:
            if not window.limit:
                return refusal_of([Closed(window, None)])
        ask = _packed(attempt_id, run_id, windows, spacing_seconds)
        answer = ACQUIRE.run(self.client.execute_command, self._key(account_id, bucket), ask)
        return self._refusal(answer, windows) if isinstance(answer, list) else None

    def peek(
        self, account_id: int, bucket: str, run_id: int, windows: Sequence[Window]
    ) -> LimitReached | None:
        """What would refuse a permit now; None when nothing would. Takes none."""
        return self.acquire(account_id, bucket, NOBODY, run_id, windows, 0)

    def give_back(self, account_id: int, bucket: str, attempt_id: UUID) -> bool:
        """Return a permit; False when there was none."""
        return bool(
            GIVE_BACK.run(self.client.execute_command, self._key(account_id, bucket), attempt_id.bytes)
        )

    def can_write(self) -> bool:
        """Whether Redis takes what a permit would need: a read-only or full one does not."""
        return bool(self.client.set(f"{self.prefix}:ready", b"1", px=1000))

    def _refusal(self, answer: list[int], windows: Sequence[Window]) -> LimitReached:
        which, *left = answer
        opens_at = self.clock.now() + left[0] * _MICROSECOND if left else None
        if which == _PAUSE and opens_at:
            return TooSoon(opens_at)
        shut = _rolling(windows)[which - 1] if which > 0 else _of_a_run(windows)
        return LimitReached(shut.words, opens_at)

    def _key(self, account_id: int, bucket: str) -> str:
        return f"{self.prefix}:limits:{account_id}:{bucket}"


def _packed(attempt_id: UUID, run_id: int, windows: Sequence[Window], spacing_seconds: float) -> bytes:
    """What acquire.lua reads as ARGV[1]."""
    numbers = [run_id, spacing_seconds * 1e6, _KEEP, 0.0]
    for window in windows:
        if window.span is None:
            numbers[3] = window.limit
        elif window.limit > MOST:
            raise ValueError(f"a window counts at most {MOST} permits in Redis")
        else:
            numbers += (window.limit, window.span.total_seconds() * 1e6)
    return struct.pack(f">16s{len(numbers)}d", attempt_id.bytes, *numbers)


def _rolling(windows: Sequence[Window]) -> list[Window]:
    return [window for window in windows if window.span is not None]


def _of_a_run(windows: Sequence[Window]) -> Window:
    return next(window for window in windows if window.span is None)
