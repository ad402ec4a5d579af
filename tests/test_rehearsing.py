"""A rehearsal from the admin: queued once, performed by a worker as the command does it, kept as counts."""

import json
import sys
from datetime import timedelta

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from campaigns.rehearsing import perform_rehearsal, rehearsals_of, rehearse_campaign, request_rehearsal
from engine.pace import SystemClock
from tests.builders import a_campaign, allow

pytestmark = pytest.mark.django_db
REPORT = {"outcome": "finished", "done": 3, "failed": 0, "unknown": 0, "skipped": 1, "left": 2}


@pytest.fixture
def campaign():
    return a_campaign()


def a_program(*lines: str) -> list[str]:
    """In place of manage.py: says these lines, whatever it is asked."""
    return [sys.executable, "-c", "\n".join(f"print({line!r})" for line in lines)]


def never() -> bool:
    return False


def rehearse(client, campaign):
    return client.post(reverse("admin:campaigns_campaign_rehearse", args=[campaign.pk]), follow=True)


def page_of(client, campaign) -> str:
    return client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk])).content.decode()


def test_of_what_the_command_tells_only_the_counts_are_kept(campaign):
    told = {**REPORT, "actions": [{"name": "Ada Martin", "text": "Happy birthday, Ada!"}], "reason": "Ada"}

    assert rehearse_campaign(campaign.pk, never, a_program("a line before", json.dumps(told))) == REPORT


def test_the_command_is_that_of_the_campaign_and_its_account(campaign, tmp_path):
    asked = tmp_path / "asked"
    program = [sys.executable, "-c", f"import sys; open({str(asked)!r}, 'w').write(' '.join(sys.argv[1:]))"]

    rehearse_campaign(campaign.pk, never, program)

    assert asked.read_text() == "run_campaign birthday --account ada --rehearse --json"


@pytest.mark.parametrize("lines", [(), ("no report",), ("[1]",), ("null",)])
def test_a_command_that_tells_nothing_leaves_an_empty_outcome(campaign, lines):
    assert rehearse_campaign(campaign.pk, never, a_program(*lines)) == {"outcome": ""}


def test_a_campaign_that_is_gone_is_not_rehearsed():
    assert perform_rehearsal.func(4711) == {"outcome": ""}


def test_who_stops_the_worker_stops_the_rehearsal(campaign):
    waits = [sys.executable, "-c", "import signal; signal.pause()"]

    assert rehearse_campaign(campaign.pk, lambda: True, waits) == {"outcome": ""}


def test_one_rehearsal_waits_at_a_time_and_one_that_waits_for_a_dead_worker_does_not_count(campaign):
    clock = SystemClock()

    assert request_rehearsal(campaign, clock)
    assert not request_rehearsal(campaign, clock)
    assert request_rehearsal(a_campaign(campaign.account, name="other"), clock)
    DBTaskResult.objects.update(status="RUNNING", enqueued_at=clock.now() - timedelta(hours=2))
    assert request_rehearsal(campaign, clock)
    assert rehearsals_of(campaign).count() == 2


def test_runs_for_real_go_before_rehearsals(campaign):
    request_rehearsal(campaign, SystemClock())

    assert rehearsals_of(campaign).get().priority < 0


def test_the_button_says_what_a_rehearsal_is_and_its_end_is_told(admin_client, campaign):
    assert "nothing real is sent, marked or spent" in page_of(admin_client, campaign)

    assert "Queued: a worker rehearses it" in rehearse(admin_client, campaign).content.decode()
    assert "waits for a worker" in page_of(admin_client, campaign)
    assert "is waited for already" in rehearse(admin_client, campaign).content.decode()
    DBTaskResult.objects.update(status="RUNNING")
    assert "is under way" in page_of(admin_client, campaign)
    now = SystemClock().now()
    DBTaskResult.objects.update(status="SUCCESSFUL", return_value=REPORT, finished_at=now)
    text = page_of(admin_client, campaign)
    assert "finished" in text
    assert "done 3, failed 0, in doubt 0, left out 1, still planned 2" in text


@pytest.mark.parametrize(
    "ending", [{"status": "SUCCESSFUL", "return_value": {"outcome": ""}}, {"status": "FAILED"}]
)
def test_a_rehearsal_that_told_nothing_says_how_to_see_why(admin_client, campaign, ending):
    request_rehearsal(campaign, SystemClock())
    DBTaskResult.objects.update(finished_at=SystemClock().now(), **ending)

    assert "manage.py run_campaign birthday --rehearse" in page_of(admin_client, campaign)


def test_only_who_may_start_rehearses_and_only_by_the_button(client, campaign, django_user_model):
    viewer = django_user_model.objects.create_user("vera", is_staff=True)
    allow(viewer, "view_campaign")
    client.force_login(viewer)

    assert rehearse(client, campaign).status_code == 403
    allow(viewer, "add_run")
    assert client.get(reverse("admin:campaigns_campaign_rehearse", args=[campaign.pk])).status_code == 405
    assert rehearse(client, campaign).status_code == 200
    assert rehearsals_of(campaign).count() == 1


def test_an_outcome_of_two_words_is_told_in_words(admin_client, campaign):
    request_rehearsal(campaign, SystemClock())
    DBTaskResult.objects.update(status="SUCCESSFUL", return_value={**REPORT, "outcome": "nothing_to_do"})

    assert "nothing to do" in page_of(admin_client, campaign)
