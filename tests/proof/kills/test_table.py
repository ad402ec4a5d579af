"""The table of `make prove`: it counts trials by database, and nothing that failed or did not run is called held."""

import subprocess
import sys

import pytest
from django.conf import settings

SCRIPT = settings.BASE_DIR / "scripts" / "prove_table.py"
CASE = '<testcase classname="tests.proof.kills.test_no" name="test_a_no_is_kept[{seed}]" time="1.5">{inside}</testcase>'
TRIALS = '<properties><property name="trials" value="100"/></properties>'


def told_of(tmp_path, **legs):
    """What the table says of these legs, each a list of what stands inside its cases; and the exit code."""
    paths = []
    for leg, insides in legs.items():
        cases = "".join(CASE.format(seed=seed, inside=inside) for seed, inside in enumerate(insides))
        path = tmp_path / f"{leg}.xml"
        path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
        paths.append(str(path))
    ended = subprocess.run([sys.executable, SCRIPT, *paths], capture_output=True, text=True, check=False)
    return " ".join(ended.stdout.split()), ended.returncode


def test_trials_are_counted_by_database(tmp_path):
    told, code = told_of(tmp_path, sqlite=["", "", TRIALS], postgresql=[""])

    assert code == 0
    assert "a no is kept │ 102 sqlite, 1 postgresql │ held │ 6" in told


@pytest.mark.parametrize("inside", ["<failure/>", "<error/>", "<skipped/>"])
def test_what_failed_or_was_left_out_fails_the_whole(tmp_path, inside):
    told, code = told_of(tmp_path, sqlite=["", inside], postgresql=[""])

    assert code == 1
    assert "1 failed" in told


def test_a_database_on_which_nothing_ran_fails_the_whole(tmp_path):
    told, code = told_of(tmp_path, sqlite=[""], postgresql=[])

    assert code == 1
    assert "Nothing was proved on postgresql." in told


def test_whoever_asks_how_often_to_run_is_part_of_the_proof():
    tests = settings.BASE_DIR / "tests"
    asking = {
        path for path in tests.rglob("test_*.py") if "from tests.proof import seeds" in path.read_text()
    }
    marked = {path for path in tests.rglob("test_*.py") if "pytest.mark.proof" in path.read_text()}

    assert {path for path in asking if not path.is_relative_to(tests / "proof")} <= marked
