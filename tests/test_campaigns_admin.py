"""The staff's pages for campaigns, runs, actions and templates."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from campaigns.models import Action, Campaign, MessageTemplate, Run
from contacts.models import Interaction
from engine.errors import BrowserFailed
from tests.builders import a_campaign, a_contact, a_template, run_it
from tests.fakes import FakeNetwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}!")
    return a_campaign()


@pytest.fixture
def doubt(campaign):
    a_contact("Ada Martin", campaign)

    def fail(recipient):
        raise BrowserFailed("gone")

    run_it(campaign, FakeNetwork(after_click=fail))
    return Action.objects.get(status="unknown")


def act(client, model, name, *records):
    url = reverse(f"admin:campaigns_{model._meta.model_name}_changelist")
    chosen = [record.pk for record in records]
    return client.post(url, {"action": name, ACTION_CHECKBOX_NAME: chosen}, follow=True)


@pytest.mark.parametrize("model", [Campaign, Run, Action, MessageTemplate])
def test_every_list_and_form_opens(admin_client, doubt, model):
    url = f"admin:campaigns_{model._meta.model_name}"
    record = model.objects.first()

    assert (
        admin_client.get(reverse(f"{url}_changelist"), {"q": "Ada"} if model is Action else {}).status_code
        == 200
    )
    assert admin_client.get(reverse(f"{url}_change", args=[record.pk])).status_code == 200


def test_the_list_of_campaigns_shows_what_is_in_doubt(admin_client, doubt):
    page = admin_client.get(reverse("admin:campaigns_campaign_changelist"))

    assert page.context["cl"].result_list[0].doubts == 1


@pytest.mark.parametrize("model", [Run, Action])
def test_the_record_cannot_be_written_by_hand(admin_client, doubt, model):
    record = model.objects.first()
    name = f"admin:campaigns_{model._meta.model_name}"

    assert admin_client.get(reverse(f"{name}_add")).status_code == 403
    assert admin_client.post(reverse(f"{name}_delete", args=[record.pk]), {"post": "yes"}).status_code == 403


def test_a_person_settles_a_doubt_as_sent_and_it_is_recorded_with_their_name(admin_client, doubt):
    act(admin_client, Action, "was_sent", doubt)

    doubt.refresh_from_db()
    assert doubt.status == "done"
    assert "admin looked" in doubt.evidence["proof"]
    assert Interaction.objects.get().payload["text"] == doubt.text


def test_a_person_settles_a_doubt_as_not_sent_and_the_occasion_is_free_again(admin_client, doubt, campaign):
    act(admin_client, Action, "was_not_sent", doubt)

    doubt.refresh_from_db()
    assert doubt.status == "failed"
    network = FakeNetwork()
    run_it(campaign, network)
    assert len(network.sent) == 1


def test_only_a_doubt_can_be_settled(admin_client, campaign):
    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())
    done = Action.objects.get()

    page = act(admin_client, Action, "was_not_sent", done)

    done.refresh_from_db()
    assert done.status == "done"
    assert "0 recorded as not sent" in page.content.decode()


def test_an_exact_text_is_approved_by_a_named_person(admin_client, campaign):
    campaign.needs_approval = True
    campaign.save()
    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())
    planned = Action.objects.get()

    act(admin_client, Action, "approve", planned)

    planned.refresh_from_db()
    assert planned.is_approved
    assert planned.approved_by.username == "admin"


def test_what_is_not_planned_is_not_approved_and_it_is_said(admin_client, doubt):
    page = act(admin_client, Action, "approve", doubt)

    doubt.refresh_from_db()
    assert not doubt.is_approved
    assert "1 were not in the state for it" in page.content.decode()


def test_a_run_is_asked_to_stop(admin_client, campaign):
    from campaigns.processes import ProcessIdentity
    from tests.fakes import FakeClock

    run = Run.objects.start(campaign, ProcessIdentity.own(), FakeClock().now())

    act(admin_client, Run, "stop", run)

    assert run.is_stop_requested()


def test_who_may_only_look_cannot_decide(client, doubt):
    viewer = User.objects.create_user("vera", password="only looking", is_staff=True)
    viewer.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    client.force_login(viewer)

    act(client, Action, "was_not_sent", doubt)

    doubt.refresh_from_db()
    assert doubt.status == "unknown"


def test_a_template_with_a_wrong_placeholder_is_refused_in_the_form(admin_client):
    form = {"name": "mine", "purpose": "birthday", "language": "en", "text": "Hi {nome}", "is_active": "on"}

    page = admin_client.post(reverse("admin:campaigns_messagetemplate_add"), form)

    assert "line 1, column 4" in page.content.decode()
    assert not MessageTemplate.objects.filter(name="mine").exists()
