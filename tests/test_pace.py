"""The clock tells the time in UTC; the dice stay within their bounds."""

from datetime import UTC, datetime, timedelta

from engine.pace import FairDice, SystemClock


def test_the_clock_tells_the_time_in_utc():
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_sleeping_takes_as_long_as_asked_and_a_time_that_is_over_takes_none():
    clock = SystemClock()
    start = clock.now()
    clock.sleep(-5)
    clock.sleep(0.02)
    assert timedelta(seconds=0.02) <= clock.now() - start < timedelta(seconds=2)


def test_the_seconds_that_nobody_sets_go_on_as_the_clock_does():
    clock = SystemClock()
    start = clock.monotonic()
    clock.sleep(0.02)
    assert 0.02 <= clock.monotonic() - start < 2


def test_the_dice_stay_between_their_bounds_and_move():
    rolls = {FairDice().between(90, 180) for _ in range(200)}
    assert len(rolls) > 100
    assert all(90 <= roll <= 180 for roll in rolls)


def test_every_item_is_chosen_sooner_or_later():
    dice = FairDice()
    assert {dice.choose(["Ada", "Grace", "Katherine"]) for _ in range(200)} == {"Ada", "Grace", "Katherine"}
