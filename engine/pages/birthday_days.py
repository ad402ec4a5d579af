"""Which day a birthday card speaks of: "aujourd’hui", "le 10 nov.", "on Sep 25"; a date or None."""

import re
import unicodedata
from datetime import date, timedelta

TODAY = {"today", "aujourd'hui", "heute", "hoy", "oggi", "hoje", "vandaag"}
YESTERDAY = {"yesterday", "hier", "gestern", "ayer", "ieri", "ontem", "gisteren"}
# Per month the full names in en, fr, de, es, it, pt and nl; a page's abbreviation is a beginning of one of them.
MONTHS = (
    ("january", "janvier", "januar", "enero", "gennaio", "janeiro", "januari"),
    ("february", "fevrier", "februar", "febrero", "febbraio", "fevereiro", "februari"),
    ("march", "mars", "marz", "marzo", "marco", "maart", "mrt", "maerz"),
    ("april", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "maio", "mei"),
    ("june", "juin", "juni", "junio", "giugno", "junho"),
    ("july", "juillet", "juli", "julio", "luglio", "julho"),
    ("august", "aout", "agosto", "augustus"),
    ("september", "septembre", "septiembre", "settembre", "setembro"),
    ("october", "octobre", "oktober", "octubre", "ottobre", "outubro"),
    ("november", "novembre", "noviembre", "novembro"),
    ("december", "decembre", "dezember", "diciembre", "dicembre", "dezembro"),
)
WORD = r"[^\W\d_]{3,}"
DAY_MONTH = re.compile(
    rf"(?<![\w.,])(\d{{1,2}})(?:er|º|°|\.|st|nd|rd|th)?\s+(?:de\s+)?({WORD})", re.IGNORECASE
)
MONTH_DAY = re.compile(rf"({WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?![\w])", re.IGNORECASE)


def birthday_day(strong_text: str | None, event_text: str, today: date) -> date | None:
    """The day of the birthday, at most today: first by the stressed words, then by the whole line."""
    for text in (strong_text or "", event_text):
        if found := _day_in(_plain(text), today):
            return found
    return None


def _plain(text: str) -> str:
    """Lower-case and without accents; the page's apostrophes and hard spaces as plain ones."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).lower().split())


def _day_in(text: str, today: date) -> date | None:
    pairs = [(m.group(1), m.group(2)) for m in DAY_MONTH.finditer(text)]
    pairs += [(m.group(2), m.group(1)) for m in MONTH_DAY.finditer(text)]
    days = {(_month(word), int(number)) for number, word in pairs if _month(word)}
    if len(days) == 1:
        month, day = days.pop()
        return _latest(month or 0, day, today)
    words = set(re.findall(r"[\w']+", text))
    if days or (words & TODAY and words & YESTERDAY):
        return None
    if words & TODAY:
        return today
    return today - timedelta(days=1) if words & YESTERDAY else None


def _month(word: str) -> int | None:
    found = {number for number, names in enumerate(MONTHS, 1) for name in names if name.startswith(word)}
    return found.pop() if len(found) == 1 else None


def _latest(month: int, day: int, today: date) -> date | None:
    """The most recent such date on or before today; 29 February may lie eight years back."""
    for year in range(today.year, today.year - 9, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None
