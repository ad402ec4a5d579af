"""What a limiter promises, asked of the database's, of Redis's, and of the two together."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from engine.errors import LimitReached, TooSoon
from engine.models import Account
from tests.builders import an_account
from tests.limiter_stages import NOON, STAGES, keys_that_never_expire
from tests.redis_server import RedisServer
from tests.threads import in_threads

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def server():
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def client(server):
    with server.client() as client:
        client.flushall()
        yield client
        assert keys_that_never_expire(client) == []


@pytest.fixture(params=STAGES)
def stage(request, client, db):
    return STAGES[request.param](client)


def an_account_with(per_run=50, per_day=50, per_week=200, **fields) -> Account:
    limits = {"messages_per_run": per_run, "messages_per_day": per_day, "messages_per_week": per_week}
    return an_account(**limits | fields)


def refused(stage, account, **how) -> LimitReached:
    with pytest.raises(LimitReached) as refusal:
        stage.take(account, **how)
    return refusal.value


def test_the_fourth_of_three_a_day_waits_until_the_first_is_a_day_old(stage):
    account = an_account_with(per_day=3)
    for _ in range(3):
        stage.take(account)
        stage.later(hours=1)
    refusal = refused(stage, account)
    assert refusal.window == "3 in 24 hours"
    assert abs(refusal.opens_at - (NOON + timedelta(hours=24))) < 30 * SECOND
    stage.later(hours=20, minutes=59)
    assert refused(stage, account).window == "3 in 24 hours"
    stage.later(minutes=1)
    stage.take(account)
    stage.later(minutes=30)
    assert refused(stage, account).window == "3 in 24 hours"


def test_five_a_week_hold_across_days_and_slide_with_each_of_them(stage):
    account = an_account_with(per_week=5)
    for _ in range(5):
        stage.take(account)
        stage.later(days=1)
    refusal = refused(stage, account)
    assert refusal.window == "5 in 7 days"
    assert abs(refusal.opens_at - (NOON + timedelta(days=7))) < 30 * SECOND
    stage.later(days=2)
    stage.take(account)
    stage.later(hours=23)
    assert refused(stage, account).window == "5 in 7 days"


def test_the_limit_of_a_run_is_the_runs_own_also_when_runs_take_turns(stage):
    account = an_account_with(per_run=2)
    for run_id in (1, 2, 1, 2):
        stage.take(account, run_id=run_id)
        stage.later(minutes=5)
    for run_id in (1, 2):
        refusal = refused(stage, account, run_id=run_id)
        assert (refusal.window, refusal.opens_at) == ("2 in one run", None)
    stage.take(account, run_id=3)


def test_of_several_closed_windows_the_one_that_opens_last_is_named(stage):
    account = an_account_with(per_run=1, per_day=1, per_week=1)
    stage.take(account)
    assert refused(stage, account).window == "1 in 7 days"
    Account.objects.update(messages_per_day=0)
    refusal = refused(stage, account)
    assert (refusal.window, refusal.opens_at) == ("0 in 24 hours", None)


def test_the_next_action_waits_for_the_pause_after_the_last(stage):
    account = an_account_with()
    for bucket, seconds in (("message", 90), ("visit", 8), ("withdrawal", 90)):
        began = stage.clock.now()
        stage.take(account, bucket=bucket)
        refusal = refused(stage, account, bucket=bucket)
        assert isinstance(refusal, TooSoon)
        assert abs(refusal.opens_at - began - seconds * SECOND) < 30 * SECOND
        stage.later(seconds=seconds)
        stage.take(account, bucket=bucket)
        stage.later(seconds=seconds)


@pytest.mark.parametrize("kind", ["database", "both"])
def test_the_pause_after_an_action_holds_for_the_accounts_other_buckets_too(client, db, kind):
    stage, account = STAGES[kind](client), an_account_with()
    stage.take(account)
    for bucket in ("visit", "withdrawal"):
        assert isinstance(refused(stage, account, bucket=bucket), TooSoon)
    stage.later(seconds=90)
    stage.take(account, bucket="visit")
    assert isinstance(refused(stage, account), TooSoon)
    stage.later(seconds=8)
    stage.take(account)


def test_buckets_have_quotas_of_their_own(stage):
    account = an_account_with(per_day=1, visits_per_day=1, withdrawals_per_day=1)
    for bucket in ("message", "visit", "withdrawal"):
        stage.take(account, bucket=bucket)
        stage.later(seconds=90)
    for bucket in ("message", "visit", "withdrawal"):
        assert refused(stage, account, bucket=bucket).window == "1 in 24 hours"


def test_accounts_have_quotas_of_their_own(stage):
    first, second = an_account_with(per_day=1), an_account_with(name="grace")
    stage.take(first)
    stage.take(second)
    stage.later(seconds=90)
    assert refused(stage, first).window == "1 in 24 hours"
    stage.take(second)


def test_the_same_attempt_takes_one_permit_however_often_it_asks(stage):
    account = an_account_with(per_run=2, per_day=2)
    attempt_id = stage.take(account)
    stage.take(account, attempt_id=attempt_id)  # also before the pause is over
    stage.later(seconds=90)
    stage.take(account, attempt_id=attempt_id)
    stage.take(account)
    stage.later(seconds=90)
    refused(stage, account)
    stage.take(account, attempt_id=attempt_id)  # also when nobody else gets one


def test_a_permit_given_back_counts_no_more_in_any_window_nor_as_a_pause(stage):
    account = an_account_with(per_run=2, per_day=2, per_week=2)
    stage.take(account)
    stage.later(seconds=90)
    given_back = stage.take(account)
    stage.give_back(given_back)
    stage.give_back(given_back)
    stage.take(account, attempt_id=given_back)
    stage.later(seconds=90)
    refused(stage, account)


def test_giving_an_earlier_permit_back_frees_its_run_and_leaves_the_pause_after_the_last(stage):
    account = an_account_with(per_run=2)
    earlier = stage.take(account)
    stage.later(seconds=90)
    stage.take(account)
    stage.give_back(earlier)
    assert isinstance(refused(stage, account), TooSoon)
    stage.later(seconds=90)
    stage.take(account)
    assert refused(stage, account).window == "2 in one run"


@pytest.mark.parametrize(
    ("closing", "words"),
    [
        ({"per_run": 2}, "2 in one run"),
        ({"per_day": 2}, "2 in 24 hours"),
        ({"per_week": 2}, "2 in 7 days"),
        ({}, "one action at a time"),
    ],
)
def test_what_one_window_refuses_costs_no_slot_of_another(stage, closing, words):
    account = an_account_with(**closing)
    stage.take(account)
    stage.later(seconds=90)
    stage.take(account)
    if closing:
        stage.later(seconds=90)
    for _ in range(5):
        assert refused(stage, account).window == words
    Account.objects.update(messages_per_run=3, messages_per_day=3, messages_per_week=3)
    stage.later(seconds=90)
    stage.take(account)
    stage.later(seconds=90)
    assert refused(stage, account).window == "3 in 7 days"


def test_a_lowered_limit_holds_from_the_next_action_on(stage):
    account = an_account_with(per_day=5)
    for _ in range(3):
        stage.take(account)
        stage.later(seconds=90)
    Account.objects.update(messages_per_day=3)
    assert refused(stage, account).window == "3 in 24 hours"


def test_a_limit_raised_past_the_form_still_stops_at_the_hard_cap(stage):
    account = an_account_with(per_run=30_000, per_day=30_000, per_week=30_000)
    for _ in range(50):
        stage.take(account)
        stage.later(seconds=90)
    assert refused(stage, account, run_id=2).window == "50 in 24 hours"


def test_a_pause_shortened_past_the_form_is_still_the_shortest_allowed(stage):
    account = an_account_with(pause_min_seconds=0, pause_max_seconds=0)
    stage.take(account)
    assert stage.dice.asked == (30, 30)
    stage.later(seconds=29)
    assert isinstance(refused(stage, account), TooSoon)


def test_a_new_account_begins_with_a_fifth_of_its_limits_and_has_all_after_14_days(stage):
    account = an_account_with(per_run=15, per_day=15, per_week=100, gentle_since=None)
    for _ in range(3):
        stage.take(account)
        Account.objects.filter(gentle_since=None).update(gentle_since=NOON)  # as the database's store does
        stage.later(seconds=90)
    assert refused(stage, account, run_id=2).window == "3 in 24 hours (day 1 of 14 of the gentle start)"
    stage.later(days=7)
    assert "(day 8 of 14 of the gentle start)" in fill(stage, account, 9).window
    stage.later(days=7)
    assert fill(stage, account, 15).window == "15 in 24 hours"


def test_after_a_long_pause_an_account_gets_its_usual_day_and_no_more(stage):
    account = an_account_with(per_run=15, per_day=15, per_week=100)
    stage.take(account)
    stage.later(days=60)
    assert fill(stage, account, 15).window == "15 in 24 hours"


def fill(stage, account, permits) -> LimitReached:
    """Take so many permits in runs of their own; the refusal of the next one."""
    for run_id in range(permits):
        stage.take(account, run_id=1000 + run_id)
        stage.later(seconds=90)
    return refused(stage, account, run_id=999)


def test_a_look_says_what_would_refuse_and_takes_nothing(stage):
    account = an_account_with(per_run=1)
    assert stage.peek(account) is None
    assert stage.peek(account) is None
    stage.take(account)
    assert isinstance(stage.peek(account, run_id=2), TooSoon)
    assert stage.peek(account).window == "1 in one run"
    stage.later(seconds=90)
    assert stage.peek(account, run_id=2) is None


def test_a_bucket_without_limits_gives_nothing(stage):
    with pytest.raises(ValueError, match="no limits are known"):
        stage.take(an_account(), bucket="applause")


@pytest.mark.parametrize("kind", STAGES)
def test_of_32_at_once_exactly_15_get_a_permit(shared_database, server, kind):
    with server.client(timeout=30) as client:
        client.flushall()
        stage = STAGES[kind](client, pauses=False)
        [account] = in_threads([lambda: an_account(name=f"hedy-{kind}", messages_per_day=15)])

        def attempt(number):
            try:
                stage.take(account, run_id=number, attempt_id=uuid4())
            except LimitReached:
                return 0
            return 1

        assert sum(in_threads([partial(attempt, number) for number in range(32)])) == 15
