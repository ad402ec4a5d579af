"""Before a wish the conversation is read in a real browser, without a page more."""

import pytest

from campaigns.models import Action
from contacts.models import Interaction
from engine.models import SpentPermit
from engine.sandbox import Sandbox
from engine.sandbox.people import make_person
from tests.builders import a_birthday_campaign
from tests.journeys.in_process import run_on

pytestmark = pytest.mark.browser


def test_a_wish_by_hand_and_a_fresh_message_hold_the_wish_back(browser, db, today):
    said = {"days_ago": 0, "time": "06:00"}
    town = [
        {"name": "You", "slug": "you", "own": True},
        {"name": "Maëlle Castrovan", "slug": "maelle-castrovan", "birthday": 0,
         "thread": [{"from": "me", **said, "text": "Bon anniversaire Maëlle !"}]},
        {"name": "Noé Garivaux", "slug": "noe-garivaux", "birthday": 0,
         "thread": [{"from": "them", **said, "text": "Can you call me back?"}]},
        {"name": "Alan Whitcombe", "slug": "alan-whitcombe", "birthday": 0,
         "thread": [{"from": "them", "days_ago": 40, "time": "09:00", "text": "See you in spring."}]},
    ]  # fmt: skip
    campaign = a_birthday_campaign()
    with Sandbox([make_person(person) for person in town], today=today) as sandbox:
        run = run_on(sandbox, browser, campaign)

        assert run.outcome == "finished", run.reason
        assert [message.slug for message in sandbox.messages] == ["alan-whitcombe"]
    reasons = {one.contact.name: (one.status, one.reason) for one in Action.objects.all()}
    assert reasons["Maëlle Castrovan"][0] == "skipped"
    assert "sent by hand" in reasons["Maëlle Castrovan"][1]
    assert reasons["Noé Garivaux"][0] == "planned"
    assert reasons["Noé Garivaux"][1].startswith("waits for approval: they wrote on")
    assert Interaction.objects.filter(payload__by_hand=True).count() == 1
    assert SpentPermit.objects.filter(given_back_at=None, run_id=run.pk).count() == 1
