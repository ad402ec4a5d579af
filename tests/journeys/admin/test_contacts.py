"""Staff come in by the first page, find somebody, and see to it that nobody writes to them; another one is erased."""

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By

from campaigns.models import Action
from contacts.models import Contact
from engine.models import Account
from engine.pace import SystemClock
from tests.builders import a_campaign, a_contact
from tests.journeys.admin.acts import click, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_todays_birthdays_to_somebody_who_is_not_to_be_contacted(office):
    today = SystemClock().now().astimezone(Account().zone).date()
    campaign = a_campaign(needs_approval=True)
    ada = a_contact("Ada Martin", campaign, born=today, company="<img src=x onerror=document.title='harm'>")
    Action.objects.create(
        campaign=campaign, account=campaign.account, contact=ada, occasion="birthday", due_on=today, expires_on=today,
        text="Happy birthday, Ada!",
    )  # fmt: skip
    driver, wait = office(reverse("admin:index"))
    read(wait, "Birthdays today")
    click(wait, By.LINK_TEXT, "Ada Martin")
    read(wait, "Happy birthday, Ada!")
    assert driver.title != "harm"
    driver.find_element(By.ID, "silence-reason").send_keys("asked on the phone")
    click(wait, By.CSS_SELECTOR, "form[action$='/silence/'] button")
    read(wait, "Nobody writes to them any more, from any account.")
    read(wait, "asked on the phone (admin)")
    assert Contact.objects.get().status == "do_not_contact"


def test_somebody_is_searched_and_erased_by_typing_their_name(office):
    a_contact("Ada Martin", born=None)
    a_contact("Béatrice Roux", born=None)
    driver, wait = office(reverse("admin:index"))
    driver.get(driver.current_url + "contacts/contact/?q=beat")
    read(wait, "1 contact")
    click(wait, By.LINK_TEXT, "Béatrice Roux")
    click(wait, By.PARTIAL_LINK_TEXT, "Erase")
    read(wait, "There is no way to undo it.")
    driver.find_element(By.ID, "typed").send_keys("Béatrice Roux")
    click(wait, By.CSS_SELECTOR, ".person button.is-harsh")
    read(wait, "Erased, and kept out from now on.")
    assert list(Contact.objects.values_list("name", flat=True)) == ["Ada Martin"]
