"""What every journey through the admin leaves behind: no connection to the server that the tests share."""

import threading

import pytest

from tests.waiting import until


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
