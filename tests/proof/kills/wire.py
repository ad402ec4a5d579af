"""A network that is one file: what reached it is on the disk at once, and survives every kill."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from engine.errors import ProofMissing
from engine.ports import BirthdayList, Clock, Look, Message, Proof, Recipient, Thread
from engine.sandbox.messages import MessageLog, Received

LATE = timedelta(seconds=40)  # shorter than SETTLE_SECONDS: the two readings of a doubt lie further apart


@dataclass(frozen=True)
class Wire:
    """The Network port over the sandbox's own log. `fate`: what becomes of a click, `delivered`, `lost` or `late`."""

    log: Path
    clock: Clock
    reach: Callable[[str], None] = lambda place: None
    fate: str = "delivered"
    shows_proof: bool = True

    def notes(self) -> list[str]:
        return []

    def birthdays(self, today: date) -> BirthdayList:
        self.reach("harvest")
        return BirthdayList([], is_complete=True, language="en")

    def write(self, recipient: Recipient, text: str, look: Look = lambda thread: None) -> "WireDraft":
        self.reach("page asked")
        self.reach("page proved")
        look(self.read_thread(recipient))
        self.reach("text typed")
        return WireDraft(self, recipient, text)

    def read_thread(self, recipient: Recipient) -> Thread:
        self.reach("thread read")
        return Thread(True, True, True, self._messages(recipient))

    def deliver(self, recipient: Recipient, text: str) -> None:
        if self.fate != "lost":
            at = self.clock.now() + (LATE if self.fate == "late" else timedelta())
            slug = recipient.profile_url.rstrip("/").rsplit("/", 1)[1]
            received = Received(at.isoformat(), recipient.name, slug, text, thread_id=slug)
            MessageLog(self.log).append(received)

    def _messages(self, recipient: Recipient) -> list[Message]:
        """What the thread shows by now, whichever of the person's addresses it was sent to."""
        arrived = [(datetime.fromisoformat(one.at), one) for one in received_in(self.log)]
        theirs = {same_person(slug) for slug in recipient.slugs}
        return [
            Message(is_own=True, text=one.text, sent_at=at)
            for at, one in arrived
            if same_person(one.slug) in theirs and at <= self.clock.now()
        ]


@dataclass(frozen=True)
class WireDraft:
    wire: Wire
    recipient: Recipient
    text: str

    @property
    def evidence(self) -> Mapping[str, object]:
        return {"page": self.recipient.profile_url}

    @property
    def already_sent(self) -> bool:
        return self.wire.read_thread(self.recipient).has_own(self.text)

    def send(self) -> Proof:
        self.wire.reach("clicking")
        self.wire.deliver(self.recipient, self.text)
        self.wire.reach("clicked")
        if self.wire.fate != "delivered" or not self.wire.shows_proof:
            raise ProofMissing("the thread does not show the message")
        self.wire.reach("proof seen")
        return Proof({"proof": "seen in the thread"})


def same_person(slug: str) -> str:
    """On this network whoever takes a new slug appends -x to the old one, which goes on leading to them."""
    return slug.split("-x")[0]


def received_in(log: Path) -> list[Received]:
    return MessageLog(log).messages
