"""The kinds of campaign: each is one file with `plan` and `perform`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from campaigns.models import Action, Campaign, MessageTemplate, Run
from contacts.models import Contact
from engine.ports import World


@dataclass(frozen=True)
class Options:
    """What one start may change of its campaign's configuration."""

    limit: int | None = None
    sends_late: bool | None = None
    late_days: int | None = None


@dataclass(frozen=True)
class Proposal:
    """One person who was considered: with a text, or with the reason why they are not chosen."""

    contact: Contact
    occasion: str
    due_on: date
    expires_on: date
    days_late: int = 0
    template: MessageTemplate | None = None
    text: str = ""
    reason: str = ""  # why not; empty when chosen
    planned: Action | None = None  # it was planned before; its text may have to change

    @property
    def is_chosen(self) -> bool:
        return not self.reason


class Kind(Protocol):
    """What a kind of campaign knows; the runner does the rest."""

    bucket: str  # the quota that each of its actions takes a permit from

    def harvest(self, campaign: Campaign, world: World, today: date) -> list[str]:
        """Learn from the network what planning needs; returns notes."""
        ...

    def plan(self, campaign: Campaign, options: Options, today: date) -> Iterator[Proposal]:
        """Consider everybody in question, in the order of acting. Reads the database only, writes nothing."""
        ...

    def perform(self, action: Action, run: Run, world: World) -> None:
        """Do the one thing: prove the page, commit `sending`, click once, read the proof, complete."""
        ...


def kind_of(campaign: Campaign) -> Kind:
    from campaigns.kinds.birthday import BirthdayKind

    kinds: dict[str, Kind] = {Campaign.Kind.BIRTHDAY: BirthdayKind()}
    return kinds[campaign.kind]
