"""Staff come in by the first page, find somebody, and see to it that nobody writes to them; another one is erased."""

import pytest
from django.conf import settings
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as shown
from selenium.webdriver.support.wait import WebDriverWait

from campaigns.models import Action
from contacts.models import Contact
from engine.models import Account
from engine.pace import SystemClock
from tests.builders import a_campaign, a_contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 30


@pytest.fixture
def desk(browser, live_server, admin_client):
    """The browser at the admin's first page, signed in as who may do everything, with what waits for words."""
    base = live_server.url.replace("localhost", "127.0.0.1")
    driver = browser.driver
    driver.get(f"{base}/health")
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME]
    driver.add_cookie({"name": cookie.key, "value": cookie.value, "path": "/"})
    wait = WebDriverWait(driver, SECONDS)

    def says(words):
        wait.until(shown.text_to_be_present_in_element((By.TAG_NAME, "body"), words))

    def click(how, what):
        wait.until(shown.element_to_be_clickable((how, what))).click()

    def open_home():
        driver.get(f"{base}/admin/")
        return driver, says, click

    yield open_home
    driver.get(f"{base}/health")
    driver.delete_all_cookies()


def test_from_todays_birthdays_to_somebody_who_is_not_to_be_contacted(desk):
    today = SystemClock().now().astimezone(Account().zone).date()
    campaign = a_campaign(needs_approval=True)
    ada = a_contact("Ada Martin", campaign, born=today, company="<img src=x onerror=document.title='harm'>")
    Action.objects.create(
        campaign=campaign, account=campaign.account, contact=ada, occasion="birthday", due_on=today, expires_on=today,
        text="Happy birthday, Ada!",
    )  # fmt: skip
    driver, says, click = desk()
    says("Birthdays today")
    click(By.LINK_TEXT, "Ada Martin")
    says("Happy birthday, Ada!")
    assert driver.title != "harm"
    driver.find_element(By.ID, "silence-reason").send_keys("asked on the phone")
    click(By.CSS_SELECTOR, "form[action$='/silence/'] button")
    says("Nobody writes to them any more, from any account.")
    says("asked on the phone (admin)")
    assert Contact.objects.get().status == "do_not_contact"


def test_somebody_is_searched_and_erased_by_typing_their_name(desk):
    a_contact("Ada Martin", born=None)
    a_contact("Béatrice Roux", born=None)
    driver, says, click = desk()
    driver.get(driver.current_url + "contacts/contact/?q=beat")
    says("1 contact")
    click(By.LINK_TEXT, "Béatrice Roux")
    click(By.PARTIAL_LINK_TEXT, "Erase")
    says("There is no way to undo it.")
    driver.find_element(By.ID, "typed").send_keys("Béatrice Roux")
    click(By.CSS_SELECTOR, ".person button.is-harsh")
    says("Erased, and kept out from now on.")
    assert list(Contact.objects.values_list("name", flat=True)) == ["Ada Martin"]
