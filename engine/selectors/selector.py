"""Selectors as kept in YAML: the candidates of each key, the contract they are held to, the labels per language."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

KINDS = {"test_id", "view_name", "screen", "component_key", "href", "icon", "label", "css"}
COUNTS = {"one", "many"}
ROLES = {"button", "control", None}
KEY = re.compile(r"^[a-z_]+\.[a-z_]+$")
DEFAULTS = Path(__file__).with_name("defaults.yaml")


class BadSelectors(ValueError):  # noqa: N818 - it names the file's state
    """The selector file is refused, with line and key; the set in use stays."""


@dataclass(frozen=True)
class Candidate:
    """One way to find an element."""

    kind: str
    value: str


@dataclass(frozen=True)
class Contract:
    """What an element has to be, however it was found. `acts`: an irreversible click depends on it."""

    count: str
    role: str | None = None
    visible: bool = False
    enabled: bool = False
    labels: str | None = None
    hit_test: bool = False
    acts: bool = False


@dataclass(frozen=True)
class Selector:
    """A key, `page.element`, with its contract and its candidates, best first."""

    key: str
    contract: Contract
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class SelectorSet:
    """All selectors of one file."""

    version: int
    labels: Mapping[str, tuple[str, ...]]
    selectors: Mapping[str, Selector]

    def as_options(self) -> dict[str, object]:
        """What find.js is given."""
        return {
            "labels": self.labels,
            "selectors": {key: asdict(each) for key, each in self.selectors.items()},
        }


class _Loader(yaml.SafeLoader):
    """Safe, and strict: no aliases, no duplicate keys; mappings remember their line."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise BadSelectors(f"line {self.line + 1}: aliases are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if not isinstance(key.value, str) or key.tag != "tag:yaml.org,2002:str":
                raise BadSelectors(f"line {key.start_mark.line + 1}: the key {key.value!r} is no text")
            if names.count(key.value) > 1:
                raise BadSelectors(f"line {key.start_mark.line + 1}: {key.value} stands here twice")
        return super().construct_mapping(node, deep=True) | {"__line__": node.start_mark.line + 1}


def _candidate(key: str, raw: Mapping[str, Any]) -> Candidate:
    where = f"line {raw['__line__']}: {key}"
    if set(raw) - {"__line__"} != {"kind", "value"} or raw["kind"] not in KINDS:
        raise BadSelectors(f"{where}: a candidate has a kind ({', '.join(sorted(KINDS))}) and a value")
    if not isinstance(raw["value"], str) or raw["value"].strip() in {"", "*"}:
        raise BadSelectors(f"{where}: the value finds nothing or everything")
    return Candidate(raw["kind"], raw["value"])


def _contract(key: str, raw: Mapping[str, Any], labels: Mapping[str, object]) -> Contract:
    where = f"line {raw['__line__']}: {key}"
    try:
        contract = Contract(**{name: value for name, value in raw.items() if name != "__line__"})
    except TypeError as error:
        raise BadSelectors(f"{where}: {error}") from error
    if contract.count not in COUNTS or contract.role not in ROLES:
        raise BadSelectors(f"{where}: the contract's count or role is not known")
    if contract.labels is not None and contract.labels not in labels:
        raise BadSelectors(f"{where}: there are no labels {contract.labels!r}")
    strict = (
        contract.visible,
        contract.enabled,
        contract.hit_test,
        bool(contract.labels),
        contract.count == "one",
    )
    if contract.acts and not all(strict):
        raise BadSelectors(f"{where}: what acts must be one, visible, enabled, labelled and hit-tested")
    return contract


def _selector(key: str, raw: Mapping[str, Any], labels: Mapping[str, object]) -> Selector:
    if not KEY.match(key) or set(raw) - {"__line__"} != {"contract", "candidates"} or not raw["candidates"]:
        raise BadSelectors(
            f"line {raw['__line__']}: {key}: a key is page.element with contract and candidates"
        )
    candidates = tuple(_candidate(key, each) for each in raw["candidates"])
    unknown = [each.value for each in candidates if each.kind == "label" and each.value not in labels]
    if unknown:
        raise BadSelectors(f"line {raw['__line__']}: {key}: there are no labels {unknown[0]!r}")
    return Selector(key, _contract(key, raw["contract"], labels), candidates)


def _labels(raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, by_language in raw.items():
        if name == "__line__":
            continue
        lists = [texts for language, texts in by_language.items() if language != "__line__"]
        texts = [text for texts in lists for text in texts]
        if not all(isinstance(text, str) and text.strip(" *") for text in texts):
            raise BadSelectors(f"line {by_language['__line__']}: labels.{name}: a label is a text")
        found[name] = tuple(dict.fromkeys(texts))
    return found


def parse(text: str) -> SelectorSet:
    """The set in a YAML text. Raises BadSelectors naming line and key."""
    try:
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 - a stricter SafeLoader
    except yaml.YAMLError as error:
        raise BadSelectors(str(error)) from error
    if not isinstance(raw, dict) or set(raw) - {"__line__"} != {"version", "labels", "selectors"}:
        raise BadSelectors("line 1: a selector file has version, labels and selectors")
    if raw["version"] != 1:
        raise BadSelectors("line 1: version: this program reads version 1")
    labels = _labels(raw["labels"])
    pairs = ((key, each) for key, each in raw["selectors"].items() if key != "__line__")
    return SelectorSet(1, labels, {key: _selector(key, each, labels) for key, each in pairs})


@cache
def defaults() -> SelectorSet:
    return parse(DEFAULTS.read_text(encoding="utf-8"))
