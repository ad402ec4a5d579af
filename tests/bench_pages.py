"""`make bench-pages`: reading a profile page of 116 KB in one round trip, against the limits of the same run."""

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.bench import pss, say, scratch_project, timed

CAPTURE = Path(__file__).parent / "captures" / "profile.1st_sticky.en.sdui2.html"
ADDRESS = "https://www.linkedin.com/in/crispin-holvander-farnovasse-grestinsen/"
TOP_CARD = "section[componentkey$='Topcard']"


def main() -> None:
    with scratch_project():
        measure()


def measure() -> None:
    from engine.browser import Browser
    from engine.models import Account
    from engine.pace import SystemClock
    from engine.pages.base import Window
    from engine.pages.gate import PageKind
    from engine.pages.readers import READERS
    from engine.pages.words import words
    from engine.saved_pages import served

    account, clock = Account.objects.get(), SystemClock()
    reader = READERS[PageKind.PROFILE]
    with (
        served(CAPTURE) as address,
        Browser(account, clock, network_url=address, is_rehearsal=True) as browser,
    ):
        driver = browser.driver
        window = Window(browser, account, clock, base_url=address, address=ADDRESS)

        def middle(work: Callable[[], Any], times: int = 30) -> float:
            work()
            return median(timed(work) for _ in range(times))

        load = middle(lambda: driver.get(f"{address}/"), 15)
        noop = middle(lambda: driver.execute_script("return 1"))
        window.look(*reader.parts, words=words(), **reader.options)
        trips = driver.round_trips
        window.look(*reader.parts, words=words(), **reader.options)
        trips = driver.round_trips - trips
        read = middle(lambda: window.look(*reader.parts, words=words(), **reader.options))
        usual = middle(lambda: one_by_one(driver), 5)
        say("bare driver.get of the page", f"{load * 1000:.1f} ms")
        say("no-op script call, the physical limit", f"{noop * 1000:.1f} ms")
        say("reading everything", f"{read * 1000:.1f} ms in {trips} round trip ({read / noop:.1f} × no-op)")
        say("the usual way, an element at a time", f"{usual * 1000:.1f} ms ({usual / read:.1f} × reading)")
        say("memory: browser and driver (PSS)", f"{pss(psutil.Process().children(recursive=True))} MB")


def one_by_one(driver: Any) -> list[str]:
    """A field at a time: every paragraph, link, button and heading of the top card, its text and its label."""
    values = []
    card = driver.find_element("css selector", TOP_CARD)
    for css in ("h2", "p", "a", "button", "svg"):
        for element in card.find_elements("css selector", css):
            values += [element.text, element.get_attribute("aria-label"), element.is_displayed()]
    return values


if __name__ == "__main__":
    sys.exit(main())
