"""What holds for the project as a whole: its files, its make targets, and where time and chance come in."""

import ast
import re
import subprocess
import sys
from itertools import chain

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
APPS = ("linkedin_bot", "contacts", "campaigns", "engine")

# What only engine/pace.py may call: `time.sleep`, `random.…`, `datetime.now`, `timezone.now`.
MODULES_OF_CHANCE_AND_TIME = {"random", "secrets"}
CALLS = {
    "time": {"sleep", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime", "gmtime"},
    "asyncio": {"sleep"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "timezone": {"now", "localtime", "localdate"},
}
MODULES = {"time": "time", "asyncio": "asyncio", "django.utils.timezone": "timezone"}


def sources():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            inside = path.relative_to(ROOT)
            if "migrations" in inside.parts or inside.is_relative_to("engine/sandbox"):
                continue
            if str(inside) != "engine/pace.py":
                yield inside


def offences(code):
    """Where a module reads the clock, sleeps or leaves something to chance."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(value=ast.Name(owner) | ast.Attribute(attr=owner), attr=name) if (
                name in CALLS.get(owner, ())
            ):
                yield node.lineno, f"{owner}.{name}"
            case ast.Import(names=names):
                yield from ((node.lineno, n.name) for n in names if n.name in MODULES_OF_CHANCE_AND_TIME)
            case ast.ImportFrom(module=module, names=names):
                if module in MODULES_OF_CHANCE_AND_TIME:
                    yield node.lineno, module
                elif module in MODULES:
                    forbidden = CALLS[MODULES[module]]
                    yield from ((node.lineno, f"{module}.{n.name}") for n in names if n.name in forbidden)


def committed_files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def make_targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_only_pace_sleeps_rolls_dice_or_reads_the_clock(path):
    assert list(offences((ROOT / path).read_text())) == []


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.sleep(1)",
        "from time import sleep",
        "import random",
        "from random import choice",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "from django.utils import timezone\nx = models.DateTimeField(default=timezone.now)",
        "from django.utils.timezone import now",
    ],
)
def test_a_clock_or_a_die_elsewhere_is_noticed(code):
    assert list(offences(code))


def test_a_clock_that_is_given_is_no_offence():
    assert list(offences("from datetime import datetime\ndef f(clock): return clock.now()")) == []


def test_no_committed_file_names_a_place_of_one_machine():
    # Put together here, so that this file does not hold what it looks for.
    places = [f"/{top}/" for top in ("work", "tmp", "root", "home", "Users")]
    found = [
        (path.name, place)
        for path in committed_files()
        for place in places
        if re.search(rf"(?<![\w.)/\-]){re.escape(place)}\w", path.read_text(errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "document",
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))],
    ids=lambda p: p.name,
)
def test_a_document_names_only_make_targets_that_exist(document):
    code = re.findall(r"```.*?```|`[^`\n]+`", document.read_text(), flags=re.DOTALL)
    named = set(chain.from_iterable(re.findall(r"\bmake ([a-z-]+)", piece) for piece in code))
    assert named <= make_targets()


def test_the_readme_names_the_two_commands():
    text = (ROOT / "README.md").read_text()
    assert "make demo" in text
    assert "make test" in text


def test_the_help_lists_every_target():
    told = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert set(re.findall(r"^  make ([a-z-]+) +\S", told, flags=re.MULTILINE)) == make_targets()
    assert {"demo", "test", "check", "bench", "serve"} <= make_targets()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text()))
def test_what_the_readme_links_to_is_there(link):
    assert (ROOT / link).exists()


@pytest.fixture
def close(tmp_path):
    """The closing line and exit code for legs given as {test: outcome}; None is a leg that left no file."""

    def close(*legs):
        paths = [tmp_path / f"leg{number}.xml" for number in range(len(legs))]
        for path, leg in zip(paths, legs, strict=True):
            if leg is not None:
                path.write_text(junit(leg))
        told = subprocess.run(
            [sys.executable, "scripts/closing_line.py", *paths], cwd=ROOT, capture_output=True, text=True
        )
        return told.stdout.strip().strip("= "), told.returncode

    return close


def junit(leg):
    tag = {"passed": "", "failed": "<failure/>", "error": "<error/>", "skipped": "<skipped/>"}
    cases = "".join(
        f'<testcase classname="t" name="{name}">{tag[kind]}</testcase>' for name, kind in leg.items()
    )
    return f'<testsuites><testsuite time="1.5">{cases}</testsuite></testsuites>'


def test_each_test_counts_once_however_many_databases_it_ran_on(close):
    assert close({"a": "passed", "b": "passed"}, {"a": "passed"}) == ("2 passed in 3.00s", 0)


def test_what_fails_on_one_database_has_failed(close):
    legs = {"a": "passed", "b": "skipped"}, {"a": "failed", "b": "passed"}
    assert close(*legs) == ("1 failed, 1 skipped in 3.00s", 1)


def test_an_error_beside_a_test_is_no_success(close):
    assert close({"a": "error"}, {"a": "passed"}) == ("1 error in 3.00s", 1)


@pytest.mark.parametrize("leg", [None, {}])
def test_a_leg_that_did_not_run_is_no_success(close, leg):
    line, code = close({"a": "passed"}, leg)
    assert line.startswith("1 passed, 1 error in ")
    assert code == 1
