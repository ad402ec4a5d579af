"""Whatever becomes of Redis while 24 processes ask at once, no account gets more than its fifteen permits."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import transaction

from engine.errors import LimitReached
from engine.ratelimit.breaker import Breaker
from engine.ratelimit.gated import GatedLimiter
from engine.ratelimit.redis_store import RedisStore
from tests.fakes import FakeDice
from tests.proof import seeds
from tests.proof.kills import setting
from tests.proof.kills.life import FileClock, Place
from tests.proof.kills.stage import barrier_for
from tests.proof.kills.test_starts import accounts, count_permits
from tests.waiting import until

pytestmark = pytest.mark.database
ASKING, ROUNDS = 24, len(seeds(10, 1))


class Server:
    """A Redis of this test's own."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--maxmemory", "8mb",
             "--maxmemory-policy", "allkeys-random", "--dir", str(self.socket.parent)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.ConnectionError:
            return False

    def client(self) -> redis.Redis:
        return client_of(self.socket)

    def flush(self) -> None:
        self.client().flushall()

    def fill(self) -> None:
        """So much of something else that Redis drops keys at random."""
        for number in range(90):
            with suppress(redis.OutOfMemoryError):  # it makes room in the background, and refuses meanwhile
                self.client().set(f"filler-{number}", b"x" * 100_000)

    def slow(self) -> None:
        self.client().client_pause(100)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def restart(self) -> None:
        self.kill()
        self.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def client_of(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=1, socket_connect_timeout=1, retry=None)


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.kill()


class NoPause(FakeDice):
    """Here only the limits decide: Redis's own clock would not pass as quickly as ours."""

    def between(self, low: float, high: float) -> float:
        return 0


def ask(place: Place, barrier: Any, socket: Path, account_ids: list[int], number: int) -> list[bool]:
    """One permit of each account, while something happens to Redis."""
    answers = []
    clock, dice = FileClock(place.folder / "time"), NoPause()
    for account_id in account_ids:
        gate = RedisStore(client_of(socket), "proof", clock)
        limiter = GatedLimiter(clock, dice, gate, Breaker(clock, dice))
        barrier.wait()
        answers.append(_is_granted(limiter, account_id, number))
        barrier.wait()
    return answers


def _is_granted(limiter: GatedLimiter, account_id: int, number: int) -> bool:
    attempt_id = setting.attempt(account_id, number)
    try:
        limiter.ask_gate(account_id, "message", attempt_id, number)
        with transaction.atomic():
            limiter.acquire(account_id, "message", attempt_id, number)
    except LimitReached:
        limiter.give_back(attempt_id)
        return False
    return True


MISHAPS = ("flush", "kill", "fill", "slow", "pause", "restart")


@pytest.mark.parametrize("mishap", MISHAPS[: 6 if ROUNDS > 1 else 2])
def test_a_redis_that_fails_meanwhile_never_grants_more(open_stage, server, mishap, record_property):
    record_property("trials", ROUNDS)
    stage = open_stage()
    ids = stage.do(accounts, ROUNDS)
    barrier = barrier_for(ASKING + 1)

    lives = [stage.start(ask, barrier, server.socket, ids, number) for number in range(ASKING)]
    for _ in ids:
        barrier.wait()
        getattr(server, mishap)()
        barrier.wait()

    assert [life.end() for life in lives] == [0] * ASKING
    granted = [sum(answers) for answers in zip(*(life.said[0] for life in lives), strict=True)]
    assert granted == stage.do(count_permits) == [15] * ROUNDS
