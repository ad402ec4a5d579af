"""Staff start a campaign by its button, watch the run while it goes, and stop it."""

from datetime import time

import pytest
from django.conf import settings
from django.urls import reverse
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as shown
from selenium.webdriver.support.wait import WebDriverWait

from campaigns.models import Run
from campaigns.processes import ProcessIdentity
from engine.pace import SystemClock
from tests.builders import a_campaign, an_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 30
STATE = (By.CSS_SELECTOR, ".story-heading")
STEP = (By.CSS_SELECTOR, "[data-field=step]")
PLANNED = (By.CSS_SELECTOR, "[data-field=planned]")


@pytest.fixture
def staff(browser, live_server, admin_client):
    """The browser, signed in as who may do everything; gives what opens a page of the admin."""
    base = live_server.url.replace("localhost", "127.0.0.1")

    def open_it(address):
        browser.driver.get(f"{base}{address}")
        return browser.driver

    driver = open_it("/health")
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME]
    driver.add_cookie({"name": cookie.key, "value": cookie.value, "path": "/"})
    yield open_it
    # A stream that is still read would hold up the server's end.
    driver.get("about:blank")
    driver.get(f"{base}/health")
    driver.delete_all_cookies()


def test_a_run_is_started_watched_and_stopped(staff):
    campaign = a_campaign(an_account(hours_start=time.min, hours_end=time(23, 59, 59)))
    driver = staff(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))
    wait = WebDriverWait(driver, SECONDS)

    press(wait, "Run now")
    wait.until(shown.text_to_be_present_in_element(STATE, "QUEUED"))
    wait.until(shown.text_to_be_present_in_element(STEP, "Waiting for a worker"))
    run = Run.objects.get()
    assert (run.requested_by, run.is_dry_run) == ("user admin", False)

    run.begin(ProcessIdentity.own(), SystemClock().now())
    run.to_do = 3
    run.reach("writes the first wish")
    run.beat(SystemClock().now())
    wait.until(shown.text_to_be_present_in_element(STEP, "writes the first wish"))
    wait.until(shown.text_to_be_present_in_element(PLANNED, "3"))

    press(wait, "Stop this run")
    wait.until(
        shown.text_to_be_present_in_element((By.TAG_NAME, "body"), "It was asked to stop, and does so")
    )
    assert run.is_stop_requested()

    run.end(Run.Outcome.STOPPED, SystemClock().now(), "a person asked it to stop")
    wait.until(shown.text_to_be_present_in_element(STATE, "STOPPED"))
    assert "a person asked it to stop" in driver.find_element(*STATE).text


def press(wait, words):
    wait.until(shown.element_to_be_clickable((By.XPATH, f"//button[contains(., '{words}')]"))).click()
