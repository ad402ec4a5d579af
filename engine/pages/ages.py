"""How long ago a list says that something was: "Sent 3 weeks ago", "Envoyé il y a 1 mois"; a range of days or None."""

import re
import unicodedata
from dataclasses import dataclass

# In en, fr, de, es, it, pt and nl, without accents; the older markup abbreviates.
UNITS = {
    "minute": {"minute", "minutes", "min", "mins", "minuten", "minuto", "minutos", "minuti", "minuut"},
    "hour": {
        "hour", "hours", "h", "hr", "hrs", "heure", "heures", "stunde", "stunden", "std", "hora", "horas", "ora",
        "ore", "uur", "uren",
    },
    "day": {
        "day", "days", "d", "jour", "jours", "j", "tag", "tage", "tagen", "dia", "dias", "giorno", "giorni", "dag",
        "dagen",
    },
    "week": {
        "week", "weeks", "w", "wk", "wks", "semaine", "semaines", "sem", "woche", "wochen", "semana", "semanas",
        "settimana", "settimane", "weken",
    },
    "month": {
        "month", "months", "mo", "mos", "mois", "monat", "monate", "monaten", "mon", "mes", "meses", "mese",
        "mesi", "maand", "maanden", "mnd",
    },
    "year": {
        "year", "years", "yr", "yrs", "annee", "annees", "an", "ans", "jahr", "jahre", "jahren", "ano", "anos",
        "anno", "anni", "jaar", "jaren",
    },
}  # fmt: skip
ONE = {"a", "an", "one", "un", "une", "ein", "einem", "einer", "una", "uno", "um", "uma", "een"}
WHOLE = {
    ("day", 0): {"today", "aujourd'hui", "heute", "hoy", "oggi", "hoje", "vandaag"},
    ("day", 1): {"yesterday", "hier", "gestern", "ayer", "ieri", "ontem", "gisteren"},
    ("minute", 0): {"now", "instant", "gerade", "ahora", "adesso", "agora", "nu"},
}
AROUND = {
    "sent", "ago", "just", "invited", "invitation", "on", "the",
    "envoye", "envoyee", "il", "y", "a", "l", "le",
    "gesendet", "verschickt", "vor", "eben", "am",
    "enviada", "enviado", "enviaste", "hace", "la", "mismo",
    "inviato", "inviata", "fa",
    "ha", "atras",
    "verzonden", "verstuurd", "geleden",
}  # fmt: skip
WORD = re.compile(r"\d+|[^\W\d_]+(?:'hui)?")
MOST = 1_000


@dataclass(frozen=True)
class Age:
    """So many units ago, as the page says it; in whole days that have passed, at least and at most."""

    unit: str
    count: int

    @property
    def min_days(self) -> int:
        """A page may round down to calendar months or to months of 30 days: the lesser counts."""
        whole = {
            "minute": 0,
            "hour": self.count // 24,
            # "Yesterday" may be some hours ago.
            "day": 0 if self.count == 1 else self.count,
            "week": self.count * 7,
            "month": min(self.count * 30, int(self.count * 30.4375) - 2),
            "year": self.count * 360,
        }
        return whole[self.unit]

    @property
    def max_days(self) -> int:
        whole = {
            "minute": self.count // (24 * 60),
            "hour": self.count // 24,
            "day": self.count,
            "week": self.count * 7 + 6,
            "month": (self.count + 1) * 31 - 1,
            "year": (self.count + 1) * 366 - 1,
        }
        return whole[self.unit]


def age(text: str | None) -> Age | None:
    """The age that a line speaks of, where it speaks of nothing else and in words that are known."""
    words = WORD.findall(_plain(text or ""))
    whole = {what for what, names in WHOLE.items() if names & set(words)}
    rest = [word for word in words if word not in set().union(*WHOLE.values()) | AROUND]
    if len(whole) == 1 and not rest:
        return Age(*whole.pop())
    return None if whole else _counted(words)


def _counted(words: list[str]) -> Age | None:
    """One number and one unit among words that only stand around them; "an hour" is one hour, "1 an" one year."""
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 5]
    named = [(unit, word) for word in words for unit, names in UNITS.items() if word in names]
    if len(named) > 1:
        named = [(unit, word) for unit, word in named if word not in ONE]
    strange = {word for word in words if not word.isdecimal()} - AROUND - ONE - set().union(*UNITS.values())
    if strange or len(named) != 1 or len(numbers) > 1:
        return None
    unit, word = named[0]
    if not numbers and not any(other in ONE and other != word for other in words):
        return None
    count = numbers[0] if numbers else 1
    return Age(unit, count) if count < MOST else None


def _plain(text: str) -> str:
    """Lower-case and without accents; the page's apostrophes as plain ones, digits parted from letters."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return re.sub(r"(?<=\d)(?=[^\W\d_])", " ", bare)
