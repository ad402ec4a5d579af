"""What the network's own birthday list teaches about the people in it."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction

from contacts import birthdays, duplicates, names
from contacts.identities import Identity
from contacts.models import Contact, Erased, Suppression
from contacts.profile_urls import InvalidProfileUrl, canonical
from engine.ports import BirthdayCard

Merge = Callable[[Contact, Contact], None]  # of two contacts that are one person; the first one is kept


def remember_cards(
    cards: Iterable[BirthdayCard],
    account_id: int,
    today: date,
    leap_day: str,
    merge: Merge = duplicates.merge,
) -> list[str]:
    """Upsert the people of the cards as connections of the account.

    Returns one note for each card that could not be used, with its reason, and how many were of people who were
    erased: nothing else is told of those.
    """
    notes, erased = [], 0
    for card in cards:
        try:
            with transaction.atomic():
                _remember(card, account_id, today, leap_day, merge)
        except (InvalidProfileUrl, CardError, duplicates.CannotMerge) as error:
            notes.append(f"{names.clean(card.name) or 'a card'} in the birthday list: {error}")
        except Erased:
            erased += 1
            Contact.objects.keep_out(identity_of(card))
    return notes + [f"passed over in the birthday list, because they were erased: {erased}"] * bool(erased)


class CardError(ValueError):
    """The card does not say certainly who, or when."""


def identity_of(card: BirthdayCard) -> Identity:
    """Raises InvalidProfileUrl."""
    return Identity.of([canonical(card.profile_url)], [card.member_id or ""])


def _remember(card: BirthdayCard, account_id: int, today: date, leap_day: str, merge: Merge) -> None:
    if Suppression.objects.effect_on(identity_of(card).certain_keys) == Suppression.Effect.ERASED:
        raise Erased
    if card.day is None:
        raise CardError(f"the day was not understood in “{names.clean(card.event_text)}”")
    contact = _find_or_create(card, canonical(card.profile_url), merge)
    if _is_news(contact, card.day, today, leap_day):
        contact.birth_month, contact.birth_day = card.day.month, card.day.day
        contact.birthday_source = Contact.BirthdaySource.NETWORK
    contact.name = names.clean(card.name) or contact.name
    contact.member_id = card.member_id or contact.member_id
    contact.save()
    contact.accounts.add(account_id)


def _find_or_create(card: BirthdayCard, profile_url: str, merge: Merge) -> Contact:
    known = Contact.objects.recognise(profile_url, card.member_id or "")
    if not known:
        return Contact.objects.create(profile_url=profile_url, name=names.clean(card.name))
    contact = known[0] if len(known) == 1 else _merged(known, card, profile_url, merge)
    if contact.member_id and card.member_id and contact.member_id != card.member_id:
        raise CardError(f"{profile_url} had another member id before; it may be somebody else's now")
    if contact.profile_url != profile_url:
        contact.rename(profile_url)
    return contact


def _merged(known: list[Contact], card: BirthdayCard, profile_url: str, merge: Merge) -> Contact:
    """The two are one person where the network shows the member id of the one at the address of the other.

    An address that came with another member id, or is only an old one, may be somebody else's by now.
    """
    by_id = [one for one in known if card.member_id and one.member_id == card.member_id]
    by_address = [one for one in known if one.profile_url == profile_url and not one.member_id]
    if len(known) != 2 or len(by_id) != 1 or len(by_address) != 1:
        raise CardError(f"its address and member id belong to {len(known)} contacts; merge them first")
    merge(by_id[0], by_address[0])
    return by_id[0]


def _is_news(contact: Contact, day: date, today: date, leap_day: str) -> bool:
    """A stored 29 February that is celebrated on the card's day is the better knowledge."""
    known = contact.birthday
    return known is None or birthdays.latest_occurrence(known, today, leap_day) != day
