"""A schedule whose time passes while nobody is there to start anything is told of."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.models import Run, Worker
from campaigns.processes import ProcessIdentity
from campaigns.silence import missed
from tests.builders import a_campaign, an_account
from tests.fakes import FakeClock

pytestmark = pytest.mark.django_db
NINE = FakeClock().time.replace(hour=9, minute=0)
TEN = NINE + timedelta(hours=1)


@pytest.fixture
def campaign():
    """Made long ago; it is due at nine by the clock of Greenwich."""
    with time_machine.travel(NINE - timedelta(days=3), tick=False):
        return a_campaign(an_account(time_zone="UTC"), schedule="0 9 * * *")


def names(now):
    return [(campaign.name, due) for campaign, due in missed(now)]


def test_a_time_that_passed_without_a_worker_and_without_a_run_is_missed(campaign):
    assert names(TEN) == [(campaign.name, NINE)]


def test_a_worker_that_lives_misses_nothing(campaign):
    Worker.objects.arrive(ProcessIdentity.own(), TEN)
    assert missed(TEN) == []


def test_a_worker_is_given_ten_minutes_to_come(campaign):
    yesterday = NINE - timedelta(days=1)
    assert names(NINE + timedelta(minutes=9)) == [(campaign.name, yesterday)]
    assert names(NINE + timedelta(minutes=10)) == [(campaign.name, NINE)]


@pytest.mark.parametrize(("is_dry_run", "is_missed"), [(False, False), (True, True)])
def test_a_run_that_cron_started_is_what_was_due_and_a_dry_run_is_not(campaign, is_dry_run, is_missed):
    Run.objects.create(
        campaign=campaign, account=campaign.account, status=Run.Status.ENDED, outcome="finished", fence=1,
        started_at=NINE, heartbeat_at=NINE, ended_at=TEN, is_dry_run=is_dry_run,
    )  # fmt: skip
    assert bool(missed(TEN)) is is_missed


def test_what_a_worker_dealt_with_before_it_left_was_not_missed(campaign):
    campaign.schedule_seen, campaign.schedule_seen_at = campaign.schedule, NINE + timedelta(minutes=1)
    campaign.save()
    assert missed(TEN) == []
    assert names(TEN + timedelta(days=1)) == [(campaign.name, NINE + timedelta(days=1))]


@pytest.mark.parametrize("change", [{"is_active": False}, {"schedule": ""}])
def test_a_campaign_that_starts_by_itself_no_more_is_not_missed(campaign, change):
    type(campaign).objects.update(**change)
    assert missed(TEN) == []


def test_a_paused_account_is_told_of_as_paused(campaign):
    campaign.account.pause("a security check", "Sign in by hand.", TEN)
    assert missed(TEN) == []


def test_what_went_before_the_campaign_was_made_was_not_missed(campaign):
    type(campaign).objects.update(created_at=NINE + timedelta(minutes=30))
    assert missed(TEN) == []


def test_the_first_page_says_which_campaign_was_due_and_when(campaign, admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert f"<strong>{campaign}</strong> of {campaign.account} was due" in page
    assert "09:00 UTC, and nothing was there to start it" in page
