"""The browser's window on the network: open an address, read a page in one round trip, never act on the wrong one."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    JavascriptException,
    NoSuchFrameException,
    StaleElementReferenceException,
    UnexpectedAlertPresentException,
    WebDriverException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.remote.webelement import WebElement

from engine.driver import SCRIPT_SECONDS, Driver, first_line, is_of_lost_script
from engine.errors import AccountPaused, BrowserFailed, LayoutChanged, PersonUnavailable
from engine.isolated import MOVED, Script
from engine.measures import PAGE, Measures
from engine.models import Account
from engine.pages.advice import advice_for
from engine.pages.gate import SIGNED_IN, Gate, PageKind, classify
from engine.pages.words import words
from engine.ports import Clock
from engine.selectors.finder import Finder
from engine.selectors.finder import source as finder_source

log = logging.getLogger(__name__)
# How long one script waits for its condition; the driver's own limit for a script is 15 s.
WAIT_MS = 10_000
RELOADS = 3
NOT_THERE = (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
)
TIMES = ("wait_ms", "walk_ms", "quiet_ms")
# With any of these a reader hands elements over, or is handed one: neither can leave the isolated world.
HANDING = ("elements", "walk", "clicked")


class Browser(Protocol):
    """Whoever starts the driver when it is first asked for."""

    @property
    def driver(self) -> Driver: ...

    def renew_if_worn(self) -> None: ...

    def replace_if_dead(self) -> None: ...

    def time_limit(self) -> AbstractContextManager[None]: ...

    def notes(self) -> list[str]: ...


@dataclass(frozen=True)
class Reading:
    """One look at the page. `page` is the reader's plain JSON; None where something stood in the way."""

    gate: Gate
    page: Any
    is_ready: bool
    # Each key that was looked for, as heuristics.found_here() reports it.
    found: Sequence[Mapping[str, Any]] = ()


@cache
def source(*parts: str) -> str:
    """One script: the tree, the finder, the gate, the reader's own parts, and the wait around them."""
    folder = Path(__file__).parent
    names = ("top_card", "gate", *parts, "read")
    scripts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in names]
    return "\n".join([(folder / "deep.js").read_text(encoding="utf-8"), finder_source(), *scripts])


@cache
def watch_source() -> str:
    """What shows the guard (guard.js) every event of a document, from its beginning."""
    return f"{(Path(__file__).parent / 'watch.js').read_text(encoding='utf-8')}\nwatch(window, true);"


def _stopped_kind(gate: Gate) -> PageKind:
    """A page of the network on which a password or the like is asked for is none to act on."""
    return PageKind.UNKNOWN if gate.kind in SIGNED_IN else gate.kind


class Window:
    """The account's browser on one network.

    `address`: read the page as if it stood there, for saved pages. `patience` scales how long a page is waited for.
    """

    def __init__(
        self,
        browser: Browser,
        account: Account,
        clock: Clock,
        *,
        base_url: str,
        address: str = "",
        patience: float = 1,
        finder: Finder | None = None,
        measures: Measures | None = None,
    ) -> None:
        self.account = account
        self.clock = clock
        self.base_url = base_url.rstrip("/")
        self.host = urlsplit(base_url).netloc
        self.finder = finder or Finder()
        self.measures = measures or Measures()
        self._browser = browser
        self._address = address
        self._patience = patience
        self._is_in_frame = False
        self._scripts: dict[tuple[str, ...], Script] = {}

    @property
    def driver(self) -> Driver:
        return self._browser.driver

    def open(self, address: str) -> None:
        """Go to a path, or to an address that is rebuilt onto this network, whatever host it names."""
        url = urlsplit(address)
        self.leave_frame()
        self.finder.save_if_due(self.clock)
        self.measures.save_if_due()
        self._go(f"{self.base_url}{url.path}{'?' * bool(url.query)}{url.query}")

    def read(
        self, *parts: str, allowed: Collection[PageKind], wait_ms: int = WAIT_MS, **options: Any
    ) -> Reading:
        """One look through a page's reader. Whatever page is not allowed here stops everything."""
        reading = self.look(*parts, wait_ms=wait_ms, **options)
        gate = (
            reading.gate
            if reading.page is not None
            else replace(reading.gate, kind=_stopped_kind(reading.gate))
        )
        self.admit(gate, allowed)
        return reading

    def look(self, *parts: str, wait_ms: int = 0, is_counted: bool = True, **options: Any) -> Reading:
        """One look without consequences. `is_counted`: what it found says something about the selectors' worth."""
        given = {"address": self._address or None, "wait_ms": wait_ms, **options}
        given |= {name: given[name] * self._patience for name in TIMES if name in given}
        seen = self._run(self._script(parts), given)
        evidence = {**seen["gate"], "error_code": seen["gate"]["error_code"] or self.driver.load_error}
        gate = classify(evidence, None if self._address else self.host)
        self.measures.count(PAGE, gate.kind)
        found = seen.get("found", ())
        if is_counted and seen["page"] is not None and gate.is_one_of(SIGNED_IN):
            self.finder.note(found)
        return Reading(gate, seen["page"], bool(seen["is_ready"]), found)

    def admit(self, gate: Gate, allowed: Collection[PageKind]) -> None:
        """Raise AccountPaused, in the database too, unless the page is one of those and signed in."""
        if gate.is_one_of(allowed):
            return
        if gate.kind is PageKind.UNAVAILABLE and PageKind.PROFILE in allowed and gate.is_signed_in:
            raise PersonUnavailable("the network says this profile does not exist")
        reason, advice = advice_for(gate)
        reason = f"{reason}: {gate.kind} at {urlsplit(gate.address).path}"
        self.account.pause(reason, advice, self.clock.now())
        log.warning("account %s paused: %s", self.account, reason)
        raise AccountPaused(reason, advice)

    def click(self, element: WebElement) -> None:
        """One trusted click, on the element as it lies now; the driver refuses a covered one."""
        element.click()

    def show_more(self, element: WebElement) -> None:
        """Click what only shows more of a list; one that went or was covered meanwhile is for the next look."""
        with suppress(*NOT_THERE):
            element.click()

    def enter_frame(self, frame: WebElement | None) -> None:
        if frame is not None:
            self.driver.switch_to.frame(frame)
            self._is_in_frame = True

    def leave_frame(self) -> None:
        if self._is_in_frame:
            self._is_in_frame = False
            self.driver.switch_to.default_content()

    def press(self, chain: ActionChains) -> None:
        """One sequence of real key events."""
        chain.perform()

    def type(self, text: str) -> None:
        """Put one line of text where the focus is, as an input method does: no character can act as a key."""
        self.driver.cdp("Input.insertText", {"text": text})

    def _go(self, address: str) -> None:
        self.driver.isolated.begin(watch_source())
        try:
            self.driver.go(address)
        except UnexpectedAlertPresentException:
            # Left by the page before; the driver has declined it.
            self.driver.go(address)
        except WebDriverException as error:
            # Chromium's own error page is a page like any other: the gate names it.
            if "net::ERR_" not in (error.msg or ""):
                raise
        self.driver.isolated.follow()

    def _script(self, parts: tuple[str, ...]) -> Script:
        if parts not in self._scripts:
            self._scripts[parts] = Script(source(*parts), {**self.finder.options(), "words": words()})
        return self._scripts[parts]

    def _run(self, script: Script, given: dict[str, Any]) -> dict[str, Any]:
        """The script's answer; asked again when the page moved on under it."""
        is_handing = any(given.get(name) for name in HANDING)
        for _ in range(RELOADS):
            seen = self._run_on_page(script, given) if is_handing else self._run_apart(script, given)
            if "error" in seen:
                raise JavascriptException(seen["error"])
            if "has_moved" not in seen:
                return seen
        raise JavascriptException("the page moved on under every reading")

    def _run_apart(self, script: Script, given: dict[str, Any]) -> dict[str, Any]:
        varied = {name: value for name, value in given.items() if value is not script.fixed.get(name, self)}
        with self.driver.patience(SCRIPT_SECONDS):
            return self.driver.isolated.run(script, varied)

    def _run_on_page(self, script: Script, given: dict[str, Any]) -> dict[str, Any]:
        try:
            # None: a dialog opened over the script; the next command raises for it.
            seen: dict[str, Any] | None = self.driver.execute_async_script(
                script.body, {**script.fixed, **given}
            )
        except NoSuchFrameException:
            self.leave_frame()
        except BrowserFailed as error:
            # A page that was just leaving took the script with it, unheard; the browser itself is well.
            if not is_of_lost_script(error):
                raise
        except JavascriptException as error:
            if "unload" not in (error.msg or "").lower():
                raise
        else:
            return seen or MOVED
        return MOVED


@contextmanager
def nothing_sent(key: str) -> Iterator[None]:
    """Before the click every surprise of the page or the driver means: nothing left, and nothing is known."""
    try:
        yield
    except WebDriverException as error:
        raise LayoutChanged(key, first_line(error)) from error
