"""iCalendar: yearly events that say they are somebody's birthday."""

import re
import unicodedata
from collections.abc import Iterator

from contacts.birthdays import Birthday, parse
from contacts.importing.content_lines import Component, components
from contacts.importing.lines import Lines
from contacts.importing.rows import Refused, Row
from contacts.importing.values import email_addresses, person_name, profile_addresses

_WORD = r"birthday|anniversaire|geburtstag|cumplea[nñ]os|compleanno|anivers[aá]rio|verjaardag|🎂"
_BIRTHDAY = re.compile(_WORD)
_OTHER_ANNIVERSARY = re.compile(
    r"\b(?:mariage|wedding|work|professionnel|hochzeit\w*|boda|matrimonio|casamento|huwelijk\w*|entreprise)\b"
)
_OF = re.compile(
    rf"(?:{_WORD})\s*(?::|of|de la|de l['’]|de|d['’]|von|do|da|di|van|[-–—])?\s*(?P<after>.+)"
    rf"|(?P<before>.+?)(?:['’]s?|\s+hat|\s*[-–—:])?\s+(?:{_WORD})",
    re.IGNORECASE,
)


def read(lines: Lines) -> Iterator[Row | Refused]:
    """Every birthday; other events are passed over, a yearly one that cannot be used is refused."""
    for event in components(lines, "VEVENT"):
        if isinstance(event, Refused):
            yield event
        elif _is_yearly(event):
            yield _row(event)


def _is_yearly(event: Component) -> bool:
    rule = event.text("RRULE").upper().split(";")
    return "FREQ=YEARLY" in rule and not any(
        part.startswith("INTERVAL=") and part != "INTERVAL=1" for part in rule
    )


def _row(event: Component) -> Row | Refused:
    if not _is_birthday(event):
        return Refused(event.line, "a yearly event that does not say it is a birthday")
    day = _day(event)
    if not day:
        return Refused(event.line, f"the day is not certain: {event.text('DTSTART')[:40]!a}")
    about = "\n".join(found.text for found in event.all("URL", "DESCRIPTION", "LOCATION"))
    addresses = profile_addresses(about)
    if len(addresses) > 1:
        return Refused(event.line, "names two profiles: " + " and ".join(addresses[:2]))
    return Row(
        line=event.line,
        profile_url=addresses[0] if addresses else None,
        name=_name(event),
        emails=_emails(event, about),
        birthday=day,
    )


def _is_birthday(event: Component) -> bool:
    said = unicodedata.normalize("NFKD", f"{event.text('SUMMARY')} {event.text('CATEGORIES')}".casefold())
    plain = "".join(character for character in said if not unicodedata.combining(character))
    return bool(_BIRTHDAY.search(plain)) and not _OTHER_ANNIVERSARY.search(plain)


def _day(event: Component) -> Birthday | None:
    """The day without a year, which is the year of the first event and no year of birth.

    A time in UTC is another day elsewhere, so it is not certain.
    """
    start = event.text("DTSTART")
    found = None if start.upper().endswith("Z") else parse(start)
    return Birthday(found.month, found.day) if found else None


def _emails(event: Component, about: str) -> tuple[str, ...]:
    """The one e-mail that the event names; several (guests) name nobody."""
    guests = " ".join(found.text for found in event.all("ATTENDEE"))
    found = email_addresses(f"{about} {guests.replace('mailto:', ' ').replace('MAILTO:', ' ')}")
    return found if len(found) == 1 else ()


def _name(event: Component) -> str:
    summary = unicodedata.normalize("NFC", event.text("SUMMARY")[:500])
    found = _OF.search(summary)
    return person_name((found["after"] or found["before"]) if found else summary)
