"""Settling what was left in doubt: by reading the thread, never by repeating anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from campaigns.kinds.birthday import recipient_of
from campaigns.models import Action, Run
from engine.errors import NothingSent
from engine.ports import World


def settle(run: Run, world: World) -> None:
    """Release what an ended run had claimed, and read the threads of what may have left.

    Only the holder of the account's run may call it. Takes a good SETTLE_SECONDS when a thread lacks the text.
    """
    _take_back(run, world)
    for action in _doubts(run):
        _read(action, run, world)
    first_absences = [action.absent_read_at for action in _doubts(run) if action.absent_read_at]
    if not first_absences:
        return
    again_at = max(first_absences) + timedelta(seconds=settings.SETTLE_SECONDS)
    world.clock.sleep(max(0.0, (again_at - world.clock.now()).total_seconds()))
    for action in _doubts(run):
        if action.absent_read_at:
            _read(action, run, world)


def _doubts(run: Run) -> list[Action]:
    return list(
        Action.objects.in_doubt().filter(account=run.account_id).select_related("contact").order_by("pk")
    )


def _take_back(run: Run, world: World) -> None:
    for action in Action.objects.holding_a_claim().filter(account=run.account_id):
        if action.status == Action.Status.SENDING:
            action.mark_unknown("the process ended between the click and the record")
        else:
            release(action, world, "the process ended before anything could leave")


@contextmanager
def _permit_returned(action: Action, world: World) -> Iterator[None]:
    """The permit goes back in the transaction that moves the action."""
    with transaction.atomic():
        if action.attempt_id:
            world.limiter.give_back(action.attempt_id)
        yield


def release(action: Action, world: World, reason: str) -> None:
    """Back to planned, with its permit: nothing can have left."""
    with _permit_returned(action, world):
        action.release(reason)


def skip(action: Action, world: World, reason: str) -> None:
    """Skipped, with its permit given back: the person may not be contacted any more."""
    with _permit_returned(action, world):
        action.skip(reason, world.clock.now())


def fail(action: Action, world: World, reason: str) -> None:
    """Failed, with its permit given back: nothing left."""
    with _permit_returned(action, world):
        action.fail(reason, world.clock.now())


def _read(action: Action, run: Run, world: World) -> None:
    """Found: done. A whole thread of theirs without the text, twice: failed. Else it stays in doubt."""
    action.adopt(run)
    now = world.clock.now()
    try:
        thread = world.network.read_thread(recipient_of(action.contact))
    except NothingSent as error:
        run.note(f"{action} stays in doubt: the thread could not be read ({error})")
        return
    if not (thread.is_theirs and thread.is_one_to_one):
        run.note(f"{action} stays in doubt: the thread is not certainly theirs alone")
    elif thread.has_own(action.text):
        action.complete({"proof": "found in the thread afterwards"}, now)
    elif not thread.is_complete:
        run.note(f"{action} stays in doubt: the thread could not be read to its beginning")
    elif action.absent_read_at is None:
        action.mark_absent(now)
    elif now - action.absent_read_at >= timedelta(seconds=settings.SETTLE_SECONDS):
        times = f"{action.absent_read_at:%H:%M:%S} and at {now:%H:%M:%S} UTC"
        fail(action, world, f"not sent: the whole thread lacked the text at {times}")
