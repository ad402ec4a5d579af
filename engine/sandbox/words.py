"""What the pages say, in each language as far as it was observed on the network, and how they write days."""

import json
from datetime import date
from pathlib import Path

MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
}
# fmt: off
LONG_MONTHS = {
    "en": [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ],
    "fr": [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
    "de": [
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ],
}
# fmt: on
WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}
WORDS_FILE = Path(__file__).with_name("words.json")
# A language holds what was observed of it; the rest is English.
KNOWN: dict[str, dict[str, str]] = json.loads(WORDS_FILE.read_text(encoding="utf-8"))
WORDS = {language: KNOWN["en"] | known for language, known in KNOWN.items()}


def words_of(language: str) -> dict[str, str]:
    return WORDS[language]


def short_day(day: date, language: str) -> str:
    """A day without its year: "Nov 10", "10 nov."."""
    month = MONTHS.get(language, MONTHS["en"])[day.month - 1]
    return f"{day.day} {month}" if language == "fr" else f"{month} {day.day}"


def late_day(day: date, language: str) -> str:
    """The day of a past birthday, as a card says it."""
    return f"le {short_day(day, language)}" if language == "fr" else f"on {short_day(day, language)}"


def heading_day(day: date, today: date, language: str) -> str:
    """The heading above the messages of a day."""
    days_ago = (today - day).days
    if days_ago == 0:
        return WORDS[language]["today_heading"]
    if 0 < days_ago < 7:
        return WEEKDAYS.get(language, WEEKDAYS["en"])[day.weekday()]
    if days_ago < 300:
        return short_day(day, language)
    separator = " " if language == "fr" else ", "
    return f"{short_day(day, language)}{separator}{day.year}"


def whole_day(day: date, language: str) -> str:
    """A day in full: "September 28, 2026", "28 septembre 2026", "28. September 2026"."""
    month = LONG_MONTHS.get(language, LONG_MONTHS["en"])[day.month - 1]
    forms = {"fr": f"{day.day} {month} {day.year}", "de": f"{day.day}. {month} {day.year}"}
    return forms.get(language, f"{month} {day.day}, {day.year}")


def sent_ago(days: int, language: str) -> str:
    """How long ago an invitation was sent, in the largest unit that fits: "Sent 3 weeks ago"."""
    words = WORDS[language]
    for unit, size in (("year", 365), ("month", 30), ("week", 7), ("day", 1)):
        if count := days // size:
            return words[f"sent_{unit}" if count == 1 else f"sent_{unit}s"].replace("{count}", str(count))
    return words["sent_today"]


def clock_time(hour: int, minute: int, language: str) -> str:
    if language == "fr":
        return f"{hour:02}:{minute:02}"
    return f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"
