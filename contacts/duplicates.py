"""Two contacts that turn out to be one person: everything of the one goes to the other, and no is no for both."""

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import Contact, ContactAlias, Interaction
from contacts.profile_urls import from_slug

# Taken from the other where the kept one has nothing; addresses, member ids and the status have rules of their own.
_COMPLETED = ("first_name", "email", "company", "position", "connected_on", "language")
_BIRTHDAY = ("birth_month", "birth_day", "birth_year", "birthday_source")
_OURS = {"aliases", "interactions", "accounts"}


class CannotMerge(ValueError):  # noqa: N818 - it names what is so
    """The two stay as they are; the message says why."""


def merge(kept: Contact, other: Contact) -> None:
    """Make one contact of the two, under the kept one's address; `other` is gone afterwards.

    What other apps keep about `other` has to be moved first (campaigns/duplicates.py does that, and calls this).
    Raises CannotMerge where something would be lost, or the two are the same contact.
    """
    if kept.pk == other.pk:
        raise CannotMerge(_("a contact cannot be merged with itself"))
    with transaction.atomic():
        _check_moved(other)
        list(Contact.objects.select_for_update().filter(pk__in=[kept.pk, other.pk]).order_by("pk"))
        kept.refresh_from_db()
        other.refresh_from_db()
        addresses, member_id = other.addresses, other.member_id
        kept.accounts.add(*other.accounts.all())
        kept.tags.add(*other.tags.all())
        Interaction.objects.filter(contact=other).update(contact=kept)
        other.aliases.all().delete()
        other.delete()
        _complete(kept, other)
        _remember_addresses(kept, addresses, member_id)
        if Contact.Status.DO_NOT_CONTACT in (kept.status, other.status):
            kept.do_not_contact(kept.status_reason or other.status_reason)


def _check_moved(other: Contact) -> None:
    for relation in Contact._meta.related_objects:
        name = relation.get_accessor_name()
        if name and name not in _OURS and getattr(other, name).exists():
            raise CannotMerge(f"the {name} of {other} have to be moved before it is merged")


def _complete(kept: Contact, other: Contact) -> None:
    for field in _COMPLETED:
        if not getattr(kept, field):
            setattr(kept, field, getattr(other, field))
    if kept.birthday is None:
        for field in _BIRTHDAY:
            setattr(kept, field, getattr(other, field))
    kept.member_id = kept.member_id or other.member_id
    kept.notes = "\n".join(filter(None, (kept.notes, other.notes)))
    if other.status == Contact.Status.DO_NOT_CONTACT and kept.status != other.status:
        kept.status, kept.status_reason = other.status, other.status_reason
    kept.save()


def _remember_addresses(kept: Contact, addresses: list[str], member_id: str) -> None:
    """Every address of the other one is an alias now; so is a second member id."""
    if member_id and member_id != kept.member_id:
        addresses = [*addresses, from_slug(member_id)]
    for address in {*addresses} - {*kept.addresses}:
        ContactAlias.objects.create(contact=kept, profile_url=address)
