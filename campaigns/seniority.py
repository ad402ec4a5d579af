"""How senior a title is, by its words in English and French."""

import re

from campaigns.words import Passage

LEVELS = {
    "intern": r"interns?|internship|trainee|apprentice|apprentie?|stagiaire|alternante?|en alternance",
    "junior": r"junior|jr|entry[ -]level|graduate|debutante?",
    "senior": r"senior(?!s? (?:living|care|citizens?|housing))|sr|confirmee?|experimentee?",
    "lead": r"(?:tech|team) lead(?:er)?|lead(?! (?:gen|generation|nurturing|management)\b)|principal|referente?"
    r"|staff (?:engineer|developer|designer|scientist|product|software)|chef(?:fe)? d'equipe",
    "manager": r"(?<!assistant )(?<!account )(?<!community )(?<!product )(?<!project )(?<!case )(?<!office )(?<!media )"
    r"managers?|responsable|chef(?:fe)? de (?:service|departement)",
    "director": r"(?<!assistant )(?<!assistante )(?:director|directeur|directrice)(?! general)|head of|vp|svp|evp"
    r"|vice[ -]presidente?",
    "executive": r"c[etfoimdp]o|chief [a-z]+(?: [a-z]+)? officer|pdg|dg|direct(?:eur|rice) generale?|managing director"
    r"|co-?founder|founder|co-?fondat(?:eur|rice)|fondat(?:eur|rice)|(?<!vice )(?<!vice-)presidente?",
}
_PATTERNS = {
    level: re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])(?!\.[a-z])") for level, words in LEVELS.items()
}


def quote_of_level(level: str, passage: Passage) -> str | None:
    """The words around the first that says this level."""
    found = _PATTERNS[level].search(passage.folded)
    return passage.quote(*found.span()) if found else None
