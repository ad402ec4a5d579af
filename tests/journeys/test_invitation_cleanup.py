"""The clean-up of sent invitations in a real browser: the oldest go, each with its proof, and nobody else's."""

import pytest

from campaigns.models import Run
from contacts.models import Interaction
from contacts.profile_urls import slug_of
from engine.sandbox import Sandbox
from engine.sandbox.people import make_person
from tests.builders import a_campaign
from tests.journeys.in_process import preview_on, run_on
from tests.waiting import until

pytestmark = pytest.mark.browser


def town():
    """The owner, and whom they invited, on one page of the list."""
    asked = {
        "Ada Martin": 20,
        "Bo Lindgren": 45,
        "Cleo Vasterling": 150,
        "Dov Amberlake": 200,
        "Eka Thornquill": 400,
    }
    people = [
        {"name": name, "slug": name.lower().replace(" ", "-"), "degree": 2, "invited_days": days}
        for name, days in asked.items()
    ]
    return [make_person(one) for one in ({"name": "You", "slug": "you", "own": True}, *people)]


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


def test_the_oldest_invitations_are_withdrawn_with_proof_except_the_kept(browser, db, today):
    campaign = a_campaign(name="invitations", kind="invitations")
    with Sandbox(town(), today=today, language="fr") as sandbox:
        first, kept, third = old(sandbox)[:3]
        _, planned = preview_on(sandbox, browser, campaign)
        assert (sum(one.is_chosen for one in planned), withdrawn(sandbox)) == (len(old(sandbox)), [])
        campaign.keep_list = f"https://www.linkedin.com/in/{kept}/"
        campaign.save()

        run = run_on(sandbox, browser, campaign, limit=2)

        assert run.outcome == Run.Outcome.FINISHED
        assert withdrawn(sandbox) == [first, third]
        assert not sandbox.wrong_clicks
    done = Interaction.objects.filter(type="invitation_withdrawn").order_by("pk")
    assert [slug_of(one.contact.profile_url) for one in done] == [first, third]
    assert [entry["name"] for entry in run.skipped if entry["reason"] == "is on the keep list"]


def test_a_kill_after_the_click_is_settled_by_reading_the_list(stage, open_sandbox):
    sandbox = open_sandbox(town(), faults={"withdraw_hangs": True})
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
