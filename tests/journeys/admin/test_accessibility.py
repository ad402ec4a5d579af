"""axe-core finds nothing serious on any page of the admin, light or dark, nor on a phone where a page is all ours.

Nor on the pages that staff browse the API with, and read about it in, with an operation unfolded.
"""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from selenium.webdriver.support.wait import WebDriverWait

from tests.journeys.admin.conftest import SECONDS
from tests.journeys.admin.pages import every_page
from tests.journeys.admin.rows import fill
from tests.journeys.admin.watch import walk, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# axe-core 4.14.1, unchanged.
AXE = (Path(__file__).parents[2] / "data" / "axe" / "axe.min.js").read_text()
RUN = """
  const [rules, tell] = arguments;
  axe.run(document, {resultTypes: ["violations"], ...(rules && {runOnly: rules})}).then(({violations}) => tell(
    violations.filter((each) => ["serious", "critical"].includes(each.impact)).flatMap((each) => each.nodes.map(
      (node) => `${each.id}: ${node.target.join(" ")} ${node.html.slice(0, 200)}`))));
"""
TURN = "document.documentElement.classList.toggle('dark', arguments[0])"
# Pages with a part of our own, and one of each that is django-unfold's alone: looked at in the dark and on a phone too.
LOOKED_AT_CLOSELY = re.compile(
    r"/admin/$|/login/$|/(approvals|doubts|import|health|erase|merge)/$|/contact/$"
    r"|/(contact|run|campaign|messagetemplate|account|linkedinselector|user)/\d+/change/$"
    r"|/contacts$|/docs"
)
OF_THE_API = (
    "/contacts", "/interactions?limit=1", "/campaigns", "/campaigns/runs", "/campaigns/status", "/approvals", "/doubts",
    "/docs", "/docs?#/campaigns/start_birthday", "/docs?2#/contacts/contacts_list",
)  # fmt: skip
# Swagger UI draws itself once it has the schema.
IS_DRAWN = """
  const docs = document.getElementById("swagger-ui");
  return !docs || !!docs.querySelector(location.hash ? ".opblock.is-open .opblock-body" : ".opblock");
"""
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


def test_nothing_serious_keeps_anybody_from_using_any_page(office, browser):
    fill()
    with watched(browser.driver, AXE):
        found = walk(office, every_page(), look)
        assert len(found) > 60
        browsed = walk(office, OF_THE_API, look)
        assert browsed.keys() == {*OF_THE_API}
        found |= browsed
        browser.driver.delete_all_cookies()  # the sign-in shows itself to strangers only
        found |= walk(office, [reverse("admin:login")], look)
    assert {page: troubles for page, troubles in found.items() if troubles} == {}


def look(driver):
    WebDriverWait(driver, SECONDS).until(lambda driver: driver.execute_script(IS_DRAWN))
    driver.execute_script(TURN, False)
    found = driver.execute_async_script(RUN, None)
    if LOOKED_AT_CLOSELY.search(driver.current_url):
        driver.cdp("Emulation.setDeviceMetricsOverride", PHONE)
        found += [f"phone: {each}" for each in driver.execute_async_script(RUN, None)]
        driver.cdp("Emulation.clearDeviceMetricsOverride", {})
        driver.execute_script(TURN, True)
        found += [f"dark: {each}" for each in driver.execute_async_script(RUN, ["color-contrast"])]
    return found
