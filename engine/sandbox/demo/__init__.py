"""Files such as a person in the sandbox's town would have at home: an export of connections, two of birthdays."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from engine.sandbox.people import Person, load_people

NOTES = (
    "When exporting your connection data, you may notice that some of the email addresses are missing. "
    "You will only see email addresses for connections who have allowed their connections to see or download "
    "their email address."
)
COLUMNS = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
# Those whose birthday stands in the address book, with its vCard version and the form of its date.
ADDRESS_BOOK = {
    "rosalie-vautremont": ("3.0", "%Y-%m-%d"),
    "owen-tarrabrook": ("4.0", "--%m%d"),
    "ines-quillfeather": ("3.0", "%Y%m%d"),
}
CALENDAR = ("solene-quentivel", "ismael-rochebrande")
BIRTH_YEAR = 1984  # a leap year has every day


def demo_files(directory: Path, today: date) -> list[Path]:
    """Writes Connections.csv, birthdays.vcf and birthdays.ics; some birthdays stand nowhere else, one is today."""
    directory.mkdir(parents=True, exist_ok=True)
    people = {person.slug: person for person in load_people()}
    connections = [one for one in people.values() if one.name and one.degree == 1 and not one.is_own]
    return [
        _write_connections(directory / "Connections.csv", connections),
        _write_lines(directory / "birthdays.vcf", _address_book(people, today)),
        _write_lines(directory / "birthdays.ics", _calendar(people, today)),
    ]


def profile_url(person: Person) -> str:
    return f"https://www.linkedin.com/in/{person.slug}"


def _write_connections(path: Path, people: Iterable[Person]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f'Notes:\n"{NOTES}"\n\n')
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for person in people:
            first, last = person.first_name, person.name.removeprefix(person.first_name).strip()
            row = [first, last, profile_url(person), person.email, person.company, person.headline]
            writer.writerow([*row, "12 Mar 2019"])
    return path


def _address_book(people: dict[str, Person], today: date) -> Iterable[str]:
    for slug, (version, form) in ADDRESS_BOOK.items():
        person = people[slug]
        first, last = person.first_name, person.name.removeprefix(person.first_name).strip()
        yield from ("BEGIN:VCARD", f"VERSION:{version}", f"FN:{person.name}", f"N:{last};{first};;;")
        yield from (f"EMAIL:{person.email}", f"URL:{profile_url(person)}")
        yield from (f"BDAY:{_birth(person, today).strftime(form)}", "END:VCARD")


def _calendar(people: dict[str, Person], today: date) -> Iterable[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sandbox//birthdays//EN")
    for slug in CALENDAR:
        person = people[slug]
        yield from ("BEGIN:VEVENT", f"UID:{slug}@sandbox.example", "DTSTAMP:20200101T000000Z")
        yield from (f"DTSTART;VALUE=DATE:{_birth(person, today):%Y%m%d}", "RRULE:FREQ=YEARLY")
        yield from (f"SUMMARY:Anniversaire de {person.name}", f"URL:{profile_url(person)}", "END:VEVENT")
    yield "END:VCALENDAR"


def _birth(person: Person, today: date) -> date:
    birthday = person.birthday_on(today)
    if birthday is None:
        raise ValueError(f"{person.slug} has no birthday")
    return birthday.replace(year=BIRTH_YEAR)


def _write_lines(path: Path, lines: Iterable[str]) -> Path:
    """Both formats end their lines with CR LF."""
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return path
