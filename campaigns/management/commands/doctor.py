"""The command that says what is wrong, and what to do about each of it."""

import json
import shutil
import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from campaigns import report
from campaigns.clock_guard import confirm_clock
from campaigns.diagnosis import FORGOTTEN_REFUSALS, Finding, findings_in_database
from campaigns.installation import reconcile
from campaigns.models import Run
from campaigns.outside import OutsideFile
from campaigns.run_log import one_line
from engine.browser_paths import find_browser, find_driver
from engine.errors import BrowserFailed
from engine.models import Account
from engine.pace import SystemClock
from engine.ratelimit import by_hand

NEEDED_MB = 100
END_RUN = "end a run of another host, whose process and browser are certainly gone"
RECONCILE = "a backup was restored, or the data directory moved, and this is the only copy in use"
CLOCK_IS_RIGHT = "the clock is right, and what is on record of a later time is wrong"


class Command(BaseCommand):
    help = "Say what is stuck, in doubt, paused or misconfigured, and what to do. Exits with 78 if a person is needed."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--end-run", type=int, metavar="ID", help=END_RUN)
        parser.add_argument("--reconcile", action="store_true", help=RECONCILE)
        parser.add_argument("--clock-is-right", action="store_true", help=CLOCK_IS_RIGHT)

    def handle(self, **options: Any) -> None:
        self.now = SystemClock().now()
        if options["end_run"] is not None:
            self.end_run(options["end_run"])
        if options["reconcile"]:
            self.reconcile()
        if options["clock_is_right"]:
            self.confirm_clock()
        found = list(self.findings())
        needs_person = any(finding.needs_person for finding in found)
        self.stdout.write(_as_json(found, needs_person) if options["json"] else _as_text(found))
        if needs_person:
            sys.exit(report.NEEDS_A_PERSON)

    def findings(self) -> Iterator[Finding]:
        yield from configuration()
        yield from browser()
        yield from disk(shutil.disk_usage(settings.DATA_DIR))
        try:
            missing = list(migrations(MigrationExecutor(connection)))
            yield from missing or findings_in_database(self.now)
        except DatabaseError as error:
            yield Finding(
                "database_unreachable",
                f"the database does not answer: {error}",
                "start it, or see DATABASE_URL",
            )
        yield from redis()

    def end_run(self, number: int) -> None:
        """End a run that no start may end by itself, as it cannot be looked at from here."""
        run = Run.objects.filter(pk=number, status=Run.Status.RUNNING).first()
        if run is None:
            raise CommandError(f"there is no run {number} that is running")
        if reason := run.why_not_end(self.now):
            raise CommandError(reason)
        if not run.end_by_hand("a person said that its process and its browser are gone", self.now):
            raise CommandError(f"run {number} gave a sign of life just now: it is at work")
        self.told(
            f"Run {number} has ended. What it may have sent is looked up by the next run before anything is sent."
        )

    def reconcile(self) -> None:
        outside = OutsideFile.of_settings()
        if outside is None:
            raise CommandError("a rehearsal keeps nothing outside its database")
        lost = reconcile(outside, self.now)
        for account in Account.objects.all() if lost else ():
            for number in range(lost):
                by_hand.count(
                    account.pk, "message", self.now, f"lost before {self.now.isoformat()}, {number}"
                )
        self.told(
            "This database and data directory are the ones in use from now on. Whoever was due by today is wished "
            f"only after their conversation was read; {lost} lost messages count as sent now, for every account. "
            f"Of a restored backup: {FORGOTTEN_REFUSALS}."
        )

    def confirm_clock(self) -> None:
        latest = confirm_clock(self.now)
        self.told(
            f"The clock is taken as right; what is on record up to {latest:%Y-%m-%d %H:%M} UTC is passed over."
        )

    def told(self, text: str) -> None:
        self.stderr.write(text, self.style.SUCCESS)


def configuration() -> Iterator[Finding]:
    for message in run_checks():
        if message.level >= ERROR:
            yield Finding(f"check {message.id}", str(message.msg), str(message.hint or "see .env.example"))


def browser() -> Iterator[Finding]:
    if settings.SELENIUM_REMOTE_URL:
        return
    try:
        find_browser()
        if not settings.DRIVER_DOWNLOADS:
            find_driver()
    except BrowserFailed as error:
        yield Finding("no_browser", str(error), "make setup, or set CHROME_BINARY and CHROMEDRIVER")


def disk(usage: Any) -> Iterator[Finding]:
    free = usage.free // 2**20
    if free < NEEDED_MB:
        yield Finding(
            "disk_full", f"{free} MB are free in the data directory", f"free at least {NEEDED_MB} MB"
        )


def migrations(executor: MigrationExecutor) -> Iterator[Finding]:
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding("not_migrated", f"{len(missing)} migrations are not applied", "manage.py migrate")


def redis() -> Iterator[Finding]:
    """Nothing is sent faster without it, so nobody has to come."""
    if not settings.REDIS_URL:
        return
    from engine.ratelimit.gated import breaker_of_this_process, configured_gate

    breaker = breaker_of_this_process()
    if not breaker.ask(configured_gate(SystemClock()).can_write, False):
        todo = "start it, or see REDIS_URL, when convenient; the database alone keeps the quotas meanwhile"
        what = f"Redis takes no permits: {breaker.why or 'it did not answer a moment ago'}"
        yield Finding("redis_down", what, todo, needs_person=False)


def _as_json(found: list[Finding], needs_person: bool) -> str:
    return json.dumps({"needs_person": needs_person, "findings": [vars(finding) for finding in found]})


def _as_text(found: list[Finding]) -> str:
    if not found:
        return "Nothing is wrong."
    return "\n".join(
        f"{'!' if finding.needs_person else '-'} {one_line(finding.what)}\n  → {one_line(finding.todo)}"
        for finding in found
    )
