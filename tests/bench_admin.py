"""`make bench-admin`: the staff's list of contacts among a million, against itself among ten thousand and Django's own.

Django's own is its default changelist of the same people, with its own hundred rows a page and with our fifty.
On SQLite; on the databases in ADMIN_FEW_URL and ADMIN_DATABASE_URL where those are set. They are filled where they are
empty; KEEP=folder keeps those of SQLite for the next time. CONTACTS=100000 for fewer, ROUNDS=5 for sooner.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

from tests.bench import say

CONTACTS, FEW = int(os.environ.get("CONTACTS", "1000000")), 10_000
ROUNDS = int(os.environ.get("ROUNDS", "15"))
LIST = "/admin/contacts/contact/"
# Django's own, and how many rows a page of it has: see bench_admin_urls.
PLAIN = {"/plain/contacts/contact/": 100, "/as_many/contacts/contact/": 50}
PAGES = {
    "first page": "", "may be contacted": "status__exact=active", "gone": "status__exact=gone",
    "born on a day": "born=02-14", "born this week": "born=week", "born in 30 days": "born=month",
    "no birthday": "born=none", "born in May": "birth_month=5", "score 80 to 100": "score=80-100",
    "not scored": "score=none", "open to work": "open=yes", "tag of a third": "tags__id__exact={tag_common}",
    "tag of fifty": "tags__id__exact={tag_rare}", "campaign of a quarter": "campaign={campaign_common}",
    "campaign of fifty": "campaign={campaign_rare}", "account of all": "accounts__id__exact={account_common}",
    "account of fifty": "accounts__id__exact={account_rare}", "a word of all": "q=person",
    "a word of fifty": "q=rarename", "a word of nobody": "q=nobodyatall", "a letter of all": "q=p",
    "deepest page": "p=100",
}  # fmt: skip
USUAL = {
    "first page": "",
    "may be contacted": "status__exact=active",
    "a word of fifty": "q=rarename",
    "deepest page": "p={pages}",
}


class Installation:
    """Another process with a database of its own, which takes its time only when it is asked."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.told = self.hear()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, "the installation has ended; see above"
        told: dict[str, Any] = json.loads(line)
        return told

    def time(self, address: str) -> dict[str, float]:
        assert self.process.stdin
        self.process.stdin.write(f"{address.format(**self.told)}\n")
        self.process.stdin.flush()
        return self.hear()


def main() -> None:
    with ExitStack() as stack:
        folder = os.environ.get("KEEP") or stack.enter_context(tempfile.TemporaryDirectory())
        urls = [os.environ.get(name) for name in ("ADMIN_FEW_URL", "ADMIN_DATABASE_URL")]
        few, many = (
            stack.enter_context(installed(count, url or f"sqlite:///{folder}/{count}.sqlite3", folder))
            for count, url in zip((FEW, CONTACTS), urls, strict=True)
        )
        vendor = many.told["vendor"]
        say("database", f"{vendor}, {CONTACTS:,} contacts against {FEW:,}, medians of {ROUNDS} rounds")
        for name, query in USUAL.items():
            ahead(name, many, query)
        for name, query in PAGES.items():
            compared(name, few, many, f"{LIST}?{query}")


def ahead(name: str, many: Installation, query: str) -> None:
    """By the clock: for Django's own, PostgreSQL counts in several processes."""
    plain = [f"{list_}?{query.replace('{pages}', str(CONTACTS // rows))}" for list_, rows in PLAIN.items()]
    rounds = [[many.time(one)["clock"] for one in (f"{LIST}?{PAGES[name]}", *plain)] for _ in range(ROUNDS)]
    ours, usual, as_many = map(median, zip(*rounds, strict=True))
    say(
        f"Django's default, {name}",
        f"{usual:.1f} ms by the clock, {usual / ours:.1f} times ours ({ours:.1f} ms); "
        f"with as many rows as ours {as_many:.1f} ms, {as_many / ours:.1f} times",
    )


@contextmanager
def installed(count: int, url: str, folder: str) -> Iterator[Installation]:
    command = [sys.executable, "-m", "tests.bench_installation", str(count)]
    environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": folder}
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        yield Installation(process)
        assert process.stdin
        process.stdin.close()


def compared(name: str, few: Installation, many: Installation, address: str) -> None:
    """Asked in turns, so that a loaded machine slows both alike."""
    rounds = [(few.time(address), many.time(address)) for _ in range(ROUNDS)]
    small, large = (median(pair[which]["processor"] for pair in rounds) for which in (0, 1))
    clock = median(large["clock"] for _, large in rounds)
    say(
        name,
        f"{large:.1f} ms of the processor, {large / small:.2f} times that among {FEW:,}; {clock:.1f} ms by the clock",
    )


if __name__ == "__main__":
    main()
