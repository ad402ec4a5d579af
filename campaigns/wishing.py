"""One person's wish, asked for by hand: planned by the same rules as any other, and done by a run like any other."""

from campaigns.kinds import Options, Proposal, kind_of
from campaigns.models import Action, Campaign, Run, plan_action
from campaigns.tasks import request_run
from contacts.models import Contact
from engine.ports import Clock


class NotDue(ValueError):  # noqa: N818 - it names what is so
    """This campaign has no wish for this person now; the message says why."""


def campaigns_for(contact: Contact) -> list[Campaign]:
    """The active birthday campaigns of those accounts that are connected with this person."""
    active = Campaign.objects.filter(kind=Campaign.Kind.BIRTHDAY, is_active=True)
    return list(active.filter(account__in=contact.accounts.all()).select_related("account").order_by("pk"))


def wish(
    campaign: Campaign, contact: Contact, clock: Clock, requested_by: str
) -> tuple[Action | None, Run | None]:
    """Plan their wish, and start the campaign unless a person has to approve the text first.

    Raises NotDue; and, with the wish planned for the next run, Busy or AccountPaused.
    """
    proposal = _proposal(campaign, contact, clock)
    if not proposal.is_chosen:
        raise NotDue(proposal.reason)
    action = proposal.planned or plan_action(
        campaign, contact, occasion=proposal.occasion, due_on=proposal.due_on, expires_on=proposal.expires_on,
        template=proposal.template, text=proposal.text, days_late=proposal.days_late,
    )  # fmt: skip
    if action and action.needs_approval and not action.is_approved:
        return action, None
    return action, request_run(campaign, Options(), clock, requested_by=requested_by)


def _proposal(campaign: Campaign, contact: Contact, clock: Clock) -> Proposal:
    today = clock.now().astimezone(campaign.account.zone).date()
    considered = kind_of(campaign).plan(campaign, Options(), today)
    found = next((each for each in considered if each.contact.pk == contact.pk), None)
    if found is None:
        late = f" nor up to {campaign.late_days} days ago" if campaign.sends_late else ""
        raise NotDue(f"no birthday of theirs is known to be today{late}, or many others come first")
    return found
