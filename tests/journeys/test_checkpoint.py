"""A security check in the middle: everything stops, and goes on only when a person says so."""

import pytest

from tests.journeys.test_birthday_campaign import received, town

pytestmark = pytest.mark.browser


def resume(stage):
    stage.write(
        "UPDATE engine_account SET state = 'active', paused_reason = '', paused_advice = '', paused_at = NULL"
    )


@pytest.mark.parametrize("place", ["/mynetwork/", "/in/noe-garivaux"])
def test_at_a_checkpoint_everything_stops_until_a_person_resumes(stage, open_sandbox, place):
    sandbox = open_sandbox(town(), faults={"checkpoint_at": place})

    told, code = stage.run_campaign()

    assert (told["outcome"], code) == ("account_paused", 78), told
    assert told["unknown"] == 0
    pages = [
        path
        for path in sandbox.requests
        if path.startswith(("/checkpoint", "/in/", "/mynetwork", "/messaging"))
    ]
    assert pages[-1].startswith("/checkpoint")
    reasons = [reason for (reason,) in stage.rows("SELECT reason FROM engine_snapshot WHERE html_path <> ''")]
    assert len(reasons) == 1
    sent_before, asked = len(sandbox.messages), len(sandbox.requests)

    refused, code = stage.run_campaign()

    assert (refused["run"], refused["outcome"], code) == (None, "account_paused", 78)
    assert len(sandbox.requests) == asked
    sandbox.faults.clear()
    resume(stage)

    told, code = stage.run_campaign()

    assert (told["outcome"], code) == ("finished", 0), told
    assert len(sandbox.messages) == 3 > sent_before
    assert received(sandbox) == stage.recorded
