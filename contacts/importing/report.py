"""What became of the rows of an import."""

from collections import Counter
from dataclasses import asdict, dataclass, field

LONGEST_LIST = 10_000  # entries that are kept of each kind; all are counted


@dataclass(frozen=True)
class Entry:
    """Something to tell about one row."""

    file: str
    line: int
    reason: str


@dataclass
class Report:
    """Rows by what became of them (`new`, `changed`, `unchanged`, `unmatched`, `refused`), and what to tell."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Entry] = field(default_factory=list)
    notes: list[Entry] = field(default_factory=list)

    def refuse(self, file: str, line: int, reason: str) -> None:
        self.counts["refused"] += 1
        if len(self.refused) < LONGEST_LIST:
            self.refused.append(Entry(file, line, reason))

    def note(self, file: str, line: int, reason: str) -> None:
        if len(self.notes) < LONGEST_LIST:
            self.notes.append(Entry(file, line, reason))

    def as_json(self) -> dict[str, object]:
        """The four counts, and the refused rows and notes as lists of file, line and reason."""
        counts = {name: self.counts[name] for name in ("new", "changed", "unchanged", "unmatched")}
        lists = {name: [asdict(entry) for entry in getattr(self, name)] for name in ("refused", "notes")}
        return {**counts, **lists}
