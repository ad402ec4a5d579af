"""The browser starts when it is needed, keeps its limits, and ends with everything it started."""

import os

import psutil
import pytest
from selenium.common.exceptions import (
    JavascriptException,
    TimeoutException,
    UnexpectedAlertPresentException,
    WebDriverException,
)

from engine.browser import Browser
from engine.browser_paths import WRAPPED, find_browser
from engine.driver import is_of_dead_browser
from engine.errors import BrowserFailed, NoSession
from engine.models import Account, BrowserProcess
from engine.pace import SystemClock
from tests.browsers import BROWSER_NAMES, for_ever, living, page, rehearsing, words_of

BROWSERS_HERE = sorted({find_browser(), *(one for pair in WRAPPED.items() for one in pair if one.exists())})


def tree_of(browser: Browser) -> list[psutil.Process]:
    leader = psutil.Process(browser._service.process.pid)
    profile = str(browser._folder)
    helpers = [one for one in psutil.process_iter() if profile in " ".join(words_of(one))]
    return list({one.pid: one for one in [leader, *leader.children(recursive=True), *helpers]}.values())


@pytest.fixture(scope="module")
def browser():
    with rehearsing() as started:
        yield started


def test_nothing_starts_before_the_first_use():
    with rehearsing() as browser:
        assert not browser.is_started
        assert browser.round_trips == 0


@pytest.mark.browser
def test_each_command_is_one_round_trip(browser):
    browser.driver.get(page("<title>Ada</title>"))
    before = browser.round_trips
    assert browser.driver.execute_script("return document.title") == "Ada"
    assert browser.round_trips == before + 1


@pytest.mark.browser
def test_the_window_is_wide_and_nothing_hides_that_it_is_automated(browser):
    assert browser.driver.execute_script("return [innerWidth, navigator.webdriver]") == [1920, True]
    assert "Headless" in browser.driver.execute_script("return navigator.userAgent")
    assert browser.version.split(".")[0].isdigit()


@pytest.mark.browser
def test_the_limits_are_set(browser):
    timeouts = browser.driver.timeouts
    assert (timeouts.page_load, timeouts.script, timeouts.implicit_wait) == (45, 15, 0)
    assert browser.driver.connection.client_config.timeout == 60


@pytest.mark.browser
def test_no_other_host_is_reached_from_a_rehearsal(browser):
    with pytest.raises(WebDriverException, match="ERR_NAME_NOT_RESOLVED"):
        browser.driver.get("https://www.linkedin.com/")


@pytest.mark.browser
def test_a_dialog_is_declined_and_the_command_that_met_it_raises(browser):
    browser.driver.get(page("<body>"))
    browser.driver.execute_script("setTimeout(() => { document.title = confirm('Send?') }, 0)")
    with pytest.raises(UnexpectedAlertPresentException):
        for_ever(lambda: browser.driver.title)
    assert browser.driver.title == "false"


@pytest.mark.browser
def test_a_mistake_in_a_script_is_no_failed_browser(browser):
    with pytest.raises(JavascriptException):
        browser.driver.execute_script("return nobody.there")


@pytest.mark.browser
def test_a_page_that_hangs_is_a_failed_browser(browser):
    browser.driver.set_script_timeout(0.2)
    with pytest.raises(BrowserFailed, match="script timeout"):
        browser.driver.execute_async_script("")
    browser.driver.set_script_timeout(15)


@pytest.mark.parametrize(
    "words", ["disconnected: not connected to DevTools", "tab crashed", "chrome not reachable"]
)
def test_what_a_dead_browser_says_is_understood(words):
    assert is_of_dead_browser(WebDriverException(words))


def test_other_errors_are_not_taken_for_a_dead_browser():
    assert is_of_dead_browser(TimeoutException())
    assert not is_of_dead_browser(WebDriverException("unknown error: net::ERR_ABORTED"))


@pytest.mark.browser
def test_quit_leaves_no_process_and_no_profile():
    browser = rehearsing()
    browser.driver.get(page("hello"))
    tree, folder = tree_of(browser), browser._folder
    assert len(tree) > 5
    browser.quit()
    assert living(tree) == []
    assert not folder.exists()
    assert browser.round_trips > 0
    browser.quit()


@pytest.mark.browser
@pytest.mark.parametrize("binary", BROWSERS_HERE)
def test_each_browser_that_is_here_starts_and_leaves_nothing(settings, binary):
    settings.CHROME_BINARY = str(binary)
    with rehearsing() as browser:
        browser.driver.get(page("<title>here</title>"))
        assert browser.driver.title == "here"
        assert browser.driver.execute_script("return [innerWidth, navigator.webdriver]") == [1920, True]
        tree = tree_of(browser)
        assert len(tree) > 3
    assert living(tree) == []


@pytest.mark.browser
def test_a_browser_that_quit_starts_anew_when_it_is_needed():
    with rehearsing() as browser:
        browser.driver.get(page("once"))
        browser.quit()
        browser.driver.get(page("<title>twice</title>"))
        assert browser.driver.title == "twice"


@pytest.mark.browser
def test_a_driver_that_died_is_a_failed_browser():
    with rehearsing() as browser:
        tree = [browser.driver] and tree_of(browser)
        browser._service.process.kill()
        with pytest.raises(BrowserFailed, match="does not answer"):
            browser.driver.get(page("hello"))
    assert living(tree) == []


@pytest.mark.browser
def test_a_browser_that_died_is_a_failed_browser():
    with rehearsing() as browser:
        browser.driver.get(page("hello"))
        next(one for one in tree_of(browser) if one.name() in BROWSER_NAMES).kill()
        with pytest.raises(BrowserFailed):
            browser.driver.execute_script("return 1")


@pytest.mark.browser
def test_an_action_that_takes_too_long_ends_with_its_browser():
    with rehearsing() as browser:
        browser.driver.get(page("hello"))
        tree = tree_of(browser)
        with pytest.raises(BrowserFailed, match=r"action took over 0\.3 s"), browser.time_limit(0.3):
            browser.driver.execute_async_script("")
        assert living(tree) == []
        with pytest.raises(BrowserFailed, match="action took over"):
            browser.driver.get(page("again"))


@pytest.mark.browser
def test_what_fails_in_time_keeps_its_own_reason(browser):
    with pytest.raises(BrowserFailed, match="nothing to do with time"), browser.time_limit(60):
        raise BrowserFailed("nothing to do with time")


def test_time_that_runs_out_before_the_browser_is_started_stops_it_too():
    browser, clock = rehearsing(), SystemClock()
    with browser.time_limit(0.01):
        clock.sleep(0.1)
    with pytest.raises(BrowserFailed, match="action took over"):
        browser.driver.get(page("too late"))
    assert not browser.is_started


@pytest.mark.browser
@pytest.mark.django_db
def test_the_group_is_recorded_while_it_lives():
    account = Account.objects.create(name="ada")
    with rehearsing(account) as browser:
        browser.driver.get(page("hello"))
        row = BrowserProcess.objects.get()
        assert (row.account, row.group_id, row.ended_at) == (account, browser._service.process.pid, None)
        assert {os.getpgid(one.pid) for one in tree_of(browser) if "crash" not in one.name()} == {
            row.group_id
        }
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.django_db
def test_without_a_session_nothing_is_started():
    def nobody():
        raise NoSession("nobody has signed in")

    browser = Browser(
        None,
        SystemClock(),
        network_url="https://www.linkedin.com",
        is_rehearsal=False,
        load_session=nobody,
    )
    with pytest.raises(NoSession), browser:
        browser.driver.get("https://www.linkedin.com/feed/")
    assert not browser.is_started
