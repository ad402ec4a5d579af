"""Staff start a campaign by its button, watch the run while it goes, and stop it."""

from datetime import time

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By

from campaigns.models import Run
from campaigns.processes import ProcessIdentity
from engine.pace import SystemClock
from tests.builders import a_campaign, an_account
from tests.journeys.admin.acts import click, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STATE = (By.CSS_SELECTOR, ".story-heading")
STEP = (By.CSS_SELECTOR, "[data-field=step]")
PLANNED = (By.CSS_SELECTOR, "[data-field=planned]")


def test_a_run_is_started_watched_and_stopped(office):
    campaign = a_campaign(an_account(hours_start=time.min, hours_end=time(23, 59, 59)))
    driver, wait = office(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))

    click(wait, By.XPATH, "//button[contains(., 'Run now')]")
    read(wait, "QUEUED", STATE)
    read(wait, "Waiting for a worker", STEP)
    run = Run.objects.get()
    assert (run.requested_by, run.is_dry_run) == ("user admin", False)

    run.begin(ProcessIdentity.own(), SystemClock().now())
    run.to_do = 3
    run.reach("writes the first wish")
    run.beat(SystemClock().now())
    read(wait, "writes the first wish", STEP)
    read(wait, "3", PLANNED)

    click(wait, By.XPATH, "//button[contains(., 'Stop this run')]")
    read(wait, "It was asked to stop, and does so")
    assert run.is_stop_requested()

    run.end(Run.Outcome.STOPPED, SystemClock().now(), "a person asked it to stop")
    read(wait, "STOPPED", STATE)
    assert "a person asked it to stop" in driver.find_element(*STATE).text
