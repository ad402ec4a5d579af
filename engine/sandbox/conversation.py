"""What a composer shows: to whom it writes, what was said before, and what stands in its box."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.sandbox.messages import Shown
from engine.sandbox.people import Person
from engine.sandbox.town import Town
from engine.sandbox.words import clock_time, heading_day

GROUP_PREFIX = "2-group-"


@dataclass(frozen=True)
class Event:
    """One message of the thread, ready to be shown."""

    urn: str
    is_own: bool
    sender: str
    sender_id: str
    label: str
    heading: str
    time: str
    text: str
    is_first: bool


@dataclass(frozen=True)
class Conversation:
    """One person's (or group's) thread with the account's owner."""

    town: Town
    person: Person
    others: tuple[Person, ...] = ()

    @property
    def thread_id(self) -> str:
        return GROUP_PREFIX + self.person.thread_id[2:] if self.others else self.person.thread_id

    @property
    def names(self) -> str:
        return ", ".join(self.town.name(one) for one in (self.person, *self.others))

    def events(self, before: int | None = None) -> list[Event]:
        """The messages before that number (or the last ones), at most one page of them."""
        thread = self.town.thread(self.person, self.thread_id)[:before]
        size = self.town.faults.number("thread_page_size", 20)
        return list(self._events(thread[-size:]))

    def last_event(self) -> Event:
        return self.events()[-1]

    def _events(self, shown: Sequence[Shown]) -> Iterator[Event]:
        previous = ""
        for message in shown:
            heading = heading_day(message.sent_at.date(), self.town.today, self.town.language)
            yield self._event(message, "" if heading == previous else heading)
            previous = heading

    def _label(self, sender: str, moment: str) -> str:
        return self.town.words["sent_by"].replace("{name}", sender).replace("{time}", moment)

    def _event(self, message: Shown, heading: str) -> Event:
        sender = self.town.own if message.is_own else self.person
        moment = clock_time(message.sent_at.hour, message.sent_at.minute, self.town.language)
        return Event(
            urn=f"urn:li:msg_message:(urn:li:fsd_profile:{self.town.own.member_id},{self.thread_id}-{message.number})",
            is_own=message.is_own,
            sender=self.town.name(sender),
            sender_id=sender.member_id,
            label=self._label(self.town.name(sender), moment),
            heading=heading,
            time=moment,
            text=message.text,
            is_first=message.number == 0,
        )


def open_conversation(town: Town, person: Person) -> Conversation:
    """The conversation that opens when this person's is asked for; the faults may open another one."""
    if fault := town.faults.get("wrong_recipient"):
        person = town.by_slug(str(fault)) or town.somebody_but(person)
    others = (town.somebody_but(person),) if town.faults.get("group_thread") else ()
    return Conversation(town, person, others)


def find_conversation(town: Town, thread_id: str) -> Conversation | None:
    for person in town.everyone:
        if thread_id == person.thread_id:
            return Conversation(town, person)
        if thread_id == GROUP_PREFIX + person.thread_id[2:]:
            return Conversation(town, person, (town.somebody_but(person),))
    return None


def composer_context(conversation: Conversation, body: str) -> dict[str, Any]:
    """What the composer's templates need."""
    events = conversation.events()
    return {
        "conversation": conversation,
        "person": conversation.person,
        "name": conversation.names,
        "events": events,
        "prefill": "" if conversation.town.faults.get("no_prefill") else body,
        "w": conversation.town.words,
        "enter_sends": bool(conversation.town.faults.get("enter_sends")),
    }
