"""Approvals, and a person's own rights, over HTTP: the same truth as the commands' and the admin's."""

import json
from contextlib import closing

import pytest
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import load_backend
from rest_framework.test import APIRequestFactory

from campaigns.models import Action
from campaigns.person_views import PersonViewSet
from contacts.models import Contact, Suppression
from engine.browser_profiles import LastingProfile
from engine.models import Account
from tests.api_client import Program, a_key, told_fields
from tests.builders import TODAY, a_campaign, a_contact, an_account
from tests.fakes import FakeClock

pytestmark = pytest.mark.django_db
IN_MEMORY = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
ADA = "https://fr.linkedin.com/in/Ada-Lovelace?trk=x"


@pytest.fixture
def campaign():
    Account.objects.all().delete()
    return a_campaign(an_account("ada"), needs_approval=True)


@pytest.fixture
def program(campaign):
    return Program(a_key())


def an_action(campaign, name, **fields):
    contact = a_contact(name, campaign)
    values = {"occasion": "birthday 2026", "due_on": TODAY, "expires_on": TODAY, "text": f"Hello {name}"}
    return campaign.actions.create(account=campaign.account, contact=contact, **values | fields)


def test_exactly_the_text_that_was_looked_at_is_approved(program, campaign):
    action = an_action(campaign, "Ada Lovelace")
    [seen] = program.get("/approvals").json()["results"]
    assert (seen["text"], seen["is_approved"]) == ("Hello Ada Lovelace", False)
    answer = program.send(f"/approvals/{seen['id']}/approve", {"text_sha256": seen["text_sha256"]})
    assert (answer.status_code, answer.json()["is_approved"]) == (200, True)
    action.refresh_from_db()
    assert action.is_approved
    assert program.get("/approvals").json()["results"] == []


def test_a_text_that_changed_meanwhile_is_not_approved(program, campaign):
    action = an_action(campaign, "Ada Lovelace")
    looked_at = action.text_sha256
    Action.objects.update(text="Something else")
    answer = program.send(f"/approvals/{action.pk}/approve", {"text_sha256": looked_at})
    assert (answer.status_code, answer.json()["code"]) == (409, "text_changed")
    assert not Action.objects.get().is_approved


def test_what_is_not_planned_any_more_is_not_approved(program, campaign):
    action = an_action(campaign, "Ada Lovelace", status="done")
    answer = program.send(f"/approvals/{action.pk}/approve", {"text_sha256": action.text_sha256})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_planned")


def test_a_text_can_be_rejected_for_this_occasion_and_it_is_kept_who_did_and_why(program, campaign):
    action = an_action(campaign, "Ada Lovelace")
    answer = program.send(
        f"/approvals/{action.pk}/reject", {"text_sha256": action.text_sha256, "reason": "too familiar"}
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "skipped")
    decision = action.decisions.get()
    assert (decision.verdict, decision.reason, decision.text) == (
        "rejected", "too familiar", "Hello Ada Lovelace"
    )  # fmt: skip
    assert decision.by_name.startswith("key ")
    assert program.get("/approvals").json()["results"] == []
    late = program.send(f"/approvals/{action.pk}/approve", {"text_sha256": action.text_sha256})
    assert (late.status_code, late.json()["code"]) == (409, "not_planned")


def test_a_text_that_changed_meanwhile_is_not_rejected(program, campaign):
    action = an_action(campaign, "Ada Lovelace")
    answer = program.send(f"/approvals/{action.pk}/reject", {"text_sha256": "0" * 64})
    assert (answer.status_code, answer.json()["code"]) == (409, "text_changed")
    assert Action.objects.get().status == "planned"


@pytest.mark.parametrize("reason", ["x" * 301, None, 7])
def test_a_reason_that_cannot_be_kept_is_named(program, campaign, reason):
    action = an_action(campaign, "Ada Lovelace")
    body = {"text_sha256": action.text_sha256, "reason": reason}
    assert told_fields(program.send(f"/approvals/{action.pk}/reject", body)) == {"reason"}


@pytest.mark.parametrize("digest", ["", "0" * 63, "G" * 64, "0" * 65, None, 7])
def test_what_is_no_digest_is_named(program, campaign, digest):
    action = an_action(campaign, "Ada Lovelace")
    assert told_fields(program.send(f"/approvals/{action.pk}/approve", {"text_sha256": digest})) == {
        "text_sha256"
    }


def test_only_what_waits_is_listed(program, campaign):
    an_action(campaign, "Done Already", status="done")
    free = a_campaign(campaign.account, name="free")
    an_action(free, "Needs None")
    an_action(free, "Held Back", held="they wrote to you")
    an_action(campaign, "Waits Here")
    names = [one["contact_name"] for one in program.get("/approvals").json()["results"]]
    assert names == ["Held Back", "Waits Here"]


def test_it_is_on_record_who_of_the_staff_approved(campaign):
    action, staff = an_action(campaign, "Ada Lovelace"), Program()
    grace = User.objects.create_superuser("grace")
    staff.force_login(grace)
    staff.send(f"/approvals/{action.pk}/approve", {"text_sha256": action.text_sha256})
    assert Action.objects.get().approved_by == grace


def test_whoever_said_no_is_silenced_and_may_change_their_mind(program, campaign):
    ada = a_contact("Ada Lovelace", campaign)
    assert program.send("/do-not-contact", {"person": ADA, "reason": "wrote so"}).json() == {"moved": 1}
    ada.refresh_from_db()
    assert (ada.status, ada.status_reason) == ("do_not_contact", "wrote so")
    assert program.send("/do-not-contact/lift", {"person": ADA}).json()["moved"] >= 1
    assert not ada.why_not_contact()


def test_somebody_unknown_can_be_kept_out_beforehand(program):
    assert program.send("/do-not-contact", {"person": "ada@example.org"}).json() == {"moved": 0}
    assert Suppression.objects.exists()


@pytest.mark.parametrize("address", ["/do-not-contact", "/do-not-contact/lift", "/export", "/erase"])
@pytest.mark.parametrize(
    "person", ["", "Ada Lovelace", "https://evil.example/in/ada", "a" * 501, None, ["a"]]
)
def test_who_is_meant_has_to_be_clear(program, address, person):
    assert told_fields(program.send(address, {"person": person})) == {"person"}


@pytest.mark.parametrize("address", ["/do-not-contact", "/export", "/erase"])
def test_an_email_of_several_people_is_not_clear(program, campaign, address):
    for name in ("Ada Lovelace", "Grace Hopper"):
        a_contact(name, campaign, email="office@example.org")
    assert told_fields(program.send(address, {"person": "office@example.org"})) == {"person"}


def test_everything_about_a_person_is_exported_and_not_kept_on_the_way(program, campaign):
    an_action(campaign, "Ada Lovelace")
    answer = program.send("/export", {"person": ADA})
    told = answer.json()
    assert [one["name"] for one in told["contacts"]] == ["Ada Lovelace"]
    assert [one["text"] for one in told["actions"]] == ["Hello Ada Lovelace"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_erasure_says_first_how_much_it_would_remove(program, campaign):
    an_action(campaign, "Ada Lovelace")
    told = program.send("/erase", {"person": ADA}).json()
    assert (told["is_erased"], told["counts"]["contacts"], told["counts"]["actions"]) == (False, 1, 1)
    assert Contact.objects.exists()


@pytest.mark.django_db(transaction=True)  # SQLite clears its free pages outside of transactions
def test_an_erasure_removes_the_person_for_good(program, campaign):
    an_action(campaign, "Ada Lovelace")
    told = program.send("/erase", {"person": ADA, "dry_run": False}).json()
    assert (told["is_erased"], told["counts"]["contacts"], told["counts"]["actions"]) == (True, 1, 1)
    assert not Contact.objects.exists()


def test_nobody_is_erased_under_the_hands_of_a_run(program, campaign):
    a_contact("Ada Lovelace", campaign)
    now = FakeClock().now()
    run = campaign.runs.create(
        account=campaign.account, status="running", fence=1, started_at=now, heartbeat_at=now
    )
    answer = program.send("/erase", {"person": ADA, "dry_run": False})
    assert (answer.status_code, answer.json()["code"]) == (409, "busy")
    assert answer.json()["run"].endswith(f"/campaigns/runs/{run.pk}")
    assert Contact.objects.get().status == "do_not_contact"


@pytest.mark.django_db(transaction=True)
def test_a_browser_profile_in_use_asks_for_a_second_erasure(program, campaign):
    an_action(campaign, "Ada Lovelace")
    with LastingProfile(campaign.account)._alone():
        answer = program.send("/erase", {"person": ADA, "dry_run": False})
    assert (answer.status_code, answer.json()["code"]) == (409, "erase_again")
    assert "profile is in use" in answer.json()["detail"]
    assert not Contact.objects.exists()
    assert program.send("/erase", {"person": ADA, "dry_run": False}).status_code == 200


def test_free_pages_that_could_not_be_cleared_ask_for_a_second_erasure(campaign):
    """SQLite refuses to clear them within a transaction."""
    an_action(campaign, "Ada Lovelace")
    request = APIRequestFactory(headers={"X-API-Key": a_key()}).post(
        "/erase", {"person": ADA, "dry_run": False}, format="json"
    )
    of_sqlite = load_backend("django.db.backends.sqlite3").DatabaseWrapper
    with closing(of_sqlite({**connections.settings[DEFAULT_DB_ALIAS], **IN_MEMORY}, "other")) as other:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
        answer = PersonViewSet.as_view({"post": "erase"}, database=other)(request)
    told = json.loads(answer.content)
    assert (answer.status_code, told["code"]) == (409, "erase_again")
    assert "free pages" in told["detail"]
    assert not Contact.objects.exists()


def test_who_may_change_contacts_may_not_yet_erase_them(campaign):
    from django.contrib.auth.models import Permission

    staff, grace = Program(), User.objects.create_user("grace", is_staff=True)
    grace.user_permissions.set(Permission.objects.filter(codename="change_contact"))
    staff.force_login(grace)
    assert staff.send("/do-not-contact", {"person": ADA}).status_code == 200
    assert staff.send("/erase", {"person": ADA}).status_code == 403
    grace.user_permissions.add(Permission.objects.get(codename="delete_contact"))
    assert staff.send("/erase", {"person": ADA}).status_code == 200
