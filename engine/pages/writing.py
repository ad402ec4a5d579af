"""Writing into a proven conversation: the text as it is, read back, and the one act that sends it."""

import unicodedata
from contextlib import suppress
from typing import Any, NoReturn

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from engine.errors import BrowserFailed, LayoutChanged, TextNotWritten
from engine.pages.base import Window
from engine.pages.messaging import READER, Conversation

WRITING_MS = 3_000
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))


def check_text(text: str) -> None:
    """Raise TextNotWritten for what cannot stand in a message as it is: control characters, lone surrogates."""
    strange = [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") and c != "\n"]
    if strange or not text.strip():
        what = f"U+{ord(strange[0]):04X} stands in it" if strange else "it is empty"
        raise TextNotWritten(f"the text cannot be written: {what}")


def lines_of(text: str) -> list[str]:
    """The lines as they count: white space folded, empty lines and invisible characters left out."""
    folded = [" ".join(line.split()) for line in text.translate(INVISIBLE).split("\n")]
    return [line for line in folded if line]


def write_text(conversation: Conversation, text: str) -> None:
    """Put exactly this text into the focused box, in place of what is known to stand there, and read it back."""
    window = conversation.window
    if conversation.unsent:
        _clear(conversation)
    for number, line in enumerate(text.strip().split("\n")):
        if number:
            window.press(_new_line(window))
        if line:
            window.type(line)
    _read_back(conversation, text)


def standing_text(conversation: Conversation) -> str:
    """What stands in the box by now, and the focus with it. Raises TextNotWritten, and what `composer` raises."""
    composer = conversation.composer(conversation.look_alone(focus=True))
    _check_focus(composer)
    text: str = composer["box"]["text"]
    return text


def _clear(conversation: Conversation) -> None:
    conversation.window.press(_erase(conversation.window))
    composer = conversation.composer(
        conversation.look_alone(wait_ms=WRITING_MS, wait_for="empty", focus=True)
    )
    if composer["box"]["text"].strip():
        raise TextNotWritten("the text that stood in the box does not go away")
    _check_focus(composer)


def _check_focus(composer: dict[str, Any]) -> None:
    if not composer["box"]["has_focus"]:
        raise TextNotWritten("the box does not take the focus")


def _read_back(conversation: Conversation, text: str) -> None:
    """Wait until the box holds the text and Send is offered; a page that only hears keys gets a pair of them."""
    reading = conversation.look_alone(wait_ms=WRITING_MS, wait_for="send", text=text)
    if "disabled" in conversation.composer(reading)["send"]["reasons"]:
        conversation.window.press(ActionChains(conversation.window.driver).send_keys(" ", Keys.BACKSPACE))
        reading = conversation.look_alone(wait_ms=WRITING_MS, wait_for="send", text=text)
    check_ready(conversation.composer(reading), text)


def check_ready(composer: dict[str, Any], text: str) -> None:
    """Raise unless the box holds exactly this text, and one Send may be clicked or Enter certainly sends from it."""
    if lines_of(composer["box"]["text"]) != lines_of(text):
        raise TextNotWritten("the box does not hold the text that was written")
    if composer["send"]["by"] is None:
        _refuse(composer["send"])
    if composer["send"]["by"] == "enter" and not composer["box"]["has_focus"]:
        raise LayoutChanged("composer.send", "Enter sends, and the focus is not in the box")


def send_once(window: Window, composer: dict[str, Any]) -> None:
    """The one act that sends: a click where Send stands, or one Enter where the focus is; the guard knows which."""
    chain = ActionChains(window.driver, duration=0)
    if composer["send"]["by"] == "enter":
        chain.send_keys(Keys.RETURN)
    else:
        mouse = chain.w3c_actions.pointer_action
        mouse.move_to_location(*composer["send"]["point"]).click()  # type: ignore[no-untyped-call]
    window.press(chain)


def dismiss_prompt(window: Window) -> None:
    """Decline the prompt that follows a sent message, if it is a known one. What was proved stays proved."""
    with suppress(WebDriverException, BrowserFailed):
        look = window.look(*READER, elements=True, slugs=[], ids=[])
        element = look.page and look.page["prompt_element"]
        if element is not None:
            window.click(element)


def _refuse(send: dict[str, Any]) -> NoReturn:
    found = f"{send['count']} of them" if send["count"] > 1 else ", ".join(send["reasons"]) or "none"
    raise LayoutChanged("composer.send", f"not exactly one button to send with: {found}")


def _erase(window: Window) -> ActionChains:
    """Select all and delete, in one sequence: inside a shadow root two of them would lose the selection."""
    is_mac = "mac" in str(window.driver.capabilities.get("platformName", "")).lower()
    key = Keys.COMMAND if is_mac else Keys.CONTROL
    chain = ActionChains(window.driver)
    return chain.key_down(key).send_keys("a").key_up(key).send_keys(Keys.BACKSPACE)


def _new_line(window: Window) -> ActionChains:
    """Enter alone might send. In a sequence RETURN is the key of that name, and ENTER the one beside the digits."""
    return ActionChains(window.driver).key_down(Keys.SHIFT).send_keys(Keys.RETURN).key_up(Keys.SHIFT)
