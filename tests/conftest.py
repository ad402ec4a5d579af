"""What every test gets, and the one browser of a test process, which its page tests share."""

from contextlib import ExitStack

import hypothesis
import pytest
from selenium.common.exceptions import WebDriverException

from engine.browser import Browser
from engine.errors import BrowserFailed
from engine.pace import SystemClock
from engine.sandbox import Sandbox
from tests.captures import Shelf

# A loaded machine is slow, not wrong: no example has a deadline.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")
DATABASE_FIXTURES = {"db", "transactional_db"}


def pytest_collection_modifyitems(items):
    """Mark what touches the database: those tests run on PostgreSQL as well."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session")
def shelf():
    """Serves the captures and the pages of the test that runs; whoever puts pages there clears it first."""
    with Shelf() as shelf:
        yield shelf


@pytest.fixture(scope="session")
def browser(shelf):
    """Started when the first test needs it; see `settled_browser` for what a test leaves behind."""
    with Browser(None, SystemClock(), network_url=shelf.url, is_rehearsal=True) as browser:
        yield browser


@pytest.fixture
def serve():
    """Serves a sandbox of the given options until the test is over."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(Sandbox(**options))


@pytest.fixture(autouse=True)
def settled_browser(request):
    """After each test that shares the browser: out of its frames; a broken one is replaced."""
    yield
    browser = request.node.funcargs.get("browser")
    if browser is None or not browser.is_started:
        return
    try:
        browser.driver.switch_to.default_content()
    except (BrowserFailed, WebDriverException):
        browser.quit()
