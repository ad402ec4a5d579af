"""The three histories of an installation as plain values: the database's, the network's and the audit trail's."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from campaigns.models import Action, Run
from contacts.models import Contact, Interaction
from engine.models import SpentPermit


@dataclass(frozen=True)
class Delivery:
    slug: str
    text: str
    at: datetime


@dataclass(frozen=True)
class ActionRow:
    pk: int
    slugs: frozenset[str]
    occasion: str
    status: str
    text: str


@dataclass(frozen=True)
class Wish:
    slugs: frozenset[str]
    text: str


@dataclass(frozen=True)
class Step:
    """One line of the audit trail: a row of this kind went from one status to another."""

    kind: str
    row: int
    before: str
    after: str
    text: str = ""


@dataclass(frozen=True)
class Histories:
    deliveries: list[Delivery] = field(default_factory=list)
    actions: list[ActionRow] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    trail: list[Step] = field(default_factory=list)
    permits: list[datetime] = field(default_factory=list)  # those that count, for messages, oldest first
    active_runs: dict[int, int] = field(default_factory=dict)  # by account
    outcomes: list[tuple[int, str]] = field(default_factory=list)
    contact_of: dict[int, int] = field(default_factory=dict)  # the contact of each action


def read(deliveries: list[Delivery]) -> Histories:
    """What this process's database says, beside what the network received."""
    slugs = {contact.pk: contact.slugs for contact in Contact.objects.prefetch_related("aliases")}
    actions = list(Action.objects.order_by("pk"))
    running = list(Run.objects.filter(status="running").values_list("account_id", flat=True))
    wishes = Interaction.objects.filter(type="birthday_sent", source_key__startswith="action:").order_by("pk")
    return Histories(
        deliveries=deliveries,
        actions=[
            ActionRow(one.pk, slugs[one.contact_id], one.occasion, one.status, one.text) for one in actions
        ],
        wishes=[Wish(slugs[wish.contact_id], wish.payload["text"]) for wish in wishes],
        trail=_trail(),
        permits=list(_counting().values_list("taken_at", flat=True)),
        active_runs={account: running.count(account) for account in running},
        outcomes=list(Run.objects.filter(status="ended").order_by("pk").values_list("pk", "outcome")),
        contact_of={one.pk: one.contact_id for one in actions},
    )


def _counting():
    return SpentPermit.objects.filter(bucket="message", given_back_at=None).order_by("taken_at")


def _trail() -> list[Step]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, row_id, before, after, text FROM proof_trail ORDER BY id")
        return [Step(*row) for row in cursor.fetchall()]
