"""What to call somebody: a greeting's name out of what people write into their name field."""

import re
import unicodedata

LONGEST_NAME = 300
LONGEST_CALL_NAME = 40
LONGEST_READ = 2_000  # characters of a name that are looked at; the rest is no name


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    "dr drs dra doctor docteur prof professor professeur pr mr mrs ms miss mx mister mme mlle monsieur madame"
    " sir herr frau ing ir dipl mag dott dottssa avv arch sr sra srta sig signora eng rev capt lt sgt"
)
_CREDENTIALS = _words(
    "phd mba md msc bsc ba ma bs ms cpa cfa cfp pmp jd llm llb dds dba edd mph mpa rn pe esq jr ii iii iv"
)
_PARTICLES = _words("de da di do dos das del della la le van von der den het ter ten zu zur bin ibn y e")
_OPENERS = _words("abd abdel abdul abou abu عبد أبو ابو")  # half a name without the next word

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
_LOOSE_JOINERS = re.compile(r"(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)")
_CODE = re.compile(r"[{}<>=@%$`^*+\\~#]|://")
_BRACKETED = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|\"[^\"]*\"|“[^”]*”|«[^»]*»")
_PRONOUNS = re.compile(
    r"\b(?:she|he|they|elle|il|iel|sie|er|ella|él|lei|lui|ela|ele|zij|hij)\s*/\s*\w+(?:/\w+)*", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*[,،、|/;:•·!?]|\s+[-–—]\s+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def clean(full_name: str) -> str:
    """A name that can be stored and shown: one line, NFC, nothing invisible, at most 300 characters."""
    text = full_name[:LONGEST_READ]
    if text.isascii() and text.isprintable():  # almost every value of a long file
        return " ".join(text.split())[:LONGEST_NAME].strip()
    text = _ANSI.sub("", text)
    text = "".join(" " if character.isspace() else character for character in text if _is_visible(character))
    text = _LOOSE_JOINERS.sub("", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))[:LONGEST_NAME].strip(" \u200c\u200d")


def call_name(full_name: str, first_name: str = "") -> str | None:
    """What to call this person in a greeting, or None when nothing in the name is safe to use.

    A given first name is taken whole ("Jean Pierre"); of a full name the first word that is no title. Only
    letters, spaces, hyphens and apostrophes come out, at most 40 of them.
    """
    return _call(first_name, is_whole=True) or _call(full_name, is_whole=False)


def _is_visible(character: str) -> bool:
    if character.isspace() or character in "\u200c\u200d":
        return True
    return (
        unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
        and character not in "\u3164\u115f\u1160\uffa0\u2800\u034f"
    )


def _call(name: str, is_whole: bool) -> str | None:
    words = [word for word in _plain(name).split() if not _is_ornament(word)]
    if not words or (words[0] in _PARTICLES and len(words) > 1):
        return None
    named = [word for word in words if not _is_initial(word)]
    if not named or (_is_initial(words[0]) and len(named) < 2):  # "J. Martin": only the surname is known
        return None
    chosen = named if is_whole or _CJK.match(named[0]) else _first_of(named)
    result = " ".join(_cased(word, named) for word in chosen)
    return result if _is_callable(result) else None


def _is_callable(name: str) -> bool:
    """Letters with their marks, and what joins them; no dot, which could make a link of a name."""
    are_letters = (unicodedata.category(character)[0] in "LM" or character in " -'’" for character in name)
    return len(name) <= LONGEST_CALL_NAME and name[:1].isalpha() and all(are_letters)


def _plain(name: str) -> str:
    """The part of a name that names: no emoji, brackets, pronouns or headline; empty if it may be code."""
    text = unicodedata.normalize("NFKC", clean(name)).replace("\u2010", "-").strip()
    if _CODE.search(text) or "linkedin" in text.casefold() or text.startswith(("-", "−")):
        return ""
    text = "".join(" " if _is_symbol(character) else character for character in text)
    text = _PRONOUNS.sub(" ", _BRACKETED.sub(" ", text)).strip(" ,.;:|-–—·•\u200c\u200d")
    return _before_separator(text)


def _before_separator(text: str) -> str:
    """What stands before a comma or a dash. One word before a comma may be a surname: nobody can tell."""
    named, *rest = _SEPARATOR.split(text, maxsplit=1)
    after = rest[0].split()[:1] if rest else []
    if "," in text and len(named.split()) == 1 and not (after and _bare(after[0]) in _CREDENTIALS):
        return ""
    return named


def _is_symbol(character: str) -> bool:
    """Emoji with their selectors and joined parts, and other pictures."""
    return unicodedata.category(character) in {"So", "Sk"} or character in "\ufe0e\ufe0f\u20e3"


def _is_ornament(word: str) -> bool:
    bare = _bare(word)
    return bare in _TITLES or bare in _CREDENTIALS


def _bare(word: str) -> str:
    return word.replace(".", "").strip(",-").casefold()


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) <= 1 and not _CJK.match(word)


def _first_of(words: list[str]) -> list[str]:
    return words[:2] if words[0].casefold() in _OPENERS else words[:1]


def _cased(word: str, words: list[str]) -> str:
    """SHOUTED and whispered words get their capitals; mixed ones are the person's own choice."""
    if word.isupper() and len(word) == 2 and not all(other.isupper() for other in words):
        return word
    if word.isupper() or word.islower():
        return re.sub(r"[^\W_]+", lambda part: _capitalised(part[0]), word)
    return word


def _capitalised(part: str) -> str:
    first = part[0].upper() if len(part[0].upper()) == 1 else part[0]
    return first + part[1:].lower().replace("i\u0307", "i")
