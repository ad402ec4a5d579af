"""Whether a conversation certainly is a group's: by whom it names, counts, shows and hears, in that order."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import Any

from engine.pages.words import phrases

# "Ada, Bo, +2" in any language, also in full-width signs.
COUNTED = re.compile(r"[,;&،、，]\s*[+＋]\s?\d+$")
JOINTS = re.compile(r"\s*[,;&،、，]\s*")


def is_group(composer: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> bool:
    """False where it is one person's, and where nothing says for certain that it is several people's."""
    said = composer["recipient"]
    if any(len(said[what]) > 1 for what in ("pills", "slugs", "ids")):
        return True
    title = said["name"] or ""
    return counts_others(title) or _shows_several(title, composer["faces"]) or _hears_several(messages)


def counts_others(title: str) -> bool:
    """Whether a heading counts people whom it does not name: "Ada, Bo, +2", "Ada, Bo et 2 autres"."""
    folded = " ".join(title.lower().split())
    return bool(COUNTED.search(folded)) or any(map(_is_count, _tails(folded)))


def _tails(folded: str) -> list[str]:
    """What follows each "and" of a heading."""
    words = folded.split()
    return [" ".join(words[i + 1 :]) for i, word in enumerate(words) if i and word in phrases("and")]


def _is_count(tail: str) -> bool:
    words = tail.split()
    numbers = [word for word in words if word.isdecimal()]
    return len(words) <= 4 and len(numbers) == 1 and any(word in phrases("others") for word in words)


def _shows_several(title: str, faces: Collection[str]) -> bool:
    """Two names of the heading are those of two pictures beside it: "Ada Martin, PhD" is one person."""
    names = [name for name in JOINTS.split(title) if len(name) > 1]
    shown = [{name for name in names if name in face} for face in faces]
    return any(one and other and not one & other for one, other in combinations(shown, 2))


def _hears_several(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Two others wrote in it; where nobody knows which messages are our own, two others and perhaps we."""
    theirs = [message["author"] for message in messages if message["is_own"] is False]
    everybody = [message["author"] for message in messages]
    return _count(theirs) > 1 or _count(everybody) > 2


def _count(authors: Sequence[str | None]) -> int:
    """How many they are at least: one person may be named by a slug here and by a member id there."""
    named = {author for author in authors if author}
    ids = {author for author in named if author.startswith("acoa")}
    return max(len(ids), len(named - ids))
