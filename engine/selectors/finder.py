"""The selectors in use, ready for find.js, and which candidates of each key find something on a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from engine.selectors.selector import SelectorSet, defaults


@cache
def source() -> str:
    """find.js, to stand behind deep.js and in front of a reader."""
    return Path(__file__).with_name("find.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Finder:
    """Hands the selectors to the page's script. Learned scores will reorder the candidates here."""

    selectors: SelectorSet = field(default_factory=defaults)

    def options(self) -> Mapping[str, object]:
        return self.selectors.as_options()
