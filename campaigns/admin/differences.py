"""What is other in one text than in another, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# A wish has at most 2,000 characters; what a thread was read for may be longer, and is compared up to here.
MOST_WORDS = 400
_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """A stretch of text: `same`, `added` (only in the new one) or `gone` (only in the old one)."""

    kind: str
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """How the new text comes out of the old one, in reading order."""
    return list(_pieces(_WORDS.findall(old)[:MOST_WORDS], _WORDS.findall(new)[:MOST_WORDS]))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    # A line that ends elsewhere changes no word.
    words_of_old, words_of_new = ([word.strip() for word in text] for text in (old, new))
    matcher = SequenceMatcher(None, words_of_old, words_of_new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(new[j1:j2]))
            continue
        if i1 < i2:
            yield Piece("gone", "".join(old[i1:i2]))
        if j1 < j2:
            yield Piece("added", "".join(new[j1:j2]))
