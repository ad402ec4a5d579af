"""The contacts that a chunk of rows may be about, loaded at once and found by address, alias, member id or e-mail."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import QuerySet
from django.db.models.functions import Lower

from contacts.importing.rows import Row
from contacts.models import Contact, ContactAlias
from contacts.profile_urls import member_id_of


class Known:
    """Contacts by what identifies them; a new one is added as soon as it is made."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_address: dict[str, Contact] = {}
        self._by_email: defaultdict[str, list[Contact]] = defaultdict(list)
        self._silenced: set[str] = set()
        self._load_by_address([row.profile_url for row in rows if row.profile_url])
        self._load_by_email({email for row in rows if not row.profile_url for email in row.emails})
        self._load_silenced({email for row in rows if row.profile_url for email in row.emails})

    def find(self, row: Row) -> Contact | None:
        """The one contact of the row's address; for a row without one, the only contact with its e-mail."""
        if row.profile_url:
            return self._by_address.get(row.profile_url)
        found = {id(contact): contact for email in row.emails for contact in self._by_email[email]}
        return next(iter(found.values())) if len(found) == 1 else None

    def is_silenced(self, row: Row) -> bool:
        """Whether somebody with this e-mail is not to be contacted: a new address does not undo that."""
        return not self._silenced.isdisjoint(row.emails)

    def add(self, contact: Contact) -> None:
        self._by_address[contact.profile_url] = contact
        self.add_email(contact)

    def add_email(self, contact: Contact) -> None:
        if contact.email:
            self._by_email[contact.email.lower()].append(contact)

    def saved(self) -> list[Contact]:
        """Every contact that is in the database, each as one object."""
        everyone = [*self._by_address.values(), *(one for some in self._by_email.values() for one in some)]
        return list({contact.pk: contact for contact in everyone if contact.pk}.values())

    def _load_by_address(self, addresses: list[str]) -> None:
        member_ids = {address: found for address in addresses if (found := member_id_of(address))}
        by_member_id = {one.member_id: one for one in _locked(member_id__in=member_ids.values())}
        self._by_address |= {
            address: by_member_id[found] for address, found in member_ids.items() if found in by_member_id
        }
        aliases = dict(
            ContactAlias.objects.filter(profile_url__in=addresses).values_list("profile_url", "contact_id")
        )
        aliased = {contact.pk: contact for contact in _locked(pk__in=aliases.values())}
        self._by_address |= {address: aliased[pk] for address, pk in aliases.items()}
        self._by_address |= {contact.profile_url: contact for contact in _locked(profile_url__in=addresses)}
        self._make_one_object_each()

    def _make_one_object_each(self) -> None:
        """Somebody found by an alias and by the address too must not be changed in two copies."""
        objects: dict[int, Contact] = {}
        for address, contact in self._by_address.items():
            self._by_address[address] = objects.setdefault(contact.pk, contact)

    def _load_by_email(self, emails: set[str]) -> None:
        objects = {contact.pk: contact for contact in self._by_address.values()}
        for contact in _with_email(_locked(), emails):
            self.add_email(objects.get(contact.pk, contact))

    def _load_silenced(self, emails: set[str]) -> None:
        silenced = Contact.objects.filter(status=Contact.Status.DO_NOT_CONTACT)
        self._silenced = {contact.email.lower() for contact in _with_email(silenced, emails)}


def _locked(**conditions: object) -> "QuerySet[Contact]":
    return Contact.objects.select_for_update().order_by("pk").filter(**conditions)


def _with_email(contacts: "QuerySet[Contact]", emails: set[str]) -> "QuerySet[Contact]":
    if not emails:
        return contacts.none()
    return contacts.annotate(lower_email=Lower("email")).filter(lower_email__in=emails)
