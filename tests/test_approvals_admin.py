"""The staff's page of exact texts that wait, and what it lets them decide."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import approvals
from campaigns.admin.differences import difference
from campaigns.approvals import Decider
from campaigns.models import Action, Campaign, Decision
from contacts.models import Interaction
from tests.builders import a_birthday_campaign, a_contact, allow, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db
QUEUE, DECIDE = "admin:campaigns_action_approvals", "admin:campaigns_action_decide"
NAMES = ("Ada Martin", "Bo Lindgren", "Cleo Duval", "Dina Rossi", "Emil Novak")


@pytest.fixture
def campaign():
    campaign = a_birthday_campaign()
    Campaign.objects.update(needs_approval=True)
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def waiting(campaign):
    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())
    return Action.objects.get()


def chosen(*actions):
    return [f"{action.pk}:{action.text_sha256}" for action in actions]


def decide(client, verdict, *actions, **form):
    return client.post(reverse(DECIDE), {"verdict": verdict, "chosen": chosen(*actions), **form}, follow=True)


def shown(client, **query):
    return client.get(reverse(QUEUE), query).content.decode()


def test_the_queue_shows_the_exact_text_the_template_and_the_last_wish(admin_client, waiting):
    Interaction.objects.create(
        contact=waiting.contact, account=waiting.account, type="birthday_sent", source_key="last year",
        happened_at="2025-11-23T09:00:00Z", payload={"text": "Many happy returns, Ada!"},
    )  # fmt: skip
    approvals.edit(
        waiting.pk, waiting.text_sha256, "Happy birthday, dear Ada!", Decider("noa"), FakeClock().now()
    )

    page = shown(admin_client)

    assert '<p class="text message" dir="auto">Happy birthday, dear Ada!</p>' in page
    assert "Happy birthday, <ins>dear </ins>Ada!" in page
    assert "23 Nov 2025" in page
    assert "<del>Many happy returns, </del>" in page


def test_a_text_from_outside_can_do_nothing_but_be_shown(admin_client, waiting):
    hostile = "<script>alert(1)</script>{{ x }}"
    Action.objects.update(text=hostile, held=hostile)
    waiting.contact.name = hostile
    waiting.contact.save()

    page = shown(admin_client)

    assert hostile not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ x }}" in page


def test_a_person_approves_what_they_saw_and_it_is_kept_who_and_when(admin_client, campaign, waiting):
    page = decide(admin_client, "approve", waiting).content.decode()

    waiting.refresh_from_db()
    assert waiting.is_approved
    assert waiting.approved_by.username == "admin"
    assert "it goes out with the next run" in page
    assert "Nothing waits for approval" in page
    assert Decision.objects.get().by_name == "user admin"
    assert "user admin" in page


def test_what_changed_since_the_page_was_opened_is_not_approved(admin_client, waiting):
    seen = chosen(waiting)
    approvals.edit(waiting.pk, waiting.text_sha256, "Something else", Decider("noa"), FakeClock().now())

    page = admin_client.post(reverse(DECIDE), {"verdict": "approve", "chosen": seen}, follow=True)

    waiting.refresh_from_db()
    assert not waiting.is_approved
    assert "another one by now" in page.content.decode()


def test_many_are_decided_about_at_once_each_with_the_text_that_was_shown(admin_client, campaign):
    for name in NAMES:
        a_contact(name, campaign)
    run_it(campaign, FakeNetwork())
    first, second, *others = Action.objects.order_by("pk")
    seen = chosen(first, second, *others)
    approvals.edit(second.pk, second.text_sha256, "Something else", Decider("noa"), FakeClock().now())

    page = admin_client.post(reverse(DECIDE), {"verdict": "approve", "chosen": seen}, follow=True)

    assert [action.is_approved for action in Action.objects.order_by("pk")] == [True, False, True, True, True]
    assert "4 approved" in page.content.decode()


def test_a_text_is_edited_and_approved_in_one_step(admin_client, campaign, waiting):
    decide(admin_client, "edit_and_approve", waiting, text="All the best,\r\ndear Ada!")
    network = FakeNetwork()

    run_it(campaign, network)

    assert [sent.text for sent in network.sent] == ["All the best,\ndear Ada!"]


def test_an_edit_alone_goes_on_waiting_at_its_place_in_the_list(admin_client, waiting):
    answer = admin_client.post(
        reverse(DECIDE),
        {"verdict": "edit", "chosen": chosen(waiting), "text": "Cheers!", "page": "3", "after": waiting.pk},
    )

    assert answer.url == f"{reverse(QUEUE)}?page=3#text-{waiting.pk}"
    assert "Cheers!" in shown(admin_client)


def test_an_empty_text_is_refused_and_it_is_said(admin_client, waiting):
    page = decide(admin_client, "edit", waiting, text="  ")

    assert "the text is empty" in page.content.decode()


def test_a_rejection_is_told_with_its_reason(admin_client, campaign, waiting):
    decide(admin_client, "reject", waiting, why="we fell out")

    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("skipped", "rejected by user admin: we fell out")


def test_nothing_ticked_is_nothing_decided(admin_client, waiting):
    assert "Nothing was chosen" in decide(admin_client, "approve").content.decode()


@pytest.mark.parametrize("form", [{"verdict": "delete"}, {"verdict": ""}])
def test_an_unknown_verdict_is_forbidden(admin_client, waiting, form):
    assert admin_client.post(reverse(DECIDE), {"chosen": chosen(waiting), **form}).status_code == 403


@pytest.mark.parametrize("garbage", ["", ":", "x:y", "9" * 30 + ":a", "²:a"])
def test_garbage_in_the_form_decides_nothing(admin_client, waiting, garbage):
    page = admin_client.post(reverse(DECIDE), {"verdict": "approve", "chosen": [garbage]}, follow=True)

    assert page.status_code == 200
    assert not Decision.objects.exists()


def test_who_may_only_look_sees_the_texts_and_no_button(client, waiting):
    viewer = User.objects.create_user("vera", is_staff=True)
    allow(viewer, "view_action")
    client.force_login(viewer)

    assert "Happy birthday, Ada!" in shown(client)
    assert 'name="verdict"' not in shown(client)
    assert decide(client, "approve", waiting).status_code == 403


def test_who_has_no_permission_sees_nothing(client, waiting):
    client.force_login(User.objects.create_user("noa", is_staff=True))

    assert client.get(reverse(QUEUE)).status_code == 403
    assert client.post(reverse(QUEUE)).status_code == 405


def test_a_person_who_said_no_is_marked(admin_client, waiting):
    waiting.contact.do_not_contact("asked by mail")

    assert "asked by mail" in shown(admin_client)


def test_the_queue_costs_as_many_queries_for_many_as_for_two(admin_client, campaign):
    def queries():
        with CaptureQueriesContext(connection, ) as told:  # fmt: skip
            shown(admin_client)
        return len(told)

    for name in NAMES[:2]:
        a_contact(name, campaign)
    run_it(campaign, FakeNetwork())
    few = queries()
    for number in range(25):
        a_contact(f"{NAMES[2]} {'x' * number}", campaign)
    run_it(campaign, FakeNetwork())

    assert queries() == few


def test_the_list_of_actions_leads_to_the_queue(admin_client):
    answer = admin_client.get(reverse("admin:campaigns_action_to_approvals"))

    assert answer.url == reverse(QUEUE)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("Hi Ada", "Hi Ada", [("same", "Hi Ada")]),
        ("Hi Ada", "Hi dear Ada", [("same", "Hi "), ("added", "dear "), ("same", "Ada")]),
        ("Hi Ada", "Hi Bo", [("same", "Hi "), ("gone", "Ada"), ("added", "Bo")]),
        ("Hi Ada", "", [("gone", "Hi Ada")]),
    ],
)
def test_a_difference_is_told_word_by_word(old, new, pieces):
    assert [(piece.kind, piece.text) for piece in difference(old, new)] == pieces
