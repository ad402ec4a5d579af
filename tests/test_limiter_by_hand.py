"""What a person sends by hand counts as well, once, however often it is entered or read."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from engine.errors import LimitReached, TooSoon
from engine.models import SpentPermit
from engine.ratelimit.by_hand import set_count
from engine.ratelimit.limiter import DatabaseLimiter
from tests.builders import an_account
from tests.limiter_stages import NOON, DatabaseStage

TODAY = NOON.date()


@pytest.fixture
def stage(db):
    return DatabaseStage(None)


def counting() -> int:
    return SpentPermit.objects.filter(given_back_at=None, bucket="message").count()


def enter(account, sent, day=TODAY, now=NOON):
    return set_count(account, day, sent, now)


def test_messages_by_hand_leave_so_many_fewer_to_the_program(stage):
    account = an_account(messages_per_day=5)
    assert enter(account, 3) == (3, 0)
    for _ in range(2):
        stage.take(account)
        stage.later(seconds=90)
    with pytest.raises(LimitReached, match="5 in 24 hours"):
        stage.take(account)


def test_more_by_hand_than_allowed_is_counted_all_the_same(stage):
    account = an_account(messages_per_day=2)
    enter(account, 7)
    assert counting() == 7
    with pytest.raises(LimitReached, match="2 in 24 hours"):
        stage.take(account)


def test_the_number_of_a_day_can_be_entered_again_and_corrected(db):
    account = an_account()
    assert [enter(account, sent) for sent in (3, 3, 5, 1, 4)] == [(3, 0), (0, 0), (2, 0), (0, 4), (3, 0)]
    assert counting() == 4


def test_each_account_and_day_has_its_own_number(db):
    account, other = an_account(), an_account("grace")
    enter(account, 2)
    enter(other, 2)
    enter(account, 2, TODAY - timedelta(days=1))
    assert counting() == 6


def test_an_earlier_day_counts_from_its_end_in_the_accounts_zone(db):
    account = an_account(time_zone="America/New_York")
    enter(account, 1, date(2026, 5, 3))
    assert SpentPermit.objects.get().taken_at.isoformat() == "2026-05-04T04:00:00+00:00"


def test_what_is_done_by_hand_hides_no_pause_of_the_program_and_makes_none(stage):
    account = an_account()
    stage.take(account)
    stage.later(seconds=10)
    enter(account, 1, now=stage.clock.now())
    with pytest.raises(TooSoon):
        stage.take(account)
    stage.later(seconds=80)
    stage.take(account)


def test_what_is_done_by_hand_does_not_begin_the_gentle_start(stage):
    account = an_account(gentle_since=None)
    enter(account, 1)
    account.refresh_from_db()
    assert account.gentle_since is None
    stage.limiter.give_back(stage.take(account))
    account.refresh_from_db()
    assert account.gentle_since is None


def test_a_message_that_is_read_in_a_thread_counts_once_from_when_it_was_sent(stage):
    account, other = an_account(messages_per_day=2), an_account("grace")
    sent_at = NOON - timedelta(hours=3)
    for who, key in (
        (account, "ada-sommer"),
        (account, "ada-sommer"),
        (account, "eve-winter"),
        (other, "ada-sommer"),
    ):
        stage.limiter.count_by_hand(who.pk, "message", sent_at, key)
    assert counting() == 3
    assert set(SpentPermit.objects.values_list("taken_at", "run_id", "spacing_seconds")) == {
        (sent_at, None, 0)
    }
    with pytest.raises(LimitReached, match="2 in 24 hours"):
        stage.take(account)
    stage.later(hours=21)
    stage.take(account)


def test_what_is_read_in_a_rehearsal_counts_nothing_and_a_bucket_without_limits_is_refused(stage):
    account = an_account()
    rehearsed = DatabaseLimiter(stage.clock, stage.dice, is_rehearsal=True)
    rehearsed.count_by_hand(account.pk, "message", NOON, "ada-sommer")
    with pytest.raises(ValueError, match="no limits are known"):
        stage.limiter.count_by_hand(account.pk, "greeting", NOON, "ada-sommer")
    assert counting() == 0


def call(*arguments) -> str:
    told = StringIO()
    call_command("count_messages", *arguments, stdout=told)
    return told.getvalue()


def test_the_command_enters_the_number_of_today(db):
    an_account()
    assert "4 messages by hand count for ada" in call("--account", "ada", "--sent", "4")
    assert "(0 new, 0 removed)" in call("--account", "ada", "--sent", "4")
    assert counting() == 4
    assert abs(SpentPermit.objects.first().taken_at - timezone.now()) < timedelta(minutes=5)


def test_the_command_takes_a_day_of_the_last_week(db):
    account = an_account()
    day = timezone.now().astimezone(account.zone).date() - timedelta(days=2)
    assert f"on {day} (1 new" in call("--account", "ada", "--sent", "1", "--on", str(day))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--account", "nobody", "--sent", "1"), "there is no account 'nobody'"),
        (("--account", "ada", "--sent", "-1"), "--sent is 0 to 500, not -1"),
        (("--account", "ada", "--sent", "501"), "--sent is 0 to 500, not 501"),
        (("--account", "ada", "--sent", "1", "--on", "soon"), "'soon' is no day such as 2026-11-23"),
        (("--account", "ada", "--sent", "1", "--on", "2020-01-01"), "2020-01-01 does not count"),
        (("--account", "ada", "--sent", "1", "--on", "2999-01-01"), "2999-01-01 does not count"),
    ],
)
def test_what_the_command_cannot_count_it_refuses_in_words(db, arguments, words):
    an_account()
    with pytest.raises(CommandError, match=words):
        call(*arguments)
    assert counting() == 0
