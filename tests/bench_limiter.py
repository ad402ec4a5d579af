"""`make bench-limiter`: what a permit costs, against a bare PING, the `limits` package and an empty transaction.

On SQLite; the transactions alone on the database in LIMITER_DATABASE_URL where that is set, which has to be empty.
"""

import gc
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter_ns, sleep
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import django
from redis import Redis

from tests.bench import say
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from engine.ratelimit.redis_store import RedisStore
    from engine.ratelimit.windows import Window

SAMPLES = 4_000
KILLS = 200
CONTENDERS = 32
DAY = timedelta(days=1)


@contextmanager
def scratch_project(database_url: str = "") -> Iterator[None]:
    """Django on a migrated database."""
    with TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
            "DATA_DIR": folder,
            "DATABASE_URL": database_url or f"sqlite:///{Path(folder) / 'limiter.sqlite3'}",
        }
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        yield
        connection.close()


def main() -> None:
    with suppress(PermissionError):
        os.nice(-20)  # where it is allowed, what else runs here disturbs less
    if url := os.environ.get("LIMITER_DATABASE_URL"):
        with scratch_project(url):
            compare_with_a_transaction()
        return
    server = RedisServer()
    os.environ["REDIS_URL"] = server.url
    try:
        with scratch_project():
            measure(server)
    finally:
        server.close()


def measure(server: RedisServer) -> None:
    from django_redis import get_redis_connection  # type: ignore[import-untyped]

    from engine.pace import SystemClock
    from engine.ratelimit.redis_store import RedisStore

    client = get_redis_connection("default")
    store = RedisStore(client, "bench", SystemClock())
    compare_with_ping(client, store)
    compare_with_limits(client, store, server.url)
    count_overshoot_and_burned(client, store)
    kill_in_the_middle(client, server)
    compare_with_a_transaction()


def windows() -> "list[Window]":
    """As large as the hard caps allow, so that the samples are admitted."""
    from engine.ratelimit.windows import Window

    return [Window(50, "one run"), Window(50, "24 hours", DAY), Window(200, "7 days", 7 * DAY)]


def nanoseconds(work: Callable[[], object]) -> int:
    start = perf_counter_ns()
    work()
    return perf_counter_ns() - start


def compare_with_ping(client: Redis, store: "RedisStore") -> None:
    """Each permit beside a PING of the same moment, so that both meet the same machine."""
    medians = {}
    for accounts in (1, 1_000):
        client.flushall()
        pings, permits, attempts = [], [], [uuid4() for _ in range(SAMPLES)]
        asked = windows()
        gc.disable()
        for number, attempt in enumerate(attempts):
            if accounts == 1 and number % 50 == 0:
                client.flushall()
            account = number % accounts
            pings.append(nanoseconds(client.ping))
            start = perf_counter_ns()
            refusal = store.acquire(account, "message", attempt, 1, asked, 0)
            permits.append(perf_counter_ns() - start)
            assert refusal is None, refusal
        gc.enable()
        medians[accounts] = median(permits) / median(pings)
        say(f"PING, {accounts:,} account(s): median", f"{median(pings) / 1000:.0f} µs")
        say(f"permit, {accounts:,} account(s): median", f"{medians[accounts]:.2f} × PING (at most 1.45)")
        say(f"permit, {accounts:,} account(s): p99", f"{p99(permits) / p99(pings):.2f} × PING (at most 1.6)")
    say("1,000 accounts against 1", f"{medians[1_000] / medians[1]:.2f} × (flat is 1)")


def p99(values: list[int]) -> float:
    return quantiles(values, n=100)[98]


def compare_with_limits(client: Redis, store: "RedisStore", url: str) -> None:
    """The same three windows by `limits`, a hit each: it has no spacing, and no all or nothing."""
    from limits import RateLimitItemPerSecond
    from limits.storage import RedisStorage
    from limits.strategies import MovingWindowRateLimiter

    client.flushall()
    theirs = MovingWindowRateLimiter(RedisStorage(url.replace("unix://", "redis+unix://")))
    items = [
        RateLimitItemPerSecond(limit, seconds)
        for limit, seconds in ((50, 3600), (50, 86_400), (200, 604_800))
    ]
    own_times, their_times, asked = [], [], windows()
    for number in range(SAMPLES // 2):
        account, attempt = number % 100, uuid4()
        own_times.append(
            nanoseconds(lambda a=account, i=attempt: store.acquire(a, "message", i, 1, asked, 0))
        )
        their_times.append(nanoseconds(lambda a=str(account): all(theirs.hit(item, a) for item in items)))
    say("decisions a second: here", f"{1e9 / median(own_times):,.0f}")
    say("decisions a second: limits, moving window", f"{1e9 / median(their_times):,.0f}")
    say("here against limits", f"{median(their_times) / median(own_times):.1f} × (at least 2.5)")


def count_overshoot_and_burned(client: Redis, store: "RedisStore") -> None:
    from engine.ratelimit.windows import Window

    overshoot = 0
    for account in range(20):
        client.flushall()
        asked = [Window(50, "one run"), Window(15, "24 hours", DAY), Window(200, "7 days", 7 * DAY)]

        def attempt(number: int, account: int = account, asked: "list[Window]" = asked) -> bool:
            return store.acquire(account, "message", uuid4(), number, asked, 0) is None

        with ThreadPoolExecutor(CONTENDERS) as pool:
            overshoot += sum(pool.map(attempt, range(CONTENDERS))) - 15
    say(f"permits over the limit, {CONTENDERS} at once × 20", f"{overshoot} (0)")

    client.flushall()
    for number in range(100):
        store.acquire(1, "message", uuid4(), number, [Window(50, "one run"), Window(10, "24 hours", DAY)], 0)
    wide = [Window(50, "one run"), Window(50, "24 hours", DAY)]
    left = sum(store.acquire(1, "message", uuid4(), 1, wide, 0) is None for _ in range(100))
    say("slots burned by another window's refusal, of 40", f"{40 - left} (0)")


def kill_in_the_middle(client: Redis, server: RedisServer) -> None:
    """Processes that do nothing but take and give back, each killed at a moment of its own."""
    client.flushall()
    dice = random.Random(20261123)
    for number in range(KILLS):
        child = os.fork()
        if not child:
            take_until_killed(server, number)
        sleep(dice.uniform(0.001, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    keys = list(client.scan_iter())
    assert keys
    eternal = [key for key in keys if client.ttl(key) == -1]
    say(f"keys without an expiry after {KILLS} kills", f"{len(eternal)} of {len(keys)} (0)")


def take_until_killed(server: RedisServer, account: int) -> None:
    from engine.pace import SystemClock
    from engine.ratelimit.redis_store import RedisStore

    own = RedisStore(server.client(), "killed", SystemClock())
    while True:
        attempt = uuid4()
        own.acquire(account, "message", attempt, 1, windows(), 0)
        own.give_back(account, "message", UUID(int=attempt.int))


def compare_with_a_transaction() -> None:
    """The gate within its transaction, against one that writes a single row, and one that does nothing."""
    from django.db import connection, transaction

    from engine.models import Account
    from engine.pace import FairDice, SystemClock
    from engine.ratelimit.limiter import DatabaseLimiter

    class Unhurried(FairDice):
        def between(self, low: float, high: float) -> float:
            return 0.0

    limiter = DatabaseLimiter(SystemClock(), Unhurried())
    accounts = [
        Account.objects.create(name=f"bench-{n}", gentle_since=datetime(2026, 1, 1, tzinfo=UTC)).pk
        for n in range(40)
    ]

    def nothing(account: int) -> None:
        with transaction.atomic():
            connection.cursor().execute("SELECT 1")

    turns = map(str, count())  # SQLite writes nothing where nothing changes

    def one_row(account: int) -> None:
        with transaction.atomic():
            Account.objects.filter(pk=account).update(paused_advice=next(turns))

    def gate(account: int) -> None:
        with transaction.atomic():
            limiter.acquire(account, "message", uuid4(), 1)

    times: dict[str, list[int]] = {"nothing": [], "one row": [], "gate": []}
    for number in range(400):
        account = accounts[number % len(accounts)]
        for name, work in (("nothing", nothing), ("one row", one_row), ("gate", gate)):
            times[name].append(nanoseconds(lambda w=work, a=account: w(a)))
    vendor, ms = connection.vendor, {name: median(values) / 1e6 for name, values in times.items()}
    say(f"{vendor}: a transaction of SELECT 1", f"{ms['nothing']:.2f} ms")
    say(f"{vendor}: a transaction that writes one row", f"{ms['one row']:.2f} ms")
    say(f"{vendor}: the database gate", f"{ms['gate']:.2f} ms")
    say(f"{vendor}: gate against one row written", f"{ms['gate'] / ms['one row']:.2f} × (under 3)")


if __name__ == "__main__":
    sys.exit(main())
