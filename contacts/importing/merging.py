"""What a row may change in a contact: empty values erase nothing, and the network knows birthdays better."""

from contacts.birthdays import Birthday
from contacts.importing.rows import Row
from contacts.models import Contact

_TEXTS = ("name", "first_name", "company", "position")
FIELDS = (*_TEXTS, "email", "connected_on", "birth_month", "birth_day", "birth_year", "birthday_source")


def merge(contact: Contact, row: Row, may_correct: bool) -> bool:
    """Take the row's texts and date: where nothing is known, or in place of it. Whether anything changed."""
    values = {field: _fitting(field, getattr(row, field)) for field in (*_TEXTS, "connected_on")}
    if contact.email.lower() not in row.emails:
        values["email"] = row.email
    changes = {
        field: value
        for field, value in values.items()
        if value and value != getattr(contact, field) and (may_correct or not getattr(contact, field))
    }
    for field, value in changes.items():
        setattr(contact, field, value)
    return bool(changes)


def merge_birthday(contact: Contact, birthday: Birthday, may_correct: bool) -> tuple[bool, str]:
    """Whether the birthday changed, and the conflict if it could not."""
    known = contact.birthday
    if known and (known.month, known.day) != (birthday.month, birthday.day):
        if not may_correct or contact.birthday_source != Contact.BirthdaySource.IMPORTED:
            return False, _conflict(known, birthday, contact.birthday_source)
    elif known and (known.year or not birthday.year):
        return False, ""
    _set(
        contact,
        birthday,
        is_same_day=bool(known and (known.month, known.day) == (birthday.month, birthday.day)),
    )
    return True, ""


def _set(contact: Contact, birthday: Birthday, is_same_day: bool) -> None:
    contact.birth_month, contact.birth_day, contact.birth_year = birthday.month, birthday.day, birthday.year
    if not is_same_day:
        contact.birthday_source = Contact.BirthdaySource.IMPORTED


def _conflict(known: Birthday, birthday: Birthday, source: str) -> str:
    whose = {"network": "the network's", "imported": "imported before"}.get(source, "entered by hand")
    return f"birthday {birthday.month:02}-{birthday.day:02} not taken: {known.month:02}-{known.day:02} is {whose}"


def _fitting(field: str, value: object) -> object:
    length = Contact._meta.get_field(field).max_length  # type: ignore[union-attr]
    return value[:length] if isinstance(value, str) else value
