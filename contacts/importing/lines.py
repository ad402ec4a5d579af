"""The physical lines of a text, numbered, bounded, and able to be read a second time."""

from collections import deque
from collections.abc import Iterator
from typing import TextIO

LONGEST_LINE = 1_000_000  # characters; what follows is dropped, so one endless line needs no memory


class Lines:
    """Lines without NUL characters; `push_back` returns lines that were taken too early."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._number = 0
        self._waiting: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while line := self.take():
            yield line

    def take(self) -> tuple[int, str] | None:
        """The next line with its number, counted from 1; None at the end."""
        if self._waiting:
            return self._waiting.popleft()
        line = self._text.readline(LONGEST_LINE)
        if not line:
            return None
        self._number += 1
        self._drop_rest_of(line)
        return self._number, line.replace("\0", "")

    def push_back(self, lines: list[tuple[int, str]]) -> None:
        self._waiting.extendleft(reversed(lines))

    def _drop_rest_of(self, line: str) -> None:
        while line and not line.endswith("\n"):
            line = self._text.readline(LONGEST_LINE)
