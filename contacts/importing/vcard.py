"""vCard 2.1, 3.0 and 4.0, as phones, Google and Apple export them."""

import re
from collections.abc import Iterator

from contacts.birthdays import Birthday, parse
from contacts.importing.content_lines import Component, Property, components
from contacts.importing.lines import Lines
from contacts.importing.rows import Refused, Row
from contacts.importing.values import cell, email_addresses, person_name, profile_addresses
from contacts.profile_urls import InvalidProfileUrl, from_slug
from contacts.tags import tags_in

_SEPARATOR = re.compile(r"(?<!\\);")
_ADDRESSES = ("URL", "X-SOCIALPROFILE", "SOCIALPROFILE", "IMPP", "X-LINKEDIN")


def read(lines: Lines) -> Iterator[Row | Refused]:
    """Every card; a broken one refuses only itself."""
    for card in components(lines, "VCARD"):
        yield card if isinstance(card, Refused) else _row(card)


def _row(card: Component) -> Row | Refused:
    addresses = _profile_addresses(card)
    if len(addresses) > 1:
        return Refused(card.line, "names two profiles: " + " and ".join(addresses[:2]))
    name, first_name = _names(card)
    emails = dict.fromkeys(email for found in card.all("EMAIL") for email in email_addresses(found.text))
    if not (addresses or emails or name):
        return Refused(card.line, "neither an address, nor an e-mail, nor a name")
    birthday = card.first("BDAY")
    day = _birthday(birthday) if birthday else None
    return Row(
        line=card.line,
        profile_url=addresses[0] if addresses else None,
        name=name,
        first_name=first_name,
        emails=tuple(emails),
        company=cell(_part(card.first("ORG"), 0)),
        position=cell(card.text("TITLE")),
        birthday=day,
        tags=tags_in(",".join(found.text for found in card.all("CATEGORIES"))),
        remark=f"birthday not understood: {cell(birthday.text)[:50]}" if birthday and not day else "",
    )


def _names(card: Component) -> tuple[str, str]:
    """The displayed name and the given one; the structured name stands in where no other is."""
    structured = card.first("N")
    first_name = person_name(_part(structured, 1))
    name = person_name(card.text("FN")) or person_name(f"{first_name} {_part(structured, 0)}")
    return name, first_name


def _part(structured: Property | None, index: int) -> str:
    """One part of a value such as `Martin;Ada;;;`."""
    if structured is None:
        return ""
    parts = _SEPARATOR.split(structured.value)
    found = parts[index] if index < len(parts) else ""
    return Property(structured.name, {}, found).text


def _profile_addresses(card: Component) -> list[str]:
    found: dict[str, None] = {}
    for address in card.all(*_ADDRESSES):
        found.update(dict.fromkeys(profile_addresses(address.text) or _by_user_name(address)))
    return list(found)


def _by_user_name(address: Property) -> tuple[str, ...]:
    """Apple's `X-SOCIALPROFILE;type=linkedin:x-apple:ada-martin`."""
    scheme, _, slug = address.text.partition(":")
    if scheme.lower() != "x-apple" or "linkedin" not in address.parameters.get("type", ""):
        return ()
    try:
        return (from_slug(slug),)
    except InvalidProfileUrl:
        return ()


def _birthday(found: Property) -> Birthday | None:
    if found.parameters.get("calscale", "gregorian") != "gregorian":
        return None
    day = parse(found.text.strip())
    omitted = found.parameters.get("x-apple-omit-year")
    return Birthday(day.month, day.day) if day and str(day.year) == omitted else day
