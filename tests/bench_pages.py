"""`make bench-pages`: reading a profile page of 116 KB in one round trip, against the limits of the same run."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.bench import pss, say, scratch_project, timed

CAPTURE = Path(__file__).parent / "captures" / "profile.1st_sticky.en.sdui2.html"
ADDRESS = "https://www.linkedin.com/in/crispin-holvander-farnovasse-grestinsen/"
BROWSERS = ("/usr/bin/chromium", "/usr/lib/chromium/chromium-headless-shell")
TOP_CARD = "section[componentkey$='Topcard']"


def main() -> None:
    with scratch_project():
        measure()


def measure() -> None:
    measure_reading()
    for binary in map(Path, BROWSERS):
        if binary.exists():
            say(f"memory with {binary.name}: browser and driver (PSS)", f"{memory_of(binary)} MB")


def measure_reading() -> None:
    from engine.browser import Browser
    from engine.models import Account
    from engine.pace import SystemClock
    from engine.pages.base import Window
    from engine.pages.gate import PageKind
    from engine.pages.readers import READERS
    from engine.pages.words import words
    from engine.saved_pages import served

    account, clock = Account(name="nobody"), SystemClock()
    reader = READERS[PageKind.PROFILE]
    with served(CAPTURE) as address, Browser(None, clock, network_url=address, is_rehearsal=True) as browser:
        driver = browser.driver
        window = Window(browser, account, clock, base_url=address, address=ADDRESS)

        def look() -> None:
            window.look(*reader.parts, words=words(), **reader.options)

        def first_look() -> float:
            window.open("/")
            return timed(look)

        def load() -> None:
            driver.get(f"{address}/")

        load()
        loads = [timed(load) for _ in range(12)]
        look()
        firsts = [first_look() for _ in range(12)]
        trips = driver.round_trips
        look()
        trips = driver.round_trips - trips
        # In turns, so that whatever else the machine does slows both alike.
        turns = [(timed(lambda: driver.execute_script("return 1")), timed(look)) for _ in range(150)]
        noops, looks = zip(*turns, strict=True)
        usual = [timed(lambda: one_by_one(driver)) for _ in range(4)]
        noop, read = median(noops), median(looks)
        say("bare driver.get of the page", shown(loads))
        say("no-op script call, the physical limit", shown(noops))
        say("reading everything", f"{shown(looks)} in {trips} round trip ({read / noop:.1f} × no-op)")
        say("the first reading of a page just opened", shown(firsts))
        say("the usual way, an element at a time", f"{shown(usual)} ({median(usual) / read:.0f} × reading)")


def shown(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1000:.1f} ms (best {min(seconds) * 1000:.1f})"


def memory_of(binary: Path) -> int:
    """Of a browser that has opened the page: the whole tree of its processes, in MB."""
    from django.conf import settings

    from engine.browser import Browser
    from engine.pace import SystemClock
    from engine.saved_pages import served

    settings.CHROME_BINARY = str(binary)
    with served(CAPTURE) as url, Browser(None, SystemClock(), network_url=url, is_rehearsal=True) as browser:
        browser.driver.get(f"{url}/")
        return pss(psutil.Process().children(recursive=True))


def one_by_one(driver: Any) -> list[str]:
    """A field at a time: every paragraph, link, button and heading of the top card, its text and its label."""
    values = []
    card = driver.find_element("css selector", TOP_CARD)
    for css in ("h2", "p", "a", "button", "svg"):
        for element in card.find_elements("css selector", css):
            values += [element.text, element.get_attribute("aria-label"), element.is_displayed()]
    return values


if __name__ == "__main__":
    main()
