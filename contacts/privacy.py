"""A person's own rights: all that is known of them in one place, none of it any more, or no contact."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from contacts.identities import Identity
from contacts.importing.values import email_addresses
from contacts.models import Contact, Suppression, Tag
from contacts.profile_urls import InvalidProfileUrl, canonical


class Unclear(ValueError):  # noqa: N818 - it names what the question is
    """What was given does not say who is meant; the message says why."""


def identity_of(given: str) -> Identity:
    """From an address in any form, or an e-mail. Raises Unclear."""
    try:
        return Identity.of([canonical(given)])
    except InvalidProfileUrl as error:
        if (emails := email_addresses(given)) and len(emails) == 1:
            return Identity.of(emails=emails)
        raise Unclear(f"{given!a} is neither an e-mail nor a profile's address: {error}") from error


def everything_of(given: Identity) -> tuple[list[Contact], Identity]:
    """Every contact that certainly is this person, and all that identifies them.

    One address leads to a member id, and that to other addresses. Raises Unclear where an e-mail is several people's.
    """
    identity = given | _by_email(given)
    while True:
        contacts = list(Contact.objects.identified_by(identity).prefetch_related("aliases").order_by("pk"))
        wider = identity
        for contact in contacts:
            wider |= contact.identity
        if wider == identity:
            return contacts, identity
        identity = wider


def _by_email(given: Identity) -> Identity:
    if given.addresses or not given.emails:
        return Identity()
    found = list(Contact.objects.sharing(given).order_by("pk"))
    if len(found) > 1:
        addresses = ", ".join(contact.profile_url for contact in found[:10])
        raise Unclear(f"{len(found)} contacts have this e-mail; give the address of the one: {addresses}")
    return found[0].identity if found else Identity()


def describe(contact: Contact) -> dict[str, Any]:
    """All that this app keeps about somebody, as plain values."""
    return {
        **fields_of(contact),
        "aliases": [fields_of(alias) for alias in contact.aliases.all()],
        "tags": [tag.name for tag in contact.tags.all()],
        "accounts": [str(account) for account in contact.accounts.all()],
        "interactions": [fields_of(one) for one in contact.interactions.order_by("happened_at")],
    }


def fields_of(row: models.Model) -> dict[str, Any]:
    """The row's own columns, as Django's JSON encoder takes them."""
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}


def suppress(identity: Identity, reason: str) -> int:
    """Never contact this person, known already or not; how many contacts that moved."""
    contacts, whole = everything_of(identity)
    with transaction.atomic():
        Suppression.objects.put(whole.keys, Suppression.Effect.SILENCED)
        return sum(contact.do_not_contact(reason) for contact in contacts)


def lift(identity: Identity) -> int:
    """Take a person's word that they may be recorded and contacted again; how much of them was on the list."""
    contacts, whole = everything_of(identity)
    with transaction.atomic():
        lifted = Suppression.objects.lift(whole.keys, *Suppression.Effect.values)
        for contact in contacts:
            contact.allow_contact()
    return lifted


def forget(contacts: Iterable[Contact], identity: Identity) -> None:
    """Delete these contacts with all that refers to them, and keep the keyed hashes that keep the person out.

    Whoever else has an e-mail of theirs is not contacted either: it may be the same person.
    """
    contacts = list(contacts)
    with transaction.atomic():
        Suppression.objects.put(identity.keys, Suppression.Effect.ERASED)
        for tag in Tag.objects.about(contacts):
            tag.delete()
        for contact in contacts:
            contact.delete()
        for other in Contact.objects.sharing(identity):
            other.do_not_contact("has the e-mail of somebody who was erased")
