"""One action of a run, once: permit, claim, perform, and what became of it."""

from contextlib import ExitStack
from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from campaigns import policies
from campaigns.models import Action, HeldBack, NotNeeded
from campaigns.passes import Pass, skipped_entry
from campaigns.restoring import is_to_be_looked_up, look_up
from campaigns.settling import fail, hold, release, settle, skip
from engine.errors import NothingSent, ProofMissing, StopRun, TooSoon


def attempt(action: Action, current: Pass) -> None:
    """Permit, claim, perform: once."""
    current.pause()
    current.run.reach(f"{current.kind.doing} contact {action.contact_id}")
    current.check_may_act()
    if action.text and action.due_on + timedelta(days=action.days_late) != current.today:
        return  # midnight went by: the next plan writes the text for the new day
    if reason := policies.why_not_contact(action.contact):
        action.skip(reason, current.world.clock.now())
        current.leave_out(skipped_entry(action, reason))
        current.keep_left_out()
        return
    if is_to_be_looked_up(action) and not look_up(action, current.run, current.world):
        return
    try:
        if not _claim(action, current):
            return
    except TooSoon as early:
        current.wait_until(early.opens_at)
        return attempt(action, current)  # by now it may be too late, or unwanted
    current.attempts += 1
    _perform(action, current)


def _perform(action: Action, current: Pass) -> None:
    current.listener.says(f"{current.kind.doing} {action.contact}")
    current.tell()
    try:
        current.kind.perform(action, current.run, current.world)
    except BaseException as error:
        _record(action, error, current)
        if isinstance(error, ProofMissing):
            _settle_at_once(action, current)
        elif _ends_the_run(error):
            raise
    finally:
        current.tell()
        current.listener.attempted(action)


def _claim(action: Action, current: Pass) -> bool:
    """Take a permit and the action in one transaction. Raises LimitReached."""
    limiter, attempt_id = current.world.limiter, uuid4()
    wanted = current.run.account_id, current.kind.bucket, attempt_id, current.run.pk
    with ExitStack() as unless_claimed:
        # A rollback does not reach the gate that stands in front of the database.
        unless_claimed.callback(limiter.give_back, attempt_id)
        limiter.ask_gate(*wanted)
        with transaction.atomic():
            limiter.acquire(*wanted)
            if not action.claim(current.run, attempt_id, current.world.clock.now()):
                transaction.set_rollback(True)
                return False
        unless_claimed.pop_all()
    return True


def _record(action: Action, error: BaseException, current: Pass) -> None:
    """What became of an action that did not end well; the class of the error decides."""
    reason = f"{getattr(error, 'code', type(error).__name__)}: {error}"
    attempt_id = action.attempt_id
    action.refresh_from_db()
    if action.attempt_id != attempt_id:
        return  # the run was ended from elsewhere: what became of the action since is another run's
    if action.status == Action.Status.SENDING and not isinstance(error, NothingSent):
        action.mark_unknown(reason)
    elif isinstance(error, NotNeeded):
        skip(action, current.world, str(error))
    elif isinstance(error, HeldBack):
        hold(action, current.world, str(error))
    elif action.status == Action.Status.SENDING and current.kind.is_spent_by_trying:
        action.fail(reason, current.world.clock.now())
    elif action.status == Action.Status.CLAIMED and _ends_the_run(error):
        release(action, current.world, reason)
    else:
        fail(action, current.world, reason)


def _settle_at_once(action: Action, current: Pass) -> None:
    """The proof was not seen: read the thread now, and go on only if that settles it."""
    settle(current.run, current.world)
    action.refresh_from_db()
    if action.status == Action.Status.UNKNOWN:
        raise ProofMissing(f"{action}: {action.reason}")


def _ends_the_run(error: BaseException) -> bool:
    """Whether it concerns more than the one action: a StopRun, or anything unforeseen."""
    return isinstance(error, StopRun) or not isinstance(error, NothingSent)
