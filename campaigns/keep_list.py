"""Whose invitations are kept: a list of profile addresses, one a line."""

from contacts.profile_urls import InvalidProfileUrl, canonical, slug_of


def canonical_keep_list(text: str) -> str:
    """Each line in the one form of a profile address. Raises ValueError naming the line that is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(dict.fromkeys(_canonical(line) for line in lines))


def kept_slugs(text: str) -> frozenset[str]:
    """The slugs, or member ids, of a canonical keep list."""
    return frozenset(slug_of(line) for line in text.splitlines() if line.strip())


def _canonical(line: str) -> str:
    try:
        return canonical(line)
    except InvalidProfileUrl as error:
        raise ValueError(f"“{line[:80]}” is no profile address: {error}") from error
