"""What the network's own birthday list teaches about the people in it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from contacts import birthdays, names
from contacts.models import Contact
from contacts.profile_urls import InvalidProfileUrl, canonical
from engine.ports import BirthdayCard


def remember_cards(cards: Iterable[BirthdayCard], account_id: int, today: date, leap_day: str) -> list[str]:
    """Upsert the people of the cards as connections of the account.

    Returns one note for each card that could not be used, with its reason.
    """
    notes = []
    for card in cards:
        try:
            with transaction.atomic():
                _remember(card, account_id, today, leap_day)
        except (InvalidProfileUrl, CardError) as error:
            notes.append(f"{names.clean(card.name) or 'a card'} in the birthday list: {error}")
    return notes


class CardError(ValueError):
    """The card does not say certainly who, or when."""


def _remember(card: BirthdayCard, account_id: int, today: date, leap_day: str) -> None:
    if card.day is None:
        raise CardError(f"the day was not understood in “{names.clean(card.event_text)}”")
    contact = _find_or_create(card, canonical(card.profile_url))
    if _is_news(contact, card.day, today, leap_day):
        contact.birth_month, contact.birth_day = card.day.month, card.day.day
        contact.birthday_source = Contact.BirthdaySource.NETWORK
    contact.name = names.clean(card.name) or contact.name
    contact.member_id = card.member_id or contact.member_id
    contact.save()
    contact.accounts.add(account_id)


def _find_or_create(card: BirthdayCard, profile_url: str) -> Contact:
    known = Contact.objects.recognise(profile_url, card.member_id or "")
    if len(known) > 1:
        raise CardError(f"its address and member id belong to {len(known)} contacts; merge them first")
    if not known:
        return Contact.objects.create(profile_url=profile_url, name=names.clean(card.name))
    contact = known[0]
    if contact.member_id and card.member_id and contact.member_id != card.member_id:
        raise CardError(f"{profile_url} had another member id before; it may be somebody else's now")
    if contact.profile_url != profile_url:
        contact.rename(profile_url)
    return contact


def _is_news(contact: Contact, day: date, today: date, leap_day: str) -> bool:
    """A stored 29 February that is celebrated on the card's day is the better knowledge."""
    known = contact.birthday
    return known is None or birthdays.latest_occurrence(known, today, leap_day) != day
