"""The town behind the pages: who lives there, what day it is, who asked for what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from engine.sandbox.faults import Faults
from engine.sandbox.ledger import Ledger, Withdrawal, WrongClick
from engine.sandbox.messages import MessageLog, Received, Shown, thread_of
from engine.sandbox.people import Person
from engine.sandbox.words import WORDS

COMPOSERS = ("overlay", "shadow", "iframe", "modal", "page")
# "mixed" is what one account met late in 2026; another one has a page of another age where that age is known.
GENERATIONS = ("mixed", "ember", "sdui1", "sdui2")
KNOWN_GENERATIONS = {
    "feed": ("sdui2", "ember"),
    "birthdays": ("sdui1",),
    "profile": ("sdui2", "ember"),
    "search": ("sdui2", "sdui1", "ember"),
    "invitations": ("sdui2", "sdui1", "ember"),
    "connections": ("sdui2", "sdui1", "ember"),
}


@dataclass
class Town:
    people: Sequence[Person]
    today: date
    language: str
    composer: str
    faults: Faults
    log: MessageLog
    clock: Callable[[], datetime] | None = None
    residents: Sequence[Person] = ()
    generation: str = "mixed"
    withdrawals: Ledger[Withdrawal] = field(default_factory=lambda: Ledger(Withdrawal, None))
    wrong_clicks: Ledger[WrongClick] = field(default_factory=lambda: Ledger(WrongClick, None))
    searches: int = 0
    requests: list[str] = field(default_factory=list)
    views: int = 0
    pages: int = 0
    is_challenged: bool = False
    triggers: dict[str, tuple[Person, str]] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    @property
    def everyone(self) -> list[Person]:
        return [*self.people, *self.residents]

    def generation_of(self, page: str) -> str:
        known = KNOWN_GENERATIONS[page]
        return self.generation if self.generation in known else known[0]

    @property
    def own(self) -> Person:
        return next(person for person in self.people if person.is_own)

    @property
    def last_connection(self) -> Person:
        return [person for person in self.people if person.degree == 1 and not person.is_own][-1]

    def now(self) -> datetime:
        """The clock's time; without a clock, nine o'clock and a minute more for every message."""
        if self.clock:
            return self.clock()
        return datetime.combine(self.today, time(9)) + timedelta(minutes=len(self.log.messages))

    def name(self, person: Person) -> str:
        return person.name or self.words["member"]

    def by_slug(self, slug: str) -> Person | None:
        return next((person for person in self.everyone if person.slug == slug), None)

    def by_old_slug(self, slug: str) -> Person | None:
        return next(
            (person for person in self.everyone if slug in (*person.old_slugs, person.member_id)), None
        )

    def by_member_id(self, member_id: str) -> Person | None:
        return next((person for person in self.everyone if person.member_id == member_id), None)

    @property
    def invited(self) -> list[Person]:
        """Who has not answered an invitation, the newest first."""
        withdrawn = {withdrawal.slug for withdrawal in self.withdrawals.entries}
        waiting = [one for one in self.everyone if one.invited_days is not None and one.slug not in withdrawn]
        return sorted(waiting, key=lambda one: one.invited_days or 0)

    def withdraw(self, person: Person) -> None:
        self.withdrawals.append(Withdrawal(self.now().isoformat(), person.member_id, person.slug))

    def offer(self, person: Person) -> str:
        """What the person's page offers today: somebody whose invitation was withdrawn can be invited again."""
        return "connect" if person.offer == "pending" and person not in self.invited else person.offer

    def somebody_but(self, person: Person) -> Person:
        return next(one for one in self.people if one != person and not one.is_own and one.name)

    def thread(self, person: Person, thread_id: str) -> list[Shown]:
        return thread_of(person, thread_id, self.log.to(thread_id), self.today)

    def receive(self, person: Person, text: str, thread_id: str, others: Sequence[Person] = ()) -> Received:
        ids = tuple(other.member_id for other in others)
        at = self.now().isoformat()
        received = Received(at, person.member_id, person.slug, text, thread_id, ids)
        self.log.append(received)
        return received
