"""A visitor of the sandbox who reads and clicks its pages with plain Selenium, one step at a time."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from selenium.webdriver import ActionChains, Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from engine.sandbox import Person, Sandbox

BIRTHDAYS = "/mynetwork/catch-up/birthday/"
BOX = "[role=textbox], textarea"
SEND = ".msg-form__send-button, [componentkey^=referralSendButton]"
BODIES = ".msg-s-event-listitem__body"


@contextmanager
def headless_chromium() -> Iterator[Chrome]:
    options = ChromeOptions()
    for argument in ("--headless=new", "--window-size=1920,1080", "--no-first-run", "--disable-sync"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("unhandledPromptBehavior", "ignore")
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
        return WebDriverWait(self.driver, 10, 0.05).until(lambda _: condition())

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
