"""Before a wish the conversation is read in a real browser, without a page more."""

import pytest

from engine.sandbox.people import make_person

pytestmark = pytest.mark.browser


def test_a_wish_by_hand_and_a_fresh_message_hold_the_wish_back(stage, open_sandbox):
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
    sandbox = open_sandbox([make_person(person) for person in town])

    told, code = stage.run_campaign()

    assert code == 0, told
    assert [message.slug for message in sandbox.messages] == ["alan-whitcombe"]
    reasons = {action["name"]: (action["status"], action["reason"]) for action in told["actions"]}
    assert reasons["Maëlle Castrovan"][0] == "skipped"
    assert "sent by hand" in reasons["Maëlle Castrovan"][1]
    assert reasons["Noé Garivaux"][0] == "planned"
    assert reasons["Noé Garivaux"][1].startswith("waits for approval: they wrote on")
    assert stage.rows("SELECT count(*) FROM contacts_interaction WHERE payload LIKE '%by_hand%'") == [(1,)]
