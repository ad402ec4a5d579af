"""What the sandbox received, kept in a file that survives it, and the threads that follow from it."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Lock

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


class MessageLog:
    """The messages in order of arrival, each on the disk before its sender hears of it."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.lock = Lock()
        self.messages: list[Received] = []
        if path and path.exists():
            self.messages = [_received(line) for line in path.read_text(encoding="ascii").splitlines()]

    def append(self, message: Received) -> None:
        with self.lock:
            if self.path:
                self._write(self.path, json.dumps(asdict(message)) + "\n")
            self.messages.append(message)

    def to(self, thread_id: str) -> list[Received]:
        return [message for message in self.messages if message.thread_id == thread_id]

    @staticmethod
    def _write(path: Path, line: str) -> None:
        with path.open("a", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def thread_of(person: Person, thread_id: str, received: Sequence[Received], today: date) -> list[Shown]:
    """The whole conversation, oldest first; a group conversation has no history."""
    earlier = person.earlier if thread_id == person.thread_id else ()
    past = [(entry.is_own, _moment(today, entry.days_ago, entry.time), entry.text) for entry in earlier]
    new = [(True, datetime.fromisoformat(message.at), message.text) for message in received]
    return [Shown(number, *entry) for number, entry in enumerate(past + new)]


def _moment(today: date, days_ago: int, clock_time: str) -> datetime:
    return datetime.combine(today - timedelta(days=days_ago), time.fromisoformat(clock_time))


def _received(line: str) -> Received:
    entry = json.loads(line)
    return Received(**{**entry, "others": tuple(entry.get("others", ()))})
