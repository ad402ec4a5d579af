"""The outside as a run sees it: four protocols, the values they exchange, and the World that holds them."""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any, Protocol, TypeVar
from uuid import UUID

T = TypeVar("T")

# An open file that every browser started meanwhile shares, to its last process: the lock of the run it works for.
kept_by_browsers: ContextVar[int | None] = ContextVar("kept_by_browsers", default=None)


@dataclass(frozen=True)
class BirthdayCard:
    """One card of the network's birthday list, as shown (text from the page: hostile until escaped)."""

    name: str
    profile_url: str  # as in the page's link; the reader of the value makes it canonical
    member_id: str | None  # "ACoA…"
    day: date | None  # the day of this birthday, resolved against the given today; None: not understood
    event_text: str
    message_url: str | None
    prefill: str | None


@dataclass(frozen=True)
class BirthdayList:
    """The network's birthday list. `is_complete` only when its end was proved."""

    cards: Sequence[BirthdayCard]
    is_complete: bool
    language: str | None  # two letters


@dataclass(frozen=True)
class Recipient:
    """The one intended person: known by addresses and member ids, never by name."""

    slugs: frozenset[str]  # every slug known to be theirs, decoded and lower-case; never empty
    member_ids: frozenset[str] = frozenset()
    profile_url: str = ""  # the canonical address, where their page is opened
    name: str = ""  # for messages to people only; proves nothing


@dataclass(frozen=True)
class Message:
    """One message of a thread."""

    is_own: bool
    text: str
    sent_at: datetime | None


@dataclass(frozen=True)
class Thread:
    """A conversation as read. Nothing follows from an absent message unless it is theirs and complete."""

    is_theirs: bool
    is_one_to_one: bool
    is_complete: bool
    messages: Sequence[Message]
    unsent: str = ""  # what stands in its composer: the network's suggestion, or a draft of the person's own

    def has_own(self, text: str) -> bool:
        return any(message.is_own and same_text(message.text, text) for message in self.messages)


@dataclass(frozen=True)
class Proof:
    """What was seen after the click: the composer let go of the text and the thread shows it as our own."""

    evidence: Mapping[str, object] = field(default_factory=dict)


Look = Callable[[Thread], None]


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same message: the page may fold white space, never words."""
    return one.split() == other.split()


class Draft(Protocol):
    """A text that stands in the right person's composer, read back and equal, one click away from leaving.

    Unless it is `already_sent`: then nothing was typed.
    """

    @property
    def evidence(self) -> Mapping[str, object]:
        """How page and composer were proved to be theirs."""
        ...

    @property
    def already_sent(self) -> bool:
        """Whether the thread above the composer already shows this very text as our own."""
        ...

    def send(self) -> Proof:
        """Click once and read the proof.

        Raises NothingSent when the click certainly did not happen; any other exception means it may have.
        """
        ...


@dataclass(frozen=True)
class Invitation:
    """One invitation that was sent and not answered. Its age is a range of whole days, never a date."""

    name: str
    profile_url: str  # as in the page's link; the reader of the value makes it canonical
    slug: str | None
    member_id: str | None
    age_text: str | None
    min_days: int | None  # None: the text's words are not known
    max_days: int | None
    can_withdraw: bool


@dataclass(frozen=True)
class SentInvitations:
    """The list of sent invitations, newest first. `total`: the network's own count, where it shows one."""

    invitations: Sequence[Invitation]
    total: int | None
    is_complete: bool  # the end was proved, and the total agrees
    language: str | None


class WithdrawalDraft(Protocol):
    """The open question whether to withdraw one person's invitation, one click away from it."""

    @property
    def evidence(self) -> Mapping[str, object]:
        """How row and question were proved to be theirs."""
        ...

    def confirm(self) -> Proof:
        """Click once and read the proof: the row is gone and the count went down.

        Raises NothingSent when the click certainly did not happen; any other exception means it may have.
        """
        ...


@dataclass(frozen=True)
class Connection:
    """One person of the account's own network."""

    name: str
    profile_url: str
    slug: str | None
    member_id: str | None
    headline: str | None
    connected_on: date | None


@dataclass(frozen=True)
class Connections:
    """The account's connections, the newest first. `is_complete` only when the list's end was proved."""

    connections: Sequence[Connection]
    total: int | None
    is_complete: bool
    language: str | None


@dataclass(frozen=True)
class SearchPerson:
    """One row of a people search, as shown (text from the page: hostile until escaped)."""

    name: str
    profile_url: str  # as in the page's link; the reader of the value makes it canonical
    slug: str | None
    member_id: str | None
    headline: str | None
    location: str | None
    degree: int | None
    is_own: bool  # the account's own profile


@dataclass(frozen=True)
class SearchPage:
    """One page of a people search. `is_cut`: fewer people than the pager promises, so a limit is near."""

    people: Sequence[SearchPerson]
    page: int
    next_page: int | None  # None: this was the last
    total_pages: int | None
    left_out: Sequence[str]  # why each row without an address or a name of its own is nobody
    is_cut: bool
    language: str | None


Entries = Sequence[Mapping[str, Any]]
# The sections of a profile that have a page of their own with every entry.
SECTIONS = ("experience", "education", "certifications", "skills", "languages")


@dataclass(frozen=True)
class Profile:
    """A person's page as read. None: the page did not show it; an empty section is an empty sequence.

    The entries have the keys that `manage.py read_page` prints: experience (company, location, roles of title,
    dates, duration, current, description), education (school, degree, dates), certifications (name, issuer,
    dates), skills (name), languages (name, level).
    """

    profile_url: str
    slug: str | None
    member_id: str | None
    name: str | None
    headline: str | None = None
    location: str | None = None
    about: str | None = None
    pronouns: str | None = None
    company: str | None = None
    school: str | None = None
    degree: int | None = None
    open_to_work: bool | None = None
    experience: Entries | None = None
    education: Entries | None = None
    certifications: Entries | None = None
    skills: Entries | None = None
    languages: Entries | None = None
    is_own: bool = False  # the account's own page
    language: str | None = None  # of the page, two letters
    evidence: Mapping[str, object] = field(default_factory=dict)  # by what the page was proved theirs

    def as_json(self) -> dict[str, Any]:
        """What is stored and scored: everything but the proof."""
        return {name: value for name, value in asdict(self).items() if name != "evidence"}


class Network(Protocol):
    """The network's pages as services. Every method but `notes` may raise a StopRun."""

    def notes(self) -> list[str]:
        """What the run should tell about its browser, each thing once."""
        ...

    def birthdays(self, today: date) -> BirthdayList: ...

    def write(self, recipient: Recipient, text: str, look: Look = lambda thread: None) -> Draft:
        """Open the person's page, prove it, open their one-to-one composer and put the text into it.

        `look` is given the conversation, as far as it was read, before anything is typed; what it raises leaves the
        composer as it was. Raises NothingSent (WrongPerson, PersonUnavailable, TextNotWritten, LayoutChanged).
        """
        ...

    def read_thread(self, recipient: Recipient) -> Thread:
        """The conversation with this person. Raises NothingSent when it cannot be reached."""
        ...

    def search(self, search_url: str, page: int = 1) -> SearchPage:
        """One page of a people search. Raises LimitReached at the network's own limit for searches."""
        ...

    def visit(self, recipient: Recipient) -> Profile:
        """Open the person's page, prove it theirs, and read all its sections. The person may see that.

        Raises NothingSent (WrongPerson, PersonUnavailable, LayoutChanged) when it is not certainly theirs.
        """
        ...

    def details(self, recipient: Recipient, section: str) -> Entries:
        """All entries of a visited person's section (SECTIONS), from the page that shows them in full.

        Raises NothingSent as `visit` does.
        """
        ...

    def sent_invitations(self) -> SentInvitations:
        """The invitations that nobody answered yet, read to the list's end."""
        ...

    def withdraw(self, recipient: Recipient) -> WithdrawalDraft:
        """From the list to the question whether to withdraw this person's invitation.

        Raises NothingSent (PersonUnavailable where the whole list does not hold them, WrongPerson, LayoutChanged).
        """
        ...


class Limiter(Protocol):
    """Quotas of an account. `bucket` is "message", "visit" or "withdrawal"."""

    def ask_gate(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """Ask who stands in front of the record, where somebody does, before the transaction that acquires.

        The answer may take a second, during which nothing may be locked. Idempotent, and raises, as `acquire`.
        """
        ...

    def acquire(self, account_id: int, bucket: str, attempt_id: UUID, run_id: int) -> None:
        """Take one permit, within the caller's transaction. Idempotent by attempt_id.

        Raises LimitReached, or its child TooSoon: the pause after the last action is not over. Whoever is refused
        here gives back what the gate granted.
        """
        ...

    def give_back(self, attempt_id: UUID) -> None:
        """Return a permit whose attempt certainly let nothing leave, or whose transaction was rolled back."""
        ...

    def count_by_hand(self, account_id: int, bucket: str, at: datetime, key: str) -> None:
        """Count what the person did themselves, once for each key; a rehearsal counts nothing."""
        ...

    def ready_at(self, account_id: int, bucket: str) -> datetime | None:
        """When the pause after the account's last action, in whatever bucket, is over; None without one."""
        ...

    def notes(self) -> list[str]:
        """What the run should tell about its pacing, each thing once."""
        ...


class Account(Protocol):
    """What the rules need of an account (engine.models.Account is one)."""

    pk: int
    time_zone: str
    hours_start: time
    hours_end: time
    language: str
    state: str
    paused_reason: str
    paused_advice: str

    @property
    def zone(self) -> tzinfo: ...

    def learn_language(self, language: str | None) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that nobody sets: they go on while the machine sleeps, and jump with no change of the time."""
        ...

    def sleep(self, seconds: float) -> None: ...


class Dice(Protocol):
    def between(self, low: float, high: float) -> float: ...

    def choose(self, items: Sequence[T]) -> T: ...


@dataclass(frozen=True)
class World:
    """All that a run needs from outside."""

    network: Network
    limiter: Limiter
    clock: Clock
    dice: Dice
    is_rehearsal: bool = False
