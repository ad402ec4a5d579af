"""The one body that is read: JSON, small, shallow, and the same for every reader."""

import json
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import IO, Any

from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser

from linkedin_bot.api.problems import BODY

MOST_BYTES = 256 * 1024
MOST_DEPTH = 32


class StrictJsonParser(BaseParser):
    """Refuses what parsers understand in different ways: duplicate keys, NaN, numbers out of range, bad Unicode."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise ValidationError({BODY: f"is longer than {MOST_BYTES // 1024} KiB"})
        if not raw.strip():
            return {}
        value = _read(raw)
        check(value)
        return value


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_object)
    except RecursionError as error:
        raise ValidationError({BODY: f"is nested deeper than {MOST_DEPTH} levels"}) from error
    except UnicodeDecodeError as error:
        raise ValidationError({BODY: "is not in UTF-8"}) from error
    except ValueError as error:
        raise ValidationError({BODY: f"is no JSON: {error}"}) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValidationError({name: "is given twice"})
        found[name] = value
    return found


def check(value: Any) -> None:
    """Raises ValidationError naming the field (of the outermost object) that is too deep, or no number, or no text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name, BODY)
            _check_field(name, inner)
    else:
        _check_field(BODY, value)


def _check_field(name: str, value: Any) -> None:
    for depth, inner in _walk(value):
        if depth > MOST_DEPTH:
            raise ValidationError({name: f"is nested deeper than {MOST_DEPTH} levels"})
        if isinstance(inner, float) and not isfinite(inner):
            raise ValidationError({name: "is NaN, infinite or a number out of range"})
        if isinstance(inner, str):
            _check_text(inner, name)


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    """Each value with its depth; without recursion, for how deep it goes is not known yet."""
    left = [(1, value)]
    while left:
        depth, one = left.pop()
        yield depth, one
        if isinstance(one, dict):
            left += [(depth, name) for name in one]
            left += [(depth + 1, inner) for inner in one.values()]
        elif isinstance(one, list):
            left += [(depth + 1, inner) for inner in one]


def _check_text(text: str, name: str) -> None:
    """A lone surrogate or a NUL is no text to the databases."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError({name: "holds a NUL or half a character"})
