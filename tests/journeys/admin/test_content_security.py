"""The pages work under the policy that keeps scripts out, and the policy does keep them out."""

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.builders import a_contact
from tests.journeys.admin.acts import click, read
from tests.journeys.admin.watch import walk, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INJECT = """
  const box = document.body.appendChild(document.createElement("div"));
  box.innerHTML = "<img src='/none' onerror='harm(1)'><a id=link href='javascript:harm(2)' onclick='harm(3)'>x</a>" +
    "<p style='position: fixed'>over everything</p>";
  document.getElementById("link").click();
  const script = document.createElement("script");
  script.textContent = "harm(4)";
  box.append(script);
  const elsewhere = document.createElement("script");
  elsewhere.src = "//elsewhere.example/x.js";
  box.append(elsewhere);
"""
TOLD = "return window.told"
OF_THE_API = ["/docs", "/contacts", "/campaigns", "/campaigns/runs"]
REFUSED = [
    "script-src-attr: inline", "script-src-elem: inline", "script-src-elem: http", "script-src: eval",
    "style-src-attr: inline",
]  # fmt: skip


def test_the_pages_work_without_a_script_of_their_own_and_what_is_put_into_them_does_not_run(office, browser):
    for number in range(101):
        a_contact(f"Ada {number}", born=None)
    with watched(browser.driver):
        assert walk(office, OF_THE_API, lambda driver: []) == {page: [] for page in OF_THE_API}
        driver, wait = office(reverse("admin:contacts_contact_changelist"))
        wait.until(
            lambda driver: "_x_dataStack" in driver.execute_script("return Object.keys(document.body)")
        )
        change_theme(driver, wait)
        search_from_the_keyboard(driver, wait)
        assert driver.execute_script(TOLD) == []

        driver.execute_script(INJECT)
        # By this it is a script of the page: what the driver runs is not held to the policy.
        driver.execute_script("setTimeout('harm(5)')")
        wait.until(
            lambda driver: all(any(way in each for each in driver.execute_script(TOLD)) for way in REFUSED)
        )
        assert not [each for each in driver.execute_script(TOLD) if "a script ran" in each]
        driver.execute_script("sessionStorage.clear()")  # these refusals were asked for


def change_theme(driver, wait):
    for theme in ("light", "dark"):
        driver.find_element(By.TAG_NAME, "body").send_keys(Keys.CONTROL + "e")
        wait.until(
            lambda driver, theme=theme: (
                theme in driver.find_element(By.TAG_NAME, "html").get_attribute("class").split()
            )
        )


def search_from_the_keyboard(driver, wait):
    driver.find_element(By.TAG_NAME, "body").send_keys("/")
    driver.switch_to.active_element.send_keys("Ada 77", Keys.ENTER)
    click(wait, By.LINK_TEXT, "Ada 77")
    read(wait, "https://www.linkedin.com/in/ada-77/")
