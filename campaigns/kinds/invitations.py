"""The invitation clean-up: what was sent certainly long enough ago and never answered is withdrawn, oldest first."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import QuerySet

from campaigns.keep_list import KeepList, read_keep_list
from campaigns.kinds import Finding, Kind, Options, Proposal, Verdict, recipient_of
from campaigns.models import Action, Campaign, Run
from campaigns.policies import why_not_contact
from contacts import names
from contacts.found import person_found
from contacts.models import Contact, Erased, Interaction
from engine.errors import LayoutChanged
from engine.ports import Invitation, Recipient, SentInvitations, World

NOT_WHOLE = "the end of the list was not proved: nothing is withdrawn from a part of it"
# What one run leaves planned, the next ones look up in the list again, for so many days.
LASTS_DAYS = 30
MAX_ATTEMPTS = 2


class InvitationsKind(Kind):
    bucket = "withdrawal"
    doing = "withdrawing the invitation to"
    plans_from_network = True

    def __init__(self) -> None:
        self._listed: list[Invitation] = []
        self._ranks: dict[str, int] = {}

    def harvest(self, campaign: Campaign, world: World, today: date) -> Iterator[str | Proposal]:
        """Read the sent list to its proved end. Raises LayoutChanged when it is not proved."""
        sent = world.network.sent_invitations()
        campaign.account.learn_language(sent.language)
        if not sent.is_complete:
            raise LayoutChanged("invitations.list", NOT_WHOLE)
        # Newest first, as the network lists them: within the same age the lower rows are the older ones.
        self._listed = list(reversed(sent.invitations))
        self._listed.sort(key=lambda row: row.min_days or 0, reverse=True)
        if young := sum(is_young(row, campaign) for row in self._listed):
            yield f"{young} of {len(self._listed)} invitations are younger than {campaign.withdraw_after_days} days"

    def plan(self, campaign: Campaign, options: Options, today: date) -> Iterator[Proposal]:
        """The oldest first; then what was planned before and is in the list no more."""
        kept, considered = read_keep_list(campaign.keep_list), list[Contact]()
        for rank, row in enumerate(self._listed):
            if is_young(row, campaign):
                continue
            proposal = _propose(campaign, row, kept, today)
            self._ranks[proposal.contact.profile_url] = rank
            considered.append(proposal.contact)
            yield proposal
        listed = {contact.pk for contact in considered if contact.pk}  # strangers got theirs meanwhile
        gone = campaign.actions.filter(status=Action.Status.PLANNED).exclude(contact__in=listed)
        for action in gone.select_related("contact"):
            yield _proposal(action.contact, action.occasion, today, "is not in the list any more", action)

    def in_order(self, actions: Iterable[Action]) -> list[Action]:
        """The oldest invitation first, whatever was put off or failed before."""
        return sorted(actions, key=lambda action: self._ranks.get(action.contact.profile_url, 0))

    def usual_limit(self, campaign: Campaign) -> int:
        return campaign.account.withdrawals_per_run

    def perform(self, action: Action, run: Run, world: World) -> None:
        question = world.network.withdraw(recipient_of(action.contact))
        action.start_sending(run, question.evidence, world.clock.now())
        proof = question.confirm()
        action.complete(proof.evidence, world.clock.now())

    def look_for(self, action: Action, world: World) -> Finding:
        """By reading the list: nothing follows from a part of it."""
        sent = world.network.sent_invitations()
        if not sent.is_complete:
            return Finding(Verdict.UNREADABLE, "the list of sent invitations could not be read to its end")
        if holds(sent, recipient_of(action.contact)):
            return Finding(Verdict.ABSENT, "the list still held the invitation")
        if any(same_name(row.name, action.contact.name) for row in sent.invitations):
            return Finding(Verdict.UNREADABLE, "the list holds somebody of that name at another address")
        return Finding(Verdict.DONE, evidence={"proof": "gone from the whole list afterwards"})


def is_young(row: Invitation, campaign: Campaign) -> bool:
    """Whether it is certainly not old enough."""
    return row.max_days is not None and row.max_days < campaign.withdraw_after_days


def holds(sent: SentInvitations, person: Recipient) -> bool:
    return any(row.slug in person.slugs or row.member_id in person.member_ids for row in sent.invitations)


def same_name(one: str, other: str) -> bool:
    """A name proves nothing; that it is still there forbids to conclude that somebody is gone."""
    return names.clean(one).casefold() == names.clean(other).casefold()


def _propose(campaign: Campaign, row: Invitation, kept: KeepList, today: date) -> Proposal:
    try:
        contact = person_found(row.name, row.profile_url, row.member_id)
    except Erased as error:
        return _proposal(Contact(), "withdraw", today, str(error))
    except ValueError as error:
        nobody = Contact(profile_url=row.profile_url, name=names.clean(row.name))
        return _proposal(nobody, "withdraw", today, str(error))
    actions = Action.objects.filter(account=campaign.account_id, contact=contact.pk)
    withdrawn = Interaction.objects.filter(
        contact=contact.pk, account=campaign.account_id, type=Interaction.Type.INVITATION_WITHDRAWN
    )
    # Whoever was invited again after a withdrawal is another occasion.
    occasion = f"withdraw invitation {withdrawn.count() + 1}"
    taken = actions.filter(occasion=occasion).taken().first()
    planned = taken if taken and _is_open(taken, campaign) else None
    reason = _why_kept(row, contact, kept) or _why_doubtful(campaign, row)
    if not reason and contact.pk:
        reason = _why_not_again(row, withdrawn.order_by("happened_at").last(), today)
    if not reason and taken and not planned:
        reason = _why_taken(taken)
    if not reason and not planned:
        reason = _failed_too_often(actions.filter(occasion=occasion, status=Action.Status.FAILED))
    return _proposal(contact, occasion, today, reason, planned, row.age_text or "")


def _proposal(
    contact: Contact, occasion: str, today: date, reason: str, planned: Action | None = None, why: str = ""
) -> Proposal:
    return Proposal(
        contact=contact, occasion=occasion, due_on=today, expires_on=today + timedelta(days=LASTS_DAYS),
        reason=reason, planned=planned, why=why,
    )  # fmt: skip


def _is_open(action: Action, campaign: Campaign) -> bool:
    return action.status == Action.Status.PLANNED and action.campaign_id == campaign.pk


def _why_kept(row: Invitation, contact: Contact, kept: KeepList) -> str:
    if reason := kept.why_kept(contact, (row.slug, row.member_id)):
        return reason
    return why_not_contact(contact) if contact.pk else ""


def _why_doubtful(campaign: Campaign, row: Invitation) -> str:
    """Why it is not certain that the invitation is old enough, or that it can be withdrawn."""
    said = f"“{names.clean(row.age_text or '')}”"
    if row.min_days is None:
        return f"its age is not understood: {said}"
    if row.min_days < campaign.withdraw_after_days:
        return f"{said} may be {row.min_days} days only; the limit is {campaign.withdraw_after_days}"
    return "" if row.can_withdraw else "its row offers no control that withdraws"


def _why_not_again(row: Invitation, last: Interaction | None, today: date) -> str:
    """A list may still show what was withdrawn; an invitation sent since then is younger than that."""
    if last is None or (today - last.happened_at.date()).days > (row.min_days or 0):
        return ""
    return f"was withdrawn on {last.happened_at:%Y-%m-%d}; the list still shows an invitation from before"


def _why_taken(taken: Action) -> str:
    if taken.status == Action.Status.UNKNOWN:
        return "in doubt: it may have been withdrawn; nothing is repeated before that is settled"
    return f"is {taken.status} in the campaign {taken.campaign}"


def _failed_too_often(failed: QuerySet[Action]) -> str:
    if failed.count() < MAX_ATTEMPTS:
        return ""
    return f"failed {MAX_ATTEMPTS} times: {failed.latest('pk').reason}"
