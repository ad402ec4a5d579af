"""manage.py log_in: the person signs in themselves, or brings the cookies of a browser where they did."""

import os
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from engine import sessions
from engine.browser import Browser
from engine.checks import check_network_url
from engine.cookie_files import CookieFileRefused, parse_cookie_file, read_cookie_file
from engine.errors import BrowserFailed, NoSession
from engine.models import Account
from engine.pace import SystemClock
from engine.sign_in import wait_for_sign_in

NEEDS_A_PERSON = 78
TERMS = """\
The network's user agreement forbids automated access. It may restrict or close the account that is used
with this program, at any time and without a warning. You use it at your own risk, for your own account.
"""
PAUSED = """\
The account {account} is still paused: {reason}.
Nothing runs on it until a person resumes it: once that is settled, open it in the admin under
Engine, Accounts, and press Resume."""


class Command(BaseCommand):
    help = "Sign in to the network yourself, in a visible browser, or import a cookie file; kept encrypted."
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", help="The account's name; made if it is new. Default: the only one.")
        parser.add_argument(
            "--cookies", type=Path, metavar="FILE", help="Import this file instead of a browser."
        )
        parser.add_argument("--acknowledge-terms", action="store_true", help="Say yes to the question.")

    def handle(self, *args: Any, **options: Any) -> None:
        clock = SystemClock()
        self._check_settings()
        account = self._account(options["account"])
        self._acknowledge(account, clock.now(), options)
        try:
            if options["cookies"]:
                self._import(account, options["cookies"], clock.now())
            else:
                self._sign_in(account, clock)
        except (CookieFileRefused, NoSession, BrowserFailed) as error:
            raise CommandError(str(error), returncode=NEEDS_A_PERSON) from error

    def _check_settings(self) -> None:
        check_network_url(settings.NETWORK_URL, settings.REHEARSAL)
        if settings.REHEARSAL:
            raise CommandError("a rehearsal needs no session", returncode=NEEDS_A_PERSON)
        if not settings.SESSION_KEYS:
            message = (
                f"SESSION_KEYS is empty, so no session can be kept: make a key with {sessions.MAKE_A_KEY}"
            )
            raise CommandError(message, returncode=NEEDS_A_PERSON)

    def _account(self, name: str | None) -> Account:
        if name:
            return Account.objects.filter(name=name).first() or self._new_account(name)
        try:
            return Account.objects.get()
        except (Account.DoesNotExist, Account.MultipleObjectsReturned):
            names = ", ".join(Account.objects.values_list("name", flat=True)) or "none yet"
            message = f"which account? Name it with --account ({names})"
            raise CommandError(message, returncode=NEEDS_A_PERSON) from None

    def _new_account(self, name: str) -> Account:
        account = Account(name=name)
        try:
            account.full_clean()
        except ValidationError as error:
            message = f"{name!r} is no account's name: {' '.join(error.messages)}"
            raise CommandError(message, returncode=NEEDS_A_PERSON) from error
        account.save()
        self.stdout.write(f"The account {name} is new.")
        return account

    def _acknowledge(self, account: Account, now: datetime, options: dict[str, Any]) -> None:
        """Ask once per account; only a typed yes (or the option) counts."""
        if account.terms_acknowledged_at:
            return
        self.stdout.write(TERMS)
        if not options["acknowledge_terms"]:
            self.stdout.write("Type yes if you know this and want to go on: ", ending="")
            self.stdout.flush()
            if (options.get("stdin") or sys.stdin).readline().strip().lower() != "yes":
                raise CommandError("not acknowledged, so nothing was done", returncode=NEEDS_A_PERSON)
        Account.objects.filter(pk=account.pk).update(terms_acknowledged_at=now)

    def _import(self, account: Account, path: Path, now: datetime) -> None:
        cookies = parse_cookie_file(read_cookie_file(path))
        self._report(account, sessions.store(account, cookies, now).expires_at)
        self.stdout.write(f"Delete {path} now: whoever has it is signed in as you.")

    def _sign_in(self, account: Account, clock: SystemClock) -> None:
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise BrowserFailed(
                "there is no screen (DISPLAY) for a visible browser: sign in with your own browser, export its"
                " cookies to a file and run log_in --cookies FILE"
            )
        with Browser(
            account,
            clock,
            network_url=settings.NETWORK_URL,
            is_rehearsal=False,
            headless=False,
            is_attended=True,
        ) as browser:
            self.stdout.write("Sign in, in the window that opens; it closes by itself (within 10 minutes).")
            cookies = wait_for_sign_in(browser, settings.NETWORK_URL, clock)
            stored = sessions.store(account, cookies, clock.now(), browser.version)
            browser.agree_on(cookies)
        self._report(account, stored.expires_at)

    def _report(self, account: Account, expires_at: datetime | None) -> None:
        until = f"until {expires_at:%Y-%m-%d %H:%M} UTC" if expires_at else "for a time it does not say"
        self.stdout.write(self.style.SUCCESS(f"The session of {account} is stored; it holds {until}."))
        account.refresh_from_db()
        if account.state == Account.State.PAUSED:
            self.stdout.write(PAUSED.format(account=account, reason=account.paused_reason or "paused"))
