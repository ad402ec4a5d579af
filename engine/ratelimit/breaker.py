"""The circuit breaker in front of Redis: who did not answer is left alone for a while, longer each time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import TypeVar

from redis.exceptions import RedisError

from engine.ports import Clock, Dice

T = TypeVar("T")
SHORTEST, LONGEST = 1.0, 60.0


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Closed, open, half-open; of one process and shared with no other."""

    def __init__(self, clock: Clock, dice: Dice) -> None:
        self.clock, self.dice = clock, dice
        self._lock = Lock()
        self._failures = 0
        self._retry_at: datetime | None = None
        self._is_trying = False
        self._last_error: RedisError | None = None

    @property
    def why(self) -> str:
        """What Redis said last instead of an answer; empty while the breaker is closed."""
        said = " ".join(str(self._last_error).split()) if self._retry_at else ""
        return f"{type(self._last_error).__name__}: {said}"[:300] if said else ""

    @property
    def state(self) -> State:
        if self._retry_at is None:
            return State.CLOSED
        return State.HALF_OPEN if self._is_trying or self._is_over(self._retry_at) else State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state is State.CLOSED

    def ask(self, question: Callable[[], T], otherwise: T) -> T:
        """Redis's answer; `otherwise` while the breaker is open, or when it opens on this question."""
        state = self._let_through()
        if state is State.OPEN:
            return otherwise
        try:
            answer = question()
        except RedisError as error:
            self._fail(error, state)
            return otherwise
        finally:
            if state is State.HALF_OPEN:
                self._is_trying = False  # also where it failed in a way that says nothing about Redis
        self._succeed()
        return answer

    def _let_through(self) -> State:
        """In which state the question is asked; OPEN: it is not. Half-open, one at a time is let through."""
        with self._lock:
            state = self.state
            if state is State.HALF_OPEN:
                if self._is_trying:
                    return State.OPEN
                self._is_trying = True
            return state

    def _is_over(self, retry_at: datetime) -> bool:
        """Also over when the clock went back, or the pause would last as long as the clock was wrong."""
        left = (retry_at - self.clock.now()).total_seconds()
        return not 0 < left <= LONGEST

    def _fail(self, error: RedisError, asked_while: State) -> None:
        with self._lock:
            self._last_error = error
            if asked_while is State.CLOSED and self._retry_at:
                return  # one of several that failed at once: the same outage
            self._failures += 1
            longest = min(LONGEST, SHORTEST * 2.0 ** min(self._failures, 10))
            pause = self.dice.between(longest / 2, longest)
            self._retry_at = self.clock.now() + timedelta(seconds=pause)

    def _succeed(self) -> None:
        with self._lock:
            self._failures, self._retry_at = 0, None
