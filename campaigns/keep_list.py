"""Whose invitations are kept: profile addresses and tags, one a line, a tag as `tag:family`."""

from collections.abc import Collection
from dataclasses import dataclass

from contacts.models import Contact, Tag
from contacts.profile_urls import InvalidProfileUrl, canonical, slug_of
from contacts.tags import InvalidTag, canonical_tag

TAG = "tag:"


@dataclass(frozen=True)
class KeepList:
    """A canonical keep list as the database understands it now."""

    slugs: frozenset[str]  # member ids among them
    contacts: frozenset[int]  # those with one of its tags
    lost_tags: tuple[str, ...]  # which nobody can have any more: whom they protected is not known

    def why_kept(self, contact: Contact, ids: Collection[str | None]) -> str:
        """Why this person's invitation stays; empty where the list does not speak of them."""
        if self.lost_tags:
            return f"the keep list names a tag that is gone: {', '.join(self.lost_tags)}"
        is_kept = contact.pk in self.contacts or self.slugs & {*contact.slugs, contact.member_id, *ids}
        return "is on the keep list" if is_kept else ""


def read_keep_list(text: str) -> KeepList:
    """Of a canonical keep list."""
    lines = [line for line in text.splitlines() if line.strip()]
    tags = {line.removeprefix(TAG) for line in lines if line.startswith(TAG)}
    known = set(Tag.objects.filter(name__in=tags).values_list("name", flat=True))
    tagged = Contact.objects.filter(tags__name__in=known).values_list("pk", flat=True)
    return KeepList(
        slugs=frozenset(slug_of(line) for line in lines if not line.startswith(TAG)),
        contacts=frozenset(tagged),
        lost_tags=tuple(sorted(tags - known)),
    )


def canonical_keep_list(text: str) -> str:
    """Each line in its one form. Raises ValueError naming the line that is neither an address nor a known tag."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(dict.fromkeys(_canonical(line) for line in lines))


def _canonical(line: str) -> str:
    if line.lower().startswith(TAG):
        return TAG + _known_tag(line[len(TAG) :])
    try:
        return canonical(line)
    except InvalidProfileUrl as error:
        raise ValueError(f"“{line[:80]}” is no profile address: {error}") from error


def _known_tag(text: str) -> str:
    name = canonical_tag(text)
    if not Tag.objects.filter(name=name).exists():
        raise InvalidTag(f"no tag is called “{name}”")
    return name
