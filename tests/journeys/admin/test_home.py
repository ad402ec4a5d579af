"""Staff open the first page: a paused account comes before all else, and each figure leads to what it counts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By

from campaigns.models import Action
from engine.models import SpentPermit
from engine.pace import SystemClock
from tests.builders import a_campaign, a_contact
from tests.journeys.admin.acts import click, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST = (By.CSS_SELECTOR, ".home > :first-child")
TILE = "//a[contains(@class, 'home-tile')][span='{}'][strong='{}']"
QUOTA = "//a[contains(@class, 'home-quota')][contains(., 'Messages, 24 hours')][contains(., '{}')]"
# Each figure, and what stands in the list behind it.
FIGURES = [
    (TILE.format("Birthdays today", 2), "2 contacts"),
    (TILE.format("Waiting for approval", 1), "Happy birthday, Ada!"),
    (TILE.format("In doubt", 1), "Happy birthday, Bo!"),
    (QUOTA.format("3 of 15 used, 12 left"), "3 spent permits"),
]


def spend(account, at, **fields):
    SpentPermit.objects.create(
        account=account, bucket="message", attempt_id=uuid4(), taken_at=at, spacing_seconds=90, **fields
    )


def test_a_paused_account_comes_first_and_each_figure_leads_to_what_it_counts(office):
    campaign, now = a_campaign(needs_approval=True), SystemClock().now()
    account = campaign.account
    today = now.astimezone(account.zone).date()
    for name, status in (("Ada Martin", "planned"), ("Bo Lindgren", "unknown")):
        Action.objects.create(
            campaign=campaign, account=account, contact=a_contact(name, campaign, born=today), occasion="birthday",
            due_on=today, expires_on=today + timedelta(days=1), text=f"Happy birthday, {name.split()[0]}!",
            status=status,
        )  # fmt: skip
    for hours in (1, 2, 3, 25):
        spend(account, now - timedelta(hours=hours))
    spend(account, now - timedelta(hours=4), given_back_at=now)
    account.pause("the network asked for a security check", "Sign in by hand and answer it.", now)

    home = reverse("admin:index")
    driver, wait = office(home)
    read(wait, "ada is paused: nothing runs for it", FIRST)
    told = driver.find_element(*FIRST).text
    assert "the network asked for a security check" in told
    assert "What to do: Sign in by hand and answer it." in told

    for figure, words in FIGURES:
        click(wait, By.XPATH, figure)
        read(wait, words)
        driver, wait = office(home)
    click(wait, By.LINK_TEXT, "Open the account")
    read(wait, "Paused: nothing runs on this account")
    assert str(account.pk) in driver.current_url
