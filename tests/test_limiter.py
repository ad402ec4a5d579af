"""No quota is ever exceeded: sliding windows, exact, whoever asks at the same time."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction

from engine.errors import LimitReached
from engine.models import Account, SpentPermit
from engine.ratelimit.limiter import DatabaseLimiter
from engine.ratelimit.windows import Window, closed, narrowest

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class HandClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class LowDice:
    def between(self, low: float, high: float) -> float:
        self.asked = (low, high)
        return low

    def choose(self, items):
        return items[0]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def limiter(clock) -> DatabaseLimiter:
    return DatabaseLimiter(clock, LowDice())


@pytest.fixture
def account(db) -> Account:
    return Account.objects.create(name="ada", messages_per_run=50, messages_per_day=3, messages_per_week=5)


def take(limiter, account, run_id=1, attempt_id: UUID | None = None) -> UUID:
    attempt_id = attempt_id or uuid4()
    with transaction.atomic():
        limiter.acquire(account.pk, "message", attempt_id, run_id)
    return attempt_id


def test_the_fourth_of_three_a_day_waits_until_the_first_is_a_day_old(limiter, account, clock):
    for _ in range(3):
        take(limiter, account)
        clock.sleep(3600)
    with pytest.raises(LimitReached, match="3 in 24 hours") as refused:
        take(limiter, account)
    assert refused.value.opens_at == NOON + timedelta(hours=24)
    assert SpentPermit.objects.count() == 3

    clock.time = NOON + timedelta(hours=24) - timedelta(microseconds=1)
    with pytest.raises(LimitReached):
        take(limiter, account)
    clock.time = NOON + timedelta(hours=24)
    take(limiter, account)


def test_five_a_week_hold_across_days(limiter, account, clock):
    for _ in range(5):
        take(limiter, account)
        clock.sleep(24 * 3600)
    with pytest.raises(LimitReached, match="5 in 7 days") as refused:
        take(limiter, account)
    assert refused.value.opens_at == NOON + timedelta(days=7)


def test_the_limit_of_a_run_is_the_runs_own(limiter, account):
    Account.objects.filter(pk=account.pk).update(messages_per_run=2)
    take(limiter, account, run_id=1)
    take(limiter, account, run_id=1)
    with pytest.raises(LimitReached, match="2 in one run") as refused:
        take(limiter, account, run_id=1)
    assert refused.value.opens_at is None
    take(limiter, account, run_id=2)


def test_of_several_closed_windows_the_one_that_opens_last_is_named():
    day, week = Window(1, "24 hours", timedelta(hours=24)), Window(1, "7 days", timedelta(days=7))
    run, nothing = Window(1, "one run"), Window(0, "24 hours", timedelta(hours=24))
    shut = {window.words: closed(window, [NOON], NOON) for window in (day, week, run, nothing)}
    assert narrowest([shut["1 in one run"], shut["1 in 24 hours"]]).window is day
    assert narrowest([shut["1 in 24 hours"], shut["1 in 7 days"]]).window is week
    assert narrowest([shut["1 in 7 days"], shut["0 in 24 hours"]]).window is nothing


def test_a_limit_of_nothing_gives_nothing_and_never_opens(limiter, account):
    Account.objects.filter(pk=account.pk).update(messages_per_day=0)
    with pytest.raises(LimitReached, match="0 in 24 hours") as refused:
        take(limiter, account)
    assert refused.value.opens_at is None


def test_a_limit_raised_past_the_form_still_stops_at_the_hard_cap(limiter, account):
    Account.objects.filter(pk=account.pk).update(
        messages_per_run=30_000, messages_per_day=30_000, messages_per_week=30_000
    )
    for _ in range(50):
        take(limiter, account)
    with pytest.raises(LimitReached, match="50 in 24 hours"):
        take(limiter, account, run_id=2)


def test_the_same_attempt_takes_one_permit_however_often_it_asks(limiter, account):
    attempt_id = take(limiter, account)
    take(limiter, account, attempt_id=attempt_id)
    assert SpentPermit.objects.count() == 1


def test_a_permit_of_one_account_serves_no_other(limiter, account):
    attempt_id = take(limiter, account)
    other = Account.objects.create(name="grace")
    with pytest.raises(ValueError, match="another account"):
        take(limiter, other, attempt_id=attempt_id)


def test_a_permit_given_back_counts_no_more_and_can_be_taken_anew(limiter, account, clock):
    given_back, _, _ = (take(limiter, account) for _ in range(3))
    limiter.give_back(given_back)
    clock.sleep(60)
    limiter.give_back(given_back)
    assert SpentPermit.objects.get(attempt_id=given_back).given_back_at == NOON
    take(limiter, account, attempt_id=given_back)
    assert SpentPermit.objects.filter(given_back_at=None).count() == 3
    with pytest.raises(LimitReached):
        take(limiter, account)


def test_permits_from_the_future_count_when_the_clock_goes_back(limiter, account, clock):
    for _ in range(3):
        take(limiter, account)
    clock.time = NOON - timedelta(days=2)
    with pytest.raises(LimitReached):
        take(limiter, account)


def test_a_permit_is_taken_with_the_callers_work_or_not_at_all(limiter, account):
    with transaction.atomic():
        limiter.acquire(account.pk, "message", uuid4(), 1)
        transaction.set_rollback(True)
    assert not SpentPermit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_permit_outside_a_transaction_is_refused(limiter):
    account = Account.objects.create(name="mary")
    with pytest.raises(transaction.TransactionManagementError):
        limiter.acquire(account.pk, "message", uuid4(), 1)


def test_a_bucket_without_limits_gives_nothing(limiter, account):
    with pytest.raises(ValueError, match="no limits are known"), transaction.atomic():
        limiter.acquire(account.pk, "applause", uuid4(), 1)


def test_the_next_message_waits_for_the_pause_rolled_with_the_last(limiter, account, clock):
    assert limiter.ready_at(account.pk, "message") is None
    take(limiter, account)
    assert limiter.dice.asked == (account.pause_min_seconds, account.pause_max_seconds)
    clock.sleep(10)
    given_back = take(limiter, account)
    assert limiter.ready_at(account.pk, "message") == NOON + timedelta(seconds=10 + account.pause_min_seconds)
    limiter.give_back(given_back)
    assert limiter.ready_at(account.pk, "message") == NOON + timedelta(seconds=account.pause_min_seconds)


def test_a_rehearsal_keeps_the_limits_and_shortens_the_pauses(account, clock):
    limiter = DatabaseLimiter(clock, LowDice(), is_rehearsal=True)
    for _ in range(3):
        take(limiter, account)
    assert limiter.ready_at(account.pk, "message") == NOON + timedelta(seconds=0.2)
    with pytest.raises(LimitReached):
        take(limiter, account)


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """A database that threads really contend for: SQLite's in-memory one has other locks than a file."""
    settings, kept = connections.settings["default"], connections.settings["default"]["NAME"]
    if connection.vendor == "sqlite":
        copy = sqlite3.connect(tmp_path / "shared.sqlite3")
        connection.ensure_connection()
        connection.connection.backup(copy)
        copy.close()
        settings["NAME"] = str(tmp_path / "shared.sqlite3")
    yield
    settings["NAME"] = kept


def in_a_thread(work):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing_its_connection, work).result()


def closing_its_connection(work):
    try:
        return work()
    finally:
        connections.close_all()


def test_of_32_at_once_exactly_15_get_a_permit(shared_database):
    pk = in_a_thread(lambda: Account.objects.create(name="hedy").pk)

    def attempt(number):
        try:
            with transaction.atomic():
                DatabaseLimiter(HandClock(), LowDice()).acquire(pk, "message", uuid4(), number)
        except LimitReached:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        tries = [pool.submit(closing_its_connection, lambda n=number: attempt(n)) for number in range(32)]
        assert sum(one.result() for one in tries) == 15
    assert in_a_thread(lambda: SpentPermit.objects.filter(account_id=pk).count()) == 15
