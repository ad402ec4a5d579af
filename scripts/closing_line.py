"""Prints the result of several pytest runs as one closing line, from their JUnit files."""

import sys
from pathlib import Path
from xml.etree import ElementTree

WORST_FIRST = ("failed", "error", "skipped", "passed")
OUTCOME_OF_TAG = {"failure": "failed", "error": "error", "skipped": "skipped"}


def outcome(case: ElementTree.Element) -> str:
    return min(
        (OUTCOME_OF_TAG.get(child.tag, "passed") for child in case), key=WORST_FIRST.index, default="passed"
    )


def read(path: Path) -> tuple[dict[str, str], float]:
    """The outcome of each test by its name, and the seconds of the run; a run of no tests is an error."""
    suite = ElementTree.parse(path).getroot().find("testsuite") if path.exists() else None  # noqa: S314 - pytest's
    cases = [] if suite is None else list(suite.iter("testcase"))
    outcomes = {f"{case.get('classname')}::{case.get('name')}": outcome(case) for case in cases}
    return outcomes or {path.stem: "error"}, 0.0 if suite is None else float(suite.get("time", 0))


def worst(outcomes: list[dict[str, str]]) -> dict[str, str]:
    """Each test once: what fails on one database has failed."""
    merged: dict[str, str] = {}
    for run in outcomes:
        for name, result in run.items():
            merged[name] = min(merged.get(name, result), result, key=WORST_FIRST.index)
    return merged


def line(outcomes: list[dict[str, str]], seconds: float) -> str:
    results = list(worst(outcomes).values())
    told = [kind for kind in ("failed", "passed", "skipped", "error") if kind in results]
    counts = ", ".join(f"{results.count(kind)} {kind}" for kind in told)
    return f" {counts} in {seconds:.2f}s ".center(80, "=")


def main(paths: list[str]) -> int:
    outcomes, seconds = zip(*(read(Path(path)) for path in paths), strict=True)
    sys.stdout.write(line(list(outcomes), sum(seconds)) + "\n")
    results = worst(list(outcomes)).values()
    return int("failed" in results or "error" in results)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
