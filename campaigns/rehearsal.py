"""A rehearsal: the same command in a process of its own, on a scratch copy of the database and on loopback."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, models
from django.db.utils import load_backend

from campaigns.models import Action, Campaign, MessageTemplate, Run, SearchedPage, SourcedProfile
from contacts.birthdays import days_due
from contacts.models import Contact, ContactAlias, Interaction, Suppression, Tag
from contacts.profile_urls import slug_of

SCRATCH = "scratch"
# The widest window of late wishes that a campaign can have, in days.
LONGEST_WINDOW = 60
MANAGE = str(settings.BASE_DIR / "manage.py")
# What the scratch copy holds, each after what it refers to. Sessions and browsers of the real world stay out.
COPIED: list[type[models.Model]] = [
    apps.get_model("engine", "Account"), apps.get_model("engine", "SpentPermit"), Contact,
    Contact.accounts.through, Tag, Contact.tags.through, ContactAlias, Interaction, MessageTemplate, Campaign,
    SearchedPage, SourcedProfile, Run, Action,
]  # fmt: skip


def rehearse(address: str | None, arguments: list[str], account_name: str | None, now: datetime) -> int:
    """Run `run_campaign` with the arguments against the address, or the bundled sandbox; returns its exit code.

    The real database is only read: an SQLite file stays byte for byte the same.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        scratch = Path(folder) / "scratch.sqlite3"
        copy_database(scratch)
        if address:
            return _run(scratch, address, arguments)
        options = ["--log", str(Path(folder) / "log.jsonl")]
        options += _population(Path(folder), scratch, account_name, now)
        with sandbox(options, rehearsal_environment(scratch, "http://127.0.0.1")) as sandbox_address:
            return _run(scratch, sandbox_address, arguments)


def rehearsal_environment(scratch: Path, address: str) -> dict[str, str]:
    """The environment of a rehearsing process: nothing of the real session, limiter or database is in it."""
    kept = {name: value for name, value in os.environ.items() if name not in ("SESSION_KEYS", "REDIS_URL")}
    return {
        **kept,
        "DATABASE_URL": f"sqlite:///{scratch}",
        "DATA_DIR": str(scratch.parent),
        "NETWORK_URL": address.rstrip("/"),
        "REHEARSAL": "true",
        "SESSION_KEYS": "",
        "REDIS_URL": "",
    }


def _run(scratch: Path, address: str, arguments: list[str]) -> int:
    child = subprocess.Popen(
        [sys.executable, MANAGE, "run_campaign", *arguments], env=rehearsal_environment(scratch, address)
    )
    previous = {
        number: signal.signal(number, lambda sent, _: child.send_signal(sent)) for number in _FORWARDED
    }
    try:
        return child.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


_FORWARDED = (signal.SIGTERM, signal.SIGINT)


def copy_database(scratch: Path) -> None:
    """Copy what a campaign needs into a fresh SQLite file, and settle there what belongs to the real world."""
    source = settings.DATABASES["default"]
    if source["ENGINE"] == "django.db.backends.sqlite3":
        _copy_sqlite(Path(source["NAME"]), scratch)
    with scratch_connection(scratch):
        call_command("migrate", database=SCRATCH, verbosity=0)
        if source["ENGINE"] != "django.db.backends.sqlite3":
            _copy_rows()
        _forget_the_real_world()


def _copy_sqlite(source: Path, scratch: Path) -> None:
    """By SQLite's own backup, through a connection that cannot write, not even a checkpoint.

    A database without a write-ahead log is at rest: it is read as it lies, without the files of a reader.
    """
    if not source.exists():
        return
    log = source.with_name(f"{source.name}-wal")
    if not log.exists():
        _back_up(f"{source.resolve().as_uri()}?immutable=1", scratch)
        if not log.exists():
            return
    _back_up(f"{source.resolve().as_uri()}?mode=ro", scratch)


def _back_up(source: str, scratch: Path) -> None:
    reader = sqlite3.connect(source, uri=True)
    writer = sqlite3.connect(scratch)
    try:
        reader.backup(writer)
    finally:
        writer.close()
        reader.close()


@contextmanager
def scratch_connection(scratch: Path) -> Iterator[None]:
    settings_of_it = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(scratch),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
    }
    backend = load_backend("django.db.backends.sqlite3")
    connections[SCRATCH] = backend.DatabaseWrapper(settings_of_it, SCRATCH)
    try:
        yield
    finally:
        connections[SCRATCH].close()
        del connections[SCRATCH]


@contextmanager
def sandbox(options: list[str], environment: dict[str, str]) -> Iterator[str]:
    """The sandbox in a process of its own; gives its address."""
    process = subprocess.Popen(
        [sys.executable, MANAGE, "sandbox", "--port", "0", *options],
        stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        ready = process.stdout.readline() if process.stdout else ""
        if " at " not in ready:
            raise RuntimeError("the sandbox did not start; `manage.py sandbox` shows why")
        yield ready.rsplit(" at ", 1)[1].strip()
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


def _copy_rows() -> None:
    for model in reversed(COPIED):
        model._default_manager.using(SCRATCH).all().delete()
    for model in COPIED:
        rows: Iterable[Any] = model._default_manager.using("default").iterator(chunk_size=1_000)
        model._default_manager.using(SCRATCH).bulk_create(_without_people(rows), batch_size=1_000)


def _without_people(rows: Iterable[Any]) -> Iterator[Any]:
    """Staff are not copied, so who approved is not either; the approval itself is."""
    for row in rows:
        if isinstance(row, Action):
            row.approved_by = None
        yield row


def _forget_the_real_world() -> None:
    """A run under way, a doubt and a session are the real world's; here they only hold their occasions.

    Who said no is known by the contacts' status; the list of hashes needs the real world's key.
    """
    Suppression.objects.using(SCRATCH).all().delete()
    run, action = Run.objects.using(SCRATCH), Action.objects.using(SCRATCH)
    run.filter(status__in=Run.ACTIVE).update(status=Run.Status.ENDED, outcome=Run.Outcome.CRASHED)
    in_the_air = (Action.Status.CLAIMED, Action.Status.SENDING, Action.Status.UNKNOWN)
    action.filter(status__in=in_the_air).update(status=Action.Status.DONE)
    for name in ("StoredSession", "BrowserProcess"):
        apps.get_model("engine", name)._default_manager.using(SCRATCH).all().delete()


def _account_model() -> Any:
    return apps.get_model("engine", "Account")


def _population(folder: Path, scratch: Path, account_name: str | None, now: datetime) -> list[str]:
    """The sandbox's options: the account's own day and language, and those of its contacts who are due."""
    with scratch_connection(scratch):
        accounts = _account_model().objects.using(SCRATCH)
        account = accounts.filter(name=account_name).first() if account_name else accounts.first()
        if account is None:
            return []  # the rehearsed command will say so
        today = now.astimezone(account.zone).date()
        people = list(_people_due(account.pk, today))
    options = ["--today", today.isoformat(), "--lang", account.language if account.language == "fr" else "en"]
    if not people:
        return options
    listed = folder / "people.json"
    listed.write_text(json.dumps([{"name": "You", "slug": "you", "own": True}, *people]))
    return [*options, "--people", str(listed)]


def _people_due(account_id: int, today: date) -> Iterator[dict[str, Any]]:
    contacts = Contact.objects.using(SCRATCH).of_account(account_id)
    for birthday, days in days_due(today, LONGEST_WINDOW, settings.LEAP_DAY_IN_COMMON_YEARS):
        for contact in contacts.born_on(days).order_by("pk"):
            yield {
                "name": contact.name,
                "slug": slug_of(contact.profile_url),
                "member_id": contact.member_id,
                "birthday": (birthday - today).days,
            }
