"""The clean-up of sent invitations in a real browser: the oldest go, each with its proof, and nobody else's."""

import pytest

from tests.journeys.test_crash_after_the_click import until

pytestmark = pytest.mark.browser


def old(sandbox, days=90):
    """Whose invitation the page itself calls older than the limit, the oldest first."""
    people = [one for one in sandbox.invited if (one.invited_days or 0) // 30 * 30 > days]
    return [one.slug for one in reversed(people)]


def withdrawn(sandbox):
    return [withdrawal.slug for withdrawal in sandbox.withdrawals]


def recorded(stage):
    rows = stage.rows(
        "SELECT c.profile_url FROM contacts_interaction i JOIN contacts_contact c ON c.id = i.contact_id"
        " WHERE i.type = 'invitation_withdrawn' ORDER BY i.id"
    )
    return [url.rstrip("/").rsplit("/", 1)[1] for (url,) in rows]


def test_the_oldest_invitations_are_withdrawn_with_proof_except_the_kept(stage, open_sandbox):
    sandbox = open_sandbox(language="fr")
    first, kept, third = old(sandbox)[:3]
    looked, _ = stage.run_campaign("--dry-run", kind="invitations")
    assert (looked["left"], withdrawn(sandbox)) == (len(old(sandbox)), [])
    stage.write("UPDATE campaigns_campaign SET keep_list = ?", f"https://www.linkedin.com/in/{kept}/")

    told, code = stage.run_campaign("--limit", "2", kind="invitations")

    assert (told["outcome"], told["done"], code) == ("finished", 2, 0), told
    assert withdrawn(sandbox) == recorded(stage) == [first, third]
    assert not sandbox.wrong_clicks
    assert [action["name"] for action in told["actions"] if action["reason"] == "is on the keep list"]


def test_a_kill_after_the_click_is_settled_by_reading_the_list(stage, open_sandbox):
    sandbox = open_sandbox(faults={"withdraw_hangs": True})
    oldest = old(sandbox)[0]
    run = stage.start("run_campaign", "invitations", "--json", "--limit", "1")
    until(lambda: sandbox.withdrawals, run)

    run.kill()
    run.communicate()
    stage.silence_runs()
    sandbox.faults.clear()
    told, code = stage.run_campaign("--limit", "1", kind="invitations")

    assert code == 0, told
    assert withdrawn(sandbox)[0] == oldest
    assert withdrawn(sandbox) == recorded(stage)
    assert len(withdrawn(sandbox)) == 2
