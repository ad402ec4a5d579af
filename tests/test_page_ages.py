"""How long ago: read in seven languages as a range of days, never as a date."""

import pytest

from engine.pages.ages import age


@pytest.mark.parametrize(
    ("text", "unit", "count"),
    [
        ("Sent 3 weeks ago", "week", 3),
        ("Sent a week ago", "week", 1),
        ("Sent an hour ago", "hour", 1),
        ("Sent 20 minutes ago", "minute", 20),
        ("Sent 5 hours ago", "hour", 5),
        ("Sent 2 days ago", "day", 2),
        ("Sent 1 month ago", "month", 1),
        ("Sent 1 year ago", "year", 1),
        ("3mo", "month", 3),
        ("2yr", "year", 2),
        ("Sent today", "day", 0),
        ("Sent yesterday", "day", 1),
        ("Just now", "minute", 0),
        ("Sent just now", "minute", 0),
        ("Sent a minute ago", "minute", 1),
        ("Sent a day ago", "day", 1),
        ("Sent 1 week ago", "week", 1),
        ("Sent a month ago", "month", 1),
        ("Sent 11 months ago", "month", 11),
        ("Sent one year ago", "year", 1),
        ("SENT 4 MONTHS AGO", "month", 4),
        ("Sent\u00a06\u00a0days\u00a0ago", "day", 6),
        ("Envoyé il y a 1 mois", "month", 1),
        ("Envoyée il y a 3 semaines", "week", 3),
        ("Envoyé il y a une semaine", "week", 1),
        ("Envoyé il y a 1 an", "year", 1),
        ("Envoyé il y a 2 jours", "day", 2),
        ("Envoyé il y a 5 heures", "hour", 5),
        ("Envoyé il y a 3 sem.", "week", 3),
        ("Envoyé aujourd’hui", "day", 0),
        ("Envoyé hier", "day", 1),
        ("Envoyée aujourd'hui", "day", 0),
        ("Envoyé à l’instant", "minute", 0),
        ("Envoyé il y a 1 minute", "minute", 1),
        ("Envoyé il y a une heure", "hour", 1),
        ("Envoyé il y a un jour", "day", 1),
        ("Envoyée il y a un mois", "month", 1),
        ("Envoyé il y a 11 mois", "month", 11),
        ("Envoyé il y a un an", "year", 1),
        ("Invitation envoyée il y a 2 ans", "year", 2),
        ("il y a 5\u00a0mois", "month", 5),
        ("Envoye\u0301 il y a 6 semaines", "week", 6),
        ("À l’instant", "minute", 0),
        ("Vor 3 Wochen gesendet", "week", 3),
        ("Vor einem Monat gesendet", "month", 1),
        ("Heute gesendet", "day", 0),
        ("Enviada hace 2 años", "year", 2),
        ("Enviada hace 1 día", "day", 1),
        ("Inviato 3 settimane fa", "week", 3),
        ("Inviato un’ora fa", "hour", 1),
        ("Enviado há 4 meses", "month", 4),
        ("Enviado há 1 mês", "month", 1),
        ("3 weken geleden verzonden", "week", 3),
        ("Gisteren verzonden", "day", 1),
    ],
)
def test_an_age_is_read_in_every_known_language(text, unit, count):
    seen = age(text)

    assert seen is not None
    assert (seen.unit, seen.count) == (unit, count)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Sent 20 minutes ago", 0, 0),
        ("Sent 5 hours ago", 0, 0),
        ("Sent 30 hours ago", 1, 1),
        ("Sent today", 0, 0),
        ("Sent yesterday", 0, 1),
        ("Sent 6 days ago", 6, 6),
        ("Sent 3 weeks ago", 21, 27),
        ("Sent 1 month ago", 28, 61),
        ("Sent 3 months ago", 89, 123),
        ("Sent 11 months ago", 330, 371),
        ("Sent 1 year ago", 360, 731),
        ("Envoyé hier", 0, 1),
        ("Envoyé il y a 3 semaines", 21, 27),
        ("Envoyé il y a 1 mois", 28, 61),
        ("Envoyé il y a 3 mois", 89, 123),
        ("Envoyé il y a 2 ans", 720, 1097),
    ],
)
def test_an_age_is_a_range_that_holds_every_day_it_may_mean(text, least, most):
    seen = age(text)

    assert (seen.min_days, seen.max_days) == (least, most)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Harbour pilot",
        "10 years of piloting",
        "3 weeks and 2 days ago",
        "Sent 3 4 weeks ago",
        "Sent weeks ago",
        "Today or 3 weeks ago",
        "today, yesterday",
        "Отправлено 3 недели назад",
        "Sent 99999 days ago",
        "Sent 2000 days ago",
        "5m",
        "\u202eago",
        "٣ weeks ago x",
    ],
)
def test_what_is_no_age_or_in_doubt_is_none(text):
    assert age(text) is None
