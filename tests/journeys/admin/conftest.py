"""The browser of every journey through the admin: signed in, and gone before the server that the tests share."""

import threading

import pytest
from django.conf import settings
from selenium.webdriver.support.wait import WebDriverWait

from tests.waiting import until

SECONDS = 30
# What the policy of pages refuses to their own scripts and styles, whichever page it was on.
KEEP_REFUSALS = """
  addEventListener("securitypolicyviolation", ({effectiveDirective: what, sourceFile: file, lineNumber: line}) => {
    sessionStorage.refused = `${sessionStorage.refused ?? ""}${location.pathname}: ${what}, ${file}:${line}; `;
  });
"""
REFUSALS = "return sessionStorage.refused ?? ''"


@pytest.fixture
def office(browser, live_server, admin_client):
    """Opens an address of this site as somebody who may do everything; gives the driver, and what waits.

    Nothing that is done on its pages may be refused by their own policy.
    """
    base = live_server.url.replace("localhost", "127.0.0.1")
    driver = browser.driver
    driver.get(f"{base}/health")
    driver.cdp("Page.addScriptToEvaluateOnNewDocument", {"source": KEEP_REFUSALS})
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME]
    driver.add_cookie({"name": cookie.key, "value": cookie.value, "path": "/"})

    def open_it(address):
        driver.get(f"{base}{address}")
        return driver, WebDriverWait(driver, SECONDS)

    yield open_it
    refused = driver.execute_script(REFUSALS)
    # A stream that is still read would hold up the server's end.
    driver.get("about:blank")
    driver.get(f"{base}/health")
    driver.delete_all_cookies()
    assert refused == ""


@pytest.fixture(autouse=True)
def let_go(browser, live_server):
    """The browser ends while the server may still close its connections properly.

    Django's test server fails to close a socket that outlives its share in the test's database, which is told in
    whichever test comes later.
    """
    yield
    browser.quit()
    until(
        lambda: not any("process_request_thread" in each.name for each in threading.enumerate()), seconds=30
    )
