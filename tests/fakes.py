"""The outside without an outside: a network that reads like a list, a clock that is set, dice that are loaded."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from engine.ports import BirthdayCard, BirthdayList, Message, Proof, Recipient, Thread, World
from engine.ratelimit.limiter import DatabaseLimiter

T = TypeVar("T")


@dataclass
class FakeClock:
    """Stands still until somebody sleeps."""

    time: datetime = datetime(2026, 11, 23, 10, tzinfo=UTC)
    slept: float = 0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.time += timedelta(seconds=seconds)


class FakeDice:
    """Always the lowest, always the first."""

    def between(self, low: float, high: float) -> float:
        return low

    def choose(self, items: Sequence[T]) -> T:
        return items[0]


@dataclass(frozen=True)
class Sent:
    slug: str
    text: str


@dataclass
class FakeNetwork:
    """A network of threads; `.sent` is what it received, in order."""

    cards: list[BirthdayCard] = field(default_factory=list)
    is_complete: bool = True
    language: str | None = "en"
    sent: list[Sent] = field(default_factory=list)
    threads: dict[str, Thread] = field(default_factory=dict)
    before_click: Callable[[Recipient], None] = lambda recipient: None
    after_click: Callable[[Recipient], None] = lambda recipient: None
    on_write: Callable[[Recipient], None] = lambda recipient: None
    reads: list[str] = field(default_factory=list)
    is_lost: bool = False  # what is sent never arrives
    harvests: int = 0

    def birthdays(self, today: date) -> BirthdayList:
        self.harvests += 1
        return BirthdayList(self.cards, self.is_complete, self.language)

    def write(self, recipient: Recipient, text: str) -> "FakeDraft":
        self.on_write(recipient)
        return FakeDraft(self, recipient, text)

    def read_thread(self, recipient: Recipient) -> Thread:
        slug = slug_of(recipient)
        self.reads.append(slug)
        if slug in self.threads:
            return self.threads[slug]
        messages = [Message(True, sent.text, None) for sent in self.sent if sent.slug == slug]
        return Thread(is_theirs=True, is_one_to_one=True, is_complete=True, messages=messages)


@dataclass
class FakeDraft:
    network: FakeNetwork
    recipient: Recipient
    text: str

    @property
    def evidence(self) -> dict[str, object]:
        return {"page": slug_of(self.recipient)}

    @property
    def already_sent(self) -> bool:
        return self.network.read_thread(self.recipient).has_own(self.text)

    def send(self) -> Proof:
        self.network.before_click(self.recipient)
        if not self.network.is_lost:
            self.network.sent.append(Sent(slug_of(self.recipient), self.text))
        self.network.after_click(self.recipient)
        return Proof({"proof": "seen in the thread"})


def slug_of(recipient: Recipient) -> str:
    return recipient.profile_url.rstrip("/").rsplit("/", 1)[1]


def world_of(network: FakeNetwork, clock: FakeClock, *, is_rehearsal: bool = False) -> World:
    dice = FakeDice()
    limiter = DatabaseLimiter(clock, dice, is_rehearsal=is_rehearsal)
    return World(network, limiter, clock, dice, is_rehearsal)


@contextmanager
def opened(world: World) -> Iterator[World]:
    yield world


class SilentListener:
    def says(self, text: str) -> None: ...

    def planned(self, total: int) -> None: ...

    def attempted(self, action: object) -> None: ...
