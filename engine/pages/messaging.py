"""The one-to-one conversation with one proven person: opened and read; writing.py writes into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from selenium.webdriver.remote.webelement import WebElement

from engine.errors import LayoutChanged
from engine.pages.base import Reading, Window
from engine.pages.gate import PageKind
from engine.pages.message_times import aware
from engine.pages.profile import Profile
from engine.pages.recipients import check_no_other, is_theirs, prove
from engine.ports import Message, Thread, same_text

HERE = (PageKind.PROFILE, PageKind.MESSAGING)
READER = ("watch", "guard", "composers", "thread")
OPENING_MS, CLOSING_MS, PAGE_MS, WALK_MS = 4_000, 2_000, 5_000, 8_000
# How long nothing new may come before it counts; whoever settles a doubt by a thread waits longer.
QUIET_MS, PATIENT_MS = 700, 2_000
# A bubble in a frame takes two steps: into the frame, and the click.
MOST_STEPS, MOST_WALKS = 10, 12


@dataclass(frozen=True)
class Conversation:
    """The composer that was proved to be this person's, and the thread above it as far as it was read."""

    window: Window
    profile: Profile
    thread: dict[str, Any]
    unsent: str  # what stood in the box when it opened
    evidence: dict[str, object]

    def look(self, *, wait_ms: int = 0, **options: Any) -> Reading:
        return _look(self.window, self.profile, wait_ms=wait_ms, **options)

    def look_alone(self, **options: Any) -> Reading:
        """A look at a page on which no conversation but theirs stands: others are closed first, if they may be."""
        return _alone(self.window, self.profile, lambda: self.look(**options))

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
    reading = _alone(window, profile, lambda: _walk(window, profile, OPENING_MS, **options))
    if profile.message_href and (not reading.page["composers"] or _is_blind(reading, profile)):
        window.open(profile.message_href)
        reading = _alone(window, profile, lambda: _walk(window, profile, PAGE_MS, **options))
    composer = prove(reading, profile)
    thread = _rest(window, profile, reading, **options) if patient else reading.page["thread"]
    evidence = {"container": composer["container"], **composer["recipient"]}
    return Conversation(window, profile, _dated(window, thread), composer["box"]["text"], evidence)


def _dated(window: Window, thread: dict[str, Any]) -> dict[str, Any]:
    """The thread with its messages' times as moments, as far as the page says them for certain."""
    zone = window.account.zone
    today = window.clock.now().astimezone(zone).date()
    messages = [{**each, "sent_at": aware(each, today, zone)} for each in thread["messages"]]
    return {**thread, "messages": messages}


def _is_blind(reading: Reading, profile: Profile) -> bool:
    prove(reading, profile)
    return not reading.page["thread"]["has_list"]


def close_bubbles(window: Window, profile: Profile) -> None:
    """Close every conversation that stands open, drafts included. Raises WrongPerson, LayoutChanged when one stays."""
    for _ in range(MOST_STEPS):
        open_ones = _look(window, profile, elements=True).page["composers"]
        if not open_ones:
            window.leave_frame()
            return
        if not _close(window, profile, open_ones[0], len(open_ones)):
            break
    check_no_other(open_ones, profile)
    raise LayoutChanged("composer.close", "a conversation is open and does not close")


def _alone(window: Window, profile: Profile, look: Callable[[], Reading]) -> Reading:
    """The look, repeated after every conversation beside theirs was closed."""
    reading = look()
    for _ in range(MOST_STEPS):
        if len(reading.page["composers"]) < 2 or not _close_one_beside_theirs(window, profile):
            break
        reading = look()
    return reading


def _close_one_beside_theirs(window: Window, profile: Profile) -> bool:
    """Whether another conversation than theirs was told to close, or its frame was entered for it."""
    composers = _look(window, profile, elements=True).page["composers"]
    others = [each for each in composers if not is_theirs(each, profile)]
    if len(others) == len(composers):
        return False
    return any(_close(window, profile, other, len(composers)) for other in others)


def _close(window: Window, profile: Profile, composer: dict[str, Any], count: int) -> bool:
    """Click the composer's own close control once, or enter its frame to reach it; False where that closes none."""
    element = composer["close_element"]
    if not composer["close"] or _names_another(composer["close"], composer, profile):
        return False
    if element is not None:
        window.click(element)
        window.leave_frame()
        return _look(window, profile, wait_ms=CLOSING_MS, wait_for="fewer", count=count).is_ready
    window.enter_frame(composer["frame"])
    return composer["frame"] is not None


def _names_another(label: str, composer: dict[str, Any], profile: Profile) -> bool:
    """Whether a control says that it closes this person's conversation, though it stands in another one."""
    title = composer["recipient"]["name"] or ""
    return bool(profile.name) and profile.name in label and profile.name not in title


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


def own_count(messages: Sequence[dict[str, Any]], text: str) -> int:
    return sum(1 for message in messages if message["is_own"] and same_text(message["text"], text))


def as_thread(conversation: Conversation) -> Thread:
    """The thread as the port describes it; it was proved before it was read."""
    thread = conversation.thread
    return Thread(
        is_theirs=True,
        is_one_to_one=True,
        is_complete=bool(thread.get("is_complete")),
        messages=[Message(bool(m["is_own"]), m["text"], m["sent_at"]) for m in thread["messages"]],
        unsent=conversation.unsent,
    )
