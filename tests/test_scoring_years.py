"""Lines of dates in the languages of the pages, as months."""

from datetime import date

import pytest

from campaigns.experience_years import in_words, length, months_of, period

TODAY = date(2026, 2, 10)


@pytest.mark.parametrize(
    ("line", "months", "is_current"),
    [
        ("Sep 2023 - Present", 30, True),
        ("Sep 2023 - Present · 2 yrs 6 mos", 30, True),
        ("September 2023 – now", 30, True),
        ("from Jan 2019 to Mar 2021", 27, False),
        ("Since 2025", 8, True),
        ("Feb 2026 - Present", 1, True),
        ("2026 - Present", 2, True),
        ("2026", 1, False),
        ("2026 - 2027", 1, False),
        ("2019-2021", 24, False),
        ("2019 - Mar 2019", 3, False),
        ("Oct 2019 - 2019", 3, False),
        ("2019-01 - 2020-02", 14, False),
        ("2019/01 – 2020/02", 14, False),
        ("01.2019 - 02.2020", 14, False),
        ("Jan 2025 - Dec 2030", 14, False),
        ("janv. 2019 – mars 2021", 27, False),
        ("févr. 2024 - aujourd'hui · 2 ans 1 mois", 25, True),
        ("févr. 2024 – Aujourd’hui", 25, True),
        ("de juin 2020 à août 2020", 3, False),
        ("depuis décembre 2025", 3, True),
        ("sept. 2018 – déc. 2018 · 4 mois", 4, False),
        ("mai 2015 – juil. 2015 · moins d’un an", 3, False),
        ("１２/2025 – aujourd’hui", 3, True),
        ("Okt. 2024 – Heute", 17, True),
        ("März 2020 bis Mai 2020", 3, False),
        ("ene. 2020 - actualidad", 74, True),
        ("gen 2025 - Presente", 14, True),
        ("out de 2025 - o momento", 5, True),
        ("mrt. 2025 - heden", 12, True),
    ],
)
def test_a_line_of_dates_covers_so_many_months(line, months, is_current):
    found = period(line, TODAY)

    assert found is not None
    assert (months_of([found]), found.is_current) == (months, is_current)


@pytest.mark.parametrize(
    "line",
    [
        "", "Present", "3 yrs", "Mar 2021 - Jan 2019", "Mar 2026 - Present", "2027", "Jan 1900 - Dec 1901",
        "2000 users", "Apollo 2020", "31/02", "0000 - 9999", "Jan 2019 - Mar 2020 - May 2021", "٢٠١٩ - ٢٠٢١",
        "20190 - 20210", "Present - 2019", "=2019+2020 users",
    ],
)  # fmt: skip
def test_a_line_that_is_not_understood_covers_nothing(line):
    assert period(line, TODAY) is None


def test_overlapping_positions_are_counted_once_and_gaps_not_at_all():
    lines = ["Jan 2020 - Jun 2020", "Mar 2020 - Apr 2020", "Jun 2020 - Jul 2020", "Jan 2021 - Jan 2021"]

    assert months_of(found for line in lines if (found := period(line, TODAY))) == 8


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("3 yrs 5 mos", 41), ("1 year", 12), ("8 mos", 8), ("2 ans 3 mois", 27), ("1 an", 12),
        ("10 Jahre 2 Monate", 122), ("2 años 1 mes", 25), ("1 anno 6 mesi", 18), ("2 anos 2 meses", 26),
        ("3 jaar 4 mnd", 40), ("Less than a year", 0), ("Full-time", 0), ("", 0), ("1.5 yrs", 0), ("999 yrs", 0),
    ],
)  # fmt: skip
def test_a_duration_is_so_many_months(text, months):
    assert length(text) == months


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "no time"), (1, "1 month"), (12, "1 year"), (13, "1 year 1 month"), (26, "2 years 2 months")],
)
def test_months_are_said_in_words(months, words):
    assert in_words(months) == words
