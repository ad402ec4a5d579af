"""YAML read strictly: plain mappings, lists and scalars, every one with its line and its path."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

MOST_BYTES, MOST_DEPTH = 200_000, 8
BOM = "\ufeff"
# With these a plain text may begin that YAML takes for something else: "no" for false, 1:30 for 90.
RESOLVED = re.compile(r"[-+.\d~=<nNtTyYfFoO]")
SHOWN = re.compile(r"[^\w.\-]+")

Scalar = str | int | float | bool | None


class BadSelectors(ValueError):  # noqa: N818 - it names the file's state
    """The selector file is refused: "line 12: composer.send: what is wrong"; the set in use stays."""

    def __init__(self, line: int, path: str, problem: str) -> None:
        self.line, self.path = line, path or "file"
        super().__init__(f"line {line}: {self.path}: {problem}")


@dataclass(frozen=True)
class Entry:
    """One value of the file. Each of its methods says what the value has to be, and refuses another."""

    value: "dict[str, Entry] | list[Entry] | Scalar"
    line: int
    path: str

    def refuse(self, problem: str) -> BadSelectors:
        return BadSelectors(self.line, self.path, problem)

    def items(self) -> Iterator[tuple[str, "Entry"]]:
        if not isinstance(self.value, dict) or not self.value:
            raise self.refuse("here belongs a mapping that is not empty")
        yield from self.value.items()

    def fields(self, required: set[str], optional: Collection[str] = ()) -> dict[str, "Entry"]:
        """A mapping of exactly these names."""
        found = dict(self.items())
        for name, entry in found.items():
            if name not in {*required, *optional}:
                known = ", ".join(sorted({*required, *optional}))
                raise BadSelectors(entry.line, self.path, f"{_shown(name)} is not known here ({known})")
        if missing := sorted(required - set(found)):
            raise self.refuse(f"{missing[0]} is missing")
        return found

    def entries(self, most: int) -> list["Entry"]:
        if not isinstance(self.value, list) or not 0 < len(self.value) <= most:
            raise self.refuse(f"here belongs a list of 1 to {most} entries")
        return self.value

    def text(self, most: int = 200) -> str:
        if not isinstance(self.value, str):
            raise self.refuse(f"{self.value!r:.40} is no text; put it in quotes if it is meant as one")
        if not self.value.strip() or len(self.value) > most:
            raise self.refuse(f"a text has 1 to {most} characters")
        return self.value

    def one_of(self, known: set[str]) -> str:
        text = self.text()
        if text not in known:
            raise self.refuse(f"{_shown(text)} is not known here ({', '.join(sorted(known))})")
        return text

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.refuse("here belongs true or false")
        return self.value

    def number(self) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.refuse("here belongs a number")
        return self.value


def read(content: bytes) -> Entry:
    """The one document of a file. Raises BadSelectors naming line and path."""
    if len(content) > MOST_BYTES:
        raise BadSelectors(1, "", f"the file is larger than {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadSelectors(content.count(b"\n", 0, error.start) + 1, "", "the file is not UTF-8") from error
    if text.startswith(BOM):
        raise BadSelectors(1, "", "the file begins with a byte order mark")
    try:
        return _Document(text).read()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadSelectors(line, "", "a control character stands in the file") from error


class _Document:
    """Builds the entries from the parser's events, so that nothing is constructed before it is allowed."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self.path = ""
        self.line = 1

    def read(self) -> Entry:
        try:
            return self._read()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise BadSelectors(mark.line + 1 if mark else 1, self.path, str(error.problem)) from error

    def _next(self) -> yaml.Event:
        event = next(self.events)
        self.line = event.start_mark.line + 1 if event.start_mark else self.line
        return event

    def _refuse(self, problem: str) -> BadSelectors:
        return BadSelectors(self.line, self.path, problem)

    def _read(self) -> Entry:
        self._next()
        start = self._next()
        if not isinstance(start, yaml.DocumentStartEvent):
            raise self._refuse("the file is empty")
        if start.version or start.tags:
            raise self._refuse("directives (%YAML, %TAG) are not allowed")
        entry = self._entry(self._next(), "", 0)
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            self.path = ""
            raise self._refuse("a second document stands in the file")
        return entry

    def _entry(self, event: yaml.Event, path: str, depth: int) -> Entry:
        self.path, line = path, self.line
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse("anchors and aliases are not allowed")
        if tag := getattr(event, "tag", None):
            raise self._refuse(f"the tag {_shown(tag)} is not allowed")
        if depth > MOST_DEPTH:
            raise self._refuse(f"nested deeper than {MOST_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            return Entry(self._scalar(event), line, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return Entry(self._list(path, depth), line, path)
        return Entry(self._mapping(path, depth), line, path)

    def _list(self, path: str, depth: int) -> list[Entry]:
        found: list[Entry] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            found.append(self._entry(event, f"{path}.{len(found) + 1}", depth + 1))
        return found

    def _mapping(self, path: str, depth: int) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            name = self._entry(event, path, depth + 1).value
            if not isinstance(name, str):
                raise self._refuse(f"the key {name!r:.40} is no text; put it in quotes")
            if name in found:
                raise self._refuse(f"{_shown(name)} stands here twice")
            found[name] = self._entry(self._next(), f"{path}.{_step(name)}".removeprefix("."), depth + 1)
        return found

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        if not (event.implicit[0] and RESOLVED.match(event.value or "~")):
            return event.value
        try:
            value = yaml.safe_load(event.value)
        except (yaml.YAMLError, ValueError) as error:
            raise self._refuse(f"{_shown(event.value)} is no plain text; put it in quotes") from error
        if value is not None and not isinstance(value, str | int | float | bool):
            raise self._refuse(f"{_shown(event.value)} is no plain text; put it in quotes")
        return value


def _shown(text: str) -> str:
    return repr(text[:40])[1:-1] if SHOWN.search(text) else text[:40]


def _step(name: str) -> str:
    """One step of a path, which is a word whatever the name is."""
    return SHOWN.sub("_", name[:40]) or "_"
