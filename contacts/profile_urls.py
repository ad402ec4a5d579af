"""One canonical form of a profile address; everything else is refused.

The canonical form is `https://www.linkedin.com/in/<slug>/`. The slug is percent-decoded, in NFC and
lower-case, because the network takes `K%C3%B6nig` and `könig` for one person. A member id (`ACoAA…`)
stands in the same place but keeps its case, which tells people apart. An address is never repaired by pieces:
it is parsed to its slug and rebuilt, so that what is stored and opened holds nothing else of what was given.
"""

import re
import unicodedata
from urllib.parse import unquote_to_bytes

LONGEST_ADDRESS = 2_048
LONGEST_SLUG = 200  # the network allows 100; the column holds 300 with the rest of the address

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HOST = re.compile(r"(?:(?:www|m|[a-z]{2})\.)?linkedin\.com", re.IGNORECASE | re.ASCII)
_SUB_PAGE = re.compile(
    r"[a-z]{2}(?:[-_][a-z]{2})?|(?:overlay|details|recent-activity)(?:/[a-z-]+)*", re.IGNORECASE
)
_MEMBER_ID = re.compile(r"AC[ow]A[A-Za-z0-9_-]{3,96}", re.ASCII)
_JOINERS = "\u200c\u200d"  # ZWNJ and ZWJ: part of Persian words and of emoji, which slugs may hold
_ASCII_IN_SLUGS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._~")


class InvalidProfileUrl(ValueError):  # noqa: N818 - it names what the text is
    """The text is no address of a person's profile; the message says why."""


def canonical(address: str) -> str:
    """The one form under which a profile is known. Idempotent. Raises InvalidProfileUrl."""
    return from_slug(_raw_slug(address))


def slug_of(address: str) -> str:
    """What stands after /in/: the decoded, lower-case slug, or a member id as it is."""
    return _slug(_raw_slug(address))


def member_id_of(address: str) -> str | None:
    """The member id of an address of the form /in/ACoAA…, else None. Raises InvalidProfileUrl."""
    slug = slug_of(address)
    return slug if _MEMBER_ID.fullmatch(slug) else None


def from_slug(slug: str) -> str:
    """The canonical address of a slug, encoded or decoded, or of a member id. Raises InvalidProfileUrl."""
    return f"https://www.linkedin.com/in/{_slug(slug)}/"


def _raw_slug(address: str) -> str:
    host_and_path = _without_scheme(_checked_text(address))
    host, _, path = host_and_path.partition("/")
    if host or not address.strip(" ").startswith("/"):
        _check_host(host)
    return _slug_in_path(re.split(r"[?#]", path, maxsplit=1)[0])


def _checked_text(address: str) -> str:
    if len(address) > LONGEST_ADDRESS:
        raise InvalidProfileUrl(f"longer than {LONGEST_ADDRESS:,} characters")
    text = address.strip(" ")
    if not text:
        raise InvalidProfileUrl("empty")
    if "\\" in text:
        raise InvalidProfileUrl("holds a backslash")
    if " " in text or (not text.isprintable() and any(map(_is_invisible, text))):
        raise InvalidProfileUrl("holds white space or control characters")
    return text


def _is_invisible(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"} and character not in _JOINERS
    )


def _without_scheme(text: str) -> str:
    found = _SCHEME.match(text)
    if not found:
        return text
    if found[1].lower() not in {"http", "https"}:
        raise InvalidProfileUrl("neither http nor https")
    if text[found.end() :].startswith("/"):
        raise InvalidProfileUrl("names no host")
    return text[found.end() :]


def _check_host(host: str) -> None:
    if "@" in host:
        raise InvalidProfileUrl("holds user information before the host")
    if _HOST.fullmatch(host.partition(":")[0]) and ":" in host:
        raise InvalidProfileUrl("names a port")
    if not _HOST.fullmatch(host):
        raise InvalidProfileUrl("not on linkedin.com")


def _slug_in_path(path: str) -> str:
    start, _, rest = path.partition("/")
    slug, _, sub_page = rest.partition("/")
    if start.lower() != "in" or not slug:
        raise InvalidProfileUrl("not a person's profile (/in/…)")
    if sub_page.rstrip("/") and not _SUB_PAGE.fullmatch(sub_page.rstrip("/")):
        raise InvalidProfileUrl("goes on after the profile's slug")
    return slug


def _slug(raw: str) -> str:
    try:
        decoded = unquote_to_bytes(raw).decode()
    except UnicodeError as error:
        raise InvalidProfileUrl("the slug is not encoded in UTF-8") from error
    if _MEMBER_ID.fullmatch(decoded):
        return decoded
    slug = unicodedata.normalize("NFC", unicodedata.normalize("NFC", decoded).lower())
    _check_slug(slug)
    return slug


def _check_slug(slug: str) -> None:
    if not slug or len(slug) > LONGEST_SLUG:
        raise InvalidProfileUrl(f"the slug has no or more than {LONGEST_SLUG} characters")
    if slug == "me":
        raise InvalidProfileUrl("/in/me/ is whoever is signed in, not a person")
    if ".." in slug or not slug.strip("-._~"):
        raise InvalidProfileUrl("the slug is a path, not a name")
    if not all(_may_be_in_slug(character) for character in slug):
        raise InvalidProfileUrl("the slug holds characters that no slug has")


def _may_be_in_slug(character: str) -> bool:
    if character.isascii():
        return character in _ASCII_IN_SLUGS
    return unicodedata.category(character)[0] in "LMNS" or character in _JOINERS or character in "–—’·"
