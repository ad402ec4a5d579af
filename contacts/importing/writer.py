"""The one writer of imported rows: upsert by address, match by e-mail, never by name; idempotent."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.db.models.functions import Now

from contacts.importing.formats import Format
from contacts.importing.known import Known
from contacts.importing.merging import FIELDS, merge, merge_birthday
from contacts.importing.report import Report
from contacts.importing.rows import Refused, Row
from contacts.importing.seen import PeopleSeen
from contacts.importing.tagging import Tagging
from contacts.models import ON_THE_LIST, Contact, Erased, Suppression
from contacts.profile_urls import member_id_of

ROWS_AT_ONCE = 1_000
_UPDATES_AT_ONCE = 100
LONGEST_WAIT = 20_000  # rows without an address that are kept for the end of their file


class Writer:
    """Writes the rows of one import for one account. The first row about somebody wins over later ones."""

    def __init__(self, account_id: int, report: Report) -> None:
        self._account_id = account_id
        self._report = report
        self._described = PeopleSeen()
        self._dated = PeopleSeen()

    def write(self, file: str, file_format: Format, rows: Iterable[Row | Refused]) -> None:
        """Write every row, a thousand in a transaction, and report what became of each."""
        ordered = self._addressed_first(self._usable(file, rows))
        while chunk := list(islice(ordered, ROWS_AT_ONCE)):
            with transaction.atomic():
                outcomes = _Chunk(chunk, self._account_id, file_format, self._described, self._dated).write()
            for row, (outcome, notes) in zip(chunk, outcomes, strict=True):
                self._tell(file, row, outcome, notes)

    def _tell(self, file: str, row: Row, outcome: str, notes: list[str]) -> None:
        if outcome == "refused":
            self._report.refuse(file, row.line, notes[0])
            return
        self._report.counts[outcome] += 1
        for note in filter(None, (*notes, row.remark)):
            self._report.note(file, row.line, note)

    def _usable(self, file: str, rows: Iterable[Row | Refused]) -> Iterator[Row]:
        for row in rows:
            if isinstance(row, Refused):
                self._report.refuse(file, row.line, row.reason)
            else:
                yield row

    def _addressed_first(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Rows without an address wait for the others, which may bring the contact that they complete."""
        waiting: list[Row] = []
        for row in rows:
            if row.profile_url or len(waiting) >= LONGEST_WAIT:
                yield row
            else:
                waiting.append(row)
        yield from waiting


class _Chunk:
    """Some rows and the contacts that they are about, written within the caller's transaction."""

    def __init__(
        self, rows: list[Row], account_id: int, file_format: Format, described: PeopleSeen, dated: PeopleSeen
    ) -> None:
        self._rows, self._account_id, self._format = rows, account_id, file_format
        self._described, self._dated = described, dated
        self._known = Known(rows)
        keys = frozenset[str]().union(*(row.identity.keys for row in rows))
        self._listed = Suppression.objects.effects_on(keys)
        self._linked = self._already_linked()
        self._tagging = Tagging(self._known.saved() if any(row.tags for row in rows) else [])
        self._new: list[Contact] = []
        self._changed: dict[int, Contact] = {}
        self._to_link: list[Contact] = []
        self._silenced: list[Contact] = []

    def write(self) -> list[tuple[str, list[str]]]:
        """For each row what became of it, and what to tell about it."""
        outcomes = [self._take(row) for row in self._rows]
        Contact.objects.bulk_create(self._new)
        for contact in self._changed.values():
            contact.updated_at = Now()  # bulk_update leaves auto_now alone
        Contact.objects.bulk_update(self._changed.values(), [*FIELDS, "updated_at"], _UPDATES_AT_ONCE)
        link = Contact.accounts.through
        link.objects.bulk_create(
            link(contact=contact, account_id=self._account_id) for contact in self._to_link
        )
        self._tagging.write()
        for contact in self._new:
            self._described.add(contact)
            if contact.birthday:
                self._dated.add(contact)
        for contact in self._silenced:
            contact.do_not_contact(ON_THE_LIST)
        return outcomes

    def _already_linked(self) -> set[int]:
        link = Contact.accounts.through
        links = link.objects.filter(account_id=self._account_id, contact__in=self._known.saved())
        return set(links.values_list("contact_id", flat=True))

    def _take(self, row: Row) -> tuple[str, list[str]]:
        contact = self._known.find(row)
        if self._is_erased(row, is_known=contact is not None):
            return "refused", [str(Erased())]
        if contact is None and row.profile_url and self._format.may_create:
            return "new", self._create(row, row.profile_url)
        if contact is None:
            return "unmatched", [f"unmatched: {row.name or 'no name'}; {_why_unmatched(row)}"]
        has_changed, conflict = self._merge(contact, row)
        has_changed |= self._link(contact)
        has_changed |= self._tagging.give(contact, row.tags)
        if self._listed.keys() & row.identity.keys and contact.status != Contact.Status.DO_NOT_CONTACT:
            self._silenced.append(contact)
        if has_changed and contact.pk:
            self._changed[contact.pk] = contact
        return "changed" if has_changed else "unchanged", [conflict]

    def _is_erased(self, row: Row, *, is_known: bool) -> bool:
        """By an address; or by an e-mail, where the row would bring somebody new."""
        keys = row.identity.certain_keys if is_known else row.identity.keys
        return any(self._listed.get(key) == Suppression.Effect.ERASED for key in keys)

    def _create(self, row: Row, profile_url: str) -> list[str]:
        contact = Contact(profile_url=profile_url, member_id=member_id_of(profile_url) or "")
        _, conflict = self._merge(contact, row)
        self._new.append(contact)
        self._to_link.append(contact)
        self._tagging.give(contact, row.tags)
        self._known.add(contact)
        if not (self._known.is_silenced(row) or self._listed.keys() & row.identity.keys):
            return [conflict]
        self._silenced.append(contact)
        contact.status, contact.status_reason = Contact.Status.DO_NOT_CONTACT, ON_THE_LIST
        return [conflict, f"imported as not to be contacted: {ON_THE_LIST}"]

    def _merge(self, contact: Contact, row: Row) -> tuple[bool, str]:
        email_before = contact.email
        may_correct = self._format.is_list_of_connections and contact not in self._described
        has_changed, conflict = merge(contact, row, may_correct), ""
        if row.birthday:
            is_news, conflict = merge_birthday(contact, row.birthday, contact not in self._dated)
            has_changed |= is_news
            self._dated.add(contact)
        if self._format.is_list_of_connections:
            self._described.add(contact)
        if contact.email != email_before:
            self._known.add_email(contact)
        return has_changed, conflict

    def _link(self, contact: Contact) -> bool:
        """Make somebody known a connection of the account, where the file is a list of its connections."""
        if not self._format.is_list_of_connections or contact.pk is None or contact.pk in self._linked:
            return False
        self._linked.add(contact.pk)
        self._to_link.append(contact)
        return True


def _why_unmatched(row: Row) -> str:
    if row.profile_url:
        return f"no contact has the address {row.profile_url}"
    return "not exactly one contact has the e-mail" if row.emails else "neither address nor e-mail"
