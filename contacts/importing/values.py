"""Values as files hold them, made fit for the columns they go to."""

import re

from contacts.names import clean
from contacts.profile_urls import InvalidProfileUrl, canonical

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^\s@<>,;:()\"'\[\]\\/]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", re.IGNORECASE)
_PROFILE = re.compile(
    r"(?<![\w.@:/=%-])(?:https?://)?[a-z.]{0,20}linkedin\.com/in/[^\s<>\"'),;]{1,600}", re.IGNORECASE
)
_LONGEST_SEARCH = 20_000


def cell(text: str) -> str:
    """One line of text without anything invisible, at most 300 characters."""
    return clean(text)


def person_name(text: str) -> str:
    return clean(text)


def email_addresses(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a text, lower-case, each once, in order."""
    found = (email.lower() for email in _EMAIL.findall(text[:_LONGEST_SEARCH]))
    return tuple(
        dict.fromkeys(email for email in found if len(email) <= LONGEST_EMAIL and email.isprintable())
    )


def profile_addresses(text: str) -> tuple[str, ...]:
    """The canonical profile addresses in a text, each once, in order; what is no profile is passed over."""
    found: dict[str, None] = {}
    for address in _PROFILE.findall(text[:_LONGEST_SEARCH]):
        try:
            found[canonical(address.rstrip("."))] = None
        except InvalidProfileUrl:
            continue
    return tuple(found)
