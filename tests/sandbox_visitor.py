"""A visitor of the sandbox who reads and clicks its pages with plain Selenium, or asks it without a browser."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

from django.conf import settings
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from engine.browser_paths import is_headless_shell
from engine.driver import HEADLESS_SHELL
from engine.sandbox import Person, Sandbox

TODAY = date(2026, 11, 18)
# A wait ends with its condition; only a test that fails on a loaded machine takes this long.
SECONDS = 30
SIGNED_IN = {"Cookie": "li_at=rehearsal"}
BIRTHDAYS = "/mynetwork/catch-up/birthday/"
BOX = "[role=textbox], textarea"
SEND = ".msg-form__send-button, [componentkey^=referralSendButton]"
BODIES = ".msg-s-event-listitem__body"


class Reply:
    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.location = response.headers.get("Location", "")
        self.cookies = response.headers.get_all("Set-Cookie") or []
        self.text = response.read().decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def ask(sandbox: Sandbox, path: str, body: bytes | None = None, **headers: str) -> Reply:
    connection = HTTPConnection(sandbox.url.removeprefix("http://"), timeout=SECONDS)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers or SIGNED_IN)
        return Reply(connection.getresponse())
    finally:
        connection.close()


def post(sandbox: Sandbox, path: str, value: Any) -> Reply:
    return ask(sandbox, path, json.dumps(value).encode())


@contextmanager
def headless_chromium(binary: str = settings.CHROME_BINARY) -> Iterator[Chrome]:
    """Plain Selenium with this browser, or with the one that chromedriver finds."""
    options = ChromeOptions()
    for argument in ("--headless=new", "--window-size=1920,1080", "--no-first-run", "--disable-sync"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("unhandledPromptBehavior", "ignore")
    if is_headless_shell(Path(binary)):
        options.binary_location = binary
        options.set_capability("browserName", HEADLESS_SHELL)
    driver = Chrome(options, Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


class Visitor:
    """Signed in to one sandbox; `container` is where its composer opens."""

    def __init__(self, driver: Chrome, sandbox: Sandbox, container: str = "shadow") -> None:
        self.driver = driver
        self.sandbox = sandbox
        self.container = container
        self.driver.switch_to.default_content()
        self.driver.get(sandbox.url + "/login")
        self.driver.add_cookie({"name": "li_at", "value": "rehearsal"})

    def go(self, path: str) -> None:
        self.driver.get(self.sandbox.url + path)

    @property
    def path(self) -> str:
        return str(self.driver.current_url).removeprefix(self.sandbox.url)

    @property
    def text(self) -> str:
        return self.driver.find_element("tag name", "body").text

    def wait(self, condition: Callable[[], Any]) -> Any:
        """What the condition returns once it is met; what the page replaced meanwhile is looked for again."""
        waiting = WebDriverWait(self.driver, SECONDS, 0.05, [StaleElementReferenceException])
        return waiting.until(lambda _: condition())

    def find(self, css: str) -> WebElement:
        found: WebElement = self.wait(
            lambda: next(iter(self.driver.find_elements("css selector", css)), None)
        )
        return found

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements("css selector", css)

    def open_message(self, person: Person) -> None:
        """Click the Message link of the person's own page."""
        self.go(f"/in/{person.slug}/")
        self.find(f"section a[href*='recipient={person.member_id}']").click()
        self.wait(lambda: self.in_composer(BOX))

    def in_composer(self, css: str) -> list[WebElement]:
        """The elements of the composer in its container; in the frame, the driver stays switched to it."""
        if self.container == "shadow":
            root = self.driver.find_element("id", "interop-outlet").shadow_root
            return root.find_elements("css selector", css)
        if self.container == "iframe":
            self.driver.switch_to.default_content()
            self.driver.switch_to.frame(
                self.driver.find_element("css selector", "[data-testid=interop-iframe]")
            )
        return self.all(css)

    def write(self, text: str) -> None:
        """Clear the box by the keyboard, then put the text in as a keyboard or an emoji picker would."""
        self.in_composer(BOX)[-1].click()
        keys = ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL)
        keys.send_keys(Keys.BACKSPACE).perform()
        for number, line in enumerate(text.split("\n")):
            if number:
                ActionChains(self.driver).send_keys(Keys.ENTER).perform()
            self.driver.execute_cdp_cmd("Input.insertText", {"text": line})

    def send(self) -> None:
        button = self.in_composer(SEND)[-1]
        self.wait(button.is_enabled)
        button.click()

    def bodies(self) -> list[str]:
        return [str(one.get_property("textContent")) for one in self.in_composer(BODIES)]

    def boxes(self) -> list[str]:
        return [str(one.get_property("value") or one.text) for one in self.in_composer(BOX)]

    def scroll_to_the_end(self) -> None:
        """Scroll the inner container until the list has no more to load."""

        def is_at_the_end() -> bool:
            self.driver.execute_script(
                "const w = document.querySelector('main'); w.scrollTop = w.scrollHeight"
            )
            return not self.all("[data-testid=lazy-column] [role=progressbar]")

        self.wait(is_at_the_end)


@contextmanager
def visiting(driver: Chrome, **options: Any) -> Iterator[Visitor]:
    """A visitor of a sandbox of its own, with this browser."""
    with Sandbox(**{"today": TODAY, **options}) as sandbox:
        yield Visitor(driver, sandbox, options.get("composer", "shadow"))


def lines(element: WebElement) -> list[str]:
    return [line for line in element.text.splitlines() if line.strip()]
