"""Permits in Redis: the fast gate that all workers share, in one round trip; never the record."""

import struct
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha1
from pathlib import Path
from uuid import UUID

from redis import Redis
from redis.exceptions import InvalidResponse, NoScriptError

from engine.errors import LimitReached, TooSoon
from engine.ports import Clock
from engine.ratelimit.windows import LONGEST, Closed, Window, refusal_of

NOBODY = UUID(int=0)
# No history holds more permits than that, so no window may count further.
MOST = 256
_MICROSECOND = timedelta(microseconds=1)
_KEEP = LONGEST / _MICROSECOND
_PAUSE = -1
# What redis-py stumbles over when a server answers what no Redis would.
_NOT_UNDERSTOOD = (AttributeError, TypeError, ValueError)
# No permit closes anything for longer, even by a clock that went back a week meanwhile.
_LONGEST_LEFT = 2 * _KEEP


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
        answer = ACQUIRE.run(self._send, self._key(account_id, bucket), ask)
        return None if answer == 0 else self._refusal(answer, windows)

    def peek(
        self, account_id: int, bucket: str, run_id: int, windows: Sequence[Window]
    ) -> LimitReached | None:
        """What would refuse a permit now; None when nothing would. Takes none."""
        return self.acquire(account_id, bucket, NOBODY, run_id, windows, 0)

    def give_back(self, account_id: int, bucket: str, attempt_id: UUID) -> bool:
        """Return a permit; False when there was none."""
        return bool(GIVE_BACK.run(self._send, self._key(account_id, bucket), attempt_id.bytes))

    def can_write(self) -> bool:
        """Whether Redis takes what a permit would need: one that is read-only, full, or runs no scripts does not."""
        self.peek(0, "ready", 0, [Window(1, "one run")])
        return bool(self._send("SET", f"{self.prefix}:ready", b"1", "PX", 1000))

    def _send(self, *words: object) -> object:
        try:
            execute: Callable[..., object] = self.client.execute_command
            return execute(*words)
        except _NOT_UNDERSTOOD as error:
            raise InvalidResponse(f"not an answer of Redis: {type(error).__name__}") from error

    def _refusal(self, answer: object, windows: Sequence[Window]) -> LimitReached:
        """Raises InvalidResponse for what acquire.lua never says of a history that it wrote itself."""
        match answer:
            case [0]:
                return LimitReached(_of_a_run(windows).words)
            case [int(which), int(left)] if 0 < left < _LONGEST_LEFT:
                opens_at = self.clock.now() + left * _MICROSECOND
                if which == _PAUSE:
                    return TooSoon(opens_at)
                if 0 < which <= len(rolling := _rolling(windows)):
                    return LimitReached(rolling[which - 1].words, opens_at)
        raise InvalidResponse("the history of its permits is none of this program's")

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
