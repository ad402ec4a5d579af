"""What candidates prove to be worth is counted, kept and used; nothing of it is ever in the way of a reading."""

import logging
from datetime import UTC, datetime, timedelta
from math import isclose

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from engine.browser import Browser
from engine.models import Account, LinkedInSelector
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.ports import Recipient
from engine.sandbox import Sandbox
from engine.selectors.finder import READINGS_PER_SAVE, Finder
from engine.selectors.learned import PRIOR_TRIALS, Known, Tally, rank, wilson
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CARD = {"kind": "component_key", "value": "profile\\.card\\.ref.+Topcard$"}
OLD_CARD = {"kind": "css", "value": "main .pv-top-card"}
LOOKS = {"tag": "section", "role": "", "test_id": "", "around": "div", "fragment": "<main>\n→ <section>"}


def outcome(candidate, is_met=False, reasons=()):
    return {
        **candidate,
        "count": len(reasons) + is_met,
        "good": int(is_met),
        "reasons": list(reasons),
        "is_met": is_met,
    }


def found(*outcomes, key="profile.top_card", looks=LOOKS, **more):
    met = [each for each in outcomes if each["is_met"]]
    winner = {"kind": met[0]["kind"], "value": met[0]["value"], "looks": looks} if met else None
    return {"key": key, "is_missed": False, "is_heuristic": False, "winner": winner, "candidates": list(outcomes),
            "proposal": None, **more}  # fmt: skip


def saved(*reports, times=1, now=NOW):
    tally = Tally()
    for _ in range(times):
        tally.note(reports)
    tally.save(now)


def counts():
    rows = LinkedInSelector.objects.order_by("kind", "value")
    return {row.value: (row.successes, row.failures) for row in rows}


def candidates_of(key, finder=None):
    return (finder or Finder(known=Known.load())).options()["selectors"][key]["candidates"]


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_score_is_a_share_and_grows_with_success(successes, failures):
    score = wilson(successes, failures)
    assert 0 <= score <= 1
    assert wilson(successes + 1, failures) > score
    assert wilson(successes, failures + 1) <= score


def test_the_score_is_the_lower_bound_that_the_tables_give():
    assert wilson(0, 0) == 0
    assert isclose(wilson(1, 0), 0.2065, abs_tol=1e-4)
    assert isclose(wilson(8, 2), 0.4902, abs_tol=1e-4)
    assert isclose(wilson(950, 50), 0.9347, abs_tol=1e-4)


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_what_was_never_tried_stands_in_the_order_of_its_weight(one, other):
    assert (rank(one) >= rank(other)) == (one >= other) or isclose(one, other)


def test_what_fails_falls_behind_what_works_whatever_their_weights():
    assert rank(0.9, failures=2 * PRIOR_TRIALS) < rank(0.4, successes=PRIOR_TRIALS)


@pytest.mark.django_db
def test_successes_and_failures_are_added_with_their_times_and_their_score():
    saved(found(outcome(CARD, is_met=True), outcome(OLD_CARD)), times=3)
    later = NOW + timedelta(days=1)
    saved(found(outcome(CARD), outcome(OLD_CARD, is_met=True)), now=later)

    assert counts() == {CARD["value"]: (3, 1), OLD_CARD["value"]: (1, 3)}
    card = LinkedInSelector.objects.get(kind="component_key")
    assert (card.last_success_at, card.last_failure_at) == (NOW, later)
    assert (card.origin, card.state) == ("default", "active")
    assert isclose(card.score, wilson(3, 1), abs_tol=1e-9)


@pytest.mark.django_db
def test_nothing_follows_from_an_absence_that_was_not_missed():
    saved(found(outcome(CARD), outcome(OLD_CARD)))
    assert counts() == {}


@pytest.mark.django_db
def test_all_fail_where_the_element_had_to_be_there():
    saved(found(outcome(CARD), outcome(OLD_CARD, reasons=["role"]), is_missed=True))
    assert counts() == {CARD["value"]: (0, 1), OLD_CARD["value"]: (0, 1)}


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["hidden", "disabled", "covered"])
def test_nothing_follows_from_an_element_that_only_cannot_be_used_now(reason):
    saved(found(outcome(CARD, is_met=True), outcome(OLD_CARD, reasons=[reason])))
    assert counts() == {CARD["value"]: (1, 0)}


@pytest.mark.django_db
def test_a_run_is_written_with_one_update_however_many_pages_it_read():
    report = found(outcome(CARD, is_met=True), outcome(OLD_CARD))
    saved(report)
    tally = Tally()
    with CaptureQueriesContext(connection) as reading:
        for _ in range(500):
            tally.note([report])
    assert len(reading) == 0

    with CaptureQueriesContext(connection) as saving:
        tally.save(NOW)
    statements = [query["sql"].split()[0] for query in saving.captured_queries]
    assert statements.count("UPDATE") == 1
    assert len(statements) <= 6
    assert counts() == {CARD["value"]: (501, 0), OLD_CARD["value"]: (0, 501)}
    with CaptureQueriesContext(connection) as again:
        tally.save(NOW)
    assert len(again) == 0


@pytest.mark.django_db
def test_two_browsers_count_together():
    one, other = Tally(), Tally()
    one.note([found(outcome(CARD, is_met=True))])
    other.note([found(outcome(CARD, is_met=True))])
    one.save(NOW)
    other.save(NOW)
    assert counts() == {CARD["value"]: (2, 0)}


@pytest.mark.django_db
def test_a_database_that_refuses_costs_no_reading_and_loses_no_count(caplog):
    tally = Tally()
    tally.note([found(outcome(CARD, is_met=True))])
    with connection.execute_wrapper(refusing), caplog.at_level(logging.WARNING):
        tally.save(NOW)
        assert Known.load().rows == {}
    assert "the selectors' scores are not written" in caplog.text
    assert "the selectors' scores are not known" in caplog.text
    tally.save(NOW)
    assert counts() == {CARD["value"]: (1, 0)}


@pytest.mark.django_db
def test_a_database_that_refuses_for_ever_fills_no_memory():
    tally = Tally()
    for number in range(2_000):
        tally.note([found(outcome({"kind": "css", "value": f"a{number}"}, is_met=True))])
    with connection.execute_wrapper(refusing):
        tally.save(NOW)
    assert not tally.successes


def refusing(execute, sql, params, many, context):
    if "engine_linkedinselector" in sql:
        raise IntegrityError("disk full")
    return execute(sql, params, many, context)


@pytest.mark.django_db
def test_the_candidate_that_works_is_tried_first_the_next_time():
    before = [candidate["value"] for candidate in candidates_of("profile.top_card")]
    assert before[0] == CARD["value"]
    saved(found(outcome(CARD), outcome(OLD_CARD, is_met=True)), times=30)

    after = [candidate["value"] for candidate in candidates_of("profile.top_card")]
    assert after[0] == OLD_CARD["value"]
    assert sorted(after) == sorted(before)


@pytest.mark.django_db
def test_scores_are_loaded_once_per_browser_and_written_at_its_end():
    clock = FakeClock(NOW)
    with Finder.learning(clock) as finder:
        first = finder.options()
        with CaptureQueriesContext(connection) as queries:
            for _ in range(20):
                assert finder.options() is first
                finder.note([found(outcome(CARD, is_met=True))])
                finder.save_if_due(clock)
        assert len(queries) == 0
    assert counts() == {CARD["value"]: (20, 0)}


@pytest.mark.django_db
def test_a_long_run_is_written_in_between_too():
    clock = FakeClock(NOW)
    finder = Finder()
    for _ in range(READINGS_PER_SAVE):
        finder.note([found(outcome(CARD, is_met=True))])
    assert counts() == {}
    finder.save_if_due(clock)
    assert counts() == {CARD["value"]: (READINGS_PER_SAVE, 0)}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_message_that_was_sent_teaches_what_found_its_button():
    maelle = Recipient(
        frozenset({"maelle-castrovan"}), profile_url="https://www.linkedin.com/in/maelle-castrovan/"
    )
    account, clock = Account.objects.create(name="ada"), SystemClock()
    with (
        Sandbox(today=NOW.date(), composer="shadow") as sandbox,
        Browser(None, clock, network_url=sandbox.url, is_rehearsal=True) as browser,
        Finder.learning(clock) as finder,
    ):
        network = PagesNetwork(browser, account, clock, base_url=sandbox.url, finder=finder)
        network.write(maelle, "Joyeux anniversaire !").send()
        assert counts() == {}, "nothing is written while pages are read"

    send = LinkedInSelector.objects.filter(key="composer.send", last_success_at__isnull=False)
    assert {row.kind for row in send} >= {"label"}
    assert LinkedInSelector.objects.filter(key="profile.top_card", successes__gt=0, score__gt=0).exists()
    assert not LinkedInSelector.objects.filter(origin="proposed").exists()
