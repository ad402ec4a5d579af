"""Prints what `make prove` proved as one table, from pytest's JUnit files: one line for each proof."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

# Which promise of docs/proof.md each file's tests prove; a test's own name says what they prove.
PROMISES = {
    "tests.proof.test_browser_faults": "1, 2",
    "tests.proof.test_mutations": "5",
    "tests.proof.test_walls": "8",
    "tests.proof.test_wrong_person": "4",
    "tests.proof.kills.test_kills": "1, 2",
    "tests.proof.kills.test_strikes": "1, 2, 14",
    "tests.proof.kills.test_starts": "6, 7",
    "tests.proof.kills.test_new_year": "1, 12",
    "tests.proof.kills.test_no": "3",
    "tests.proof.kills.test_redis": "6",
    "tests.proof.kills.test_state_machine": "1, 2, 3, 6, 7, 13",
    "tests.journeys.test_nemesis": "1, 2",
    "tests.proof.test_opt_out": "3",
    "tests.test_sourcing": "1",
    "tests.journeys.test_sourcing": "1",
    "tests.test_invitations_campaign": "1",
    "tests.test_birthday_windows": "12",
    "tests.test_installation": "13",
    "tests.test_stopping": "14",
    "tests.test_browser_wear": "14",
    "tests.test_api_schema": "11",
    "tests.proof.kills.test_checker": "the proofs",
    "tests.proof.kills.test_bugs": "the proofs",
    "tests.test_sandbox_misleading": "the proofs",
}


@dataclass
class Proof:
    """The cases of one test function on all databases."""

    module: str
    name: str
    trials: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    seconds: float = 0


def cases(path: Path) -> Iterator[ElementTree.Element]:
    if path.exists():
        yield from ElementTree.parse(path).getroot().iter("testcase")  # noqa: S314 - pytest's own


def trials_of(case: ElementTree.Element) -> int:
    """How many trials one case counts for: what it recorded as `trials`, else one."""
    recorded = case.find("properties/property[@name='trials']")
    return int(recorded.get("value", 1)) if recorded is not None else 1


def is_failed(case: ElementTree.Element) -> bool:
    return any(child.tag in ("failure", "error", "skipped") for child in case)


def read(paths: Sequence[Path]) -> list[Proof]:
    """Every proof, in the order of the promises."""
    proofs: dict[tuple[str, str], Proof] = {}
    for path in paths:
        for case in cases(path):
            module, name = case.get("classname", ""), case.get("name", "").split("[")[0]
            proof = proofs.setdefault((module, name), Proof(module, name))
            proof.trials[path.stem] = proof.trials.get(path.stem, 0) + trials_of(case)
            proof.failed += is_failed(case)
            proof.seconds += float(case.get("time", 0))
    return sorted(proofs.values(), key=lambda one: (promise_number(one), one.module, one.name))


def promise_number(proof: Proof) -> tuple[int, str]:
    promise = PROMISES.get(proof.module, "")
    first = promise.split(",")[0]
    return int(first) if first.isdigit() else 99, promise


def show(proofs: Sequence[Proof], console: Console) -> None:
    table = Table("promise", "proof", "trials", "result", "seconds", title="The promises")
    for proof in proofs:
        counts = ", ".join(f"{count} {database}" for database, count in proof.trials.items())
        result = f"[red]{proof.failed} failed[/red]" if proof.failed else "[green]held[/green]"
        words = proof.name.removeprefix("test_").replace("_", " ")
        table.add_row(PROMISES.get(proof.module, ""), words, counts, result, f"{proof.seconds:.0f}")
    console.print(table)


def main(paths: list[str]) -> int:
    files = [Path(path) for path in paths]
    silent = [path.stem for path in files if next(cases(path), None) is None]
    proofs = read(files)
    console = Console(width=max(Console().width, 120))
    show(proofs, console)
    for leg in silent:
        console.print(f"[red]Nothing was proved on {leg}.[/red]")
    return int(bool(silent) or any(proof.failed for proof in proofs))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
