"""Settling what was left in doubt: by reading the network, never by repeating what cannot be undone."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from campaigns.kinds import Finding, Verdict, kind_of
from campaigns.models import Action, Run
from engine.errors import NothingSent
from engine.ports import World


def settle(run: Run, world: World) -> None:
    """Release what an ended run had claimed, and look for what may have left.

    Only the holder of the account's run may call it. Takes a good SETTLE_SECONDS when a whole reading lacks it.
    """
    _take_back(run, world)
    for action in _doubts(run):
        _read(action, run, world)
    first_absences = [action.absent_read_at for action in _doubts(run) if action.absent_read_at]
    if not first_absences:
        return
    again_at = max(first_absences) + timedelta(seconds=settings.SETTLE_SECONDS)
    left = (again_at - world.clock.now()).total_seconds()
    world.clock.sleep(
        min(max(0.0, left), settings.SETTLE_SECONDS)
    )  # less than that also where a clock was wrong
    for action in _doubts(run):
        if action.absent_read_at:
            _read(action, run, world)


def _doubts(run: Run) -> list[Action]:
    return list(
        Action.objects.in_doubt()
        .filter(account=run.account_id)
        .select_related("contact", "campaign", "account")
        .order_by("pk")
    )


def _take_back(run: Run, world: World) -> None:
    for action in Action.objects.holding_a_claim().filter(account=run.account_id):
        if action.status == Action.Status.SENDING:
            action.mark_unknown("the process ended between the click and the record")
        else:
            release(action, world, "the process ended before anything could leave")


def _move_with_permit(action: Action, world: World, move: Callable[[], bool]) -> None:
    """The permit goes back in the transaction that moves the action, and with the move alone.

    Where the action was moved from elsewhere meanwhile, something may have left on that permit.
    """
    attempt_id = action.attempt_id
    with transaction.atomic():
        if move() and attempt_id:
            world.limiter.give_back(attempt_id)


def release(action: Action, world: World, reason: str) -> None:
    """Back to planned, with its permit: nothing can have left."""
    _move_with_permit(action, world, lambda: action.release(reason))


def skip(action: Action, world: World, reason: str) -> None:
    """Skipped, with its permit given back: the person may not be contacted any more."""
    _move_with_permit(action, world, lambda: action.skip(reason, world.clock.now()))


def hold(action: Action, world: World, reason: str) -> None:
    """Back to planned until a person approves it, with its permit."""
    _move_with_permit(action, world, lambda: action.hold(reason))


def fail(action: Action, world: World, reason: str) -> None:
    """Failed, with its permit given back: nothing left."""
    _move_with_permit(action, world, lambda: action.fail(reason, world.clock.now()))


def _read(action: Action, run: Run, world: World) -> None:
    """Found: done. Two whole readings that lack it: failed. Else it stays in doubt, or may simply be repeated."""
    action.adopt(run)
    now = world.clock.now()
    try:
        finding = kind_of(action.campaign).look_for(action, world)
    except NothingSent as error:
        run.note(f"{action} stays in doubt: it could not be read ({error})")
        return
    _conclude(action, finding, now, run, world)


def _conclude(action: Action, finding: Finding, now: datetime, run: Run, world: World) -> None:
    """`now`: when the reading began, so that two of them are certainly so far apart."""
    if finding.verdict is Verdict.DONE:
        action.complete(finding.evidence, now)
    elif finding.verdict is Verdict.UNREADABLE:
        run.note(f"{action} stays in doubt: {finding.reason}")
    elif finding.verdict is Verdict.REPEATABLE:
        action.fail(finding.reason, now)  # its permit stays spent: it may have been used
    elif action.absent_read_at is None:
        action.mark_absent(now)
    elif now - action.absent_read_at >= timedelta(seconds=settings.SETTLE_SECONDS):
        times = f"{action.absent_read_at:%H:%M:%S} and at {now:%H:%M:%S} UTC"
        fail(action, world, f"not sent: {finding.reason} at {times}")
