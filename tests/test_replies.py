"""Replies to earlier wishes: noted where a conversation is read anyway, once, with no word of theirs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from campaigns.models import Action, MessageTemplate
from campaigns.replies import note_replies
from contacts.models import Contact, Interaction
from contacts.privacy import describe
from engine.pace import SystemClock
from engine.ports import Message, Thread
from tests.builders import TODAY, a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db
LAST_YEAR = date(2025, 11, 23)
SENT_AT = datetime(2025, 11, 23, 10, tzinfo=UTC)
NOW = FakeClock().now()
TEXT = "All the best, Ada!"


def ours(text=TEXT, sent_at=SENT_AT):
    return Message(True, text, sent_at)


def theirs(text="Thank you!", sent_at=None):
    return Message(False, text, sent_at)


def thread_of(*messages, **fields):
    values = {"is_theirs": True, "is_one_to_one": True, "is_complete": False}
    return Thread(messages=messages, **values | fields)


@pytest.fixture
def campaign():
    return a_birthday_campaign()


@pytest.fixture
def ada(campaign):
    return a_contact("Ada Martin", campaign)


def wished(contact, campaign, year=2025, text=TEXT, sent_at=SENT_AT):
    action = Action.objects.create(
        campaign=campaign, account=campaign.account, contact=contact, occasion=f"birthday {year}", text=text,
        due_on=LAST_YEAR, expires_on=LAST_YEAR, status="sending", sending_at=sent_at,
    )  # fmt: skip
    action.complete({}, sent_at)
    return action


@pytest.fixture
def wish(ada, campaign):
    return wished(ada, campaign)


def noted(wish, *messages, now=NOW, **fields):
    note_replies(thread_of(*messages, **fields), wish, now)
    wish.refresh_from_db()
    return wish.replied


def replies():
    return Interaction.objects.filter(type="reply")


def test_a_run_that_writes_again_notes_the_answer_to_last_years_wish_and_keeps_no_word_of_it(campaign, wish):
    network = FakeNetwork()
    network.threads["ada-martin"] = thread_of(
        ours(), theirs("Thanks, call me at 555", SENT_AT + timedelta(hours=3))
    )
    run_it(campaign, network)
    wish.refresh_from_db()
    assert wish.replied is True
    (reply,) = replies()
    assert reply.source_key == f"reply:{wish.pk}"
    assert reply.happened_at == SENT_AT + timedelta(hours=3)
    assert reply.payload == {"occasion": "birthday 2025", "action": wish.pk, "day": "2025-11-23"}
    assert "555" not in str(Interaction.objects.values())
    assert [sent.slug for sent in network.sent] == ["ada-martin"]


def test_a_doubt_that_is_read_notes_answers_to_earlier_wishes_too(campaign, ada, wish):
    doubt = Action.objects.create(
        campaign=campaign, account=campaign.account, contact=ada, occasion="birthday 2026", text="Again, Ada!",
        due_on=TODAY, expires_on=TODAY, status="unknown", sending_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    network = FakeNetwork()
    network.threads["ada-martin"] = thread_of(ours(), theirs(), ours("Again, Ada!", NOW - timedelta(hours=1)))
    run_it(campaign, network, limit=0)
    doubt.refresh_from_db()
    wish.refresh_from_db()
    assert (doubt.status, wish.replied) == ("done", True)


@pytest.mark.parametrize(
    ("messages", "replied"),
    [
        ([ours(), theirs()], True),
        ([ours(), ours("PS: see you", None), theirs()], True),
        ([ours(sent_at=None), theirs(sent_at=SENT_AT + timedelta(days=29))], True),
        ([theirs(), ours()], False),
        ([ours()], False),
        ([ours(), theirs(sent_at=SENT_AT + timedelta(days=31))], False),
        ([ours(), ours("News", SENT_AT + timedelta(days=90)), theirs()], False),
        ([theirs()], None),
        ([ours("Another text"), theirs()], None),
        ([ours(sent_at=SENT_AT - timedelta(days=300)), theirs()], None),
        ([], None),
    ],
)
def test_what_a_conversation_says_of_an_answer(wish, messages, replied):
    assert noted(wish, *messages) is replied
    assert replies().count() == (replied is True)


def test_white_space_that_the_page_folded_hides_no_wish(wish):
    assert noted(wish, ours("All  the best,\nAda!"), theirs()) is True


def test_an_answer_belongs_to_the_wish_before_it_and_not_to_the_one_before_that(ada, campaign):
    first = wished(ada, campaign, 2024, "Cheers, Ada!", SENT_AT - timedelta(days=365))
    second = wished(ada, campaign)
    note_replies(thread_of(ours("Cheers, Ada!", None), ours(sent_at=None), theirs()), second, NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.replied, second.replied) == (False, True)


def test_an_answer_that_was_known_keeps_later_messages_from_counting_for_an_earlier_wish(ada, campaign):
    first = wished(ada, campaign, 2024, "Cheers, Ada!", SENT_AT - timedelta(days=365))
    second = wished(ada, campaign)
    thread = [ours("Cheers, Ada!", None), ours(sent_at=None), theirs()]
    for _ in range(2):
        note_replies(thread_of(*thread), second, NOW)
    first.refresh_from_db()
    assert (first.replied, replies().count()) == (False, 1)


@pytest.mark.parametrize("fields", [{"is_theirs": False}, {"is_one_to_one": False}])
def test_a_conversation_that_is_not_certainly_theirs_alone_says_nothing(wish, fields):
    assert noted(wish, ours(), theirs(), **fields) is None


def test_who_has_not_answered_within_the_hour_may_still_do_so(wish):
    assert noted(wish, ours(), now=SENT_AT + timedelta(hours=1)) is None
    assert noted(wish, ours(), now=SENT_AT + timedelta(days=1)) is False
    assert noted(wish, ours(), theirs()) is True
    assert noted(wish, ours()) is True
    assert replies().count() == 1


def test_an_answer_without_a_time_is_of_the_reading_and_none_is_of_a_time_to_come(ada, campaign, wish):
    noted(wish, ours(), theirs())
    assert (replies().get().happened_at, replies().get().payload["day"]) == (NOW, None)
    early = wished(ada, campaign, 2026, "Hey, Ada!", NOW)
    noted(early, ours("Hey, Ada!", NOW), theirs(sent_at=NOW + timedelta(minutes=3)))
    assert replies().get(source_key=f"reply:{early.pk}").happened_at == NOW


def test_somebody_elses_wishes_are_not_touched(campaign, wish):
    other = wished(a_contact("Ben Roux", campaign), campaign)
    assert noted(wish, ours(), theirs()) is True
    other.refresh_from_db()
    assert other.replied is None


def test_a_reply_is_exported_with_the_person_and_erased_with_them(wish, ada):
    noted(wish, ours(), theirs())
    assert [one["type"] for one in describe(ada)["interactions"]] == ["birthday_sent", "reply"]
    Contact.objects.all().delete()
    assert not Interaction.objects.exists()


def test_a_reply_keeps_nobody_from_a_later_wish(campaign, wish):
    noted(wish, ours(), theirs(), now=NOW - timedelta(days=200))
    network = FakeNetwork()
    run_it(campaign, network)
    assert len(network.sent) == 1


def answered_of(admin_client):
    page = admin_client.get(reverse("admin:campaigns_messagetemplate_changelist"))
    return [
        page.context["cl"].model_admin.answered(template)
        for template in page.context["cl"].queryset.order_by("pk")
    ]


def test_the_templates_tell_how_often_they_were_answered_as_far_as_is_known(
    admin_client, ada, campaign, wish
):
    first = campaign.actions.get()
    template = MessageTemplate.objects.order_by("pk").first()
    Action.objects.filter(pk=first.pk).update(template=template)
    assert answered_of(admin_client) == ["not known yet", "not known yet"]
    noted(wish, ours(), theirs())
    quiet = wished(a_contact("Ben Roux", campaign), campaign, text="Happy birthday, Ben!")
    Action.objects.filter(pk=quiet.pk).update(template=template, replied=False)
    assert answered_of(admin_client) == ["1 of 2 read again", "not known yet"]
    page = admin_client.get(reverse("admin:campaigns_messagetemplate_changelist")).content.decode()
    assert "1 of 2 read again" in page


def test_the_home_page_counts_a_years_replies_of_what_was_read_again(admin_client, ada, campaign):
    now = SystemClock().now()
    for number, (replied, days) in enumerate([(True, 10), (False, 20), (None, 30), (True, 400)]):
        wish = wished(ada, campaign, 2000 + number, f"Text {number}", now - timedelta(days=days))
        Action.objects.filter(pk=wish.pk).update(replied=replied)
    page = admin_client.get("/admin/")
    told = page.context["home"]["replies"]
    assert (told["answered"], told["known"]) == (1, 2)
    assert "of 2 wishes of a year whose conversations were read again" in page.content.decode()
    assert admin_client.get(told["address"]).status_code == 200


def test_whoever_may_see_actions_sees_the_figure_and_may_open_its_list(client):
    vera = User.objects.create_user("vera", password="x", is_staff=True)
    client.force_login(vera)
    assert "replies" not in client.get("/admin/").context["home"]
    vera.user_permissions.add(Permission.objects.get(codename="view_action"))
    page = client.get("/admin/")
    assert "no conversation was read again yet" in page.content.decode()
    assert client.get(page.context["home"]["replies"]["address"]).status_code == 200
