"""The world of our own in which readers run: it sees the page's tree, and the page neither sees nor replaces it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from selenium.common.exceptions import JavascriptException, WebDriverException

if TYPE_CHECKING:
    from engine.driver import Driver

# What the driver says when the document went, with its worlds, before the answer came.
GONE = ("no such execution context", "aborted by navigation", "navigated or closed", "promise was collected")
Answer = dict[str, Any]
MOVED: Answer = {"has_moved": True}


@dataclass(frozen=True)
class Script:
    """A script as WebDriver would call it, and those of its options that are the same every time."""

    body: str
    fixed: Mapping[str, Any]

    @cached_property
    def installation(self) -> str:
        """A function of the other options, in text, that promises what the script reports."""
        called = f"(function () {{{self.body}\n}}).call(null, {{ ...fixed, ...given }}, report)"
        promised = f"new Promise((report) => {called}).then(JSON.stringify)"
        return f"((fixed) => (given) => {promised})({json.dumps(self.fixed)})"

    @cached_property
    def digest(self) -> str:
        return sha256(self.installation.encode()).hexdigest()[:16]


class IsolatedWorld:
    """Scripts in one browser: installed once, in every later document before anybody asks.

    A reading is then one short command instead of a script of a hundred kilobytes. Nothing that is read here
    can hand over an element.
    """

    def __init__(self, driver: "Driver") -> None:
        self._driver = driver
        # Not to be guessed: where a document's number was given away again, its world knows no such name.
        self._name = f"reader_{uuid4().hex}"
        self._installed: set[str] = set()
        self._frame = ""
        self._context: int | None = None

    def begin(self, source: str) -> None:
        """Let every later document and frame run this before anything of its own; a round trip, once."""
        if source not in self._installed:
            self._install_for_later(source, source)

    def follow(self) -> None:
        """Another document was opened, in which every script is installed by now: enter its world."""
        self._context = None
        if self._installed:
            with suppress(WebDriverException):
                self._enter()

    def run(self, script: Script, given: Mapping[str, Any]) -> Answer:
        """What the script reports, or MOVED where the page went away under it. Raises JavascriptException."""
        name = f"{self._name}_{script.digest}"
        call = f"{name}({json.dumps(given)})"
        try:
            found = self._evaluate(f"globalThis.{name} ? {call} : null") if name in self._installed else None
            return found or self._install(name, script.installation, call)
        except WebDriverException as error:
            if not any(words in (error.msg or "").lower() for words in GONE):
                raise
            self._context = None
            return MOVED

    def _install(self, name: str, installation: str, call: str) -> Answer:
        source = f"globalThis.{name} = {installation};"
        if name not in self._installed:
            self._install_for_later(name, source)
        self._context = None
        return self._evaluate(f"{source}\n{call}") or MOVED

    def _install_for_later(self, name: str, source: str) -> None:
        arguments = {"source": source, "worldName": self._name}
        self._driver.cdp("Page.addScriptToEvaluateOnNewDocument", arguments)
        self._installed.add(name)

    def _evaluate(self, expression: str) -> Answer | None:
        command = {
            "expression": expression,
            "contextId": self._context or self._enter(),
            "awaitPromise": True,
            "returnByValue": True,
        }
        # None: a dialog opened over the script; the next command raises for it.
        answer = self._driver.cdp("Runtime.evaluate", command) or {"result": {}}
        if "exceptionDetails" in answer:
            raise JavascriptException(str(answer["exceptionDetails"]["exception"].get("description", "")))
        value = answer["result"].get("value")
        found: Answer | None = json.loads(value) if value else None
        return found

    def _enter(self) -> int:
        """The number of this document's world; it is made where there is none yet."""
        if not self._frame:
            self._frame = self._driver.cdp("Page.getFrameTree", {})["frameTree"]["frame"]["id"]
        arguments = {"frameId": self._frame, "worldName": self._name}
        context: int = self._driver.cdp("Page.createIsolatedWorld", arguments)["executionContextId"]
        self._context = context
        return context
