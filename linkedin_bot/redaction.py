"""What a log must not hold: keys, cookies, passwords, addresses and texts of people; pure text in, text out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

HIDDEN = "[redacted]"
# A shorter secret is a word that stands everywhere; no setting that matters is shorter.
SHORTEST_SECRET = 6

_COOKIES = (
    "li_at|li_rm|liap|li_mc|li_gc|lidc|bcookie|bscookie|jsessionid|"
    "sessionid|csrftoken|csrf[-_]token|csrfmiddlewaretoken"
)
_KEYS = r"[\w-]*passw(?:or)?d|[\w-]*secret(?:[-_]key)?|[\w-]*token|[\w-]*api[-_]?key|session_keys|privacy_key"
_ALWAYS = "cookies?|set-cookie|authorization|text|prefill|ciphertext"
_IS_SECRET = re.compile(f"(?i)(?:{_COOKIES}|{_KEYS}|{_ALWAYS})")
# What stands after a name: quotes, perhaps escaped once, around the colon or the equals sign.
_IS = r"(\\?[\"']?\s*[:=]\s*)"
_VALUE = r"(?:\[[^\]]*\]|\\?\"[^\"]*\"|\\?'[^']*'|[^\s,;&}\)\]]+)"
_RULES = tuple(
    (re.compile(pattern), instead.replace("…", HIDDEN))
    for pattern, instead in (
        # A header goes to the end of its line.
        (rf"(?i)\b((?:proxy-)?authorization|set-cookie|cookie|x-api-key){_IS}[^\r\n]+", r"\1\2…"),
        (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}", r"\1 …"),
        # A cookie as the driver tells it, its name before or after its value.
        (r"(?i)([\"']value\\?[\"']\s*:\s*\\?[\"'])[^\"']*", r"\1…"),
        # A name and its value, as in a query, a repr or JSON.
        (rf"(?i)(?<![\w-])({_COOKIES}|{_KEYS}){_IS}{_VALUE}", r"\1\2…"),
        (r"(\w+://[^/\s:@]*:)[^@\s/]+@", r"\1…@"),
        # By their own look: the network's session, what Fernet made, its keys, the API's keys, member ids.
        (r"\bAQED[\w-]{16,}|\bgAAAAA[\w-]{16,}={0,2}|(?<![\w-])[\w-]{43}=(?![\w=])", "…"),
        (r"\b[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}\b|\bACoA[\w-]{8,}", "…"),
        # People: the address of a profile, of a conversation, of a mailbox.
        (r"(/in/|/messaging/thread/)[^/?#\s\"'<>]+", r"\1…"),
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "…"),
        # A request's query may hold what was searched for.
        (r"\b((?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) '?[^\s?']*\?)[^\s']*", r"\1…"),
    )
)


def is_secret(name: str) -> bool:
    """Whether a value of this name stays out whatever it is."""
    return _IS_SECRET.fullmatch(name) is not None


def secrets_in(settings: Any) -> Iterator[str]:
    """The secrets this process was given, to be found even where nothing around them says what they are."""
    database = settings.DATABASES["default"]
    named = [
        settings.SECRET_KEY,
        settings.PRIVACY_KEY,
        settings.METRICS_TOKEN,
        settings.EMAIL_HOST_PASSWORD or "",
    ]
    given = [*named, *settings.SESSION_KEYS, database.get("PASSWORD")]
    given += [_password_in(address) for address in (settings.REDIS_URL, settings.SELENIUM_REMOTE_URL)]
    yield from (str(secret) for secret in given if secret and len(str(secret)) >= SHORTEST_SECRET)


def _password_in(address: str) -> str:
    try:
        return unquote(urlsplit(address).password or "")
    except ValueError:
        return ""


class Redaction:
    """Takes out what must not be told; `secrets` wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = _any_of(secrets)

    def text(self, text: str, withheld: Iterable[str] = ()) -> str:
        """The text without secrets, and without these words of people."""
        for words in (self._secrets, _any_of(withheld)):
            text = words.sub(HIDDEN, text) if words else text
        for pattern, instead in _RULES:
            text = pattern.sub(instead, text)
        return text

    def value(self, name: str, value: Any, withheld: Iterable[str] = ()) -> Any:
        """The same for whatever a line carries beside its text: structures are gone through."""
        if is_secret(name):
            return HIDDEN
        if isinstance(value, Mapping):
            return {str(key): self.value(str(key), each, withheld) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value("", each, withheld) for each in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.text(str(value), withheld)


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Any of them, the longest first, and none inside another word: “Al” is not in “also”."""
    escaped = [re.escape(word) for word in sorted(set(words), key=len, reverse=True) if word.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})(?!\w)") if escaped else None
