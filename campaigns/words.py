"""Whole words in a text, whatever their case and accents: Java is not JavaScript, and C++, .NET, R and Go are words."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, cached_property

# A profile's own limits are far lower; whatever is longer was not written by a person.
MOST_CHARACTERS = 20_000
QUOTE_CHARACTERS = 160

# Neighbours that make two words one. Chinese, Japanese and Korean part their words by nothing: they part others.
_EAST = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_W = rf"[^\W_{_EAST}]"
_FOLDED = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "♯": "#", "™": " ", "®": " ", "©": " ",
    **dict.fromkeys("’‘ʼ´`", "'"), **dict.fromkeys("‐‑‒–—―−", "-"),
}  # fmt: skip

ALIASES = {"go": ("golang",), "c++": ("cpp",), "c#": ("csharp", "c sharp"), ".net": ("dotnet", "dot net")}
# Names that are ordinary words as well: what before or after them says that no language is meant.
_BEFORE = {
    "go": r"(?:\b(?:let'?s|(?:ready|good|set|way|how|where) to|on the|pokemon)|[0-9])\s*$",
    "r": r"\btoys\s*$",
    "c": r"\b(?:series?|vitamine?|permis|classe?|grade|plan|hepatiti[st]|hepatite|type|categor(?:y|ie)|round|tour"
    r"|level|niveau|section|licen[cs]e|phase)\s*$",
}
_AFTER = {
    "go": r"\s+(?:to|getters?|live|ahead|beyond|forward|far|further|green|global|big|digital|above|for it"
    r"|the extra|home|places)\b",
    "r": rf"\s*(?:&|\+|/|-|and\b|et\b|n\b)\s*d(?!{_W})|\s+us\b",
    "c": r"\s+(?:level|suite|corp)\b",
    "java": r"[\s-]*script",
}


@cache
def _folded_character(character: str) -> str:
    """One character without case and accents; nothing where it only joins or directs others."""
    if unicodedata.category(character) == "Cf":
        return ""
    plain = _FOLDED.get(character.lower()) or unicodedata.normalize("NFKD", character)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def fold(text: str) -> str:
    """Without case and accents, with one kind of apostrophe and of dash."""
    if text.isascii():
        return text.replace("`", "'").lower()
    return "".join(map(_folded_character, text))


class Passage:
    """A text with its folded twin, and the place it stands at in the profile."""

    def __init__(self, where: str, raw: str) -> None:
        self.where = where
        self.raw = raw[:MOST_CHARACTERS]
        self.folded = fold(self.raw)

    @cached_property
    def _origins(self) -> list[int]:
        """For each folded character the place of the raw one it came from."""
        return [at for at, character in enumerate(self.raw) for _ in _folded_character(character)]

    def origin(self, at: int) -> int:
        return at if self.raw.isascii() else self._origins[at]

    def quote(self, start: int, end: int) -> str:
        """The raw words around a folded span: the whole passage where it is short."""
        if len(self.raw) <= QUOTE_CHARACTERS:
            return self.raw.strip()
        first, last = self.origin(start), self.origin(end - 1) + 1
        room = max(0, QUOTE_CHARACTERS - (last - first)) // 2
        first, last = max(0, first - room), min(len(self.raw), last + room)
        cut = self.raw[first:last]
        if first and not self.raw[first - 1].isspace():
            cut = re.sub(r"^\S{0,20}\s+", "", cut)
        if last < len(self.raw) and not self.raw[last].isspace():
            cut = re.sub(r"\s+\S{0,20}$", "", cut)
        return cut.strip()


def quote_of(word: str, passage: Passage) -> str | None:
    """The words around the first place where this word, or another name of it, stands whole."""
    span = find(word, passage)
    return passage.quote(*span) if span else None


def find(word: str, passage: Passage) -> tuple[int, int] | None:
    """Where it first stands whole, in the folded text."""
    name = fold(word).strip()
    for alias in (name, *ALIASES.get(name, ())):
        for found in _pattern(alias).finditer(passage.folded):
            if _is_meant(alias, passage, found):
                return found.span()
    return None


def words_in(passage: Passage) -> Iterator[str]:
    """Each run of letters and digits, folded."""
    return (found[0] for found in re.finditer(rf"{_W}+", passage.folded))


def _is_bare(name: str) -> bool:
    """A single letter, or Go: so short that only an exact look tells the name from an ordinary word."""
    return name == "go" or (len(name) == 1 and name.isalpha())


def _is_meant(name: str, passage: Passage, found: re.Match[str]) -> bool:
    if _is_bare(name) and not passage.raw[passage.origin(found.start())].isupper():
        return False
    if name in _BEFORE and re.search(
        _BEFORE[name], passage.folded[max(0, found.start() - 30) : found.start()]
    ):
        return False
    return not (name in _AFTER and re.compile(_AFTER[name]).match(passage.folded, found.end()))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    body = r"[\s-]+".join(_piece(piece) for piece in name.split())
    if _is_bare(name):
        return re.compile(rf"(?<!{_W})(?<![&.'+@-]){body}(?![&+#'@-])(?!{_W})(?!\.{_W})")
    beginning = "" if _is_eastern(name[0]) else rf"(?<!{_W})"
    return re.compile(beginning + body + _ending(name))


def _is_eastern(character: str) -> bool:
    return re.match(f"[{_EAST}]", character) is not None


def _piece(piece: str) -> str:
    """A hyphen may be a space or nothing in the text; a name in .js is written in three ways."""
    stem, dot, _ = piece.rpartition(".js")
    if dot and stem and piece.endswith(".js"):
        return re.escape(stem) + r"[.\s]?js"
    return r"[\s-]?".join(map(re.escape, piece.split("-")))


def _ending(name: str) -> str:
    """Where the word is over; a version may follow (Python3, C++17), and so may the .js of React.js."""
    if _is_eastern(name[-1]):
        return ""
    if name[-1] in "+#":
        return rf"[0-9]{{0,2}}(?!{_W}|[+#])"
    letters = len(re.findall(r"[^\W\d_]", name))
    version = r"(?:\.?js)?(?:[0-9]{1,4}(?:\.[0-9]+)*)?" if letters > 2 and name[-1].isalpha() else ""
    return rf"{version}(?!{_W}|\+\+|#(?!{_W}))"
