"""The one-to-one conversation with one proven person: opened, read, and written into, never sent from here."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from engine.errors import LayoutChanged, TextNotWritten, WrongPerson
from engine.pages.base import Reading, Window
from engine.pages.gate import PageKind
from engine.pages.profile import Profile
from engine.ports import Message, Thread, same_text

HERE = (PageKind.PROFILE, PageKind.MESSAGING)
READER = ("composers", "thread")
OPENING_MS, PAGE_MS, WRITING_MS, WALK_MS = 4_000, 5_000, 3_000, 8_000
# How long nothing new may come before it counts; whoever settles a doubt by a thread waits longer.
QUIET_MS, PATIENT_MS = 700, 2_000
MOST_BUBBLES, MOST_WALKS = 5, 12
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))


@dataclass(frozen=True)
class Conversation:
    """The composer that was proved to be this person's, and the thread above it as far as it was read."""

    window: Window
    profile: Profile
    thread: dict[str, Any]
    evidence: dict[str, object]

    def look(self, *, wait_ms: int = 0, **options: Any) -> Reading:
        return _look(self.window, self.profile, wait_ms=wait_ms, **options)

    def composer(self, reading: Reading) -> dict[str, Any]:
        """The one composer of this reading, proved again. Raises WrongPerson, LayoutChanged."""
        return prove(reading, self.profile)

    def has_own(self, text: str) -> bool:
        return own_count(self.thread["messages"], text) > 0


def open_conversation(
    window: Window, profile: Profile, *, focus: bool = False, patient: bool = False
) -> Conversation:
    """From the person's proven page to their composer, with the thread above it read upwards.

    `patient`: to the thread's very beginning, and slowly, because something follows from what is not there.
    A composer that shows no thread, such as a dialog, is left for the full page, which can prove what was sent.
    """
    if profile.has_bubbles:
        close_bubbles(window, profile)
    _click_message(window, profile)
    options = {"focus": focus, "quiet_ms": PATIENT_MS if patient else QUIET_MS}
    reading = _walk(window, profile, OPENING_MS, **options)
    if profile.message_href and (not reading.page["composers"] or _is_blind(reading, profile)):
        window.open(profile.message_href)
        reading = _walk(window, profile, PAGE_MS, **options)
    composer = prove(reading, profile)
    thread = _rest(window, profile, reading, **options) if patient else reading.page["thread"]
    return Conversation(
        window, profile, thread, {"container": composer["container"], **composer["recipient"]}
    )


def _is_blind(reading: Reading, profile: Profile) -> bool:
    prove(reading, profile)
    return not reading.page["thread"]["has_list"]


def close_bubbles(window: Window, profile: Profile) -> None:
    """Close every conversation that stands open, drafts included. Raises WrongPerson when one stays."""
    for _ in range(MOST_BUBBLES):
        open_ones = _look(window, profile, elements=True).page["composers"]
        if not open_ones:
            window.leave_frame()
            return
        element = open_ones[0]["close_element"]
        if element is None and open_ones[0]["frame"] is None:
            break
        if element is None:
            window.enter_frame(open_ones[0]["frame"])
        else:
            window.click(element)
    raise WrongPerson("another conversation is open and does not close")


def _click_message(window: Window, profile: Profile) -> None:
    element = profile.message_element
    window.click(_control_again(window) if element is None or profile.has_bubbles else element)


def _control_again(window: Window) -> WebElement:
    """The page's message control, after what covered or re-rendered it was closed."""
    page = window.read("composers", "profile", allowed=HERE[:1], elements=True).page
    element: WebElement | None = page.get("message_element")
    if element is None:
        raise LayoutChanged("profile.message", "the top card's message control is gone")
    return element


def _look(window: Window, profile: Profile, *, wait_ms: int = 0, **options: Any) -> Reading:
    people = {"slugs": sorted(profile.slugs), "ids": sorted(profile.member_ids)}
    return window.read(*READER, allowed=HERE, wait_ms=wait_ms, **people, **options)


def _walk(window: Window, profile: Profile, wait_ms: int, **options: Any) -> Reading:
    """Wait for the person's composer, then read its thread upwards for as long as one script may."""
    return _look(window, profile, wait_ms=wait_ms, walk=True, walk_ms=WALK_MS, **options)


def _rest(window: Window, profile: Profile, reading: Reading, **options: Any) -> dict[str, Any]:
    """The thread of this reading and of those that follow, until its beginning is reached."""
    thread = reading.page["thread"]
    messages: list[dict[str, Any]] = thread["messages"]
    for _ in range(MOST_WALKS):
        if thread.get("is_complete") or not thread["has_list"]:
            break
        reading = _walk(window, profile, OPENING_MS, **options)
        prove(reading, profile)
        thread = reading.page["thread"]
        known = {message["key"] for message in messages}
        older = [each for each in thread["messages"] if each["key"] not in known]
        messages = older + messages
        if not older:
            break
    return {**thread, "messages": messages}


def prove(reading: Reading, profile: Profile) -> dict[str, Any]:
    """The page's one composer, which names this person, by slug or member id, and nobody else."""
    composers = reading.page["composers"]
    if not composers:
        raise LayoutChanged("composer.box", "no composer opened")
    if len(composers) > 1:
        raise WrongPerson("several conversations are open")
    composer: dict[str, Any] = composers[0]
    _check_recipient(composer["recipient"], profile)
    return composer


def _check_recipient(said: dict[str, Any], profile: Profile) -> None:
    slugs, ids = set(said["slugs"]), set(said["ids"])
    if len(said["pills"]) > 1 or _is_group_title(said["name"] or "", profile.name):
        raise WrongPerson("the conversation is a group's")
    if ids - profile.member_ids and (profile.member_ids or not slugs & profile.slugs):
        raise WrongPerson("the composer names another member")
    if len(ids) > 1 or slugs - profile.slugs:
        raise WrongPerson("the composer names another person")
    if not (slugs & profile.slugs or ids & profile.member_ids):
        raise WrongPerson("the composer does not say whom it writes to")


def _is_group_title(title: str, name: str) -> bool:
    """Whether a heading names this person and others: "Ada Martin, Bo Lind", "Ada Martin and 2 others"."""
    rest = title.replace(name, "", 1).strip() if name and name in title and name != title else ""
    return rest.startswith((",", "&", "+", "and ", "et ", "und ", "y ", "e ", "en ")) or rest.endswith(
        (",", "&")
    )


def own_count(messages: Sequence[dict[str, Any]], text: str) -> int:
    return sum(1 for message in messages if message["is_own"] and same_text(message["text"], text))


def as_thread(thread: dict[str, Any]) -> Thread:
    """The thread as the port describes it; it was proved before it was read."""
    messages = [Message(bool(m["is_own"]), m["text"], _moment(m["sent_at"])) for m in thread["messages"]]
    return Thread(
        is_theirs=True, is_one_to_one=True, is_complete=bool(thread.get("is_complete")), messages=messages
    )


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


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
    """Replace whatever stands in the focused box by exactly this text, and read it back."""
    window = conversation.window
    window.press(_erase(window))
    composer = conversation.composer(conversation.look(wait_ms=WRITING_MS, wait_for="empty", focus=True))
    if composer["box"]["text"].strip():
        raise TextNotWritten("the text that stood in the box does not go away")
    if not composer["box"]["has_focus"]:
        raise TextNotWritten("the box does not take the focus")
    for number, line in enumerate(text.strip().split("\n")):
        if number:
            window.press(_new_line(window))
        if line:
            window.type(line)
    _read_back(conversation, text)


def _read_back(conversation: Conversation, text: str) -> None:
    """Wait until the box holds the text and Send is offered; a page that only hears keys gets a pair of them."""
    reading = conversation.look(wait_ms=WRITING_MS, wait_for="send", text=text)
    if "disabled" in conversation.composer(reading)["send"]["reasons"]:
        conversation.window.press(ActionChains(conversation.window.driver).send_keys(" ", Keys.BACKSPACE))
        reading = conversation.look(wait_ms=WRITING_MS, wait_for="send", text=text)
    check_ready(conversation.composer(reading), text)


def check_ready(composer: dict[str, Any], text: str) -> None:
    """Raise unless the box holds exactly this text and exactly one Send may be clicked."""
    if lines_of(composer["box"]["text"]) != lines_of(text):
        raise TextNotWritten("the box does not hold the text that was written")
    if composer["send"]["count"] != 1:
        _refuse(composer["send"])


def _refuse(send: dict[str, Any]) -> NoReturn:
    found = f"{send['count']} of them" if send["count"] else ", ".join(send["reasons"]) or "none"
    raise LayoutChanged("composer.send", f"not exactly one button to send with: {found}")


def _erase(window: Window) -> ActionChains:
    """Select all and delete, in one sequence: inside a shadow root two of them would lose the selection."""
    is_mac = "mac" in str(window.driver.capabilities.get("platformName", "")).lower()
    key = Keys.COMMAND if is_mac else Keys.CONTROL
    chain = ActionChains(window.driver)
    return chain.key_down(key).send_keys("a").key_up(key).send_keys(Keys.BACKSPACE)


def _new_line(window: Window) -> ActionChains:
    """Enter alone might send."""
    return ActionChains(window.driver).key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT)
