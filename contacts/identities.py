"""What identifies a person: addresses, member ids and e-mails, each in one form; a name never does."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from contacts.profile_urls import from_slug, member_id_of, slug_of


@dataclass(frozen=True)
class Identity:
    """Everything that is known to mean one person. A member id counts as an address of theirs too."""

    addresses: frozenset[str] = frozenset()  # canonical
    member_ids: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()  # lower-case

    @classmethod
    def of(
        cls, addresses: Iterable[str] = (), member_ids: Iterable[str] = (), emails: Iterable[str] = ()
    ) -> "Identity":
        """The addresses have to be canonical. Raises InvalidProfileUrl."""
        given = frozenset(addresses)
        known = frozenset(filter(None, (*member_ids, *map(member_id_of, given))))
        mails = (email.strip().lower() for email in emails)
        return cls(given | frozenset(map(from_slug, known)), known, frozenset(filter(None, mails)))

    def __or__(self, other: "Identity") -> "Identity":
        return Identity(
            self.addresses | other.addresses, self.member_ids | other.member_ids, self.emails | other.emails
        )

    @cached_property
    def certain_keys(self) -> frozenset[str]:
        """One key for each address and member id: those that no two people share."""
        return frozenset(f"profile:{slug_of(address)}" for address in self.addresses)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The certain ones, and one for each e-mail."""
        return self.certain_keys | frozenset(f"email:{email}" for email in self.emails)
