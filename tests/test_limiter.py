"""No quota is ever exceeded: the database's own part, beside what test_limiter_contract.py asks of every store."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from engine.errors import LimitReached, TooSoon
from engine.models import Account, SpentPermit
from engine.ratelimit import database_store
from engine.ratelimit.limiter import DatabaseLimiter
from engine.ratelimit.windows import Window, closed, gentle_day, narrowest, ramped
from tests.builders import an_account
from tests.fakes import FakeClock
from tests.limiter_stages import NOON, LowDice


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def limiter(clock) -> DatabaseLimiter:
    return DatabaseLimiter(clock, LowDice())


@pytest.fixture
def account(db) -> Account:
    return an_account(messages_per_run=50, messages_per_day=3, messages_per_week=5)


def take(limiter, account, run_id=1, attempt_id=None):
    attempt_id = attempt_id or uuid4()
    with transaction.atomic():
        limiter.acquire(account.pk, "message", attempt_id, run_id)
    limiter.clock.sleep(90)
    return attempt_id


def test_a_window_opens_to_the_microsecond(limiter, account, clock):
    for _ in range(3):
        take(limiter, account)
    clock.time = NOON + timedelta(hours=24) - timedelta(microseconds=1)
    with pytest.raises(LimitReached) as refused:
        take(limiter, account)
    assert refused.value.opens_at == NOON + timedelta(hours=24)
    clock.time = NOON + timedelta(hours=24)
    take(limiter, account)


def test_a_pause_is_over_to_the_microsecond(limiter, account, clock):
    take(limiter, account)
    clock.time = NOON + timedelta(seconds=90) - timedelta(microseconds=1)
    with pytest.raises(TooSoon, match="lasts until 12:01:30 UTC"):
        take(limiter, account)
    clock.time = NOON + timedelta(seconds=90)
    take(limiter, account)


def test_of_several_closed_windows_the_one_that_opens_last_is_named():
    day, week = Window(1, "24 hours", timedelta(hours=24)), Window(1, "7 days", timedelta(days=7))
    run, nothing = Window(1, "one run"), Window(0, "24 hours", timedelta(hours=24))
    shut = {window.words: closed(window, [NOON], NOON) for window in (day, week, run, nothing)}
    assert narrowest([shut["1 in one run"], shut["1 in 24 hours"]]).window is day
    assert narrowest([shut["1 in 24 hours"], shut["1 in 7 days"]]).window is week
    assert narrowest([shut["1 in 7 days"], shut["0 in 24 hours"]]).window is nothing


def test_a_permit_of_one_account_serves_no_other(limiter, account):
    attempt_id = take(limiter, account)
    with pytest.raises(ValueError, match="another account"):
        take(limiter, an_account("grace"), attempt_id=attempt_id)


def test_a_permit_remembers_when_it_was_given_back_and_can_be_taken_anew(limiter, account, clock):
    given_back = take(limiter, account)
    limiter.give_back(given_back)
    clock.sleep(60)
    limiter.give_back(given_back)
    permit = SpentPermit.objects.get()
    assert permit.given_back_at == NOON + timedelta(seconds=90)
    take(limiter, account, run_id=2, attempt_id=given_back)
    permit.refresh_from_db()
    assert (permit.given_back_at, permit.run_id) == (None, 2)
    assert permit.taken_at == NOON + timedelta(seconds=150)


def test_permits_from_the_future_count_when_the_clock_goes_back(limiter, account, clock):
    for _ in range(3):
        take(limiter, account)
    clock.time = NOON - timedelta(days=2)
    with pytest.raises(LimitReached, match="3 in 24 hours"):
        take(limiter, account)


def test_a_permit_is_taken_with_the_callers_work_or_not_at_all(limiter, account):
    with transaction.atomic():
        limiter.acquire(account.pk, "message", uuid4(), 1)
        transaction.set_rollback(True)
    assert not SpentPermit.objects.exists()


def test_an_account_that_does_not_exist_gets_nothing(db, limiter):
    with pytest.raises(Account.DoesNotExist), transaction.atomic():
        limiter.acquire(999_999, "message", uuid4(), 1)


@pytest.mark.django_db(transaction=True)
def test_a_permit_outside_a_transaction_is_refused(limiter):
    account = an_account("mary")
    with pytest.raises(transaction.TransactionManagementError):
        limiter.acquire(account.pk, "message", uuid4(), 1)


def test_the_next_message_waits_for_the_pause_rolled_with_the_last(limiter, account, clock):
    assert limiter.ready_at(account.pk, "message") is None
    take(limiter, account)
    assert limiter.dice.asked == (account.pause_min_seconds, account.pause_max_seconds)
    given_back = take(limiter, account)
    assert limiter.ready_at(account.pk, "visit") == NOON + timedelta(seconds=180)
    limiter.give_back(given_back)
    assert limiter.ready_at(account.pk, "visit") == NOON + timedelta(seconds=90)


def test_a_rehearsal_keeps_the_limits_and_shortens_the_pauses(account, clock):
    limiter = DatabaseLimiter(clock, LowDice(), is_rehearsal=True)
    for _ in range(3):
        take(limiter, account)
    assert limiter.dice.asked == (0.2, 0.6)
    with pytest.raises(LimitReached, match="3 in 24 hours"):
        take(limiter, account)


def test_a_rehearsal_neither_needs_nor_begins_the_gentle_start(db, clock):
    account, limiter = an_account(gentle_since=None), DatabaseLimiter(clock, LowDice(), is_rehearsal=True)
    for _ in range(15):
        take(limiter, account)
    account.refresh_from_db()
    assert account.gentle_since is None


def test_the_gentle_start_begins_with_the_first_permit_that_is_not_given_back(db, limiter, clock):
    account = an_account(gentle_since=None)
    for _ in range(5):
        limiter.give_back(take(limiter, account))
        account.refresh_from_db()
        assert account.gentle_since is None
        clock.sleep(86_400)
    began = clock.time
    first, second = take(limiter, account), take(limiter, account)
    limiter.give_back(second)
    account.refresh_from_db()
    assert account.gentle_since == began
    assert SpentPermit.objects.get(given_back_at=None).attempt_id == first


def test_the_ramp_climbs_from_a_fifth_to_the_whole_and_never_down():
    days = [ramped(100, day, 14) for day in range(1, 16)]
    assert (days[0], days[7], days[13], days[14]) == (20, 60, 94, 100)
    assert days == sorted(days)
    assert [ramped(limit, 1, 14) for limit in (0, 1, 4, 15, 40)] == [0, 1, 1, 3, 8]


@pytest.mark.parametrize(("days", "last"), [(14, 14), (7, 7), (0, 7), (30, 30), (9_999, 90)])
def test_the_gentle_start_lasts_as_long_as_the_account_says_within_bounds(days, last):
    account = Account(gentle_days=days, gentle_since=NOON)
    assert gentle_day(account, NOON + timedelta(days=last) - timedelta(seconds=1)) == last
    assert gentle_day(account, NOON + timedelta(days=last)) is None
    assert gentle_day(account, NOON - timedelta(days=3)) == 1


@pytest.mark.parametrize(
    ("field", "cap"),
    [
        ("messages_per_run", 50),
        ("messages_per_day", 50),
        ("messages_per_week", 200),
        ("visits_per_run", 30),
        ("visits_per_day", 80),
        ("withdrawals_per_run", 50),
        ("withdrawals_per_day", 50),
    ],
)
def test_a_limit_is_raised_only_up_to_its_hard_cap(field, cap):
    Account(name="ada", **{field: cap}).clean_fields()
    with pytest.raises(ValidationError, match=f"less than or equal to {cap}"):
        Account(name="ada", **{field: cap + 1}).clean_fields()


def test_the_shortest_pause_between_visits_is_not_longer_than_the_longest(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        an_account(visit_pause_min_seconds=30, visit_pause_max_seconds=20)


def test_what_was_taken_a_week_ago_is_not_even_read(db):
    account = an_account()
    for days in (0, 6, 7, 400):
        SpentPermit.objects.create(
            account=account, bucket="visit", attempt_id=uuid4(), run_id=1, spacing_seconds=8,
            taken_at=NOON - timedelta(days=days),
        )  # fmt: skip
    taken = database_store.history(account.pk, NOON)
    assert [one.at for one in taken] == [NOON - timedelta(days=6), NOON]


def test_the_migration_lets_accounts_with_a_history_keep_going(db):
    old, new = an_account("old", gentle_since=None), an_account("new", gentle_since=None)
    spent = {"account": old, "bucket": "message", "run_id": 1, "spacing_seconds": 90}
    for days, given_back in ((40, NOON), (30, None), (2, None)):
        taken_at = NOON - timedelta(days=days)
        SpentPermit.objects.create(attempt_id=uuid4(), taken_at=taken_at, given_back_at=given_back, **spent)
    migration = import_module("engine.migrations.0005_limits")
    migration.remember_the_first_permit(apps, SimpleNamespace(connection=connection))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.gentle_since, new.gentle_since) == (NOON - timedelta(days=30), None)
