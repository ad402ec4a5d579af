"""The network's own words per language, as the readers are given them."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import yaml

Words = Mapping[str, Mapping[str, list[str]]]


@cache
def words() -> Words:
    """By what is said, then by language (two letters)."""
    found: Words = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return found


@cache
def phrases(name: str) -> Collection[str]:
    """All that says this, in every language, folded as `says` folds a text."""
    return frozenset(_fold(text) for texts in words()[name].values() for text in texts)


def says(name: str, text: str) -> bool:
    """Whether a text holds one of these phrases in any language."""
    folded = _fold(text)
    return any(phrase in folded for phrase in phrases(name))


def _fold(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).lower()
