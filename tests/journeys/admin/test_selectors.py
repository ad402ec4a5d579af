"""Staff follow a key that got worse to what is proposed for it, compare before and after, and decide; snapshots."""

import base64
import gzip
from datetime import timedelta

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By

from engine import snapshots
from engine.models import LinkedInSelector, Snapshot
from engine.pace import SystemClock
from tests.builders import an_account
from tests.journeys.admin.acts import click, press, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BEFORE = "→ <button class='send'>Send</button>"
AFTER = "→ <button>{}<img src=x onerror=document.title='harm'></button>"
IS_DRAWN = "return arguments[0].naturalWidth"


@pytest.fixture
def snapshot(browser, settings, tmp_path):
    """Of a page that would do harm where it was taken for one."""
    settings.DATA_DIR = tmp_path
    image = base64.b64decode(browser.driver.cdp("Page.captureScreenshot", {"format": "png"})["data"])
    taken = Snapshot(
        account=an_account(), reason="no Send button", page_kind="profile", selector_key="composer.send",
        taken_at=SystemClock().now() - timedelta(hours=1),
    )  # fmt: skip
    return snapshots._kept(taken, gzip.compress(b"<script>document.title = 'harm'</script>"), image)


def propose(value, snapshot):
    evidence = {"before": BEFORE, "after": AFTER.format(value), "why": {"form": 2}, "snapshot": snapshot.pk}
    return LinkedInSelector.objects.create(
        key="composer.send", kind="text", value=value, name=value, origin="proposed", state="proposed",
        evidence=evidence,
    )  # fmt: skip


def test_proposals_are_compared_with_what_was_there_and_decided(office, snapshot):
    good, bad = propose("Wyślij", snapshot), propose("Anuluj", snapshot)
    driver, wait = office(reverse("admin:engine_linkedinselector_health"))
    click(wait, By.LINK_TEXT, "2 proposals wait for you")
    click(wait, By.XPATH, "//tr[contains(., 'Wyślij')]//th//a | //tr[contains(., 'Wyślij')]//td//a")
    for words in (BEFORE, AFTER.format("Wyślij"), "form 2", "A click on it cannot be undone."):
        read(wait, words)
    picture = driver.find_element(By.CSS_SELECTOR, "img[alt='The page as it was shown']")
    driver.execute_script("arguments[0].scrollIntoView()", picture)
    wait.until(lambda driver: driver.execute_script(IS_DRAWN, picture) > 0)
    assert driver.title != "harm"
    press(wait, "Accept")
    read(wait, "Decided, with your name and the time.")
    good.refresh_from_db()
    assert (good.state, good.decided_by) == ("accepted", "admin")

    driver, wait = office(reverse("admin:engine_linkedinselector_change", args=[bad.pk]))
    press(wait, "Refuse")
    read(wait, "Decided, with your name and the time.")
    bad.refresh_from_db()
    assert bad.state == "refused"

    click(wait, By.PARTIAL_LINK_TEXT, "no Send button")
    read(wait, "<script>document.title = 'harm'</script>")
    picture = driver.find_element(By.CSS_SELECTOR, "main img, #content img")
    wait.until(lambda driver: driver.execute_script(IS_DRAWN, picture) > 0)
    assert driver.title != "harm"
