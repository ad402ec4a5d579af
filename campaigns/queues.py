"""The queue of a run: whom the kind proposes becomes planned actions, and what is due comes in its order."""

from collections.abc import Iterable, Iterator

from campaigns.actions import ActionQuerySet
from campaigns.kinds import Proposal
from campaigns.models import Action, plan_action
from campaigns.passes import Pass, skipped_entry
from contacts.models import Contact, Erased


class Queue:
    """What the campaign has planned; filled anew as long as there is more to read."""

    def __init__(self, current: Pass) -> None:
        self.current, self.run, self.world = current, current.run, current.world
        self.campaign, self.kind, self.options = current.campaign, current.kind, current.options

    def preview(self) -> list[Proposal]:
        """Everybody whom a run would consider; nothing is planned."""
        return self._look() if self.kind.plans_from_network else list(self._proposed())

    def _look(self) -> list[Proposal]:
        """As far as the limit, with what the network says now."""
        self.kind.wanted = self.options.limit or self.kind.usual_limit(self.campaign)
        left_out: list[Proposal] = []
        while True:
            self.run.reach("reading the network")
            self.current.check_may_act()
            left_out += self._harvested()
            if not self.kind.can_read_on(self.campaign, self.current.today):
                return left_out + list(self._proposed())

    def fill(self) -> None:
        """Plan whom the network and the contacts give, and let go of what is too late."""
        for found in self._harvested():
            self.take(found)
        self.current.tell()
        now = self.world.clock.now()
        for action in self._planned().filter(expires_on__lt=self.current.today):
            action.expire(now)
        self.campaign.actions.forget_stale_approvals(now)
        for proposal in self._proposed():
            self.take(proposal)
        self.current.keep_left_out()
        total = len(self.due())
        self.run.to_do = self.current.attempts + total
        self.current.listener.planned(total)

    def _harvested(self) -> Iterator[Proposal]:
        """What the network's lists say of people; what they say of themselves is noted."""
        self.current.listener.says("reading the network")
        for found in self.kind.harvest(self.campaign, self.world, self.current.today):
            if isinstance(found, Proposal):
                yield found
            else:
                self.run.note(found)

    def _proposed(self) -> Iterable[Proposal]:
        return self.kind.plan(self.campaign, self.options, self.current.today)

    def take(self, proposal: Proposal) -> None:
        """Turn a proposal into a planned action, renew an old one's text, or keep the reason why not."""
        if not proposal.is_chosen:
            if proposal.planned:
                proposal.planned.skip(proposal.reason, self.world.clock.now())
            self.current.leave_out(skipped_entry(proposal))
        elif proposal.template and proposal.planned:
            proposal.planned.rewrite(proposal.template, proposal.text, proposal.days_late)
        elif not proposal.planned:
            if proposal.contact._state.adding and not _is_recorded(proposal.contact):
                return
            plan_action(
                self.campaign, proposal.contact, occasion=proposal.occasion, due_on=proposal.due_on,
                expires_on=proposal.expires_on, template=proposal.template, text=proposal.text,
                days_late=proposal.days_late,
            )  # fmt: skip

    def due(self) -> list[Action]:
        """What may be done now, in the kind's order."""
        today = self.current.today
        known = self._planned().filter(expires_on__gte=today)
        known = known.select_related("contact", "campaign", "account").order_by("pk")
        return self.kind.in_order(
            action for action in known if not self.kind.why_wait(action, self.options, today)
        )

    def _planned(self) -> ActionQuerySet:
        return self.campaign.actions.filter(status=Action.Status.PLANNED)


def _is_recorded(contact: Contact) -> bool:
    """Save somebody who was not known; False where they were erased, of which nothing is told."""
    try:
        contact.save()
    except Erased:
        return False
    return True
