"""The day a card speaks of, in seven languages: a date on or before today, or None."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pages.birthday_days import birthday_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("strong", "line", "day"),
    [
        ("aujourd’hui", "Célébrez l’anniversaire de Maëlle aujourd’hui", TODAY),
        ("today", "Celebrate Ada’s birthday today", TODAY),
        (None, "Celebrate Ada's birthday today", TODAY),
        ("le 10 nov.", "Célébrez l'anniversaire récent de Félix le 10 nov.", date(2026, 11, 10)),
        (None, "Célébrez l'anniversaire récent de Félix le 1er nov.", date(2026, 11, 1)),
        ("Sep 25", "Celebrate Ivo’s recent birthday on Sep 25", date(2026, 9, 25)),
        (None, "Celebrate April’s recent birthday on Jun 19", date(2026, 6, 19)),
        ("yesterday", "Celebrate Ada’s birthday yesterday", TODAY - timedelta(days=1)),
        ("hier", "Célébrez l’anniversaire de Noé hier", TODAY - timedelta(days=1)),
        ("on Dec 31", "Celebrate Bo’s recent birthday on Dec 31", date(2025, 12, 31)),
        ("on Feb 29", "Celebrate Bo’s recent birthday on Feb 29", date(2024, 2, 29)),
        ("12. März", "Feiern Sie den Geburtstag von Uwe am 12. März", date(2026, 3, 12)),
        ("el 3 de ago", "Celebra el cumpleaños de Inés el 3 de ago", date(2026, 8, 3)),
        ("il 4 gen", "Festeggia il compleanno di Ugo il 4 gen", date(2026, 1, 4)),
        ("em 5 de out", "Comemore o aniversário de Rui em 5 de out.", date(2026, 10, 5)),
        ("op 6 mrt", "Vier de verjaardag van Bas op 6 mrt", date(2026, 3, 6)),
        ("le ١٠ nov.", "Célébrez l’anniversaire de Noor le ١٠ nov.", date(2026, 11, 10)),
    ],
)
def test_the_words_of_a_card_become_a_day(strong, line, day):
    assert birthday_day(strong, line, TODAY) == day


@pytest.mark.parametrize(
    "line",
    ["", "Ada", "le 31 févr.", "31/02", "le 10 jui.", "on 12 people", "Sep 25 or Sep 26", "на 3 мая", "tomorrow",
     "today or yesterday", "on Sep 99", "le 5 marketing"],
)  # fmt: skip
def test_what_is_not_understood_is_no_day(line):
    assert birthday_day(None, line, TODAY) is None


def test_the_stressed_words_count_before_the_line():
    assert birthday_day("on Jun 19", "Celebrate Today Smith’s recent birthday on Jun 19", TODAY) == date(
        2026, 6, 19
    )


MONTHS = {
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "de": ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    "es": ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
    "it": ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
    "pt": ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"],
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
}


@given(
    day=st.dates(date(2025, 11, 23), TODAY),
    language=st.sampled_from(sorted(MONTHS)),
)
def test_every_day_of_the_last_year_is_found_again(day, language):
    month = MONTHS[language][day.month - 1]
    text = f"on {month} {day.day}" if language == "en" else f"le {day.day} {month}"

    assert birthday_day(text, f"… {text}", TODAY) == day


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_it(text):
    day = birthday_day(text, text, TODAY)

    assert day is None or day <= TODAY
