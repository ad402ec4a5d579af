"""Staff decide about exact texts from the keyboard."""

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as shown

from campaigns.models import Action, Campaign
from engine.pace import SystemClock
from tests.builders import a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeClock, FakeNetwork
from tests.journeys.admin.acts import read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CURRENT = (By.CSS_SELECTOR, ".waiting.current h2")


def press(driver, *keys):
    for key in keys:
        driver.switch_to.active_element.send_keys(key)


@pytest.mark.time_machine(FakeClock().now())
def test_texts_are_approved_edited_and_rejected_from_the_keyboard(office):
    campaign = a_birthday_campaign()
    Campaign.objects.update(needs_approval=True)
    campaign.refresh_from_db()
    for name in ("Ada Martin", "Bo Lindgren", "Cleo Duval"):
        a_contact(name, campaign)
    run_it(campaign, FakeNetwork())
    driver, wait = office(reverse("admin:campaigns_action_approvals"))
    read(wait, "Ada Martin", CURRENT)

    press(driver, "j")
    read(wait, "Bo Lindgren", CURRENT)
    press(driver, "a")
    read(wait, "Approved: it goes out with the next run.")
    read(wait, "Cleo Duval", CURRENT)  # the one after it

    press(driver, "r")
    wait.until(shown.visibility_of_element_located((By.CSS_SELECTOR, ".waiting.current input[name=why]")))
    press(driver, "we fell out", Keys.ENTER)
    read(wait, "Rejected: nothing is sent on this occasion.")
    read(wait, "Ada Martin", CURRENT)

    press(driver, "e")
    wait.until(shown.visibility_of_element_located((By.CSS_SELECTOR, ".waiting.current textarea")))
    press(driver, Keys.CONTROL + "a", "All the best, Ada! j a r")
    driver.find_element(By.CSS_SELECTOR, ".waiting.current button[value=edit_and_approve]").click()
    read(wait, "Nothing waits for approval.")

    network = FakeNetwork()
    run_it(campaign, network, FakeClock(SystemClock().now()))  # after what was decided
    assert sorted(sent.text for sent in network.sent) == ["All the best, Ada! j a r", "Happy birthday, Bo!"]
    assert Action.objects.get(status="skipped").reason == "rejected by user admin: we fell out"
