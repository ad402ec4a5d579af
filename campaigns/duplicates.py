"""Merging two contacts that are one person: what was done to either counts for both, and is done no more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Action, SourcedProfile
from contacts import duplicates
from contacts.models import Contact

_UNDER_WAY = (Action.Status.CLAIMED, Action.Status.SENDING)


def merge(kept: Contact, other: Contact, now: datetime) -> None:
    """Make one contact of the two, actions and sourced profiles included. Raises CannotMerge.

    An occasion that both have stays with the one who had more of it: a wish that is only planned is skipped, and of
    two that may both have left the other one's is kept under a name of its own.
    """
    with transaction.atomic():
        actions = Action.objects.select_for_update().filter(contact__in=[kept.pk, other.pk])
        if any(action.status in _UNDER_WAY for action in actions):
            raise duplicates.CannotMerge(
                _("an action on %(kept)s or %(other)s is under way; merge them after the run")
                % {"kept": kept, "other": other}
            )
        for action in Action.objects.filter(contact=other).order_by("pk"):
            _move(action, kept, now)
        profiles = SourcedProfile.objects.filter(contact=other)
        known = SourcedProfile.objects.filter(contact=kept).values("campaign")
        profiles.filter(campaign__in=known).delete()
        profiles.update(contact=kept)
        duplicates.merge(kept, other)


def _move(action: Action, kept: Contact, now: datetime) -> None:
    rivals = Action.objects.taken().filter(account=action.account_id, contact=kept, occasion=action.occasion)
    rival = None if action.status in Action.FREE else rivals.first()
    if rival and action.status == Action.Status.PLANNED:
        action.skip("planned for a duplicate of the same person", now)
    elif rival and rival.status == Action.Status.PLANNED:
        rival.skip("done, or in doubt, for a duplicate of the same person", now)
    elif rival:
        # Both may have left: the constraint holds one of each name, and the record both.
        Action.objects.filter(pk=action.pk).update(occasion=f"{action.occasion[:60]} (duplicate {action.pk})")
    Action.objects.filter(pk=action.pk).update(contact=kept)
