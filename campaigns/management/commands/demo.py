"""The demonstration: the real birthday campaign on the bundled sandbox, checked against what arrived there."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from rich.console import Console

from campaigns.models import Action
from campaigns.rehearsal import MANAGE, SCRATCH, rehearsal_environment, sandbox, scratch_connection
from engine.pace import SystemClock
from engine.sandbox.demo import demo_files

LOGIN = "demo"
# Of the account that every database begins with.
ZONE = ZoneInfo("Europe/Paris")
# So few that the wishes of the sandbox's town stay within the 15 messages of a day.
LATE_DAYS = 5


class Command(BaseCommand):
    help = "Show the birthday campaign in a real browser on the bundled sandbox; nothing real is touched."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        self.console = Console()
        today = SystemClock().now().astimezone(ZONE).date()
        folder = todays_folder(settings.DATA_DIR / "demo", today)
        database, log = folder / "db.sqlite3", folder / "received.jsonl"
        environment = rehearsal_environment(database, "http://127.0.0.1")
        self._say("A database of its own, and a login for the admin")
        self._manage(environment, "migrate", "--verbosity", "0")
        self._make_login(environment)
        before = received(log)
        with sandbox(["--log", str(log)], environment) as address:
            environment = rehearsal_environment(database, address)
            self._say(f"The sandbox, a small network of our own, is at {address}; importing what people have")
            self._manage(environment, "import_contacts", *map(str, demo_files(folder, today)))
            self._say(
                "The birthday campaign, in a headless browser (pauses shortened, working hours ignored)"
            )
            self._manage(environment, "run_campaign", "birthday", "--late-days", str(LATE_DAYS))
        self._check(database, before, received(log))
        self._say("Look at it in the admin: make serve-demo, then http://127.0.0.1:8000/admin/")
        self.console.print(f"  login {LOGIN}, password {LOGIN}")

    def _say(self, text: str) -> None:
        self.console.print(f"\n[bold cyan]== {text}")

    def _manage(self, environment: dict[str, str], *arguments: str) -> None:
        ended = subprocess.run([sys.executable, MANAGE, *arguments], env=environment, check=False)
        if ended.returncode:
            raise CommandError(
                f"manage.py {arguments[0]} ended with {ended.returncode}", returncode=ended.returncode
            )

    def _make_login(self, environment: dict[str, str]) -> None:
        password = {f"DJANGO_SUPERUSER_{name}": LOGIN for name in ("USERNAME", "PASSWORD")}
        email = {"DJANGO_SUPERUSER_EMAIL": "demo@example.org"}
        subprocess.run(
            [sys.executable, MANAGE, "createsuperuser", "--noinput"], check=False, capture_output=True,
            env=environment | password | email,
        )  # fmt: skip

    def _check(
        self, database: Path, before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]
    ) -> None:
        """Every message that arrived has its record with the exact text, once; and the other way round."""
        with scratch_connection(database):
            done = Action.objects.using(SCRATCH).filter(status=Action.Status.DONE).select_related("contact")
            recorded = Counter((slug(action.contact.profile_url), action.text) for action in done)
            unlike = Action.objects.using(SCRATCH).exclude(status__in=["done", "expired", "skipped"])
            others = [(action.status, action.reason) for action in unlike]
        if recorded != after or others or not after:
            raise CommandError(
                f"the sandbox received {after}, the database records {recorded}; others: {others}"
            )
        new = after.total() - before.total()
        arrived = (
            f"{new} messages arrived" if new else "Nothing was sent again: everybody due was wished before"
        )
        self._say(
            f"{arrived}; all {after.total()} in the sandbox's log match a record with the same text, once each"
        )


def todays_folder(folder: Path, today: date) -> Path:
    """The demonstration's folder; that of an earlier day is begun anew, as the sandbox's birthdays move on."""
    day = folder / "day"
    if folder.exists() and (not day.exists() or day.read_text() != today.isoformat()):
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    day.write_text(today.isoformat())
    return folder


def slug(profile_url: str) -> str:
    return profile_url.rstrip("/").rsplit("/", 1)[1]


def received(log: Path) -> Counter[tuple[str, str]]:
    """What the sandbox received so far, from its own log."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return Counter((entry["slug"], entry["text"]) for entry in map(json.loads, lines))
