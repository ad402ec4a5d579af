"""How long somebody has worked: dated positions in seven languages as months, with overlaps counted once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from campaigns.words import fold

# As pages and people write them, without accents; any longer form begins with one of these.
MONTHS = {
    1: ("jan", "gen", "ene"),
    2: ("feb", "fev"),
    3: ("mar", "maa", "mrt"),
    4: ("apr", "avr", "abr"),
    5: ("may", "mai", "mag", "mei"),
    6: ("jun", "juin", "giu"),
    7: ("jul", "juil", "lug"),
    8: ("aug", "aou", "ago"),
    9: ("sep", "set"),
    10: ("oct", "okt", "ott", "out"),
    11: ("nov",),
    12: ("dec", "dez", "dic"),
}
_MONTH_WORD = "|".join(name for names in MONTHS.values() for name in names)
_YEAR = r"(?<![0-9])(?P<year{0}>(?:19|20)[0-9]{{2}})(?![0-9])"
_POINT = re.compile(
    rf"(?P<now>\b(?:present|presente|aujourd'?\s?hui|ce jour|maintenant|now|today|current|currently|actuel|actuellement"
    rf"|heute|actualidad|actualmente|oggi|momento|heden)\b)"
    rf"|(?<![0-9])(?P<number>0?[1-9]|1[0-2])\s?[/.-]\s?{_YEAR.format('_after_number')}"
    rf"|{_YEAR.format('_before_number')}\s?[/.]\s?(?P<number_after>0?[1-9]|1[0-2])(?![0-9])"
    rf"|{_YEAR.format('_iso')}-(?P<number_iso>0[1-9]|1[0-2])(?![0-9])"
    rf"|(?:\b(?P<word>(?:{_MONTH_WORD})[a-z]*)\.?,?\s*(?:de\s+|del\s+)?)?{_YEAR.format('_alone')}"
)
_SINCE = re.compile(r"\b(?:since|depuis|seit|desde|dal|sinds)\b")
_LENGTH = re.compile(
    r"(?<![0-9.,])(?P<count>[0-9]{1,2})\s*"
    r"(?:(?P<years>y(?:ea)?rs?|an(?:nee)?s?|jahre?|anos?|ann[io]|jaar|jr|j)|(?P<months>mo(?:nth)?s?|mois|mon(?:at)?e?|mes(?:es)?"
    r"|mes[ei]|maand(?:en)?|mnd))\b"
)
# What stands around dates and lengths; a line with any other word is no line of dates.
_AROUND = {
    "to", "from", "until", "till", "since", "less", "than", "and", "year", "years", "a",
    "de", "d", "du", "au", "en", "et", "jusqu", "depuis", "moins", "un", "an", "ans", "l", "la", "le",
    "bis", "von", "seit", "weniger", "als", "ein", "jahr", "hasta", "desde", "del", "y", "menos", "ano",
    "al", "dal", "anno", "e", "o", "ate", "tot", "van", "sinds", "jaar",
}  # fmt: skip
LONGEST_LIFE_OF_WORK = 80


@dataclass(frozen=True)
class Point:
    """One end of a position: a month (1 to 12), or only a year."""

    year: int
    month: int | None = None

    def first_month(self) -> int:
        """A year alone is entered in its middle, so that 2019 – 2021 are the two years that the network counts."""
        return self.year * 12 + (self.month or 7) - 1

    def last_month(self) -> int:
        return self.year * 12 + (self.month or 6) - 1


@dataclass(frozen=True)
class Period:
    """Whole months, both ends included, counted from the year 0."""

    first: int
    last: int
    is_current: bool = False


def period(text: str, today: date) -> Period | None:
    """What a line of dates says; None where it is not understood, lies ahead or ends before it begins."""
    now = Point(today.year, today.month)
    line = fold(text)
    if set(re.findall(r"[^\W\d_]+", _LENGTH.sub(" ", _POINT.sub(" ", line)))) - _AROUND:
        return None
    found = [_point(match) for match in _POINT.finditer(line)]
    ends = [*found, None] if len(found) == 1 and found[0] and _SINCE.search(line) else found
    if not ends or ends[0] is None or len(ends) > 2:
        return None
    start, end = ends[0], ends[-1] or now
    first, last = _months(start, end)
    this_month = now.first_month()
    if start == Point(today.year):
        first = min(first, this_month)
    if first > this_month or last < first or start.year < today.year - LONGEST_LIFE_OF_WORK:
        return None
    return Period(first, min(last, this_month), is_current=ends[-1] is None)


def _months(start: Point, end: Point) -> tuple[int, int]:
    """The first and the last month; of two bare years half of one, where they are the same."""
    if start.year < end.year:
        return start.first_month(), end.last_month()
    begins, ends = (1, 12) if start.month or end.month else (4, 9)
    return start.year * 12 + (start.month or begins) - 1, end.year * 12 + (end.month or ends) - 1


def _point(found: re.Match[str]) -> Point | None:
    """None means the present."""
    if found["now"]:
        return None
    years = ("year_after_number", "year_before_number", "year_iso", "year_alone")
    year = int(next(found[name] for name in years if found[name]))
    number = found["number"] or found["number_after"] or found["number_iso"]
    return Point(year, int(number) if number else _month(found["word"]))


def _month(word: str | None) -> int | None:
    for number, names in MONTHS.items():
        if word and word.startswith(names):
            return number
    return None


def months_of(periods: Iterable[Period]) -> int:
    """All months that at least one of them covers."""
    total, covered = 0, 0
    for one in sorted(periods, key=lambda each: each.first):
        total += max(0, one.last - max(one.first, covered) + 1)
        covered = max(covered, one.last + 1)
    return total


def length(text: str) -> int:
    """The months of "2 yrs 3 mos" or "2 ans 3 mois"; 0 where it says nothing of the kind."""
    found = _LENGTH.finditer(fold(text))
    return sum(int(match["count"]) * (12 if match["years"] else 1) for match in found)


def in_words(months: int) -> str:
    years, rest = divmod(months, 12)
    parts = [
        f"{count} {unit}{'s' * (count != 1)}" for count, unit in ((years, "year"), (rest, "month")) if count
    ]
    return " ".join(parts) or "no time"
