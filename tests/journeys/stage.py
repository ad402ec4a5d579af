"""A stage for whole stories: a database file, the sandbox, and the real commands in processes of their own."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

MANAGE = str(settings.BASE_DIR / "manage.py")
# Tests in this process measure the same code: measured once more, a command takes half as long again.
UNMEASURED = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
NOT_ON_STAGE = ("DATABASE_URL", "REDIS_URL", *UNMEASURED)


@cache
def zone_of_noon() -> ZoneInfo:
    """Where it is noon: a journey that begins before midnight there would end on the next day."""
    return ZoneInfo(f"Etc/GMT{datetime.now(UTC).hour - 12:+d}")  # POSIX counts the hours to the west


@dataclass
class Stage:
    folder: Path
    address: str = ""
    settle_seconds: int = 60
    browser: str = settings.CHROME_BINARY

    @property
    def database(self) -> Path:
        return self.folder / "db.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in NOT_ON_STAGE}
        rehearsal = {"NETWORK_URL": self.address, "REHEARSAL": "true"} if self.address else {}
        return kept | rehearsal | {
            "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SETTLE_SECONDS": str(self.settle_seconds),
            "CHROME_BINARY": self.browser,
        }  # fmt: skip

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, MANAGE, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command in the background; the caller ends it."""
        return subprocess.Popen(
            [sys.executable, MANAGE, *arguments], env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run_campaign(self, *arguments: str, kind: str = "birthday") -> tuple[dict[str, Any], int]:
        """The run's own account of what it did, and its exit code."""
        ended = self.manage("run_campaign", kind, "--json", *arguments)
        assert ended.stdout, ended.stderr
        return json.loads(ended.stdout.splitlines()[-1]), ended.returncode

    def rows(self, query: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query, values).fetchall()

    def write(self, query: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(query, values)

    def silence_runs(self) -> None:
        """As if the last sign of life of every run were long ago."""
        self.write("UPDATE campaigns_run SET heartbeat_at = '2020-01-01 00:00:00'")

    @property
    def recorded(self) -> list[tuple[str, str]]:
        """Every wish on record: the slug and the exact text."""
        found = self.rows(
            "SELECT c.profile_url, i.payload FROM contacts_interaction i JOIN contacts_contact c ON c.id = i.contact_id"
            " ORDER BY i.id"
        )
        return [(url.rstrip("/").rsplit("/", 1)[1], json.loads(payload)["text"]) for url, payload in found]


def make_template(folder: Path) -> Path:
    """A migrated database, made once and copied for every stage."""
    stage = Stage(folder)
    if settings.MIGRATED_FILE:
        shutil.copy(settings.MIGRATED_FILE, stage.database)
    else:
        ended = stage.manage("migrate", "--verbosity", "0")
        assert ended.returncode == 0, ended.stderr
    stage.write("UPDATE engine_account SET time_zone = ?", str(zone_of_noon()))
    return stage.database


def copy_template(template: Path, folder: Path) -> Stage:
    stage = Stage(folder)
    shutil.copy(template, stage.database)
    return stage
