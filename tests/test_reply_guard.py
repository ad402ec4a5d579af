"""Before a wish the conversation is read: a wish sent by hand counts, and a fresh message waits for a person."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Action, Run, plan_action
from campaigns.reply_guard import is_congratulation
from contacts.models import Interaction
from engine.models import SpentPermit
from engine.ports import Message, Thread
from tests.builders import (
    TODAY,
    a_birthday_campaign,
    a_card,
    a_contact,
    run_it,
    statuses,
)
from tests.fakes import FakeClock, FakeNetwork, world_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def campaign():
    return a_birthday_campaign()


def own(text, sent_at=NOON):
    return Message(True, text, sent_at)


def theirs(text, sent_at=NOON):
    return Message(False, text, sent_at)


def run_after(campaign, *messages, network=None, born=TODAY, **options):
    """A run to Ada, in whose conversation the messages stand."""
    a_contact("Ada Martin", campaign, born=born)
    thread = Thread(is_theirs=True, is_one_to_one=True, is_complete=False, messages=messages)
    network = network or FakeNetwork()
    network.threads["ada-martin"] = thread
    return network, run_it(campaign, network, **options)


@pytest.mark.parametrize(
    "text",
    ["Happy birthday dear Ada!", "JOYEUX ANNIVERSAIRE 🎉", "Bon anniv !", "🎂🎂", "¡Feliz cumpleaños!",
     "Alles Gute zum Geburtstag", "Many happy returns"],
)  # fmt: skip
def test_a_wish_sent_by_hand_is_recorded_as_such_and_nothing_is_sent(campaign, text):
    network, run = run_after(campaign, own("See you in spring", NOON - timedelta(days=90)), own(text))

    assert (network.sent, run.outcome) == ([], Run.Outcome.FINISHED)
    assert statuses(campaign) == {"Ada Martin": "skipped"}
    wish = Interaction.objects.get()
    assert (wish.type, wish.payload["text"], wish.payload["by_hand"]) == ("birthday_sent", text, True)
    assert wish.happened_at == NOON
    # It counts as what it is: a message of today that spaces nothing; the attempt's own permit went back.
    counted = SpentPermit.objects.filter(given_back_at=None, bucket="message")
    assert list(counted.values_list("run_id", "taken_at", "spacing_seconds")) == [(None, NOON, 0)]


def test_a_wish_sent_by_hand_is_recorded_once_however_often_the_run_is_started(campaign):
    network, _ = run_after(campaign, own("Happy birthday!"))

    run = run_it(campaign, network)

    assert Interaction.objects.count() == SpentPermit.objects.filter(given_back_at=None).count() == 1
    assert run.skipped[0]["reason"] == "already wished on 2026-11-23"


def test_what_a_rehearsal_reads_spends_nothing(campaign):
    world = world_of(FakeNetwork(), FakeClock(), is_rehearsal=True)

    run_after(campaign, own("Happy birthday!"), network=world.network, world=world)

    assert statuses(campaign) == {"Ada Martin": "skipped"}
    assert not SpentPermit.objects.filter(given_back_at=None).exists()


@pytest.mark.parametrize(
    "message",
    [
        own("Happy birthday!"),
        theirs("Can you call me?"),
        own("Shall we meet tomorrow?"),
        own("Happy birthday, Ada!"),
    ],
)
def test_a_wish_that_is_not_sent_is_not_typed_either(campaign, message):
    network, _ = run_after(campaign, message)

    assert network.typed == []


def unsent(text, *messages):
    return Thread(True, True, True, messages, unsent=text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "Wishing you a very  happy birthday!",
        "A suggestion of the network",
        "Happy birthday, A",
        "Old text",
    ],
)
def test_what_nobody_wrote_themselves_is_replaced_by_the_wish(campaign, text):
    """The network's suggestion, and what an attempt left: whole, cut short, or of an earlier day."""
    network = FakeNetwork(cards=[a_card("Ada Martin", prefill="A suggestion of the network")])
    network.threads["ada-martin"] = unsent(text)
    ada = a_contact("Ada Martin", campaign)
    plan_action(
        campaign, ada, occasion="birthday 2024", due_on=TODAY, expires_on=TODAY, text="Old text"
    ).skip("too late", NOON)

    run_it(campaign, network)

    assert [sent.text for sent in network.sent] == ["Happy birthday, Ada!"]


def test_a_draft_of_ones_own_waits_for_a_person_and_is_replaced_once_they_approved_that(campaign):
    network = FakeNetwork()
    network.threads["ada-martin"] = unsent("Dear Ada, about our plan")
    a_contact("Ada Martin", campaign)
    run_it(campaign, network)
    action = Action.objects.get()
    assert (network.typed, action.status) == ([], "planned")
    assert (
        action.held
        == "a draft stands in the conversation, which the wish would replace: “Dear Ada, about our plan”"
    )

    action.approve(None, FakeClock().now())
    network.threads["ada-martin"] = unsent("Dear Ada, about another plan")
    run_it(campaign, network)
    assert network.typed == []

    Action.objects.get().approve(None, FakeClock().now())
    run_it(campaign, network)
    assert [sent.text for sent in network.sent] == ["Happy birthday, Ada!"]


def test_a_late_wish_heeds_one_sent_by_hand_on_the_day_or_the_eve(campaign):
    network, _ = run_after(
        campaign, own("Happy birthday!", NOON - timedelta(days=4)), born=TODAY - timedelta(days=3)
    )

    assert network.sent == []
    assert Interaction.objects.get().payload["occasion"] == "birthday 2026"


@pytest.mark.parametrize(
    "message",
    [own("Happy birthday!", NOON - timedelta(days=365)), own("Shall we meet?", NOON - timedelta(days=9)),
     theirs("Thanks for your wishes", NOON - timedelta(days=4))],
)  # fmt: skip
def test_what_was_written_long_before_holds_nothing_back(campaign, message):
    network, _ = run_after(campaign, message)

    assert [sent.slug for sent in network.sent] == ["ada-martin"]


def test_a_message_of_the_last_days_makes_the_wish_wait_for_approval_with_its_reason(campaign):
    network, _ = run_after(campaign, theirs("Can you call me?", NOON - timedelta(days=2)))

    action = Action.objects.get()
    assert (network.sent, action.status) == ([], "planned")
    assert action.reason == "waits for approval: they wrote on 2026-11-21: “Can you call me?”"
    assert not SpentPermit.objects.filter(given_back_at=None).exists()
    assert run_it(campaign, network).outcome == Run.Outcome.NOTHING_TO_DO
    assert len(network.sent) == 0


def test_the_number_of_days_is_the_campaigns_and_none_asks_for_nothing(campaign):
    campaign.reply_guard_days = 0
    campaign.save()

    network, _ = run_after(campaign, theirs("Can you call me?"))

    assert len(network.sent) == 1


def test_a_wish_that_was_held_back_is_sent_once_a_person_approved_it(campaign):
    network, _ = run_after(campaign, theirs("Can you call me?"))
    clock = FakeClock()
    Action.objects.get().approve(None, clock.now())

    run_it(campaign, network, clock)

    assert [sent.text for sent in network.sent] == ["Happy birthday, Ada!"]


def test_a_message_that_came_after_the_approval_holds_the_wish_back_again(campaign):
    network, _ = run_after(campaign, theirs("Can you call me?"))
    clock = FakeClock()
    Action.objects.get().approve(None, clock.now() - timedelta(minutes=10))
    latest = theirs("Never mind.", clock.now() - timedelta(minutes=5))
    network.threads["ada-martin"] = Thread(True, True, False, [theirs("Can you call me?"), latest])

    run_it(campaign, network, clock)

    assert network.sent == []
    action = Action.objects.get()
    assert "Never mind." in action.reason
    assert not action.is_approved


def test_an_approval_given_before_the_conversation_was_known_does_not_count(campaign):
    campaign.needs_approval = True
    campaign.save()
    network, _ = run_after(campaign, theirs("Can you call me?"))
    Action.objects.get().approve(None, NOON - timedelta(hours=1))

    run_it(campaign, network)

    assert network.sent == []
    assert "they wrote on" in Action.objects.get().reason


def test_a_message_of_ours_on_the_day_that_is_no_wish_is_for_a_person_to_judge(campaign):
    network, _ = run_after(campaign, own("Shall we meet tomorrow?"))

    assert network.sent == []
    reason = "waits for approval: you wrote to them on 2026-11-23: “Shall we meet tomorrow?”"
    assert Action.objects.get().reason == reason


def test_a_congratulation_without_a_date_is_for_a_person_to_judge_and_then_sent(campaign):
    network, _ = run_after(campaign, own("Happy birthday!", None))
    assert "a congratulation of yours without a date" in Action.objects.get().reason
    Action.objects.get().approve(None, FakeClock().now())

    run_it(campaign, network)

    assert len(network.sent) == 1


def test_a_congratulation_below_a_message_of_today_is_of_today_too(campaign):
    network, _ = run_after(campaign, theirs("Hello"), own("Happy birthday!", None))

    assert network.sent == []
    assert Interaction.objects.get().payload["by_hand"] is True


def test_last_years_wish_on_record_is_no_riddle_though_its_date_is_not_shown(campaign):
    contact = a_contact("Ada Martin", campaign)
    Interaction.objects.create(
        contact=contact, account=campaign.account, type="birthday_sent", happened_at=NOON - timedelta(days=365),
        payload={"text": "Joyeux anniversaire  Ada"}, source_key="import:1",
    )  # fmt: skip
    network = FakeNetwork()
    network.threads["ada-martin"] = Thread(True, True, True, [own("Joyeux anniversaire Ada", None)])

    run_it(campaign, network)

    assert len(network.sent) == 1


def test_an_undated_last_word_of_theirs_is_for_a_person_to_judge_an_answered_one_is_not(campaign):
    network, _ = run_after(campaign, theirs("Hello?", None))
    assert "bears no date" in Action.objects.get().reason

    network.threads["ada-martin"] = Thread(True, True, True, [theirs("Hello?", None), own("Hello!", None)])
    Action.objects.update(held="")
    run_it(campaign, network)

    assert len(network.sent) == 1


def test_the_very_text_in_the_conversation_still_counts_as_this_wish(campaign):
    network, _ = run_after(campaign, own("Happy birthday, Ada!"))

    assert (network.sent, statuses(campaign)) == ([], {"Ada Martin": "done"})


def test_a_long_message_is_quoted_by_its_beginning(campaign):
    run_after(campaign, theirs("word " * 60))

    assert Action.objects.get().reason.endswith("word…”")


@pytest.mark.parametrize(
    "text",
    [
        "Félicitations pour votre anniversaire professionnel",
        "Happy work anniversary!",
        "Universary of Leeds",
        "",
    ],
)
def test_a_year_at_work_is_no_birthday(text):
    assert not is_congratulation(text)
