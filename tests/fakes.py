"""The outside without an outside: a network that reads like a list, a clock that is set, dice that are loaded."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from engine.errors import PersonUnavailable
from engine.ports import (
    BirthdayCard,
    BirthdayList,
    Entries,
    Invitation,
    Look,
    Message,
    Profile,
    Proof,
    Recipient,
    SearchPage,
    SearchPerson,
    SentInvitations,
    Thread,
    World,
)
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
    """A network of threads; `.sent` is what it received, `.visited` whose page was opened, both in order."""

    cards: list[BirthdayCard] = field(default_factory=list)
    is_complete: bool = True
    language: str | None = "en"
    sent: list[Sent] = field(default_factory=list)
    typed: list[Sent] = field(default_factory=list)  # what was put into a composer, sent or not
    threads: dict[str, Thread] = field(default_factory=dict)
    before_click: Callable[[Recipient], None] = lambda recipient: None
    after_click: Callable[[Recipient], None] = lambda recipient: None
    on_write: Callable[[Recipient], None] = lambda recipient: None
    reads: list[str] = field(default_factory=list)
    is_lost: bool = False  # what is sent never arrives
    harvests: int = 0
    found: list[SearchPerson] = field(default_factory=list)  # by every search
    page_size: int = 10
    cut_pages: set[int] = field(default_factory=set)  # of a search at its limit
    left_out: list[str] = field(default_factory=list)
    searched: list[int] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    detailed: list[tuple[str, str]] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    on_visit: Callable[[Recipient], None] = lambda recipient: None
    on_details: Callable[[Recipient], None] = lambda recipient: None
    after_visit: Callable[[Recipient], None] = lambda recipient: None
    on_search: Callable[[int], None] = lambda page: None
    invitations: list[Invitation] = field(default_factory=list)  # newest first
    is_list_whole: bool = True
    withdrawn: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # by its browser, to be told by the run

    def notes(self) -> list[str]:
        told, self.told = self.told, []
        return told

    def birthdays(self, today: date) -> BirthdayList:
        self.harvests += 1
        return BirthdayList(self.cards, self.is_complete, self.language)

    def write(self, recipient: Recipient, text: str, look: Look = lambda thread: None) -> "FakeDraft":
        self.on_write(recipient)
        thread = self.thread_with(slug_of(recipient))
        look(thread)
        if not thread.has_own(text):
            self.typed.append(Sent(slug_of(recipient), text))
        return FakeDraft(self, recipient, text, thread.has_own(text))

    def read_thread(self, recipient: Recipient) -> Thread:
        self.reads.append(slug_of(recipient))
        return self.thread_with(slug_of(recipient))

    def thread_with(self, slug: str) -> Thread:
        if slug in self.threads:
            return self.threads[slug]
        messages = [Message(True, sent.text, None) for sent in self.sent if sent.slug == slug]
        return Thread(is_theirs=True, is_one_to_one=True, is_complete=True, messages=messages)

    def search(self, search_url: str, page: int = 1) -> SearchPage:
        self.on_search(page)
        self.searched.append(page)
        people = self.found[(page - 1) * self.page_size : page * self.page_size]
        total = -(-len(self.found) // self.page_size)
        return SearchPage(
            people=people, page=page, next_page=page + 1 if page < total else None, total_pages=total,
            left_out=self.left_out, is_cut=page in self.cut_pages, language=self.language,
        )  # fmt: skip

    def visit(self, recipient: Recipient) -> Profile:
        slug = slug_of(recipient)
        self.on_visit(recipient)
        self.visited.append(slug)
        self.after_visit(recipient)
        usual = Profile(profile_url=recipient.profile_url, slug=slug, member_id=None, name=recipient.name)
        return self.profiles.get(slug, usual)

    def details(self, recipient: Recipient, section: str) -> Entries:
        self.detailed.append((slug_of(recipient), section))
        self.on_details(recipient)
        return [{"name": f"{section} of {recipient.name}"}]

    def sent_invitations(self) -> SentInvitations:
        rows = list(self.invitations)
        return SentInvitations(rows, len(rows), self.is_list_whole, self.language)

    def withdraw(self, recipient: Recipient) -> "FakeQuestion":
        row = next((row for row in self.invitations if row.slug == slug_of(recipient)), None)
        if row is None:
            raise PersonUnavailable("the list of sent invitations does not hold them")
        return FakeQuestion(self, recipient, row)


@dataclass
class FakeQuestion:
    network: FakeNetwork
    recipient: Recipient
    row: Invitation

    @property
    def evidence(self) -> dict[str, object]:
        return {"row": {"slug": self.row.slug, "name": self.row.name}}

    def confirm(self) -> Proof:
        self.network.before_click(self.recipient)
        if not self.network.is_lost:
            self.network.invitations.remove(self.row)
            self.network.withdrawn.append(slug_of(self.recipient))
        self.network.after_click(self.recipient)
        return Proof({"total": [len(self.network.invitations) + 1, len(self.network.invitations)]})


@dataclass
class FakeDraft:
    network: FakeNetwork
    recipient: Recipient
    text: str
    already_sent: bool

    @property
    def evidence(self) -> dict[str, object]:
        return {"page": slug_of(self.recipient)}

    def send(self) -> Proof:
        self.network.before_click(self.recipient)
        if not self.network.is_lost:
            self.network.sent.append(Sent(slug_of(self.recipient), self.text))
        self.network.after_click(self.recipient)
        return Proof({"proof": "seen in the thread"})


def raising(error: BaseException) -> Callable[[Recipient], None]:
    """What a step of the network does that fails."""

    def raise_it(recipient: Recipient) -> None:
        raise error

    return raise_it


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
