"""What candidates prove to be worth is counted, kept and used; nothing of it is ever in the way of a reading."""

import logging
from datetime import UTC, datetime, timedelta
from math import isclose

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from engine.browser import Browser
from engine.models import Account, LinkedInSelector, Snapshot
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.ports import Recipient
from engine.sandbox import Sandbox
from engine.selectors.acting import clash_of
from engine.selectors.finder import READINGS_PER_SAVE, Finder
from engine.selectors.learned import PRIOR_TRIALS, Known, Tally, rank, wilson
from engine.selectors.record import MOST_PROPOSALS
from engine.selectors.selector_file import defaults
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


def proposal(kind="text", value="Wyślij", **more):
    return {
        "kind": kind,
        "value": value,
        "name": "Wyślij",
        "why": {"form": 2, "sum": 4},
        "after": "→ <button>",
        **more,
    }


def saved(*reports, times=1, now=NOW):
    tally = Tally()
    for _ in range(times):
        tally.note(reports)
    tally.save(now)


def counts():
    rows = LinkedInSelector.objects.order_by("kind", "value")
    return {row.value: (row.successes, row.failures) for row in rows}


def a_proposal(key="composer.send", kind="text", value="Wyślij", name="Wyślij", **more):
    fields = {"origin": "proposed", "state": "proposed"} | more
    return LinkedInSelector.objects.create(key=key, kind=kind, value=value, name=name, **fields)


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


@pytest.mark.django_db
def test_what_the_element_looked_like_is_remembered_without_a_name_of_anybody():
    saved(found(outcome(CARD, is_met=True), looks={**LOOKS, "fragment": "→ <section>\x00\ud800"}))
    row = LinkedInSelector.objects.get()
    assert row.evidence["looks"] == {**LOOKS, "fragment": "→ <section>"}
    assert row.evidence["looked_at"] == NOW.isoformat()
    known = Finder(known=Known.load()).options()["selectors"]["profile.top_card"]["known"]
    assert known == {name: text for name, text in LOOKS.items() if name != "fragment"}


@pytest.mark.django_db
def test_a_proposal_is_kept_with_what_was_there_before_what_is_there_now_and_the_snapshot():
    account = Account.objects.create(name="ada")
    send = {"kind": "label", "value": "send"}
    snapshot = Snapshot.objects.create(
        account=account, reason="x", selector_key="composer.send", taken_at=NOW
    )
    saved(found(outcome(send, is_met=True), key="composer.send"))
    saved(found(outcome(send), key="composer.send", is_missed=True, proposal=proposal()))

    row = LinkedInSelector.objects.get(origin="proposed")
    assert (row.key, row.kind, row.value, row.name, row.state) == (
        "composer.send",
        "text",
        "Wyślij",
        "Wyślij",
        "proposed",
    )
    assert row.evidence["before"] == LOOKS["fragment"]
    assert row.evidence["after"] == "→ <button>"
    assert row.evidence["snapshot"] == snapshot.pk
    assert row.evidence["why"] == {"form": 2, "sum": 4}


@pytest.mark.django_db
def test_a_decision_is_not_undone_by_proposing_again():
    row = a_proposal()
    assert row.refuse("ada", NOW)
    saved(found(outcome(CARD), key="composer.send", is_missed=True, proposal=proposal()))
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("refused", "ada")
    assert LinkedInSelector.objects.filter(origin="proposed").count() == 1


@pytest.mark.django_db
def test_a_page_that_proposes_something_else_each_time_fills_nothing():
    for number in range(20):
        one = proposal(value=f"Wyślij {'abcdefghijklmnopqrstuvwxyz'[number]}")
        saved(found(outcome(CARD), key="composer.send", is_missed=True, proposal=one))
    assert LinkedInSelector.objects.filter(origin="proposed").count() == MOST_PROPOSALS
    tally = Tally()
    for number in range(20):
        one = proposal(value=f"Wyślij {'abcdefghijklmnopqrstuvwxyz'[number]}")
        tally.note([found(outcome(CARD), key="composer.send", is_missed=True, proposal=one)])
    assert len(tally.proposals) == MOST_PROPOSALS


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hostile",
    [
        proposal("test_id", 'x"], [y="z'),
        proposal("css", "*"),
        proposal("css", "button["),
        proposal("text", "a\ud800b"),
        proposal("text", "a\u202eb"),
        proposal("text", "x" * 300),
        proposal("component_key", ".*"),
    ],
)
def test_a_page_cannot_propose_what_no_file_may_hold(hostile):
    saved(found(outcome(CARD), key="composer.send", is_missed=True, proposal=hostile))
    assert not LinkedInSelector.objects.filter(origin="proposed").exists()


@pytest.mark.django_db
def test_only_what_a_person_accepted_is_handed_to_what_clicks():
    row = a_proposal()
    assert "Wyślij" not in [candidate["value"] for candidate in candidates_of("composer.send")]
    assert row.accept("ada", NOW)
    (accepted,) = [
        candidate for candidate in candidates_of("composer.send") if candidate["value"] == "Wyślij"
    ]
    assert accepted["name"] == "Wyślij"
    assert row.refuse("ada", NOW)
    assert "Wyślij" not in [candidate["value"] for candidate in candidates_of("composer.send")]


@given(
    key=st.sampled_from(sorted(defaults().selectors)),
    state=st.sampled_from(LinkedInSelector.State.values),
    origin=st.sampled_from(LinkedInSelector.Origin.values),
    counted=st.tuples(st.integers(0, 500), st.integers(0, 500)),
)
def test_whatever_its_score_a_proposal_never_becomes_a_candidate_by_itself(key, state, origin, counted):
    row = LinkedInSelector(key=key, kind="text", value="Wyślij", name="Wyślij", state=state, origin=origin,
                           successes=counted[0], failures=counted[1], score=1)  # fmt: skip
    option = Finder(known=Known({key: [row]})).options()["selectors"][key]

    assert ("Wyślij" in [each["value"] for each in option["candidates"]]) == (state == "accepted")
    is_readable = state == "proposed" and defaults().selectors[key].may_be_guessed
    assert bool(option["proposed"]) == is_readable
    assert not (option["may_be_guessed"] and (option["contract"]["acts"] or option["contract"]["role"]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"state": "active"}, {"state": "accepted"}, {"origin": "default"}, {"state": "refused"}]
)
def test_the_database_keeps_no_proposal_that_nobody_decided_on_as_decided(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_proposal(**fields)


@pytest.mark.django_db
def test_a_candidate_of_the_file_is_nothing_to_decide_on():
    row = LinkedInSelector.objects.create(key="composer.send", kind="label", value="send")
    assert (row.accept("ada", NOW), row.refuse("ada", NOW)) == (False, False)
    assert (row.state, row.decided_by) == ("active", "")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"key": "composer.gone"}, "its key is not in use"),
        ({"kind": "label", "value": "withdraw", "name": ""}, "finds invitations.withdraw"),
        ({"kind": "css", "value": "*"}, "everything"),
        ({"kind": "css", "value": "BUTTON[", "name": ""}, "CSS is not valid"),
        ({"name": "Withdraw"}, "called like invitations.withdraw"),
        ({"name": "Retirer l’invitation envoyée à Ada Martin"}, "called like invitations.withdraw"),
    ],
)
def test_what_finds_or_names_something_else_is_not_accepted(fields, why):
    row = LinkedInSelector(
        **{"key": "composer.send", "kind": "text", "value": "Wyślij", "name": "Wyślij"} | fields
    )
    assert why in (clash_of(row, defaults()) or "")


def list_of_selectors():
    return reverse("admin:engine_linkedinselector_changelist")


def act(client, action, *rows):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(list_of_selectors(), data, follow=True).content.decode()


@pytest.mark.django_db
def test_staff_accept_and_refuse_with_their_name_and_the_time(admin_client):
    row = a_proposal()
    assert "1 accepted" in act(admin_client, "accept", row)
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.decided_at is not None) == ("accepted", "admin", True)
    assert "0 accepted" in act(admin_client, "accept", row)
    assert "1 refused" in act(admin_client, "refuse", row)
    row.refresh_from_db()
    assert row.state == "refused"


@pytest.mark.django_db
def test_staff_cannot_accept_what_is_called_like_something_else(admin_client):
    row = a_proposal(name="Withdraw")
    assert "is not accepted: it is called like invitations.withdraw" in act(admin_client, "accept", row)
    row.refresh_from_db()
    assert row.state == "proposed"


@pytest.mark.django_db
def test_staff_see_before_and_after_as_text_and_why(admin_client):
    account = Account.objects.create(name="ada")
    snapshot = Snapshot.objects.create(
        account=account, reason="gone", selector_key="composer.send", taken_at=NOW
    )
    row = a_proposal(evidence={"before": "<b>old</b>", "after": "<i>new</i>", "why": {"form": 2, "tag": 0},
                               "snapshot": snapshot.pk})  # fmt: skip
    plain = a_proposal(value="Wysylka")
    page = admin_client.get(reverse("admin:engine_linkedinselector_change", args=[row.pk])).content.decode()

    assert "&lt;b&gt;old&lt;/b&gt;" in page
    assert "&lt;i&gt;new&lt;/i&gt;" in page
    assert "form 2" in page
    assert "tag 0" not in page
    assert reverse("admin:engine_snapshot_change", args=[snapshot.pk]) in page
    other = admin_client.get(
        reverse("admin:engine_linkedinselector_change", args=[plain.pk])
    ).content.decode()
    assert "not known" in other


@pytest.mark.django_db
def test_who_may_only_look_cannot_decide(client):
    viewer = User.objects.create_user("mary", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_linkedinselector"))
    client.force_login(viewer)
    row = a_proposal()
    act(client, "accept", row)
    row.refresh_from_db()
    assert row.state == "proposed"


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
