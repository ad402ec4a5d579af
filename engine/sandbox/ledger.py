"""What happened on the network, in the order of its arrival: each entry is on the disk before anybody hears of it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Withdrawal:
    """One invitation that was taken back."""

    at: str
    member_id: str
    slug: str


@dataclass(frozen=True)
class WrongClick:
    """A click that no careful visitor makes; `what` says on which kind of thing, `label` what it was called."""

    at: str
    what: str
    label: str
    path: str


class Ledger(Generic[Entry]):
    """Entries of one kind, one line of JSON each, in a file that survives the sandbox where one is named."""

    def __init__(self, kind: type[Entry], path: Path | None) -> None:
        self.kind = kind
        self.path = path
        self.lock = Lock()
        self.entries: list[Entry] = []
        if path and path.exists():
            self.entries = [self._read(json.loads(line)) for line in path.read_text("ascii").splitlines()]

    def append(self, entry: Entry) -> None:
        with self.lock:
            if self.path:
                self._write(self.path, json.dumps(asdict(entry)) + "\n")  # type: ignore[call-overload]
            self.entries.append(entry)

    def _read(self, fields: dict[str, Any]) -> Entry:
        """JSON has no tuples: its lists become them again."""
        return self.kind(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
        )

    @staticmethod
    def _write(path: Path, line: str) -> None:
        with path.open("a", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def beside(path: Path | None, name: str) -> Path | None:
    """Where the ledger `name` lives: next to the log of the messages."""
    return path and path.with_name(f"{path.stem}.{name}.jsonl")
