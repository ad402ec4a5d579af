"""The person whom a list of the network shows, as a contact: known already, or new and not saved yet."""

from contacts import names
from contacts.identities import Identity
from contacts.models import Contact, Erased
from contacts.profile_urls import canonical


class Unusable(ValueError):  # noqa: N818 - it names what the row is
    """The row does not say certainly who it is about."""


def person_found(name: str, profile_url: str, member_id: str | None) -> Contact:
    """The one contact with this address or member id, else a new one, unsaved.

    Raises Unusable, InvalidProfileUrl, or Erased, of whom nothing may be told (a ValueError each). Nothing is written.
    """
    address = canonical(profile_url)
    known = Contact.objects.recognise(address, member_id or "")
    if len(known) > 1:
        raise Unusable(f"its address and member id belong to {len(known)} contacts; merge them first")
    return known[0] if known else _stranger(name, address, member_id)


def remember(name: str, profile_url: str, member_id: str | None) -> Contact:
    """The same, saved, with the address and the member id that the network shows now. Raises ValueError."""
    try:
        return _remember(name, profile_url, member_id)
    except Erased:
        Contact.objects.keep_out(Identity.of([canonical(profile_url)], [member_id or ""]))
        raise


def _remember(name: str, profile_url: str, member_id: str | None) -> Contact:
    contact = person_found(name, profile_url, member_id)
    if contact.member_id and member_id and contact.member_id != member_id:
        raise Unusable(f"{contact.profile_url} had another member id before; it may be somebody else's now")
    address = canonical(profile_url)
    if contact.pk and contact.profile_url != address:
        contact.rename(address)
    if contact.pk is None or (member_id and not contact.member_id):
        contact.member_id = member_id or contact.member_id
        contact.save()
    return contact


def _stranger(name: str, address: str, member_id: str | None) -> Contact:
    contact = Contact(profile_url=address, name=names.clean(name), member_id=member_id or "")
    contact.heed_the_list()
    return contact
