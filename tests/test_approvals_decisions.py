"""What a person decides about an exact text, and what is kept of it."""

from datetime import timedelta

import pytest

from campaigns import approvals
from campaigns.actions import APPROVAL_LASTS
from campaigns.approvals import Decider, Refused
from campaigns.models import Action, Campaign, Decision
from campaigns.standing import WAITS
from tests.builders import a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeClock, FakeNetwork, Sent

pytestmark = pytest.mark.django_db
VERA = Decider("vera")
NOW = FakeClock().now()


@pytest.fixture
def campaign():
    campaign = a_birthday_campaign()
    Campaign.objects.update(needs_approval=True)
    campaign.refresh_from_db()
    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())
    return campaign


@pytest.fixture
def waiting(campaign):
    return Action.objects.get()


def kept():
    return list(Decision.objects.order_by("pk").values_list("verdict", "text", "by_name"))


def test_an_approval_is_of_the_text_that_was_looked_at(waiting):
    seen = waiting.text_sha256
    approvals.edit(waiting.pk, seen, "All the best, Ada!", VERA, NOW)

    with pytest.raises(Refused, match="another one by now"):
        approvals.approve(waiting.pk, seen, VERA, NOW)

    assert Action.objects.filter(WAITS).count() == 1


def test_an_edit_takes_the_approval_away_and_both_stay_on_record(waiting):
    approved = approvals.approve(waiting.pk, waiting.text_sha256, VERA, NOW)
    assert approved.is_approved

    edited = approvals.edit(waiting.pk, waiting.text_sha256, " All the best, Ada!\r\n", Decider("noa"), NOW)

    assert not edited.is_approved
    assert edited.text == "All the best, Ada!"
    assert kept() == [
        ("approved", "Happy birthday, Ada!", "vera"),
        ("edited", "All the best, Ada!", "noa"),
    ]


def test_what_was_edited_and_approved_is_what_is_sent(campaign, waiting):
    approvals.edit_and_approve(waiting.pk, waiting.text_sha256, "Bon anniversaire Ada\u202f! 👩‍🚀", VERA, NOW)
    network = FakeNetwork()

    run_it(campaign, network)

    assert network.sent == [Sent("ada-martin", "Bon anniversaire Ada\u202f! 👩‍🚀")]
    assert [verdict for verdict, _, _ in kept()] == ["edited", "approved"]


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "invalid"), ("x" * 2_001, "invalid"), ("Hi \u202eadA", "invalid")]
)
def test_a_text_that_cannot_be_sent_is_refused(waiting, text, code):
    with pytest.raises(Refused) as refusal:
        approvals.edit(waiting.pk, waiting.text_sha256, text, VERA, NOW)

    assert refusal.value.code == code
    assert kept() == []


def test_a_text_that_they_had_already_is_refused(campaign, waiting):
    approvals.approve(waiting.pk, waiting.text_sha256, VERA, NOW)
    run_it(campaign, FakeNetwork())
    next_one = Action.objects.create(
        campaign=campaign, account=campaign.account, contact=waiting.contact, occasion="birthday 2027",
        due_on="2027-11-23", expires_on="2027-12-01", text="Many happy returns!",
    )  # fmt: skip

    with pytest.raises(Refused, match="this very text already"):
        approvals.edit(next_one.pk, next_one.text_sha256, "Happy birthday, Ada!", VERA, NOW)


def test_who_was_rejected_gets_nothing_on_this_occasion_however_often_a_run_starts(campaign, waiting):
    approvals.reject(waiting.pk, waiting.text_sha256, "we fell out", VERA, NOW)
    Campaign.objects.update(needs_approval=False)
    campaign.refresh_from_db()
    network = FakeNetwork()

    run = run_it(campaign, network)

    assert network.sent == []
    assert Action.objects.get().status == "skipped"
    assert run.skipped[0]["reason"] == "rejected by vera: we fell out"


def test_only_what_is_planned_is_decided_about(campaign, waiting):
    approvals.approve(waiting.pk, waiting.text_sha256, VERA, NOW)
    run_it(campaign, FakeNetwork())

    with pytest.raises(Refused, match="it is done by now"):
        approvals.reject(waiting.pk, waiting.text_sha256, "", VERA, NOW)
    waiting.refresh_from_db()
    waiting.delete()
    with pytest.raises(Refused, match="gone"):
        approvals.approve(waiting.pk or 0, waiting.text_sha256, VERA, NOW)


def test_where_there_is_no_text_none_can_be_written(campaign, waiting):
    Action.objects.update(text="")
    waiting.refresh_from_db()

    with pytest.raises(Refused, match="no text"):
        approvals.edit(waiting.pk, waiting.text_sha256, "Hello", VERA, NOW)


def test_an_approval_expires_and_the_text_waits_again(waiting):
    approvals.approve(waiting.pk, waiting.text_sha256, VERA, NOW)
    on_time = Action.objects.forget_stale_approvals(NOW + APPROVAL_LASTS - timedelta(seconds=1))
    assert (on_time, Action.objects.filter(WAITS).count()) == (0, 0)

    assert Action.objects.forget_stale_approvals(NOW + APPROVAL_LASTS) == 1

    assert Action.objects.filter(WAITS).count() == 1


def test_a_text_edited_while_the_run_pauses_is_not_even_typed(campaign, waiting):
    approvals.approve(waiting.pk, waiting.text_sha256, VERA, NOW)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork()
    run_it(campaign, FakeNetwork(), limit=0)
    waits = Action.objects.exclude(pk=waiting.pk).get()
    approvals.approve(waits.pk, waits.text_sha256, VERA, NOW)

    def edit(recipient):
        approvals.edit(waits.pk, waits.text_sha256, "All the best, Bo!", VERA, NOW)

    network.after_click = edit
    run_it(campaign, network)

    assert [typed.slug for typed in network.typed] == ["ada-martin"]
    assert Action.objects.filter(WAITS).get().text == "All the best, Bo!"
