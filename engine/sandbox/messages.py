"""The messages that the sandbox received, and the threads that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from engine.sandbox.ledger import Ledger
from engine.sandbox.people import Person


@dataclass(frozen=True)
class Received:
    """One message that reached the network; `others` are the further members of a group conversation."""

    at: str
    recipient: str
    slug: str
    text: str
    thread_id: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One message as a thread shows it."""

    number: int
    is_own: bool
    sent_at: datetime
    text: str


class MessageLog(Ledger[Received]):
    """The messages in order of arrival."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(Received, path)

    @property
    def messages(self) -> list[Received]:
        return self.entries

    def to(self, thread_id: str) -> list[Received]:
        return [message for message in self.entries if message.thread_id == thread_id]


def thread_of(person: Person, thread_id: str, received: Sequence[Received], today: date) -> list[Shown]:
    """The whole conversation, oldest first; a group conversation has no history."""
    earlier = person.earlier if thread_id == person.thread_id else ()
    past = [(entry.is_own, _moment(today, entry.days_ago, entry.time), entry.text) for entry in earlier]
    new = [(True, datetime.fromisoformat(message.at), message.text) for message in received]
    return [Shown(number, *entry) for number, entry in enumerate(past + new)]


def _moment(today: date, days_ago: int, clock_time: str) -> datetime:
    return datetime.combine(today - timedelta(days=days_ago), time.fromisoformat(clock_time))
