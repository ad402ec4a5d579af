"""The lines of vCard and iCalendar: unfolded, split into name, parameters and value, grouped into components.

vobject reads these lines with regular expressions that take exponential time on a hostile line, and icalendar
wants the whole file in memory; neither knows the quoted-printable lines of old phones together with the others.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from contacts.importing.lines import Lines
from contacts.importing.rows import Refused

LONGEST_VALUE = 20_000  # characters; photographs are longer, and nothing that is read
LONGEST_COMPONENT = 2_000  # properties
MOST_PARAMETERS = 50

_NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,60}\.)?([A-Za-z0-9_-]{1,60})(?=[;:])")
_PARAMETER = re.compile(r";([^;:=\"]{0,100})(?:=((?:\"[^\"]{0,1000}\"|[^;:\"]{0,1000})))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Property:
    """One property, such as `item1.URL;type=LinkedIn:https://…`, its value decoded and still escaped."""

    name: str
    parameters: dict[str, str]  # lower-case names and values; a bare one stands under "type"
    value: str

    @property
    def text(self) -> str:
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Component:
    """The properties between BEGIN and END of what is wanted."""

    line: int
    properties: list[Property] = field(default_factory=list)

    def all(self, *names: str) -> list[Property]:
        return [found for found in self.properties if found.name in names]

    def first(self, name: str) -> Property | None:
        return next(iter(self.all(name)), None)

    def text(self, name: str) -> str:
        found = self.first(name)
        return found.text.strip() if found else ""


def components(lines: Lines, kind: str) -> Iterator[Component | Refused]:
    """Every component of this kind; one that is broken is refused alone, with the line that broke it."""
    current: Component | None = None
    broken: Refused | None = None
    nested: list[str] = []
    for number, line in _unfold(lines):
        mark = line.strip().upper()
        if mark == f"BEGIN:{kind}":
            if current:
                yield broken or Refused(current.line, f"no END:{kind}")
            current, broken, nested = Component(number), None, []
        elif current and mark == f"END:{kind}":
            yield broken or current
            current = None
        elif current and mark.startswith("BEGIN:"):
            nested.append(mark[6:])
        elif current and nested:
            nested = nested[:-1] if mark == f"END:{nested[-1]}" else nested
        elif current and not broken:
            broken = _add(current, number, line)
    if current:
        yield broken or Refused(current.line, f"no END:{kind}")


def _add(component: Component, number: int, line: str) -> Refused | None:
    found = _property(line)
    if found is None:
        return Refused(number, f"not a property: {line[:40]!a}")
    if len(component.properties) >= LONGEST_COMPONENT:
        return Refused(number, f"more than {LONGEST_COMPONENT:,} properties")
    component.properties.append(found)
    return None


def _unfold(lines: Lines) -> Iterator[tuple[int, str]]:
    """Logical lines: a line that begins with white space continues the one before it (also RFC 2425's base64)."""
    start, parts, size = 0, [""], 0
    for number, raw in lines:
        line = raw.rstrip("\r\n")
        if _goes_on(parts, line):
            taken = line[1:] if line[:1] in {" ", "\t"} else "\n" + line
            parts += [taken] if size < LONGEST_VALUE else []
            size += len(taken)
            continue
        if parts[0]:
            yield start, "".join(parts)
        start, parts, size = number, [line], len(line)
    if parts[0]:
        yield start, "".join(parts)


def _goes_on(parts: list[str], line: str) -> bool:
    if parts[0] and line[:1] in {" ", "\t"}:
        return True
    return parts[-1].endswith("=") and "QUOTED-PRINTABLE" in parts[0][:200].upper()


def _property(line: str) -> Property | None:
    named = _NAME.match(line)
    if not named:
        return None
    parameters: dict[str, str] = {}
    position = named.end()
    for _ in range(MOST_PARAMETERS):
        if not (found := _PARAMETER.match(line, position)):
            break
        position = found.end()
        key, value = (found[1], found[2]) if found[2] is not None else ("type", found[1])
        _remember(parameters, key.strip().lower(), value.strip('"').lower())
    if line[position : position + 1] != ":":
        return None
    return Property(named[1].upper(), parameters, _decoded(line[position + 1 :], parameters)[:LONGEST_VALUE])


def _remember(parameters: dict[str, str], key: str, value: str) -> None:
    parameters[key] = f"{parameters[key]},{value}" if key in parameters else value


def _decoded(value: str, parameters: dict[str, str]) -> str:
    if "quoted-printable" not in f"{parameters.get('encoding')},{parameters.get('type')}":
        return value
    raw = quopri.decodestring(value[: 3 * LONGEST_VALUE].encode())
    try:
        return raw.decode(parameters.get("charset", "utf-8"), errors="replace")
    except (LookupError, binascii.Error):
        return raw.decode(errors="replace")
