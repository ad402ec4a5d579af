"""What cron's most frequent start costs: `run_campaign --dry-run` to its first query, against a bare `manage.py check`.

    python -m tests.bench_startup [STARTS]

The bare one is what `django-admin startproject` makes, with nothing in it. CPU seconds of the process, which other
work on the machine changes least; the two take turns, and of each the median counts.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from django.conf import settings

WANTED = 1.25
TO_THE_FIRST_QUERY = """
import os, sys
from django.core.management import execute_from_command_line
from django.db import connection
connection.execute_wrappers.append(lambda *asked: os._exit(0))
execute_from_command_line(["manage.py", "run_campaign", "birthday", "--dry-run"])
os._exit(1)
"""


def main() -> None:
    starts = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    with tempfile.TemporaryDirectory() as folder:
        data, bare = Path(folder) / "data", Path(folder) / "bare"
        bare.mkdir()
        run([sys.executable, "-m", "django", "startproject", "bare", str(bare)], bare)
        ours = {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings"}
        run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], settings.BASE_DIR, **ours)
        took: dict[str, list[float]] = {"bare check": [], "first query": []}
        for _ in range(starts + 1):
            took["bare check"].append(run([sys.executable, "manage.py", "check"], bare))
            took["first query"].append(
                run([sys.executable, "-c", TO_THE_FIRST_QUERY], settings.BASE_DIR, **ours)
            )
    # The first of each wrote the compiled files.
    check, query = (median(seconds[1:]) for seconds in took.values())
    ratio = query / check
    print(f"a bare manage.py check            {check * 1000:6.0f} ms of CPU")  # noqa: T201
    print(f"run_campaign --dry-run, 1st query {query * 1000:6.0f} ms of CPU")  # noqa: T201
    print(f"ratio {ratio:.2f}, wanted at most {WANTED}")  # noqa: T201
    sys.exit(ratio > WANTED)


def run(command: list[str], folder: Path, **environment: str) -> float:
    """The CPU seconds of a process that has to end well."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env={**kept, **environment}, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
