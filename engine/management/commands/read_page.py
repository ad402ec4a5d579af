"""manage.py read_page: what the engine sees on a saved page, or on a live one, as JSON."""

import json
import re
import socket
from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.browser import Browser
from engine.checks import check_network_url
from engine.errors import BrowserFailed, NoSession
from engine.models import Account, BrowserProcess
from engine.pace import SystemClock
from engine.pages.base import Window
from engine.pages.gate import SIGNED_IN, PageKind
from engine.pages.reading import network_address, path_of, read_page
from engine.saved_pages import served
from engine.world import learning, open_browser, snapshot_of

USAGE, CANNOT_OPEN, TRY_LATER, NEEDS_A_PERSON = 64, 66, 75, 78
IS_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# A page that is only unknown, gone or empty is what somebody asks about; at the others everything stops.
HARMLESS = {*SIGNED_IN, PageKind.UNKNOWN, PageKind.UNAVAILABLE, PageKind.EMPTY, PageKind.BROWSER_ERROR}
EXIT_CODES = """exit codes: 0 read, whatever the page is; 64 no address of the network; 66 the file cannot be
opened; 75 try later (the browser failed, or one of the account's is running); 78 a person is needed"""


class Command(BaseCommand):
    help = "Print what the engine sees on a page. The last line is one JSON object."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog=EXIT_CODES, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "page", metavar="FILE_OR_URL", help="a saved page (.html or .xhtml), or an address of the network"
        )
        parser.add_argument(
            "--as", dest="address", metavar="ADDRESS", help="the address that a saved page had"
        )
        parser.add_argument(
            "--today", type=_day, help="the day that dates are read on, YYYY-MM-DD (default: today)"
        )
        parser.add_argument("--json", action="store_true", help="print the JSON object alone")
        parser.add_argument("--account", help="whose session opens a live address (default: the only one)")

    def handle(self, **options: Any) -> None:
        try:
            found = self._live(options) if IS_ADDRESS.match(options["page"]) else self._saved(options)
        except BrowserFailed as error:
            raise CommandError(str(error), returncode=TRY_LATER) from error
        except NoSession as error:
            raise CommandError(f"{error}: run log_in", returncode=NEEDS_A_PERSON) from error
        if not options["json"]:
            for line in readable(found):
                self.stdout.write(line)
        self.stdout.write(json.dumps(found))

    def _saved(self, options: Mapping[str, Any]) -> dict[str, Any]:
        address = _address(options["address"]) if options["address"] else None
        clock = SystemClock()
        with ExitStack() as opened:
            try:
                url = opened.enter_context(served(Path(options["page"])))
            except (OSError, ValueError) as error:
                raise CommandError(f"cannot be opened: {error}", returncode=CANNOT_OPEN) from error
            browser = opened.enter_context(Browser(None, clock, network_url=url, is_rehearsal=True))
            window = Window(browser, Account(name="nobody"), clock, base_url=url, address=f"{url}/")
            window.open("/")
            return read_page(window, options["today"] or _today(None), address=address)

    def _live(self, options: Mapping[str, Any]) -> dict[str, Any]:
        check_network_url(settings.NETWORK_URL, settings.REHEARSAL)
        path = _live_path(options["page"])
        with self._browser(options["account"]) as (browser, account), learning(browser.clock) as finder:
            window = Window(browser, account, browser.clock, base_url=settings.NETWORK_URL, finder=finder)
            window.open(path)
            found = read_page(window, options["today"] or _today(account), is_live=True)
            for key in found["proposals"] if account.pk else ():
                # What it looked like stands beside the proposal, for the person who judges it.
                snapshot_of(browser, account, browser.clock)(f"{key} is read by a guess", key)
            if account.pk and PageKind(found["page_kind"]) not in HARMLESS:
                account.pause(found["reason"], found["advice"], browser.clock.now())
        return found

    @contextmanager
    def _browser(self, name: str | None) -> Iterator[tuple[Browser, Account]]:
        """The account's own browser; in a rehearsal, where nobody has a session, one of nobody's."""
        clock = SystemClock()
        if settings.REHEARSAL:
            with Browser(None, clock, network_url=settings.NETWORK_URL, is_rehearsal=True) as browser:
                yield browser, Account(name="nobody")
            return
        account = _account(name)
        with open_browser(account, clock) as browser:
            yield browser, account


def readable(found: Mapping[str, Any]) -> Iterator[str]:
    """A line for each field; a page's text can do nothing to the terminal that shows it."""
    for key, value in found.items():
        if key == "selectors" and isinstance(value, dict):
            yield "selectors:"
            yield from (f"  {name}: {_outcome(seen)}" for name, seen in value.items())
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{key}:"
            yield from (f"  {_shown(each)}" for each in value)
        else:
            yield f"{key}: {_shown(value)}"


def _outcome(seen: Mapping[str, Any]) -> str:
    matched = seen["matched"]
    by = f"{matched['kind']} {matched['value']}" if matched else "no candidate"
    return _escaped(f"{by} ({seen['elements']} found, {seen['visible']} visible)")


def _shown(value: object) -> str:
    return _escaped(json.dumps(value, ensure_ascii=False))


def _escaped(text: str) -> str:
    return (
        "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
        .encode("utf-8", "backslashreplace")
        .decode()
    )


def _address(text: str) -> str:
    address = network_address(text)
    if address is None:
        raise CommandError(f"--as {text!r} is no address of the network", returncode=USAGE)
    return address


def _live_path(text: str) -> str:
    """The path to open. Nothing else than the network, or the sandbox of a rehearsal, is ever opened."""
    if not settings.REHEARSAL:
        return path_of(_address(text))
    own, url = urlsplit(settings.NETWORK_URL), urlsplit(text)
    if (url.scheme, url.netloc) != (own.scheme, own.netloc) or "\\" in text:
        raise CommandError(f"{text!r} does not stand on {settings.NETWORK_URL}", returncode=USAGE)
    return path_of(text)


def _account(name: str | None) -> Account:
    found = Account.objects.filter(name=name) if name else Account.objects.all()
    if found.count() != 1:
        raise CommandError("which account? Name it with --account", returncode=NEEDS_A_PERSON)
    account = found.get()
    if account.state == Account.State.PAUSED:
        raise CommandError(f"{account} is paused: {account.paused_reason}", returncode=NEEDS_A_PERSON)
    if BrowserProcess.objects.filter(account=account, host=socket.gethostname(), ended_at=None).exists():
        raise CommandError(f"a browser of {account} is running", returncode=TRY_LATER)
    return account


def _today(account: Account | None) -> date:
    zone = ZoneInfo(account.time_zone) if account else None
    return SystemClock().now().astimezone(zone).date()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-11-23") from error
