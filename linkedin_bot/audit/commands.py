"""manage.py: a command that wrote something leaves an entry, with whose shell it was."""

import getpass
import os
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand

# Runs keep their own record, action by action, and wait for nothing else; the others make or unmake the database,
# serve (requests leave entries of their own), or play with an invented one.
UNTOLD: Final = frozenset({
    "check", "demo", "flush", "makemigrations", "migrate", "run_campaign", "run_worker", "runserver", "sandbox",
    "seed_demo", "send_notices", "test", "testserver", "verify_audit",
})  # fmt: skip


class AuditedUtility(ManagementUtility):
    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        if subcommand not in UNTOLD:
            command.execute = partial(_executed, subcommand, command.execute)  # type: ignore[method-assign]
        return command


def _executed(name: str, execute: Callable[..., str | None], /, *args: Any, **options: Any) -> str | None:
    """What it wrote before it failed is told as well."""
    from linkedin_bot.audit import watching
    from linkedin_bot.audit.chain import record
    from linkedin_bot.audit.models import Entry

    watching.begin()
    with watching.watched() as written:
        try:
            return execute(*args, **options)
        finally:
            if written:
                record(Entry.Way.COMMAND, f"shell {shell_owner()}", name, written.about, written.wrote)


def shell_owner(ask: Callable[[], str] = getpass.getuser) -> str:
    """A container may run as a number that has no name."""
    try:
        return ask()
    except (KeyError, OSError):
        return str(os.getuid())
