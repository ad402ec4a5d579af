"""A run's page reads as a story: what was planned, who was left out and why, each action with its evidence."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.admin.story import facts
from campaigns.models import Action, MessageTemplate, Run
from campaigns.processes import ProcessIdentity
from engine.errors import BrowserFailed
from engine.models import Snapshot
from tests.builders import a_campaign, a_contact, a_template, allow, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('hostile')</script>"


@pytest.fixture
def campaign():
    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}!")
    return a_campaign()


@pytest.fixture
def looker(django_user_model):
    """May look at runs, and at nothing else."""
    user = django_user_model.objects.create_user("vera", is_staff=True)
    allow(user, "view_run")
    return user


def page_of(run) -> str:
    return reverse("admin:campaigns_run_change", args=[run.pk])


def text_of(client, run) -> str:
    return client.get(page_of(run)).content.decode()


def a_queued_run(campaign, **fields) -> Run:
    now = FakeClock().now()
    values = {"starts_at": now, "expires_at": now + timedelta(hours=1), "requested_by": "user vera"}
    return Run.objects.queue(campaign, now, **values | fields)


def stop(client, run):
    return client.post(reverse("admin:campaigns_run_stop", args=[run.pk]), follow=True)


def test_the_page_tells_the_exact_text_with_its_evidence(admin_client, campaign):
    a_contact("Ada Martin", campaign)
    run = run_it(campaign, FakeNetwork())

    text = text_of(admin_client, run)

    assert "Happy birthday, Ada!" in text
    assert "seen in the thread" in text
    assert "finished" in text


def test_who_was_left_out_is_told_reason_by_reason(admin_client, campaign):
    for name in ("Nora Brandt", "Oskar Lind"):
        a_contact(name, campaign, status="do_not_contact")
    contact = a_contact("LinkedIn Member", campaign)
    run = run_it(campaign, FakeNetwork())

    story = admin_client.get(page_of(run)).context["story"]

    assert [[mention.name for mention in mentions] for _, mentions in story.skipped] == [
        ["Nora Brandt", "Oskar Lind"],
        ["LinkedIn Member"],
    ]
    assert story.skipped[1][1][0].contact_id == contact.pk
    assert "It acted for nobody." in text_of(admin_client, run)


def test_what_came_from_a_page_is_only_ever_shown(admin_client, campaign):
    contact = a_contact("Ada Martin", campaign)
    run = run_it(campaign, FakeNetwork())
    contact.name = HOSTILE
    contact.save()
    Action.objects.update(text=HOSTILE, reason=HOSTILE, evidence={HOSTILE: HOSTILE})
    entry = {"contact": "", "name": HOSTILE, "occasion": HOSTILE, "reason": HOSTILE, "text": HOSTILE}
    Run.objects.update(reason=HOSTILE, notes=[HOSTILE], skipped=[entry], plan=[entry], is_dry_run=True)

    text = text_of(admin_client, run)

    assert "alert(" in text
    assert "<script>alert(" not in text


def test_a_doubt_and_what_is_left_stand_on_the_page(admin_client, campaign):
    def fail(recipient):
        raise BrowserFailed("the browser went away")

    for name in ("Ada Martin", "Maya Berg"):
        a_contact(name, campaign)
    run = run_it(campaign, FakeNetwork(after_click=fail))

    story = admin_client.get(page_of(run)).context["story"]

    assert [(deed.state, deed.tone) for deed in story.deeds] == [("in doubt", "danger")]
    assert [action.contact.name for action in story.left] == ["Maya Berg"]
    assert story.state == "browser failed"
    assert story.tone == "danger"


def test_of_many_planned_actions_the_first_are_shown_and_the_others_are_a_link_away(admin_client, campaign):
    campaign.needs_approval = True
    campaign.save()
    for number in range(22):
        a_contact(f"Ada Nr{number}", campaign)
    run = run_it(campaign, FakeNetwork())

    assert "All 22 of them" in text_of(admin_client, run)


@pytest.mark.unmeasured
def test_the_page_costs_the_same_queries_whatever_the_run_did(admin_client, campaign):
    def queries_of(run):
        admin_client.get(page_of(run))  # what is kept in memory is known from here on
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(page_of(run)).status_code == 200
        return len(queries)

    a_contact("Ada Martin", campaign)
    a_contact("Nora Brandt", campaign, status="do_not_contact")
    first = run_it(campaign, FakeNetwork())
    Snapshot.objects.create(account=campaign.account, reason="odd", taken_at=first.started_at)
    few = queries_of(first)
    for number in range(10):
        a_contact(f"Maya Nr{number}", campaign)
        a_contact(f"Nora Nr{number}", campaign, status="do_not_contact")
    second = run_it(campaign, FakeNetwork())

    assert Action.objects.filter(run=second).count() == 10
    assert queries_of(second) == few


@pytest.mark.unmeasured
def test_the_list_costs_the_same_queries_whatever_the_number_of_runs(admin_client, campaign):
    def queries_of_list():
        admin_client.get(reverse("admin:campaigns_run_changelist"))
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(reverse("admin:campaigns_run_changelist")).status_code == 200
        return len(queries)

    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())
    few = queries_of_list()
    for _ in range(5):
        run_it(campaign, FakeNetwork())

    assert queries_of_list() == few


def test_the_list_tells_how_each_run_went(admin_client, campaign):
    a_contact("Ada Martin", campaign)
    run = run_it(campaign, FakeNetwork())
    Run.objects.filter(pk=run.pk).update(ended_at=run.started_at + timedelta(seconds=65))
    a_queued_run(campaign, is_dry_run=True)

    text = admin_client.get(reverse("admin:campaigns_run_changelist")).content.decode()

    for words in ("finished", "1 min 05 s", "queued", "not over", "dry run, nothing is sent"):
        assert words in text


def test_a_snapshot_stands_with_the_action_that_was_under_way(admin_client, campaign):
    for name in ("Ada Martin", "Maya Berg"):
        a_contact(name, campaign)
    run = run_it(campaign, FakeNetwork())
    first, second = Action.objects.order_by("claimed_at")
    Action.objects.filter(pk=first.pk).update(ended_at=first.claimed_at + timedelta(seconds=20))
    after = second.claimed_at - timedelta(seconds=30)
    for at in (first.claimed_at + timedelta(seconds=5), after):
        Snapshot.objects.create(account=campaign.account, reason="odd", taken_at=at)

    story = admin_client.get(page_of(run)).context["story"]

    assert [len(deed.snapshots) for deed in story.deeds] == [1, 0]
    assert len(story.snapshots) == 2


def test_a_snapshot_from_before_the_first_action_is_told_of_the_run(admin_client, campaign):
    a_contact("Ada Martin", campaign)
    run = run_it(campaign, FakeNetwork())
    Action.objects.update(claimed_at=run.started_at + timedelta(minutes=1))
    Run.objects.update(ended_at=None)
    Snapshot.objects.create(account=campaign.account, reason="odd", taken_at=run.started_at)

    story = admin_client.get(page_of(run)).context["story"]

    assert [len(deed.snapshots) for deed in story.deeds] == [0]
    assert len(story.snapshots) == 1


def test_who_may_not_see_snapshots_learns_of_none(client, looker, campaign):
    run = run_it(campaign, FakeNetwork())
    Snapshot.objects.create(account=campaign.account, reason="a secret page", taken_at=run.started_at)
    client.force_login(looker)

    assert "a secret page" not in text_of(client, run)


def test_a_dry_run_shows_whom_it_would_act_for_and_the_text(admin_client, campaign):
    contact = a_contact("Ada Martin", campaign)
    told = {"contact": contact.profile_url, "name": "Ada Martin", "occasion": "birthday 2026"}
    chosen = {**told, "status": "planned", "text": "Happy birthday, Ada!", "reason": "birthday today"}
    left_out = {"contact": "", "name": "Nora Brandt", "status": "skipped", "reason": "was wished already"}
    run = run_it(campaign, FakeNetwork(), limit=0)
    Run.objects.filter(pk=run.pk).update(is_dry_run=True, plan=[chosen, left_out])

    text = text_of(admin_client, run)

    assert "It would act for" in text
    assert "Happy birthday, Ada!" in text
    assert reverse("admin:contacts_contact_change", args=[contact.pk]) in text
    assert "was wished already" in text


def test_a_run_under_way_is_followed_and_an_ended_one_is_not(admin_client, campaign):
    run = a_queued_run(campaign)
    follow = f'data-follow="{reverse("run-events", args=[run.pk])}"'

    assert follow in text_of(admin_client, run)
    stop(admin_client, run)
    assert follow not in text_of(admin_client, run)


def test_the_address_that_is_followed_answers_staff_who_are_signed_in(admin_client, campaign):
    run = a_queued_run(campaign)

    answer = admin_client.get(reverse("run-events", args=[run.pk]), headers={"accept": "application/json"})

    assert answer.json()["status"] == "queued"


def test_a_button_stops_a_run_and_says_what_becomes_of_it(admin_client, campaign):
    run = Run.objects.start(campaign, ProcessIdentity.own(), FakeClock().now())

    assert "left stays planned for the next run" in text_of(admin_client, run)
    assert "stops between two actions" in stop(admin_client, run).content.decode()
    assert run.is_stop_requested()
    assert "asked to stop, and does so" in text_of(admin_client, run)
    assert "asked to stop before, or has ended" in stop(admin_client, run).content.decode()


def test_only_who_is_allowed_stops_a_run_and_only_by_the_button(client, looker, campaign):
    run = a_queued_run(campaign)
    client.force_login(looker)

    assert "Stop this run" not in text_of(client, run)
    assert stop(client, run).status_code == 403
    allow(looker, "change_run")
    assert client.get(reverse("admin:campaigns_run_stop", args=[run.pk])).status_code == 405
    run.refresh_from_db()
    assert run.status == "queued"


def test_a_run_that_is_not_there_is_said_to_be_missing(admin_client, campaign):
    page = admin_client.get(reverse("admin:campaigns_run_change", args=[4711]), follow=True)

    assert "doesn’t exist" in page.content.decode()


def test_evidence_is_told_by_its_path_and_empty_values_are_left_out():
    seen = {"page": {"slug": "ada", "member_id": None}, "seen_in": "thread", "names": ["Ada", "A. Martin"]}

    assert list(facts(seen)) == [
        ("page › slug", "ada"),
        ("seen in", "thread"),
        ("names", "Ada, A. Martin"),
    ]


def test_times_are_told_in_the_zone_of_the_account(admin_client, campaign):
    run = run_it(campaign, FakeNetwork())
    Run.objects.filter(pk=run.pk).update(started_at=datetime(2026, 11, 23, 8, 5, tzinfo=UTC))

    assert "23 Nov 2026, 09:05:00" in text_of(admin_client, run)
