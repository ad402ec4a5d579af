"""The command that cron runs: one campaign, once."""

import argparse
import gc
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError, ProgrammingError
from django.db.models import Max

from campaigns import report
from campaigns.database_failures import DATABASE_FAILED, what_failed
from campaigns.kinds import Options, kind_of
from campaigns.models import Busy, Campaign, Run, Worker
from campaigns.run_log import LogListener, in_brief, log_report
from campaigns.stopping import stop_asked
from engine.checks import OUR_CHECKS, check_network_url
from engine.errors import StopRun
from engine.pace import SystemClock
from engine.ports import Clock

if TYPE_CHECKING:
    from campaigns.passes import Listener

# What acts, draws or rehearses is imported where it begins: most starts of cron find nobody due.

log = logging.getLogger("campaigns.run")

# Whoever waits for the command does not wait for more; the others go with the next run.
FEW_NOTICES = 5

EXIT_CODES = """exit codes: 0 finished, or nothing to do; 75 try later (another run is busy, outside the hours, a limit
is reached, the browser or the database failed, the disk is full, the clock is wrong); 78 needs a person (paused
account, no session, changed layout, a doubt, a restored backup); 70 internal error. `manage.py doctor` says more"""


class Command(BaseCommand):
    help = "Run a campaign once: a kind (birthday), or the name of a campaign."
    # Not those of the admin, the routes and the templates.
    requires_system_checks = (OUR_CHECKS,)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog=EXIT_CODES, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="KIND_OR_NAME")
        parser.add_argument("--account", metavar="NAME", help="whose campaign; not needed with one account")
        parser.add_argument("--limit", type=_at_least(1), metavar="N", help="attempt at most N actions")
        parser.add_argument("--late-days", type=_at_least(0, 60), metavar="N", help="wish up to N days late")
        parser.add_argument("--no-late", action="store_true", help="wish today's birthdays only")
        parser.add_argument(
            "--search", metavar="URL", help="sourcing: the address of a people search; kept with the campaign"
        )
        parser.add_argument(
            "--criteria", type=_json_file, metavar="FILE",
            help="sourcing: what the fit score looks for, as JSON; kept with the campaign",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="a JSON object as the last line of stdout")
        parser.add_argument(
            "--dry-run", action="store_true",
            help="show who, why and which text; nothing sent, visited or spent (birthday: from what is known, without a"
            " browser; sourcing and invitations: read the network's lists)",
        )  # fmt: skip
        parser.add_argument(
            "--rehearse", nargs="?", const="", metavar="ADDRESS",
            help="the same engine on a scratch copy of the database, against the bundled sandbox or a loopback address",
        )  # fmt: skip
        parser.add_argument("--read-network", action="store_true", help=argparse.SUPPRESS)

    def handle(self, **options: Any) -> None:
        try:
            code = self._rehearse(options) if options["rehearse"] is not None else self._run(options)
        except (OperationalError, ProgrammingError) as error:
            advice = "database unreachable, or not migrated (manage.py migrate)"
            raise CommandError(f"{advice}: {error}", returncode=report.TRY_LATER) from error
        if code:
            sys.exit(code)

    def _rehearse(self, options: dict[str, Any]) -> int:
        from campaigns.rehearsal import rehearse

        address = options["rehearse"].rstrip("/")
        if address:
            _check_loopback(address)
        if sys.stdout.isatty() and not options["json"]:
            self.stdout.write(
                "REHEARSAL: a scratch copy of the database; nothing real is marked, sent or spent.\n"
                "Every rule and the order are kept; the pauses are short and the working hours are ignored."
            )
        return rehearse(address or None, _arguments(options), options["account"], SystemClock().now())

    def _run(self, options: dict[str, Any]) -> int:
        campaign = find_campaign(options["campaign"], options["account"], create=not options["dry_run"])
        configure(campaign, options)
        chosen = Options(
            limit=options["limit"],
            sends_late=False if options["no_late"] else None,
            late_days=options["late_days"],
        )
        told = (
            _plan_only(campaign, chosen, options) if options["dry_run"] else _start(campaign, chosen, options)
        )
        self._tell(told, options)
        if not options["dry_run"]:
            tell_news(SystemClock())
        return report.EXIT_CODES.get(told["outcome"], report.OK)

    def _tell(self, told: dict[str, Any], options: dict[str, Any]) -> None:
        """Names and texts where somebody looks, asked for them, or plans and rehearses to see them; else none.

        Cron keeps what is printed in a file that no erasure reaches.
        """
        if options["json"]:
            self.stdout.write(json.dumps(told))
        elif sys.stdout.isatty() or options["dry_run"] or settings.REHEARSAL:
            from rich.console import Console

            from campaigns.screens import print_report

            print_report(Console(), told)
        else:
            log_report(told)
            self.stdout.write(in_brief(told))


def tell_news(clock: Clock) -> None:
    """Send notices where no worker does. The run is over: whatever fails here changes nothing about it."""
    from campaigns import delivery, notices

    with suppress(DatabaseError):
        if not Worker.objects.alive(clock.now()).exists():
            notices.collect(clock)
            delivery.deliver(clock, most=FEW_NOTICES)


def _check_loopback(address: str) -> None:
    try:
        check_network_url(address, is_rehearsal=True)
    except ImproperlyConfigured as error:
        raise CommandError(f"--rehearse: {error}") from error


def find_campaign(name: str, account_name: str | None, *, create: bool) -> Campaign:
    """The account's campaign of that name; a kind's name means its default campaign, made at the first run."""
    account = find_account(account_name)
    if campaign := Campaign.objects.filter(account=account, name=name).select_related("account").first():
        return campaign
    if name not in Campaign.Kind.values:
        kinds = ", ".join(Campaign.Kind.values)
        raise CommandError(f"{account} has no campaign “{name}”, and it is no kind ({kinds})")
    campaign = Campaign(account=account, name=name, kind=name)
    if create:
        campaign.save()
    return campaign


def configure(campaign: Campaign, options: dict[str, Any]) -> None:
    """Keep the search and the criteria of this start with the campaign. Raises CommandError."""
    if campaign.kind != Campaign.Kind.SOURCING:
        if options["search"] or options["criteria"]:
            raise CommandError(
                f"--search and --criteria are for sourcing; {campaign} is of the kind {campaign.kind}"
            )
        return
    campaign.search_url = options["search"] or campaign.search_url
    campaign.criteria = campaign.criteria if options["criteria"] is None else options["criteria"]
    if not campaign.search_url:
        raise CommandError("say which people to look for: --search URL")
    try:
        campaign.full_clean()
    except ValidationError as error:
        raise CommandError("; ".join(error.messages)) from error
    campaign.save()


def find_account(name: str | None) -> Any:
    accounts = list(apps.get_model("engine", "Account").objects.filter(**({"name": name} if name else {})))
    if len(accounts) == 1:
        return accounts[0]
    known = ", ".join(
        apps.get_model("engine", "Account").objects.order_by("name").values_list("name", flat=True)
    )
    problem = f"there is no account “{name}”" if name else "say which --account"
    raise CommandError(f"{problem}; known: {known or 'none'}")


def _start(campaign: Campaign, chosen: Options, options: dict[str, Any]) -> dict[str, Any]:
    """Run it, watched; a start that is refused is told in the same shape."""
    from campaigns.runner import preview_campaign, run_campaign
    from engine.world import open_world

    gc.freeze()  # what is loaded by now stays, and is not looked through for garbage again and again
    if campaign._state.adding:
        campaign.save()
    before = campaign.runs.aggregate(last=Max("pk"))["last"] or 0
    try:
        with _listener(options) as listener, stop_asked() as should_stop:
            clock = SystemClock()
            world = partial(open_world, campaign.account, clock=clock)
            if options["dry_run"]:
                looked, proposals = preview_campaign(campaign, chosen, clock, world, listener, should_stop)
                return report.of_plan(campaign, proposals, looked)
            return report.of_run(run_campaign(campaign, chosen, clock, world, listener, should_stop))
    except Busy as busy:
        return report.of_nothing(campaign, "busy", str(busy))
    except StopRun as refusal:
        return report.of_nothing(campaign, refusal.outcome, str(refusal))
    except ProgrammingError:
        raise
    except DATABASE_FAILED as error:
        return report.of_nothing(campaign, *what_failed(error))
    except Exception as error:  # the run has recorded it and ended; cron gets a code and a reason
        log.exception("an error of this program")
        run = campaign.runs.filter(pk__gt=before).first()
        reason = f"{type(error).__name__}: {error}"
        return report.of_run(run) if run else report.of_nothing(campaign, Run.Outcome.INTERNAL_ERROR, reason)


def _plan_only(campaign: Campaign, chosen: Options, options: dict[str, Any]) -> dict[str, Any]:
    now, kind = SystemClock().now(), kind_of(campaign)
    if kind.plans_from_network:
        return _start(campaign, chosen, options)
    today = now.astimezone(campaign.account.zone).date()
    if options["read_network"] and settings.REHEARSAL:  # a scratch database, so no other run can be active
        from engine.world import open_world

        with open_world(campaign.account, clock=SystemClock()) as world:
            kind.harvest(campaign, world, today)
    return report.of_plan(campaign, kind.plan(campaign, chosen, today))


@contextmanager
def _listener(options: dict[str, Any]) -> "Iterator[Listener]":
    if options["json"] or not sys.stdout.isatty():
        yield LogListener()
    else:
        from rich.console import Console

        from campaigns.screens import TerminalListener

        terminal = TerminalListener(Console())
        with terminal.progress:
            yield terminal


def _arguments(options: dict[str, Any]) -> list[str]:
    """The same start for the rehearsing process; a dry run there reads the rehearsed network first."""
    given = [options["campaign"]]
    for name in ("account", "limit", "late_days", "search"):
        if options[name] is not None:
            given += [f"--{name.replace('_', '-')}", str(options[name])]
    if options["criteria"] is not None:
        given += ["--criteria", json.dumps(options["criteria"])]
    flags = ("no_late", "json", "dry_run")
    given += [f"--{name.replace('_', '-')}" for name in flags if options[name]]
    return given + ["--read-network"] * options["dry_run"]


def _json_file(text: str) -> Any:
    """The JSON of a file, or written out."""
    try:
        return json.loads(text if text.startswith("{") else Path(text).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(
            f"cannot be read as JSON: {type(error).__name__}: {error}"
        ) from error


def _at_least(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if value < lowest or (highest is not None and value > highest):
            raise argparse.ArgumentTypeError(f"{value} is not {lowest} to {highest or 'any number'}")
        return value

    return number
