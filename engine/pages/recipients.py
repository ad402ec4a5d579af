"""Whom a composer writes to: proved by slug or member id, never by a name, and by nothing that names anybody else."""

from collections.abc import Sequence
from typing import Any

from engine.errors import LayoutChanged, WrongPerson
from engine.pages.base import Reading
from engine.pages.groups import counts_others
from engine.pages.profile import Profile


def prove(reading: Reading, profile: Profile) -> dict[str, Any]:
    """The page's one composer, which names this person, by slug or member id, and nobody else."""
    composers = reading.page["composers"]
    if not composers:
        raise LayoutChanged("composer.box", "no composer opened")
    if len(composers) > 1:
        check_no_other(composers, profile)
        raise LayoutChanged("composer.box", "several conversations are open")
    composer: dict[str, Any] = composers[0]
    _check_recipient(composer["recipient"], profile)
    return composer


def is_theirs(composer: dict[str, Any], profile: Profile) -> bool:
    """Whether it is certainly this person's, and nobody else's."""
    try:
        _check_recipient(composer["recipient"], profile)
    except WrongPerson:
        return False
    return True


def check_no_other(composers: Sequence[dict[str, Any]], profile: Profile) -> None:
    """Raise WrongPerson where every open conversation certainly is somebody else's."""
    if all(_is_anothers(each["recipient"], profile) for each in composers):
        raise WrongPerson("another conversation is open and does not close")


def _is_anothers(said: dict[str, Any], profile: Profile) -> bool:
    is_named = bool(said["slugs"] or said["ids"])
    return is_named and not (set(said["slugs"]) & profile.slugs or set(said["ids"]) & profile.member_ids)


def _check_recipient(said: dict[str, Any], profile: Profile) -> None:
    slugs, ids = set(said["slugs"]), set(said["ids"])
    if len(said["pills"]) > 1 or _is_group_title(said["name"] or "", profile.name):
        raise WrongPerson("the conversation is a group's")
    if ids - profile.member_ids and (profile.member_ids or not slugs & profile.slugs):
        raise WrongPerson("the composer names another member")
    if len(ids) > 1 or slugs - profile.slugs:
        raise WrongPerson("the composer names another person")
    if not (slugs & profile.slugs or ids & profile.member_ids):
        raise WrongPerson("the composer does not say whom it writes to")


def _is_group_title(title: str, name: str) -> bool:
    """Whether a heading names this person and others: "Ada Martin, Bo Lind", "Ada Martin and 2 others"."""
    if counts_others(title):
        return True
    rest = title.replace(name, "", 1).strip() if name and name in title and name != title else ""
    return rest.startswith((",", "&", "+", "and ", "et ", "und ", "y ", "e ", "en ")) or rest.endswith(
        (",", "&")
    )
