"""The selector file: read strictly, refused with line and key, and read again when it changes."""

import logging
import re
from functools import cache
from pathlib import Path

from engine.selectors.acting import Labels, check_acting
from engine.selectors.candidates import css_problem, problem_of, same_finding
from engine.selectors.selector import (
    COUNTS,
    KINDS,
    LANGUAGES,
    ROLES,
    SCOPE,
    Candidate,
    Contract,
    Hints,
    Selector,
    SelectorSet,
)
from engine.selectors.strict_yaml import BadSelectors, Entry, read

log = logging.getLogger(__name__)
DEFAULTS = Path(__file__).with_name("defaults.yaml")
KEY = re.compile(r"[a-z][a-z0-9_]{1,40}\.[a-z][a-z0-9_]{1,40}")
SCHEMA, VERSION = "engine.selectors", 1
USUAL_WEIGHT = 0.5
MOST_CANDIDATES, MOST_LABELS = 20, 40
FLAGS = ("visible", "enabled", "hit_test", "acts")


def parse(content: bytes) -> SelectorSet:
    """The set in a YAML file. Raises BadSelectors naming line and key."""
    root = read(content).fields({"schema", "version", "labels", "selectors"})
    root["schema"].one_of({SCHEMA})
    if type(root["version"].value) is not int or root["version"].value != VERSION:
        raise root["version"].refuse(f"this program reads version {VERSION}")
    labels = {name: _texts(entry) for name, entry in root["labels"].items()}
    entries = {_key(name, entry): entry for name, entry in root["selectors"].items()}
    selectors = {key: _selector(key, entry, labels, set(entries)) for key, entry in entries.items()}
    for key, entry in entries.items():
        check_acting(selectors[key], selectors, labels, entry)
    return SelectorSet(VERSION, labels, selectors)


class SelectorFile:
    """A file in use. When it changes it is read again; a bad one is refused, and the set before stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refused = ""
        self._content = path.read_bytes()
        self._set = parse(self._content)

    def current(self) -> SelectorSet:
        """The set of the file as it is now, or as it last was good; `refused` says why."""
        try:
            content = self.path.read_bytes()
            if content != self._content:
                self._content, self._set = content, parse(content)
            self.refused = ""
        except (OSError, BadSelectors) as error:
            self.refused = str(error)
            log.warning("%s is refused, the selectors before stay in use: %s", self.path.name, error)
        return self._set


@cache
def _in_use() -> SelectorFile:
    return SelectorFile(DEFAULTS)


def defaults() -> SelectorSet:
    """The project's own file as it is now; a change that is refused leaves the set before in use."""
    return _in_use().current()


def _key(key: str, entry: Entry) -> str:
    if not KEY.fullmatch(key):
        raise entry.refuse("a key is page.element, in small letters")
    return key


def _texts(entry: Entry) -> dict[str, tuple[str, ...]]:
    found = {}
    for language, texts in entry.items():
        if language not in LANGUAGES:
            raise texts.refuse(f"the language is not known ({', '.join(sorted(LANGUAGES))})")
        found[language] = tuple(_label(each) for each in texts.entries(MOST_LABELS))
    return found


def _label(entry: Entry) -> str:
    text = entry.text(100)
    if not any(letter.isalpha() for letter in text) or "*" in text[:-1]:
        raise entry.refuse("a label is a text with letters; a * at its end stands for other words")
    return text


def _selector(key: str, entry: Entry, labels: Labels, keys: set[str]) -> Selector:
    fields = entry.fields({"contract", "candidates"}, {"hints"})
    contract = _contract(fields["contract"], labels, keys)
    candidates = [_candidate(each, labels) for each in fields["candidates"].entries(MOST_CANDIDATES)]
    known: set[tuple[str, str]] = set()
    for candidate, each in zip(candidates, fields["candidates"].entries(MOST_CANDIDATES), strict=True):
        finding = same_finding(candidate.kind, candidate.value)
        if finding in known:
            raise each.refuse("this candidate stands here twice")
        known.add(finding)
    hints = _hints(fields["hints"], keys) if "hints" in fields else Hints()
    return Selector(key, contract, tuple(sorted(candidates, key=lambda each: -each.weight)), hints)


def _candidate(entry: Entry, labels: Labels) -> Candidate:
    fields = entry.fields({"kind", "value"}, {"weight"})
    kind, value = fields["kind"].one_of(KINDS), fields["value"].text()
    if problem := problem_of(kind, value):
        raise fields["value"].refuse(problem)
    if kind == "label":
        fields["value"].one_of(set(labels))
    weight = fields["weight"].number() if "weight" in fields else USUAL_WEIGHT
    if not 0 < weight <= 1:
        raise fields["weight"].refuse("a weight is above 0 and at most 1")
    return Candidate(kind, value, weight)


def _contract(entry: Entry, labels: Labels, keys: set[str]) -> Contract:
    optional = {"role", "container", "labels", "expected_at", *FLAGS}
    fields = entry.fields({"count"}, optional)
    contract = Contract(
        count=fields["count"].one_of(COUNTS),
        role=fields["role"].one_of(ROLES) if "role" in fields else None,
        container=fields["container"].one_of({SCOPE, *keys}) if "container" in fields else None,
        labels=fields["labels"].one_of(set(labels)) if "labels" in fields else None,
        expected_at=_path(fields["expected_at"]) if "expected_at" in fields else None,
        **{name: fields[name].flag() for name in FLAGS if name in fields},
    )
    if contract.acts and not _is_strict(contract):
        raise entry.refuse(
            "what acts is one, has a role and a container, is visible, enabled, labelled and hit-tested"
        )
    return contract


def _is_strict(contract: Contract) -> bool:
    is_known = contract.role and contract.container and contract.labels
    return (
        contract.count == "one"
        and bool(is_known)
        and contract.visible
        and contract.enabled
        and contract.hit_test
    )


def _path(entry: Entry) -> str:
    text = entry.text()
    if not text.startswith("/"):
        raise entry.refuse("a path begins with /")
    return text


def _hints(entry: Entry, keys: set[str]) -> Hints:
    fields = entry.fields(set(), {"near", "holds", "tags"})
    holds = fields["holds"].text() if "holds" in fields else None
    if holds and (problem := css_problem(holds, 5)):
        raise fields["holds"].refuse(problem)
    return Hints(
        near=fields["near"].one_of(keys) if "near" in fields else None,
        holds=holds,
        tags=tuple(_tag(each) for each in fields["tags"].entries(10)) if "tags" in fields else (),
    )


def _tag(entry: Entry) -> str:
    tag = entry.text(30)
    if problem := css_problem(f"{tag}[x]"):
        raise entry.refuse(problem)
    return tag
