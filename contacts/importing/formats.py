"""Recognising a file's format from its content."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path

from contacts.importing import connections_csv, icalendar, vcard
from contacts.importing.decoding import encoding_of
from contacts.importing.lines import Lines
from contacts.importing.rows import Refused, Row


class Format(StrEnum):
    CONNECTIONS = "connections"  # LinkedIn's own export
    CSV = "csv"
    VCARD = "vcard"
    ICALENDAR = "icalendar"

    @property
    def is_list_of_connections(self) -> bool:
        """Whether its rows are the account's connections, and may correct what is known of them."""
        return self in {Format.CONNECTIONS, Format.CSV}

    @property
    def may_create(self) -> bool:
        return self is not Format.ICALENDAR


class UnknownFormat(ValueError):  # noqa: N818 - it names what the file has
    """The content is none of the formats that are read."""


@dataclass(frozen=True)
class ContactFile:
    """An open file of a recognised format; `rows` can be gone through once."""

    path: Path
    size: int
    format: Format
    rows: Iterator[Row | Refused]
    position: Callable[[], int]  # how many of the `size` bytes have been read


@contextmanager
def open_contacts(path: Path) -> Iterator[ContactFile]:
    """Raises OSError when the file cannot be read and UnknownFormat when it is none of ours.

    What the file's encoding cannot say is read as U+FFFD, so that no lone surrogate comes out.
    """
    encoding = encoding_of(path)
    with path.open("rb") as file, TextIOWrapper(file, encoding=encoding, errors="replace") as text:
        file_format, rows = _recognise(Lines(text))
        yield ContactFile(path, path.stat().st_size, file_format, rows, file.tell)


def _recognise(lines: Lines) -> tuple[Format, Iterator[Row | Refused]]:
    start = next((taken for taken in lines if taken[1].strip("\ufeff \t\r\n")), None)
    if start is None:
        raise UnknownFormat("the file is empty")
    lines.push_back([(start[0], start[1].lstrip("\ufeff"))])
    mark = start[1].strip("\ufeff \t\r\n").upper()
    if mark == "BEGIN:VCARD":
        return Format.VCARD, vcard.read(lines)
    if mark == "BEGIN:VCALENDAR":
        return Format.ICALENDAR, icalendar.read(lines)
    return _recognise_csv(lines)


def _recognise_csv(lines: Lines) -> tuple[Format, Iterator[Row | Refused]]:
    header = connections_csv.find_header(lines)
    if header is None:
        raise UnknownFormat(
            "neither vCard, nor iCalendar, nor a CSV file with a column URL or Email and another"
        )
    is_export = {"connected_on", "profile_url"} <= set(header.columns)
    return Format.CONNECTIONS if is_export else Format.CSV, connections_csv.read(lines, header)
