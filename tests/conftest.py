"""What every test gets; a database for threads to share, and the one browser of a test process for page tests."""

import gc
import socket
import sqlite3
import threading
from contextlib import ExitStack, closing
from unittest.mock import patch

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase
from selenium.common.exceptions import WebDriverException

from engine.browser import Browser
from engine.errors import BrowserFailed
from engine.pace import SystemClock
from engine.sandbox import Sandbox
from tests import emptying
from tests.captures import Shelf
from tests.sandbox_visitor import headless_chromium

pytest_plugins = ["tests.measuring"]
# A loaded machine is slow, not wrong: no example has a deadline.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")
DATABASE_FIXTURES = {"db", "transactional_db"}
# What these tell of comes out alike on every database: pages, words, files and processes, around plain rows.
ALIKE_ON_EVERY_DATABASE = {
    "test_accounts_admin", "test_api_language", "test_api_routes", "test_campaigns_and_runs", "test_rehearsing",
    "test_runs_admin",
    "test_approvals", "test_browser", "test_browser_deaths", "test_browser_paths",
    "test_browser_profiles", "test_browser_wear", "test_campaigns_admin",
    "test_check_selectors", "test_clock_guard", "test_contacts_admin", "test_contacts_admin_people",
    "test_contacts_admin_import",
    "test_demonstration", "test_doctor", "test_engine_admin", "test_groups", "test_home",
    "test_import_command", "test_limiter_redis", "test_lockout", "test_log_in", "test_permissions",
    "test_reply_guard", "test_scoring_criteria",
    "test_screens", "test_serving", "test_sidebar",
    "test_translations", "test_sourcing_export", "test_sourcing_start", "test_stopping",
    "test_templates", "test_world", "test_accessibility", "test_content_security", "test_hostile_text",
}  # fmt: skip


def pytest_collection_modifyitems(items):
    """Mark what may differ from one database to another: those tests run on PostgreSQL as well."""
    for item in items:
        if item.path.stem in ALIKE_ON_EVERY_DATABASE:
            continue
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


def pytest_collection_finish(session):
    """What is loaded by now stays: the search for garbage, a fifth of a campaign's time, need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """A database that threads really contend for: SQLite's in-memory one has other locks than a file."""
    settings = connections.settings["default"]
    kept = {"NAME": settings["NAME"], "OPTIONS": settings["OPTIONS"]}
    if connection.vendor == "sqlite":
        copy = sqlite3.connect(tmp_path / "shared.sqlite3")
        connection.ensure_connection()
        connection.connection.backup(copy)
        copy.execute(
            "PRAGMA journal_mode=WAL"
        )  # several at once that switch it find it locked, and do not wait
        copy.close()
        # Dozens that contend for it on a loaded machine are slow, not stuck.
        settings |= {
            "NAME": str(tmp_path / "shared.sqlite3"),
            "OPTIONS": settings["OPTIONS"] | {"timeout": 300},
        }
    yield
    settings.update(kept)


@pytest.fixture
def closed_port():
    """A port of this machine where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def with_redis(settings):
    """Points the cache and the limiter's gate at a Redis of the given address, of which nobody has heard yet."""
    from engine.ratelimit.gated import (
        breaker_of_this_process,  # models, which are not there when this file is read
    )

    impatient = {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1, "CONNECTION_POOL_KWARGS": {"retry": None}}
    breaker_of_this_process.cache_clear()

    def point(url):
        settings.REDIS_URL = url
        settings.CACHES = {
            "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": url, "OPTIONS": impatient}
        }

    yield point
    breaker_of_this_process.cache_clear()


@pytest.fixture(scope="session")
def migrated_in_memory():
    """The test's database begins as a copy of the migrated one, where there is one; its migrations are applied then."""

    def fill(sender, connection, **_):
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            connection_created.disconnect(fill)
            with closing(sqlite3.connect(settings.MIGRATED_FILE)) as migrated:
                migrated.backup(connection.connection)

    if settings.MIGRATED_FILE:
        connection_created.connect(fill)
    yield
    connection_created.disconnect(fill)


@pytest.fixture(scope="session")
def django_db_setup(migrated_in_memory, django_db_setup, django_db_blocker):
    """SQLite empties a table by deleting its rows, which the audit log's own triggers refuse; see test_audit."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in ("entry", "head"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_{table}_remains")
    with django_db_blocker.unblock():
        shipped = emptying.Shipped()
    usual = TransactionTestCase._fixture_teardown

    def empty(case):
        if not shipped.put_back():
            usual(case)

    with patch.object(TransactionTestCase, "_fixture_teardown", empty):
        yield


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


@pytest.fixture(scope="session")
def driver():
    """The browser of the sandbox's own tests: plain Selenium, nothing of the engine's."""
    with headless_chromium() as driver:
        yield driver


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
    if "live_server" in request.fixturenames:
        leave_server(browser)
        return
    try:
        browser.driver.switch_to.default_content()
    except (BrowserFailed, WebDriverException):
        browser.quit()


def leave_server(browser):
    """The server shares the test's database until it stops: no thread that a kept connection holds may outlast it."""
    browser.quit()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(30)
