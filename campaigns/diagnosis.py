"""What the database says of stuck, doubtful, paused and missing things, each with what to do about it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns import report
from campaigns.clock_guard import ClockWrong, check_against_records
from campaigns.installation import ADVICE, Installation, why_another
from campaigns.models import Action, Campaign, NoticeDelivery, Run, Worker
from campaigns.outside import OutsideFile
from engine.models import Account, StoredSession

# A session that no run renewed for a while ends soon.
SESSION_WARNING = timedelta(days=7)
# After the working hours began, a daily run has to have come by then.
RUN_EXPECTED_AFTER = timedelta(hours=1)
# A worker begins a run within seconds.
QUEUED_WITHOUT_WORKER = timedelta(minutes=2)
# A notice that was given up is told of for so long.
NOTICES_MISSED_FOR = timedelta(days=7)
# For so long it is said what a restored backup cannot know.
RESTORE_REMINDER = timedelta(days=7)
FORGOTTEN_REFUSALS = (
    "who said no, or was erased, since the backup was made is forgotten with it: enter each again, "
    "manage.py suppress_contact ADDRESS or erase_contact ADDRESS"
)


@dataclass(frozen=True)
class Finding:
    code: str
    what: str
    todo: str
    needs_person: bool = True


def findings_in_database(now: datetime) -> Iterator[Finding]:
    yield from installation(OutsideFile.of_settings())
    yield from restored(now)
    yield from one_person_twice()
    for account in Account.objects.order_by("name"):
        yield from clock(account, now)
        yield from pause(account)
        yield from session(account, now)
        yield from runs(account, now)
        yield from queued(account, now)
        yield from cut_off(account)
        yield from doubts(account)
        yield from missing_runs(account, now)
    yield from undelivered(now)


def installation(outside: OutsideFile | None) -> Iterator[Finding]:
    if outside and (reason := why_another(Installation.objects.current(), outside.read())):
        yield Finding("restored", reason, ADVICE)


def restored(now: datetime) -> Iterator[Finding]:
    at = Installation.objects.current().reconciled_at
    if at and now - at < RESTORE_REMINDER:
        what = f"a backup was restored, or the installation moved, on {at:%Y-%m-%d}"
        yield Finding("refusals_forgotten", what, FORGOTTEN_REFUSALS, needs_person=False)


def one_person_twice() -> Iterator[Finding]:
    """Each account has its quotas; of two that are one person the network sees the sum."""
    names = defaultdict[str, list[str]](list)
    for account in Account.objects.exclude(profile_url="").order_by("name"):
        names[account.profile_url.rstrip("/").lower()].append(account.name)
    for address, several in names.items():
        if len(several) > 1:
            todo = (
                "one account for each person: switch off the campaigns of the others, or correct the address"
            )
            what = f"{' and '.join(several)} are one person by their address, {address}: their quotas add up"
            yield Finding("one_person_twice", what, todo)


def clock(account: Account, now: datetime) -> Iterator[Finding]:
    try:
        check_against_records(account, now)
    except ClockWrong as wrong:
        todo = "set the clock; if it is right and the record wrong: manage.py doctor --clock-is-right"
        yield Finding("clock_wrong", f"{account}: {wrong}", todo)


def pause(account: Account) -> Iterator[Finding]:
    if account.state == account.State.PAUSED:
        todo = f"{account.paused_advice or 'see what the network asks'}; then resume the account in the admin"
        yield Finding("account_paused", f"{account} is paused: {account.paused_reason}", todo)


def session(account: Account, now: datetime) -> Iterator[Finding]:
    if not account.campaigns.filter(is_active=True).exists():
        return
    todo = f"manage.py log_in --account {account}"
    stored = StoredSession.objects.filter(account=account).first()
    if stored is None:
        yield Finding("no_session", f"{account} has no stored session", todo)
    elif stored.expires_at and stored.expires_at <= now:
        yield Finding("no_session", f"{account}: the session ended on {stored.expires_at:%Y-%m-%d}", todo)
    elif stored.expires_at and stored.expires_at <= now + SESSION_WARNING:
        ends = f"{account}: the session ends on {stored.expires_at:%Y-%m-%d}, unless a run renews it"
        yield Finding("session_ends_soon", ends, todo, needs_person=False)


def runs(account: Account, now: datetime) -> Iterator[Finding]:
    for run in account.runs.filter(status=Run.Status.RUNNING):
        silent = f"{run} gave no sign of life since {run.heartbeat_at:%Y-%m-%d %H:%M} UTC"
        if not run.is_stale(now):
            continue
        if run.is_gone():
            todo = "nothing: the next start ends it and settles what it left"
            yield Finding("crashed_run", f"{silent}; its process is gone", todo, needs_person=False)
        elif run.process.is_of_another_host() and run.lock.is_held():
            todo = (
                f"look at the container {run.process.node}, or kill it: the next start then goes on by itself"
            )
            yield Finding("stuck_run", f"{silent}; it still lives in another container", todo)
        elif run.process.is_of_another_host():
            todo = (
                f"make sure that it and its browser are gone there; then: manage.py doctor --end-run {run.pk}, "
                "or “End a run that is dead” among the runs in the admin"
            )
            yield Finding("another_host", f"{silent}; it is of another host, {run.process.node}", todo)
        else:
            yield Finding(
                "stuck_run",
                f"{silent}; its process {run.pid} still exists",
                f"look at it, or: kill {run.pid}",
            )


def doubts(account: Account) -> Iterator[Finding]:
    if count := Action.objects.in_doubt().filter(account=account).count():
        what = f"{account}: {count} {'action is' if count == 1 else 'actions are'} in doubt"
        todo = "the next run looks them up; what stays, decide in the admin (actions, status unknown)"
        yield Finding("in_doubt", what, todo)


def cut_off(account: Account) -> Iterator[Finding]:
    """Of a run that ended without settling them; one that is going settles its own."""
    held = Action.objects.holding_a_claim().filter(account=account)
    if not (count := held.exclude(run__status=Run.Status.RUNNING).count()):
        return
    was = "action was" if count == 1 else "actions were"
    todo = f"nothing, while runs come; else: manage.py run_campaign KIND_OR_NAME --account {account}"
    yield Finding(
        "cut_off", f"{account}: {count} {was} cut off by the end of a run", todo, needs_person=False
    )


def queued(account: Account, now: datetime) -> Iterator[Finding]:
    late = account.runs.filter(status=Run.Status.QUEUED, starts_at__lt=now - QUEUED_WITHOUT_WORKER)
    if not Worker.objects.alive(now).exists():
        for run in late:
            what = f"{run} is queued since {run.started_at:%Y-%m-%d %H:%M} UTC, and no worker gives a sign of life"
            todo = "start one: manage.py run_worker; or stop the run in the admin: cron starts none meanwhile"
            yield Finding("no_worker", what, todo)


def undelivered(now: datetime) -> Iterator[Finding]:
    """Whoever should have been told and was not; the runs go on whether anybody hears of them or not."""
    tried = NoticeDelivery.objects.filter(attempts__gt=0, attempted_at__gt=now - NOTICES_MISSED_FOR)
    if count := tried.exclude(status=NoticeDelivery.Status.DELIVERED).count():
        what = f"{count} {'notice' if count == 1 else 'notices'} not delivered"
        todo = "see the notice deliveries in the admin; try it with: manage.py send_notices --try CHANNEL"
        yield Finding("notices_not_delivered", what, todo, needs_person=False)


def missing_runs(account: Account, now: datetime) -> Iterator[Finding]:
    for campaign in account.campaigns.filter(is_active=True):
        real = campaign.runs.filter(is_dry_run=False).exclude(status=Run.Status.QUEUED)
        last = real.exclude(outcome=Run.Outcome.EXPIRED).order_by("pk").last()
        if campaign.kind == Campaign.Kind.BIRTHDAY and _is_missing_today(account, last, now):
            since = f"none since {last.started_at:%Y-%m-%d %H:%M} UTC" if last else "none ever"
            what = f"{account}: {campaign} had no run today ({since})"
            todo = f"does cron call: manage.py run_campaign {campaign}?"
            if campaign.schedule:
                todo = "it has a schedule: does manage.py run_worker run? manage.py show_schedule says more"
            yield Finding("no_run_today", what, todo)
        if last and report.EXIT_CODES.get(last.outcome, report.OK) in (
            report.NEEDS_A_PERSON,
            report.INTERNAL_ERROR,
        ):
            yield Finding(
                "last_run",
                f"{last} ended as {last.outcome}: {last.reason}",
                "see docs/operations.md, “Outcomes”",
            )


def _is_missing_today(account: Account, last: Run | None, now: datetime) -> bool:
    local = now.astimezone(account.zone)
    expected_by = datetime.combine(local, account.hours_start, account.zone) + RUN_EXPECTED_AFTER
    return local >= expected_by and (
        last is None or last.started_at.astimezone(account.zone).date() < local.date()
    )
