"""When a message was sent: by its own machine-readable time, else by the heading of its day and the clock beside it."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from engine.pages.birthday_days import birthday_day
from engine.pages.connections import day_in

# A heading names the day of the week for the six days before today.
WEEKDAYS = (
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
MONTHS = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|févr|avr|mai|juin|juil|août|déc)[a-zéû]*\b",
    re.IGNORECASE,
)
NAMED = {"today", "yesterday", "aujourd'hui", "hier"}
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:\s?([AP])\.?M\.?)?", re.IGNORECASE)


def moment(message: Mapping[str, Any], today: date) -> datetime | None:
    """The time as the page says it: with its zone where the page is exact, without one where it speaks in words."""
    try:
        return datetime.fromisoformat(message["sent_at"] or "")
    except ValueError:
        day, clock = day_of(message["day_text"] or "", today), clock_of(message["time_text"] or "")
        return datetime.combine(day, clock) if day and clock else None


def aware(message: Mapping[str, Any], today: date, zone: tzinfo) -> datetime | None:
    """The moment; a time without a zone is the account's own."""
    found = moment(message, today)
    return found.replace(tzinfo=zone) if found and found.tzinfo is None else found


def day_of(heading: str, today: date) -> date | None:
    """The day of a heading in English or French: "Today", "lundi", "Nov 10", "10 nov. 2024"; None where in doubt."""
    text = " ".join(heading.replace("’", "'").lower().split())
    for number, names in enumerate(WEEKDAYS):
        if text in names:
            days_ago = (today.weekday() - number) % 7
            return today - timedelta(days=days_ago) if days_ago else None
    if text not in NAMED and not MONTHS.search(text):
        return None
    found = day_in(text) if re.search(r"\b\d{4}\b", text) else birthday_day(None, text, today)
    return found if found and found <= today else None


def clock_of(text: str) -> time | None:
    """ "9:05 AM", "21:05"; None for anything else, and for hours that do not exist."""
    found = CLOCK.fullmatch(" ".join(text.split()))
    if not found:
        return None
    hour, half = int(found[1]), (found[3] or "").upper()
    if half and not 1 <= hour <= 12:
        return None
    try:
        return time(hour % 12 + 12 * (half == "P") if half else hour, int(found[2]))
    except ValueError:
        return None
