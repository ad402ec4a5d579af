"""A holder that lost its run while it was at an action, and another that has the action by now."""

from uuid import uuid4

import pytest

from campaigns.models import Action, Run
from campaigns.processes import ProcessIdentity
from engine.errors import LayoutChanged, LeaseLost, TextNotWritten, WrongPerson
from engine.models import SpentPermit
from tests.builders import a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db
ERRORS = [
    WrongPerson("another slug"), LayoutChanged("composer.send"), TextNotWritten("other"), LeaseLost("over"),
    SystemExit(),
]  # fmt: skip


@pytest.fixture
def campaign():
    campaign = a_birthday_campaign()
    a_contact("Ada Martin", campaign)
    return campaign


class Successor:
    """Takes the action over while the first holder stands somewhere in it, with a permit of its own."""

    def __init__(self, campaign, error, *, is_sending):
        self.campaign, self.error, self.is_sending = campaign, error, is_sending

    def __call__(self, recipient):
        clock, account = FakeClock(), self.campaign.account
        held = Run.objects.get()
        SpentPermit.objects.update(given_back_at=clock.now())
        Action.objects.get().release("its run was ended")
        held.end("crashed", clock.now(), "a person said that it is gone")
        self.run = Run.objects.start(self.campaign, ProcessIdentity.own(), clock.now())
        self.attempt_id = uuid4()
        SpentPermit.objects.create(
            account=account, bucket="message", attempt_id=self.attempt_id, run_id=self.run.pk,
            taken_at=clock.now(), spacing_seconds=90,
        )  # fmt: skip
        action = Action.objects.get()
        assert action.claim(self.run, self.attempt_id, clock.now())
        if self.is_sending:
            action.start_sending(self.run, {}, clock.now())
        raise self.error


@pytest.mark.parametrize("is_sending", [False, True])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_the_first_holder_meets_then_changes_nothing_of_the_second(campaign, error, is_sending):
    successor = Successor(campaign, error, is_sending=is_sending)
    try:
        run_it(campaign, FakeNetwork(on_write=successor))
    except SystemExit:
        assert isinstance(error, SystemExit)
    action = Action.objects.get()
    assert (action.status, action.run_id) == ("sending" if is_sending else "claimed", successor.run.pk)
    assert SpentPermit.objects.get(attempt_id=successor.attempt_id).given_back_at is None


def test_an_action_that_was_claimed_anew_is_moved_by_its_own_attempt_only(campaign):
    run_it(campaign, FakeNetwork(), limit=0)
    Action.objects.create(
        campaign=campaign, account=campaign.account, contact=campaign.account.contacts.get(),
        occasion="birthday 2025", due_on=FakeClock().now().date(), expires_on=FakeClock().now().date(),
        status="claimed", attempt_id=uuid4(),
    )  # fmt: skip
    known = Action.objects.get(occasion="birthday 2025")
    Action.objects.filter(pk=known.pk).update(status="sending", attempt_id=uuid4())
    assert not known.fail("nothing left", FakeClock().now())
    assert Action.objects.get(pk=known.pk).status == "sending"
