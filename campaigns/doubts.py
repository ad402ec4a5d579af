"""Doubts that a person settles: what may have left, and somebody looked into the conversation."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.approvals import Decider, Refused, keep_decision
from campaigns.kinds import Options
from campaigns.models import Action, Decision, Run
from campaigns.tasks import request_run
from engine.ports import Clock


def was_sent(action_id: int, by: Decider, now: datetime) -> Action:
    """It is recorded as done, with its history, on this person's word. Raises Refused where it is no doubt."""
    with transaction.atomic():
        doubt = _in_doubt(action_id)
        doubt.complete({"proof": f"{by.name} looked and said it was sent"}, now)
        keep_decision(doubt, Decision.Verdict.SENT, by, now)
    return doubt


def was_not_sent(action_id: int, by: Decider, now: datetime) -> Action:
    """Its occasion is free again: the next run may act once more. Raises Refused where it is no doubt.

    Its permit stays spent: nothing proves that the network saw no attempt.
    """
    with transaction.atomic():
        doubt = _in_doubt(action_id)
        doubt.fail(f"{by.name} looked and said it was not sent", now)
        keep_decision(doubt, Decision.Verdict.NOT_SENT, by, now)
    return doubt


def read_now(action_id: int, by: Decider, clock: Clock) -> Run:
    """Queue a run that reads for each doubt of the account whether it happened, and does nothing itself.

    Raises Refused, Busy, or AccountPaused.
    """
    doubt = _in_doubt(action_id)
    return request_run(doubt.campaign, Options(limit=0), clock, requested_by=by.name)


def _in_doubt(action_id: int) -> Action:
    locked = Action.objects.select_related("contact", "campaign", "account").select_for_update(of=("self",))
    with transaction.atomic():
        action = locked.filter(pk=action_id).first()
    if action is None:
        raise Refused(_("it is gone: the person was erased"), "gone")
    if action.status != Action.Status.UNKNOWN:
        status = str(action.get_status_display()).lower()
        raise Refused(_("it is %(status)s by now, and in doubt no more") % {"status": status}, "not_in_doubt")
    return action
