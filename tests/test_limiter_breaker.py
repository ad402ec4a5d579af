"""Who does not answer is left alone for a while, longer each time, and asked again by one at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier, Event

import pytest
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import ResponseError

from engine.ratelimit.breaker import Breaker, State
from tests.fakes import FakeClock
from tests.limiter_stages import LowDice
from tests.threads import in_threads


class HighDice(LowDice):
    def between(self, low, high):
        self.asked = (low, high)
        return high


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock, HighDice())


class Redis:
    """Answers, or does not; counts how often it was asked."""

    def __init__(self):
        self.asked, self.error = 0, None

    def __call__(self):
        self.asked += 1
        if self.error:
            raise self.error
        return "yes"


def test_a_redis_that_answers_is_always_asked(breaker):
    redis = Redis()
    assert [breaker.ask(redis, "no") for _ in range(3)] == ["yes"] * 3
    assert (redis.asked, breaker.state, breaker.is_closed) == (3, State.CLOSED, True)


@pytest.mark.parametrize("error", [NotConnected("gone"), ResponseError("OOM command not allowed")])
def test_one_failure_opens_it_and_then_nobody_asks(breaker, error):
    redis = Redis()
    redis.error = error
    assert [breaker.ask(redis, "no") for _ in range(5)] == ["no"] * 5
    assert (redis.asked, breaker.state, breaker.is_closed) == (1, State.OPEN, False)


def test_it_waits_longer_each_time_from_a_second_to_a_minute(breaker, clock):
    redis, ranges = Redis(), []
    redis.error = NotConnected("gone")
    for _ in range(8):
        breaker.ask(redis, "no")
        ranges.append(breaker.dice.asked)
        clock.sleep(breaker.dice.asked[1] - 0.001)
        assert breaker.state is State.OPEN
        clock.sleep(0.001)
        assert breaker.state is State.HALF_OPEN
    assert ranges == [(1, 2), (2, 4), (4, 8), (8, 16), (16, 32), (30, 60), (30, 60), (30, 60)]
    assert redis.asked == 8


def test_the_first_answer_closes_it_and_the_next_failure_waits_shortly_again(breaker, clock):
    redis = Redis()
    redis.error = NotConnected("gone")
    for _ in range(5):
        breaker.ask(redis, "no")
        clock.sleep(60)
    redis.error = None
    assert breaker.ask(redis, "no") == "yes"
    assert breaker.state is State.CLOSED
    redis.error = NotConnected("gone")
    breaker.ask(redis, "no")
    assert breaker.dice.asked == (1, 2)


def test_half_open_it_lets_one_question_through_at_a_time(breaker, clock):
    redis, inner = Redis(), Redis()
    redis.error = NotConnected("gone")
    breaker.ask(redis, "no")
    clock.sleep(2)

    def meanwhile():
        assert breaker.state is State.HALF_OPEN
        return breaker.ask(inner, "no")

    assert breaker.ask(meanwhile, "unasked") == "no"
    assert inner.asked == 0
    assert breaker.ask(inner, "no") == "yes"


def test_a_mistake_of_the_program_says_nothing_about_redis(breaker, clock):
    redis, broken = Redis(), Redis()
    broken.error = ValueError("a limit that nothing can count")
    with pytest.raises(ValueError, match="nothing can count"):
        breaker.ask(broken, "no")
    assert breaker.state is State.CLOSED
    redis.error = NotConnected("gone")
    breaker.ask(redis, "no")
    clock.sleep(2)
    with pytest.raises(ValueError, match="nothing can count"):
        breaker.ask(broken, "no")
    redis.error = None
    assert breaker.ask(redis, "no") == "yes"


def test_a_clock_that_goes_back_does_not_keep_it_open(breaker, clock):
    redis = Redis()
    redis.error = NotConnected("gone")
    breaker.ask(redis, "no")
    clock.time -= timedelta(days=1)
    assert breaker.state is State.HALF_OPEN


def test_of_many_that_fail_at_once_only_the_first_makes_it_wait_longer(breaker, clock):
    together = Barrier(8)

    def fail():
        together.wait(10)
        raise NotConnected("gone")

    assert in_threads([partial(breaker.ask, fail, "no")] * 8) == ["no"] * 8
    assert breaker.dice.asked == (1, 2)
    clock.sleep(2)
    assert breaker.ask(Redis(), "no") == "yes"


def test_what_was_asked_before_it_opened_ends_no_trial_when_it_fails_late(breaker, clock):
    gone, inner, is_asked, may_fail = Redis(), Redis(), Event(), Event()
    gone.error = NotConnected("gone")

    def late():
        is_asked.set()
        may_fail.wait(10)
        raise ValueError("a limit that nothing can count")

    def trial():
        may_fail.set()
        with pytest.raises(ValueError, match="nothing can count"):
            early.result(10)
        assert breaker.ask(inner, "no") == "no"
        return "yes"

    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(breaker.ask, late, "no")
        assert is_asked.wait(10)
        breaker.ask(gone, "no")
        clock.sleep(2)
        assert breaker.ask(trial, "untried") == "yes"
    assert inner.asked == 0
    assert breaker.is_closed


def test_it_says_what_redis_said_as_long_as_it_is_not_closed(breaker, clock):
    redis = Redis()
    redis.error = ResponseError("READONLY You can't write\nagainst a replica")
    breaker.ask(redis, "no")
    assert breaker.why == "ResponseError: READONLY You can't write against a replica"
    redis.error = None
    clock.sleep(2)
    breaker.ask(redis, "no")
    assert breaker.why == ""
