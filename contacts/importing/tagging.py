"""Tags that a file gives to people: added to those they have, never taken away."""

from collections.abc import Iterable

from contacts.models import Contact
from contacts.tags import Tag

_Link = Contact.tags.through


class Tagging:
    """The tags of one chunk of rows; written at once, after its new contacts are saved."""

    def __init__(self, known: Iterable[Contact]) -> None:
        links = _Link.objects.filter(contact__in=[contact.pk for contact in known])
        self._had = set(links.values_list("contact_id", "tag__name"))
        self._given: list[tuple[Contact, str]] = []

    def give(self, contact: Contact, names: Iterable[str]) -> bool:
        """Whether any of the tags is new to this contact."""
        before = len(self._given)
        for name in names:
            if (contact.pk, name) not in self._had and (contact, name) not in self._given:
                self._given.append((contact, name))
        return len(self._given) > before

    def write(self) -> None:
        tags = Tag.objects.named({name for _, name in self._given}) if self._given else {}
        links = [_Link(contact=contact, tag=tags[name]) for contact, name in self._given]
        _Link.objects.bulk_create(links, ignore_conflicts=True)
