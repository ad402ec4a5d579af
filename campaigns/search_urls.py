"""One canonical form of a people search's address, rebuilt from the parameters that are known; others are refused."""

import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

LONGEST_SEARCH = 1_000
PATH = "/search/results/people/"
# Free words, and the network's lists of ids such as ["103644278","104738515"].
WORDS = ("keywords", "firstName", "lastName", "title", "company", "school")
LISTS = (
    "network", "geoUrn", "currentCompany", "pastCompany", "industry", "schoolFilter", "profileLanguage",
    "serviceCategory", "connectionOf", "followerOf", "openToVolunteer", "titleFreeText",
)  # fmt: skip
KNOWN = (*WORDS, *LISTS)
# Where the browser came from, and which page it shows: they say nothing of who is looked for.
LEFT_OUT = frozenset({"origin", "sid", "page", "searchId", "spellCorrectionEnabled", "lipi", "trk"})
_HOST = re.compile(r"(?:(?:www|[a-z]{2})\.)?linkedin\.com", re.IGNORECASE | re.ASCII)
_ITEM = re.compile(r"[\w-]{1,60}", re.ASCII)


class InvalidSearch(ValueError):  # noqa: N818 - it names what the text is
    """The text is no address of a people search that is understood; the message says why."""


def canonical_search(address: str) -> str:
    """The address in its one form; an empty text stays empty. Idempotent. Raises InvalidSearch."""
    text = address.strip()
    if not text:
        return ""
    asked = _asked(_query_of(text))
    if not any(asked.values()):
        raise InvalidSearch("it looks for nothing: no keywords and no filter")
    query = urlencode([(name, asked[name]) for name in KNOWN if asked.get(name)])
    search = f"https://www.linkedin.com{PATH}?{query}"
    if len(search) > LONGEST_SEARCH:
        raise InvalidSearch(f"longer than {LONGEST_SEARCH:,} characters")
    return search


def _query_of(text: str) -> str:
    if not text.isprintable() or "\\" in text or " " in text:
        raise InvalidSearch("holds white space, a backslash or control characters")
    try:
        url = urlsplit(text)
        is_network = bool(_HOST.fullmatch(url.netloc))
    except ValueError as error:
        raise InvalidSearch("not an address") from error
    if url.scheme.lower() not in ("http", "https") or not is_network:
        raise InvalidSearch("not on linkedin.com")
    if f"{url.path.rstrip('/')}/" != PATH:
        raise InvalidSearch(f"not a people search ({PATH}…)")
    return url.query


def _asked(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise InvalidSearch("its parameters are not encoded in UTF-8, or too many") from error
    names = [name for name, _ in pairs if name not in LEFT_OUT]
    if unknown := sorted({name for name in names if name not in KNOWN}):
        raise InvalidSearch(f"does not know what is meant by {', '.join(unknown)}")
    if double := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidSearch(f"says twice: {', '.join(double)}")
    return {name: _checked(name, value) for name, value in pairs if name not in LEFT_OUT}


def _checked(name: str, value: str) -> str:
    if not value.isprintable():
        raise InvalidSearch(f"{name} holds control characters")
    return " ".join(value.split()) if name in WORDS else _list(name, value)


def _list(name: str, value: str) -> str:
    """The ids of a filter, written as the network writes them; a lone one may stand without its brackets."""
    if not value:
        return ""
    try:
        items = json.loads(value) if value.startswith("[") else [value.strip('"')]
    except (ValueError, RecursionError) as error:
        raise InvalidSearch(f"{name} is no list of ids") from error
    if not all(isinstance(item, str) and _ITEM.fullmatch(item) for item in items):
        raise InvalidSearch(f"{name} is no list of ids")
    return json.dumps(items, separators=(",", ":")) if items else ""
