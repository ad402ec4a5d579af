"""Pure date rules: birthdays with or without a year, 29 February, the late window over New Year."""

import re
import unicodedata
from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

LEAP_DAYS = {"02-28": (2, 28), "03-01": (3, 1)}  # when 29 February is celebrated in common years
LAST_PLACEHOLDER_YEAR = 1900  # Apple writes 1604 for "no year", others 1900 or 0001; nobody alive is older
LAST_BIRTH_YEAR = 2100
LONGEST_TEXT = 100

_MONTH_NAMES = (
    "jan january janv janvier januar janner jaenner januari ene enero gen gennaio janeiro",
    "feb february fev fevr fevrier februar feber februari febrero febbraio fevereiro",
    "mar march mars marz maerz mrz marzo marco maart mrt",
    "apr april avr avril abr abril aprile",
    "may mai mayo mag maggio maio mei",
    "jun june juin juni junio giu giugno junho",
    "jul july juil juillet juli julio lug luglio julho",
    "aug august aout ago agosto augustus",
    "sep sept september septembre septiembre set settembre setembro",
    "oct october octobre okt oktober octubre ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december decembre dez dezember dic diciembre dicembre dezembro",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_FILLER_WORDS = "le la el il l den de del di do der am on the of op em st nd rd th er e o a"
_FILLERS = frozenset(_FILLER_WORDS.split())

_YEARLESS = re.compile(r"--(\d\d)-?(\d\d)(?:T.*)?", re.ASCII)
_ISO = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?:[T ]\d\d:?\d\d.*)?", re.ASCII)
_SHORT_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4})|\.)?", re.ASCII)
_WORDS = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, order=True)
class Birthday:
    """A day of the year that exists; the year of birth where it is known."""

    month: int
    day: int
    year: int | None = None

    def __post_init__(self) -> None:
        date(self.year or 2000, self.month, self.day)


def parse(text: str) -> Birthday | None:
    """The birthday that a text can only mean, or None: never a guess, never an exception.

    Understands vCard's forms (`--0229`, `1985-04-12`, `19850412`, with a time), numbers in either order where
    only one order is a day (`29/02`), and names of months in en, fr, de, es, it, pt and nl ("le 10 nov.").
    """
    return _parse(text) if len(text) <= LONGEST_TEXT else None


@lru_cache(maxsize=4_096)  # the dates of a long file repeat
def _parse(text: str) -> Birthday | None:
    plain = _with_ascii_digits(text).strip()
    return _parse_iso(plain) or _parse_numbers(plain) or _parse_words(plain)


def occurrence(birthday: Birthday, year: int, leap_day: str = "02-28") -> date:
    """The day on which the birthday is celebrated in `year`."""
    month, day = birthday.month, birthday.day
    if (month, day) == (2, 29) and not isleap(year):
        month, day = LEAP_DAYS[leap_day]
    return date(year, month, day)


def latest_occurrence(birthday: Birthday, today: date, leap_day: str = "02-28") -> date:
    """The most recent celebration on or before `today`; its year names the occasion."""
    this_year = occurrence(birthday, today.year, leap_day)
    return this_year if this_year <= today else occurrence(birthday, today.year - 1, leap_day)


def days_late(birthday: Birthday, today: date, leap_day: str = "02-28") -> int:
    """Days since the latest celebration: 0 on the day itself."""
    return (today - latest_occurrence(birthday, today, leap_day)).days


def days_due(
    today: date, late_days: int, leap_day: str = "02-28"
) -> list[tuple[date, list[tuple[int, int]]]]:
    """Each date from `today` back to `late_days` before it, with the (month, day) pairs celebrated on it.

    `late_days` is less than a year, so that every birthday appears at most once, at its latest occurrence.
    """
    dates = [today - timedelta(days=days) for days in range(late_days + 1)]
    return [(day, _celebrated_on(day, leap_day)) for day in dates]


def _celebrated_on(day: date, leap_day: str) -> list[tuple[int, int]]:
    pairs = [(day.month, day.day)]
    if not isleap(day.year) and pairs[0] == LEAP_DAYS[leap_day]:
        pairs.append((2, 29))
    return pairs


def _with_ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _parse_iso(text: str) -> Birthday | None:
    if found := _YEARLESS.fullmatch(text):
        return _birthday(None, int(found[1]), int(found[2]))
    if found := _ISO.fullmatch(text) or _SHORT_ISO.fullmatch(text):
        return _birthday(int(found[1]), int(found[3]), int(found[4]))
    return None


def _parse_numbers(text: str) -> Birthday | None:
    """Day and month in an order that only one reading allows."""
    found = _NUMERIC.fullmatch(text)
    if not found:
        return None
    year = int(found[4]) if found[4] else None
    one, other = int(found[1]), int(found[3])
    readings = {_birthday(year, one, other), _birthday(year, other, one)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _parse_words(text: str) -> Birthday | None:
    words = _WORDS.findall(_without_accents(text))
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    days = [int(word) for word in words if word.isdecimal() and len(word) <= 2]
    years = [int(word) for word in words if word.isdecimal() and len(word) == 4]
    understood = len(months) + len(days) + len(years) + sum(word in _FILLERS for word in words)
    if understood != len(words) or len(months) != 1 or len(days) != 1 or len(years) > 1:
        return None
    return _birthday(years[0] if years else None, months[0], days[0])


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _birthday(year: int | None, month: int, day: int) -> Birthday | None:
    if year is not None and year > LAST_BIRTH_YEAR:
        return None
    known_year = year if year is not None and year > LAST_PLACEHOLDER_YEAR else None
    try:
        return Birthday(month, day, known_year)
    except ValueError:
        return None
