"""What a page proposes in place of what is gone, and what a person makes of it."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from engine.models import Account, LinkedInSelector, Snapshot
from engine.selectors.acting import clash_of
from engine.selectors.finder import Finder
from engine.selectors.learned import Known, Tally
from engine.selectors.record import MOST_PROPOSALS
from engine.selectors.selector_file import defaults
from tests.test_learned_selectors import CARD, LOOKS, NOW, candidates_of, found, outcome, saved


def proposal(kind="text", value="Wyślij", **more):
    return {
        "kind": kind,
        "value": value,
        "name": "Wyślij",
        "why": {"form": 2, "sum": 4},
        "after": "→ <button>",
        **more,
    }


def a_proposal(key="composer.send", kind="text", value="Wyślij", name="Wyślij", **more):
    fields = {"origin": "proposed", "state": "proposed"} | more
    return LinkedInSelector.objects.create(key=key, kind=kind, value=value, name=name, **fields)


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
