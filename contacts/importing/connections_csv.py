"""LinkedIn's own export Connections.csv, and any CSV with a header that names an address or an e-mail."""

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contacts.birthdays import parse
from contacts.importing.lines import Lines
from contacts.importing.rows import Refused, Row
from contacts.importing.values import cell, email_addresses, person_name
from contacts.profile_urls import InvalidProfileUrl, canonical
from contacts.tags import tags_in

HEADER_WITHIN = 50  # lines of notes that may stand before the header
_UNTERMINATED = "a quote is opened and never closed"
LONGEST_RECORD = 200  # lines of one record with line breaks in its quoted fields
_DELIMITERS = (",", ";", "\t")
_COLUMNS = {
    "profile_url": "url profileurl linkedin linkedinurl linkedinprofile profile profil profillinkedin address"
    " profilurl urlduprofil perfil urldelperfil profilo",
    "name": "name fullname nomcomplet displayname nombrecompleto nomecompleto vollstandigername naam",
    "first_name": "firstname givenname prenom vorname nombre nome voornaam",
    "last_name": "lastname familyname surname nom nomdefamille nachname apellidos apellido cognome sobrenome"
    " achternaam",
    "email": "email emailaddress mail emailadress adresseemail adressemail emailadresse email1value"
    " direcciondecorreoelectronico correoelectronico indirizzoemail enderecodeemail emailadres courriel",
    "company": "company organization organisation entreprise societe unternehmen firma empresa azienda bedrijf",
    "position": "position title jobtitle poste titre cargo posizione functie puesto",
    "connected_on": "connectedon connexionle connectele datedeconnexion verbundenam verknupftam conectadoel"
    " collegatoil conectadoem",
    "birthday": "birthday bday birthdate dateofbirth anniversaire datedenaissance geburtstag geburtsdatum"
    " cumpleanos fechadenacimiento compleanno datadinascita aniversario datadenascimento verjaardag",
    "tags": "tags tag labels label categories etiquettes kategorien schlagworte etiquetas etichette",
}
_COLUMN_OF = {title: column for column, titles in _COLUMNS.items() for title in titles.split()}


@dataclass(frozen=True)
class Header:
    """The line that names the columns: where it is, what separates them, what each holds."""

    line: int
    delimiter: str
    columns: tuple[str | None, ...]

    @property
    def is_usable(self) -> bool:
        return "profile_url" in self.columns or "email" in self.columns


def find_header(lines: Lines) -> Header | None:
    """The header within the first lines, whatever notes stand before it; None when there is none."""
    for number, line in lines:
        for delimiter in _DELIMITERS:
            header = Header(number, delimiter, _columns(line, delimiter))
            if header.is_usable and len(set(header.columns) - {None}) > 1:
                return header
        if number >= HEADER_WITHIN:
            break
    return None


def read(lines: Lines, header: Header) -> Iterator[Row | Refused]:
    """Every record after the header; empty lines are none."""
    for number, record in _records(lines, header):
        if isinstance(record, Refused):
            yield record
        elif any(field.strip() for field in record):
            yield _row(number, record, header)


def _columns(line: str, delimiter: str) -> tuple[str | None, ...]:
    titles = next(csv.reader([line[:10_000]], delimiter=delimiter), [])
    return tuple(_COLUMN_OF.get(_title(title)) for title in titles)


def _title(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isascii() and character.isalnum())


def _records(lines: Lines, header: Header) -> Iterator[tuple[int, list[str] | Refused]]:
    """Records of one line or more. One that is broken is refused alone: the lines after it are read again."""
    for number, line in lines:
        taken = [(number, line)]
        record, reason = _parse(taken, header)
        if reason == _UNTERMINATED:
            record = _read_on(lines, taken, header)
        if record is not None:
            yield number, record
        else:
            lines.push_back(taken[1:])
            yield number, Refused(number, reason)


def _parse(taken: list[tuple[int, str]], header: Header) -> tuple[list[str] | None, str]:
    """The fields of the record in these lines, or why they are none."""
    reader = csv.reader((line for _, line in taken), delimiter=header.delimiter, strict=True)
    try:
        record = next(reader)
    except csv.Error as error:
        return None, _UNTERMINATED if "unexpected end" in str(error) else f"broken quoting: {error}"
    if any("\n" in field and "/in/" in field for field in record):
        return None, _UNTERMINATED  # the field has swallowed the next person
    if any(field.strip() for field in record[len(header.columns) :]):
        return None, f"{len(record)} fields under {len(header.columns)} columns"
    return record, ""


def _read_on(lines: Lines, taken: list[tuple[int, str]], header: Header) -> list[str] | None:
    """The fields of a record that goes on in the next lines; None when its quote is never closed properly."""
    while _extend(lines, taken):
        record, reason = _parse(taken, header)
        if reason != _UNTERMINATED:
            return record
    return None


def _extend(lines: Lines, taken: list[tuple[int, str]]) -> bool:
    """Take lines up to the next one that may close the quote; False if none does within a record's bounds."""
    size = sum(len(line) for _, line in taken)
    while len(taken) < LONGEST_RECORD and size <= csv.field_size_limit() and (following := lines.take()):
        taken.append(following)
        size += len(following[1])
        if following[1].count('"') % 2:
            return True
    return False


def _row(number: int, record: list[str], header: Header) -> Row | Refused:
    values = {
        column: field for column, field in zip(header.columns, record, strict=False) if column and field
    }
    address = values.get("profile_url", "").strip()
    try:
        profile_url = canonical(address) if address else None
    except InvalidProfileUrl as error:
        return Refused(number, f"the address is refused: {error}")
    row = _describe(number, profile_url, values)
    if not (row.profile_url or row.emails or row.name):
        return Refused(number, "neither an address, nor an e-mail, nor a name")
    return row


def _describe(number: int, profile_url: str | None, values: dict[str, str]) -> Row:
    first_name = person_name(values.get("first_name", ""))
    full_name = values.get("name") or f"{first_name} {values.get('last_name', '')}"
    birthday_text = values.get("birthday", "").strip()
    birthday = parse(birthday_text)
    return Row(
        line=number,
        profile_url=profile_url,
        name=person_name(full_name),
        first_name=first_name,
        emails=email_addresses(values.get("email", "")),
        company=cell(values.get("company", "")),
        position=cell(values.get("position", "")),
        connected_on=_day(values.get("connected_on", "")),
        birthday=birthday,
        tags=tags_in(values.get("tags", "")),
        remark=f"birthday not understood: {cell(birthday_text)[:50]}"
        if birthday_text and not birthday
        else "",
    )


def _day(text: str) -> date | None:
    """A full date such as "12 Apr 2019"; None when it is not understood."""
    found = parse(text.strip())
    return date(found.year, found.month, found.day) if found and found.year else None
