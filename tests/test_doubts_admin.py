"""The staff's page of what is in doubt, and the three ways to settle it."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Action, Decision, Run
from contacts.models import Interaction
from engine.errors import BrowserFailed
from engine.models import Account, SpentPermit
from tests.builders import a_birthday_campaign, a_contact, allow, run_it
from tests.fakes import FakeClock, FakeNetwork, raising

# What staff decide is recorded at the hour at which the runs take place.
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(FakeClock().now(), tick=False)]
PAGE, SETTLE = "admin:campaigns_action_doubts", "admin:campaigns_action_settle"


@pytest.fixture
def campaign():
    return a_birthday_campaign()


@pytest.fixture
def network():
    return FakeNetwork(after_click=raising(BrowserFailed("gone")))


@pytest.fixture
def doubt(campaign, network):
    a_contact("Ada Martin", campaign)
    run_it(campaign, network)
    return Action.objects.get(status="unknown")


def settle(client, doubt, verdict, *, looked=True):
    form = {"verdict": verdict} | ({"looked": "on"} if looked else {})
    return client.post(reverse(SETTLE, args=[doubt.pk]), form, follow=True).content.decode()


def shown(client):
    return client.get(reverse(PAGE)).content.decode()


def test_everything_known_of_a_doubt_is_shown(admin_client, doubt):
    Action.objects.update(
        absent_read_at=datetime(2026, 11, 23, 10, 5, 7, tzinfo=UTC),
        evidence={"page": "ada-martin", "recipient": {"slug": "ada-martin", "names": ["Ada", "<b>A</b>"]}},
    )

    page = shown(admin_client)

    for known in (
        "Ada Martin", "Happy birthday, Ada!", "gone", "23 Nov 2026, 11:00:00 CET",
        "once, 23 Nov 2026, 11:05:07 CET", f"run {doubt.run_id}",
        "slug: ada-martin, names: Ada, &lt;b&gt;A&lt;/b&gt;",
    ):  # fmt: skip
        assert known in page


def test_a_person_says_it_was_sent_and_it_is_recorded_with_their_name(admin_client, doubt):
    page = settle(admin_client, doubt, "sent")

    doubt.refresh_from_db()
    assert doubt.status == "done"
    assert "admin looked" in doubt.evidence["proof"]
    assert Interaction.objects.get().payload["text"] == doubt.text
    assert Decision.objects.get().verdict == "sent"
    assert "Recorded as sent" in page
    assert "Nothing is in doubt" in page


def test_a_person_says_it_was_not_sent_and_the_occasion_is_free_again(admin_client, doubt, campaign):
    settle(admin_client, doubt, "not_sent")

    doubt.refresh_from_db()
    assert (doubt.status, Decision.objects.get().by_name) == ("failed", "user admin")
    network = FakeNetwork()
    run_it(campaign, network)
    assert len(network.sent) == 1


@pytest.mark.parametrize("verdict", ["sent", "not_sent"])
def test_nothing_is_settled_by_somebody_who_did_not_look(admin_client, doubt, verdict):
    page = settle(admin_client, doubt, verdict, looked=False)

    doubt.refresh_from_db()
    assert doubt.status == "unknown"
    assert "look into the conversation first" in page


@pytest.mark.parametrize("verdict", ["sent", "not_sent", "read"])
def test_only_a_doubt_can_be_settled(admin_client, campaign, verdict):
    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())
    done = Action.objects.get()

    page = settle(admin_client, done, verdict)

    done.refresh_from_db()
    assert done.status == "done"
    assert "it is done by now" in page


def test_an_action_that_was_erased_meanwhile_is_said_to_be_gone(admin_client, doubt):
    Action.objects.all().delete()

    assert "gone" in settle(admin_client, doubt, "sent")


def test_the_thread_is_read_by_a_run_of_its_own_that_sends_nothing(admin_client, doubt, campaign, network):
    a_contact("Bo Lindgren", campaign)
    page = settle(admin_client, doubt, "read")
    queued = Run.objects.get(status="queued")
    assert (queued.options["limit"], queued.requested_by) == (0, "user admin")
    assert f"Run {queued.pk} is queued" in page
    assert "no worker" in page
    queued.end("stopped", FakeClock().now())
    network.after_click = lambda recipient: None

    run_it(campaign, network, limit=0)

    doubt.refresh_from_db()
    assert doubt.status == "done"
    assert [sent.slug for sent in network.sent] == ["ada-martin"]
    assert SpentPermit.objects.count() == 1


def test_while_a_run_is_under_way_no_other_is_queued_and_the_page_says_so(admin_client, doubt):
    settle(admin_client, doubt, "read")

    page = settle(admin_client, doubt, "read")

    assert Run.objects.filter(status="queued").count() == 1
    assert "is queued since" in page
    assert "it reads the doubts before it acts" in page


def test_a_paused_account_reads_nothing_and_the_reason_is_told(admin_client, doubt):
    Account.objects.update(state="paused", paused_reason="security check", paused_advice="Sign in again.")

    page = settle(admin_client, doubt, "read")

    assert "the account is paused: security check. Sign in again." in page
    assert not Run.objects.filter(status="queued").exists()


def test_an_unknown_verdict_is_forbidden(admin_client, doubt):
    assert admin_client.post(reverse(SETTLE, args=[doubt.pk]), {"verdict": "erase"}).status_code == 403


def test_who_may_only_look_cannot_decide(client, doubt):
    viewer = User.objects.create_user("vera", is_staff=True)
    allow(viewer, "view_action")
    client.force_login(viewer)

    assert "Ada Martin" in shown(client)
    assert 'name="verdict"' not in shown(client)
    answer = client.post(reverse(SETTLE, args=[doubt.pk]), {"verdict": "not_sent", "looked": "on"})

    doubt.refresh_from_db()
    assert (answer.status_code, doubt.status) == (403, "unknown")


def test_the_page_costs_as_many_queries_for_many_as_for_one(admin_client, doubt, campaign):
    def queries():
        with CaptureQueriesContext(connection) as told:
            shown(admin_client)
        return len(told)

    few = queries()
    for number in range(25):
        contact = a_contact(f"Bo Lindgren {'x' * number}", campaign)
        Action.objects.create(
            campaign=campaign, account=campaign.account, contact=contact, occasion="birthday 2026",
            due_on="2026-11-23", expires_on="2026-11-23", status="unknown", text="Hello", run=doubt.run,
        )  # fmt: skip

    assert queries() == few


def test_the_list_of_actions_leads_to_the_doubts(admin_client):
    assert admin_client.get(reverse("admin:campaigns_action_to_doubts")).url == reverse(PAGE)
