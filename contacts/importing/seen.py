"""Whom an import has spoken of already."""

from collections import defaultdict

from contacts.models import Contact


class PeopleSeen:
    """The contacts that this import has spoken of: one bit each, so that millions of rows fit."""

    def __init__(self) -> None:
        self._pages: defaultdict[int, int] = defaultdict(int)

    def __contains__(self, contact: Contact) -> bool:
        return contact.pk is None or bool(self._pages[contact.pk >> 12] >> (contact.pk & 4095) & 1)

    def add(self, contact: Contact) -> None:
        if contact.pk is not None:
            self._pages[contact.pk >> 12] |= 1 << (contact.pk & 4095)
