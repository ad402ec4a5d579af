"""Selectors: the candidates of each key, the contract they are held to, and the labels per language."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KINDS = {"test_id", "view_name", "screen", "component_key", "href", "icon", "label", "text", "css"}
COUNTS = {"one", "many"}
ROLES = {"button", "control"}
SCOPE = "scope"
LANGUAGES = {"en", "fr", "de", "es", "it", "pt", "nl"}


@dataclass(frozen=True)
class Candidate:
    """One way to find an element. `weight`: what it is thought to be worth before it was tried.

    `name`: the accessible name a person accepted along with it, where the labels of the key do not know it.
    """

    kind: str
    value: str
    weight: float
    name: str = ""


@dataclass(frozen=True)
class Contract:
    """What an element has to be, however it was found.

    `container`: a key whose element it stands in, or "scope": it is never looked for on the page as a whole.
    `expected_at`: where the address's path begins so, it has to be there. `acts`: an irreversible click depends on it.
    """

    count: str
    role: str | None = None
    container: str | None = None
    visible: bool = False
    enabled: bool = False
    labels: str | None = None
    hit_test: bool = False
    expected_at: str | None = None
    acts: bool = False


@dataclass(frozen=True)
class Hints:
    """Where to look when every candidate failed: `near` an element of this key, `holds` this inside, one of `tags`."""

    near: str | None = None
    holds: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Selector:
    """A key, `page.element`, with its contract and its candidates, the heaviest first."""

    key: str
    contract: Contract
    candidates: tuple[Candidate, ...]
    hints: Hints = Hints()

    @property
    def may_be_guessed(self) -> bool:
        """Whether an element that no candidate vouches for may be read: never one that could be clicked."""
        return not self.contract.acts and self.contract.role is None


@dataclass(frozen=True)
class SelectorSet:
    """All selectors of one file."""

    version: int
    labels: Mapping[str, Mapping[str, tuple[str, ...]]]
    selectors: Mapping[str, Selector]

    @property
    def texts(self) -> dict[str, tuple[str, ...]]:
        """Each set of labels in all languages at once."""
        return {
            name: tuple(dict.fromkeys(text for texts in by_language.values() for text in texts))
            for name, by_language in self.labels.items()
        }


def as_option(selector: Selector, candidates: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """One key as find.js is given it, with its candidates in the order to try them."""
    return {
        "key": selector.key,
        "contract": asdict(selector.contract),
        "hints": asdict(selector.hints),
        "may_be_guessed": selector.may_be_guessed,
        "candidates": candidates,
        **more,
    }
