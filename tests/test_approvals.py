"""Where a person has to approve, nothing is sent but the exact text that was approved."""

import pytest

from campaigns.models import Action
from tests.builders import (
    a_birthday_campaign,
    a_contact,
    run_it,
)
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return a_birthday_campaign()


def test_with_approval_nothing_is_sent_before_the_exact_text_was_approved(campaign):
    campaign.needs_approval = True
    campaign.save()
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run = run_it(campaign, network, clock)
    assert (network.sent, run.outcome) == ([], "nothing_to_do")
    Action.objects.get().approve(None, clock.now())

    run_it(campaign, network, clock)

    assert len(network.sent) == 1


def test_an_approval_is_void_after_the_text_changed(campaign):
    campaign.needs_approval = True
    campaign.save()
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock)
    Action.objects.get().approve(None, clock.now())
    Action.objects.update(text="Something else")

    run_it(campaign, network, clock)

    assert network.sent == []
