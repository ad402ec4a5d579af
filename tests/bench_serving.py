"""`make bench-serving`: wrk asks the real server for pages of /contacts among 100,000, on SQLite and on PostgreSQL.

On the database in SERVING_DATABASE_URL where that is set, which has to be empty. SECONDS=30 for how long, CONTACTS for
how many. Fails where a single answer was not a 2xx, or did not come.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from tests.bench import say

SECONDS = int(os.environ.get("SECONDS", "30"))
CONTACTS = int(os.environ.get("CONTACTS", "100000"))
CONNECTIONS, PAGE = 16, 50
WRONG = re.compile(r"Non-2xx or 3xx responses: (\d+)")
LOST = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("SERVING_DATABASE_URL") or f"sqlite:///{Path(folder) / 'serving.sqlite3'}"
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings", "DATA_DIR": folder, "LOG_LEVEL": "WARNING",
            "DATABASE_URL": url,
        }  # fmt: skip
        django.setup()
        key = populated()
        from tests.serving import served

        with served(Path(folder), DATABASE_URL=url, LOG_LEVEL="WARNING") as server:
            told = asked(f"http://127.0.0.1:{server.port}/contacts?limit={PAGE}", key)
    sys.exit(report(told))


def populated() -> str:
    """The key to a database of so many contacts."""
    from django.core.management import call_command
    from django.db import connection

    from engine.models import Account
    from linkedin_bot.api.models import ApiKey
    from tests.bench_due import LINK, PERSON

    call_command("migrate", verbosity=0)
    say("database", f"{connection.vendor}, {CONTACTS:,} contacts")
    account = Account.objects.create(name="bench").pk
    with connection.cursor() as cursor:
        for statement in (PERSON.format(low=0, high=CONTACTS), LINK.format(account=account), "ANALYZE"):
            cursor.execute(statement)
    _, key = ApiKey.objects.make("bench", ["read"])
    connection.close()
    return key


def asked(address: str, key: str) -> str:
    command = [
        "wrk",
        "--threads",
        "2",
        "--connections",
        str(CONNECTIONS),
        "--duration",
        f"{SECONDS}s",
        "--latency",
    ]
    command += ["--timeout", "10s", "--header", f"X-API-Key: {key}", address]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def report(told: str) -> int:
    """How many answers were wrong or lost, at most 1 as an exit code."""
    wrong, lost = WRONG.search(told), LOST.search(told)
    errors = (int(wrong[1]) if wrong else 0) + (sum(map(int, lost.groups())) if lost else 0)
    answers = int(found(r"(\d+) requests in", told))
    say("answers", f"{answers:,} in {SECONDS} s over {CONNECTIONS} connections, {PAGE} people each")
    say("requests a second", found(r"Requests/sec:\s+([\d.]+)", told))
    say("half of them within, 99 of 100 within", f"{found('50%  *(.+)', told)}, {found('99%  *(.+)', told)}")
    say("not a 2xx, or lost", errors)
    return int(errors > 0 or not answers)


def found(pattern: str, told: str) -> str:
    match = re.search(pattern, told)
    assert match, told
    return match[1]


if __name__ == "__main__":
    main()
