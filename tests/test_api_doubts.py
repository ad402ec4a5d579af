"""Doubts over HTTP: looked at, settled by a person's word or by a reading, and never twice."""

import pytest

from campaigns.models import Action, Decision, Run
from contacts.models import Interaction
from tests.api_client import PROBLEM, Program, a_key, told_fields
from tests.builders import TODAY, a_campaign, a_contact, an_account
from tests.fakes import FakeClock

pytestmark = pytest.mark.django_db
LOOKED = {"looked": True}


@pytest.fixture
def campaign():
    return a_campaign(an_account("ada"))


@pytest.fixture
def program():
    return Program(a_key())


def an_action(campaign, name, status="unknown"):
    return campaign.actions.create(
        account=campaign.account, contact=a_contact(name, campaign), occasion="birthday 2026", due_on=TODAY,
        expires_on=TODAY, status=status, text="Hello", evidence={"page": "vera-blum"}, sending_at=FakeClock().now(),
    )  # fmt: skip


@pytest.fixture
def doubt(campaign):
    return an_action(campaign, "Vera Blum")


def test_what_is_in_doubt_is_listed_with_what_is_known_of_it_the_newest_first(program, campaign, doubt):
    an_action(campaign, "Otto Kern", "done")
    an_action(campaign, "Ida Roth")
    told = program.get("/doubts").json()["results"]
    assert [one["contact_name"] for one in told] == ["Ida Roth", "Vera Blum"]
    assert (told[1]["account"], told[1]["text"], told[1]["evidence"]) == (
        "ada",
        "Hello",
        {"page": "vera-blum"},
    )


def test_what_was_sent_is_recorded_as_done_on_the_word_of_who_looked(program, doubt):
    answer = program.send(f"/doubts/{doubt.pk}/was-sent", LOOKED)
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["status"]) == (doubt.pk, "done")
    assert Interaction.objects.get().payload["text"] == "Hello"
    kept = Decision.objects.get()
    assert (kept.verdict, kept.by_name, kept.text) == ("sent", "key a program", "Hello")
    assert program.get("/doubts").json()["results"] == []


def test_what_was_not_sent_leaves_its_occasion_free(program, doubt):
    assert program.send(f"/doubts/{doubt.pk}/was-not-sent", LOOKED).json()["status"] == "failed"
    assert not Interaction.objects.exists()
    assert Decision.objects.get().verdict == "not_sent"
    assert Action.objects.get().reason == "key a program looked and said it was not sent"


@pytest.mark.parametrize("body", [{}, {"looked": False}, {"looked": 1}, {"looked": "true"}, {"looked": None}])
@pytest.mark.parametrize("word", ["was-sent", "was-not-sent"])
def test_whoever_does_not_say_that_they_looked_settles_nothing(program, doubt, word, body):
    assert told_fields(program.send(f"/doubts/{doubt.pk}/{word}", body)) == {"looked"}
    assert Action.objects.get().status == "unknown"
    assert not Decision.objects.exists()


def test_nothing_else_is_said_with_it(program, doubt):
    assert told_fields(program.send(f"/doubts/{doubt.pk}/was-sent", LOOKED | {"text": "Hi"})) == {"text"}
    assert told_fields(program.send(f"/doubts/{doubt.pk}/read-now", LOOKED)) == {"looked"}


@pytest.mark.parametrize("status", sorted({*Action.Status.values} - {"unknown"}))
@pytest.mark.parametrize(("word", "body"), [("was-sent", LOOKED), ("was-not-sent", LOOKED), ("read-now", {})])
def test_what_is_in_doubt_no_more_is_not_settled(program, doubt, word, body, status):
    Action.objects.update(status=status)
    answer = program.send(f"/doubts/{doubt.pk}/{word}", body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, PROBLEM)
    assert answer.json()["code"] == "not_in_doubt"
    assert Action.objects.get().status == status
    assert not Run.objects.exists()


def test_the_second_word_comes_too_late_unless_it_repeats_the_first_request(program, doubt):
    key = {"Idempotency-Key": "monday"}
    first = program.send(f"/doubts/{doubt.pk}/was-sent", LOOKED, **key)
    again = program.send(f"/doubts/{doubt.pk}/was-sent", LOOKED, **key)
    assert (again.status_code, again.content) == (200, first.content)
    assert program.send(f"/doubts/{doubt.pk}/was-not-sent", LOOKED).status_code == 409
    assert Decision.objects.count() == Interaction.objects.count() == 1
    assert "Vera" not in first.content.decode()


def test_a_reading_is_queued_and_sends_nothing(program, doubt):
    answer = program.send(f"/doubts/{doubt.pk}/read-now")
    told = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (202, told["url"])
    assert Run.objects.get().options["limit"] == 0
    assert (told["requested_by"], told["is_dry_run"]) == ("key a program", False)


def test_a_reading_waits_for_the_run_under_way_and_for_a_paused_account(program, campaign, doubt):
    first = program.send("/campaigns/birthday", {"account": "ada"}).json()
    busy = program.send(f"/doubts/{doubt.pk}/read-now")
    assert (busy.status_code, busy.json()["code"], busy.json()["run"]) == (409, "busy", first["url"])

    Run.objects.get().end("stopped", FakeClock().now())
    campaign.account.pause("a security check", "sign in yourself", FakeClock().now())
    paused = program.send(f"/doubts/{doubt.pk}/read-now").json()
    assert (paused["code"], paused["advice"]) == ("account_paused", "sign in yourself")


def test_the_doubts_of_another_account_are_nobodys_business(doubt):
    other = Program(a_key(accounts=[an_account("bob")]))
    assert other.get("/doubts").json()["results"] == []
    assert other.send(f"/doubts/{doubt.pk}/was-sent", LOOKED).status_code == 404
    assert Action.objects.get().status == "unknown"
