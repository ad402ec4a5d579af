"""The town behind the pages: who lives there, what day it is, who asked for what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from engine.sandbox.faults import Faults
from engine.sandbox.messages import MessageLog, Received, Shown, thread_of
from engine.sandbox.people import Person
from engine.sandbox.words import WORDS

COMPOSERS = ("overlay", "shadow", "iframe", "modal", "page")


@dataclass
class Town:
    people: Sequence[Person]
    today: date
    language: str
    composer: str
    faults: Faults
    log: MessageLog
    clock: Callable[[], datetime] | None = None
    requests: list[str] = field(default_factory=list)
    views: int = 0
    is_challenged: bool = False
    triggers: dict[str, tuple[Person, str]] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

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
        return next((person for person in self.people if person.slug == slug), None)

    def by_old_slug(self, slug: str) -> Person | None:
        return next((person for person in self.people if slug in (*person.old_slugs, person.member_id)), None)

    def by_member_id(self, member_id: str) -> Person | None:
        return next((person for person in self.people if person.member_id == member_id), None)

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
