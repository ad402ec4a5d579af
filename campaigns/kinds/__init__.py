"""The kinds of campaign: each is one file with `plan` and `perform`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import ClassVar, Protocol

from django.db.models import prefetch_related_objects

from campaigns import policies
from campaigns.models import Action, Campaign, MessageTemplate, Run
from contacts.models import Contact
from engine.ports import Recipient, World


@dataclass(frozen=True)
class Options:
    """What one start may change of its campaign's configuration."""

    limit: int | None = None
    sends_late: bool | None = None
    late_days: int | None = None


@dataclass(frozen=True)
class Proposal:
    """One person who was considered: with what is to be done, or with the reason why they are not chosen."""

    contact: Contact  # unsaved where nobody knew them before
    occasion: str
    due_on: date
    expires_on: date
    days_late: int = 0
    template: MessageTemplate | None = None
    text: str = ""
    reason: str = ""  # why not; empty when chosen
    planned: Action | None = None  # it was planned before; its text may have to change
    why: str = ""  # why chosen, for those who look at a plan

    @property
    def is_chosen(self) -> bool:
        return not self.reason


class Verdict(Enum):
    """What a look at the network says of an action in doubt."""

    DONE = "it happened"
    ABSENT = "a whole reading lacks it"  # twice, some time apart: it did not happen
    UNREADABLE = "nothing follows from what could be read"
    REPEATABLE = "nobody can tell, and once more does no harm"


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    reason: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)


class Kind(Protocol):
    """What a kind of campaign knows; the runner does the rest. One object serves one pass."""

    bucket: ClassVar[str]  # the quota that each of its actions takes a permit from
    doing: ClassVar[str]  # what the watcher is told: "writing to Ada Martin"
    plans_from_network: ClassVar[bool] = False  # even a dry run has to read the network
    is_spent_by_trying: ClassVar[bool] = False  # a failed attempt keeps its permit: it was seen
    wanted: int = 1  # so many to do are enough: no more is harvested before they are done

    def harvest(self, campaign: Campaign, world: World, today: date) -> Iterable[str | Proposal]:
        """Learn from the network what planning needs; gives notes, and people left out with their reason."""
        ...

    def plan(self, campaign: Campaign, options: Options, today: date) -> Iterator[Proposal]:
        """Consider everybody in question, in the order of acting. Asks the network nothing, writes nothing."""
        ...

    def can_read_on(self, campaign: Campaign, today: date) -> bool:
        """Whether another harvest would read more, because fewer than `wanted` are known."""
        return False

    def has_more(self, campaign: Campaign, today: date) -> bool:
        """Whether to harvest and plan again may bring more to do, once all that is planned was tried."""
        return False

    def usual_limit(self, campaign: Campaign) -> int:
        """How many of its actions one run may do."""
        ...

    def in_order(self, actions: Iterable[Action]) -> list[Action]:
        """What is planned, in the order of doing it; given in the order of planning."""
        return list(actions)

    def why_wait(self, action: Action, options: Options, today: date) -> str:
        """Why a planned action is left for another time; empty when it is its turn."""
        return policies.why_wait(action, today)

    def perform(self, action: Action, run: Run, world: World) -> None:
        """Do the one thing: prove the page, commit `sending`, click once, read the proof, complete."""
        ...

    def look_for(self, action: Action, world: World) -> Finding:
        """Whether an action in doubt happened, by reading only. Raises NothingSent when it cannot be read."""
        ...


def recipient_of(contact: Contact) -> Recipient:
    prefetch_related_objects([contact], "aliases")  # asked for twice here
    return Recipient(
        slugs=contact.slugs,
        member_ids=contact.identity.member_ids,
        profile_url=contact.profile_url,
        name=contact.name,
    )


def kind_of(campaign: Campaign) -> Kind:
    from campaigns.kinds.birthday import BirthdayKind
    from campaigns.kinds.invitations import InvitationsKind
    from campaigns.kinds.sourcing import SourcingKind

    kinds: dict[str, type[Kind]] = {
        Campaign.Kind.BIRTHDAY: BirthdayKind,
        Campaign.Kind.SOURCING: SourcingKind,
        Campaign.Kind.INVITATIONS: InvitationsKind,
    }
    return kinds[campaign.kind]()
