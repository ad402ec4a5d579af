"""Waiting while a person signs in: nothing is typed or clicked for them."""

from datetime import timedelta
from urllib.parse import urlsplit

from engine import sessions
from engine.browser import Browser
from engine.errors import NoSession
from engine.ports import Clock
from engine.sessions import Cookie

SIGN_IN_MINUTES = 10
LOOK_EVERY_SECONDS = 1.0


def wait_for_sign_in(browser: Browser, network_url: str, clock: Clock) -> list[Cookie]:
    """Open the sign-in page and wait until its person has reached the feed; the browser's cookies then.

    Raises NoSession after ten minutes, BrowserFailed when the window is closed.
    """
    browser.driver.get(f"{network_url}/login")
    give_up_at = clock.now() + timedelta(minutes=SIGN_IN_MINUTES)
    while clock.now() < give_up_at:
        if cookies := _signed_in(browser, network_url):
            return cookies
        clock.sleep(LOOK_EVERY_SECONDS)
    raise NoSession(f"nobody signed in within {SIGN_IN_MINUTES} minutes")


def _signed_in(browser: Browser, network_url: str) -> list[Cookie]:
    """The cookies, once the signed-in feed shows and the session cookie is there; none before."""
    at = urlsplit(browser.driver.current_url)
    cookies = sessions.read_from(browser.driver, network_url)
    is_feed = at.netloc == urlsplit(network_url).netloc and at.path.startswith("/feed")
    return cookies if is_feed and sessions.has_session(cookies) else []
