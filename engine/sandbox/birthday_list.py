"""The birthday list: who stands on it, in which order, and what each card says."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from engine.sandbox.addresses import compose_href
from engine.sandbox.people import Person
from engine.sandbox.town import Town
from engine.sandbox.words import late_day

PAGE_SIZE = 10
OLDEST_DAYS = 40


@dataclass(frozen=True)
class Card:
    """One birthday as the list shows it."""

    person: Person
    name: str
    event: str
    day: str
    prefill: str
    label: str
    href: str
    has_button: bool
    has_advertisement_after: bool


def cards(town: Town, start: int) -> tuple[list[Card], bool]:
    """The cards from `start` on, at most a page of them, and whether there are more."""
    found = list(islice(_celebrated(town), start, start + PAGE_SIZE + 1))
    shown = [_card(town, person, start + place) for place, person in enumerate(found[:PAGE_SIZE])]
    return shown, len(found) > PAGE_SIZE


def _celebrated(town: Town) -> Iterator[Person]:
    """Today's birthdays first, then the late ones, the latest first."""
    past = [one for one in town.people if one.is_listed and -OLDEST_DAYS <= _offset(one) <= 0]
    yield from sorted(past, key=_offset, reverse=True)
    if town.faults.get("endless_list"):
        for number in count(1):
            yield Person(slug=f"sans-fin-{number}", name=f"Perpetua Sansfin {number}", birthday=-38)


def _offset(person: Person) -> int:
    return 1 if person.birthday is None else person.birthday


def _card(town: Town, person: Person, place: int) -> Card:
    words, day = town.words, person.birthday_on(town.today)
    is_late = day is not None and day < town.today
    name = town.name(person)
    prefill = words["prefill_late" if is_late else "prefill_today"]
    return Card(
        person=person,
        name=name,
        event=words["event_late" if is_late else "event_today"].replace("{name}", person.first_name or name),
        day=late_day(day, town.language) if day and is_late else words["today"],
        prefill=prefill,
        label=words["cta_label"].replace("{name}", name).replace("{prefill}", prefill),
        href=compose_href(
            person,
            propUrn=f"urn:li:prop:(BIRTHDAY,_{person.thread_id[2:]})",
            body=prefill,
            workflowId=f"msg-sent-workflow-auto-binding-{person.thread_id[2:14]}",
        ),
        has_button=person.has_button or bool(town.faults.get("button_cta")),
        has_advertisement_after=place == 1,
    )
