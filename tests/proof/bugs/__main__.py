"""Puts each known bug into a copy of the tree and says whether its proof noticed; `make prove-the-proof`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from tests.proof.bugs import BUGS, Bug

ROOT = Path(__file__).resolve().parents[3]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "htmlcov")
HELD, FAILED = 0, 1  # pytest's own exit codes; every other one says that nothing was proved


def prove(tree: Path, *arguments: str) -> int:
    """pytest's exit code for these proofs, run on the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *arguments]
    environment = os.environ | {"PYTHONPATH": str(tree)}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False).returncode


def is_noticed(bug: Bug, tree: Path) -> str:
    """`noticed`, or in words why it was not."""
    shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
    try:
        if (code := prove(tree, *bug.proof)) != HELD:
            return f"the proof fails without the bug (pytest says {code})"
        for edit in bug.edits:
            edit.apply(tree)
        code = prove(tree, *bug.proof)
        return {FAILED: "noticed", HELD: "NOT noticed"}.get(code, f"nothing was proved (pytest says {code})")
    finally:
        shutil.rmtree(tree)


def main(folder: str, *names: str) -> int:
    """Try the bugs (or those whose name has one of the words in it), and say of each at once what became of it."""
    chosen = [bug for bug in BUGS if not names or any(name in bug.name for name in names)]
    console, unnoticed = Console(width=120, highlight=False), 0
    for bug in chosen:
        result = is_noticed(bug, Path(folder))
        unnoticed += result != "noticed"
        console.print(f"{bug.name}: {result}  [dim]{' '.join(bug.proof)}[/dim]")
    console.print(f"{len(chosen) - unnoticed} of {len(chosen)} bugs were noticed.")
    return int(unnoticed > 0 or not chosen)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
