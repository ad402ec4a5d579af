"""A run as a story: what it planned, whom it left out and why, and each action with its evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django.utils.functional import cached_property

from campaigns.admin import badges
from campaigns.models import Action, Run
from campaigns.progress import Progress, progress_of
from contacts.models import Contact

# More are a list of their own.
MOST_LEFT = 20
MOST_ACTED = 200


@dataclass
class Deed:
    """One action that the run touched, with what was seen before and after the click."""

    action: Action
    snapshots: list[Any] = field(default_factory=list)

    @property
    def tone(self) -> str:
        return badges.ACTIONS[self.action.status]

    @property
    def state(self) -> str:
        return badges.name_of(self.action)

    @property
    def evidence(self) -> list[tuple[str, str]]:
        return list(facts(self.action.evidence))


@dataclass(frozen=True)
class Mention:
    """Somebody whom the run wrote down by name; the contact may be gone since."""

    name: str
    occasion: str
    text: str
    reason: str
    contact_id: int | None


class Story:
    """Reads the database a fixed number of times, whatever the run did."""

    def __init__(self, run: Run, reader: AbstractBaseUser | AnonymousUser) -> None:
        self.run = run
        self.reader = reader

    @cached_property
    def state(self) -> str:
        return badges.state_of(self.run)[1]

    @cached_property
    def tone(self) -> str:
        return badges.RUNS[badges.state_of(self.run)[0]]

    @cached_property
    def progress(self) -> Progress:
        return progress_of(self.run)

    @property
    def attempted(self) -> int:
        return self.progress["done"] + self.progress["failed"] + self.progress["unknown"]

    @property
    def is_active(self) -> bool:
        return self.run.status in Run.ACTIVE

    @cached_property
    def deeds(self) -> list[Deed]:
        acted = self.run.actions.exclude(status=Action.Status.PLANNED).select_related("contact")
        deeds = [Deed(action) for action in acted.order_by("claimed_at", "pk")[:MOST_ACTED]]
        for snapshot in self.snapshots:
            if deed := _at_work(deeds, snapshot):
                deed.snapshots.append(snapshot)
        return deeds

    @cached_property
    def snapshots(self) -> list[Any]:
        """The unexpected pages of its time; nothing for those who may not see them."""
        if not self.reader.has_perm("engine.view_snapshot"):  # type: ignore[union-attr]
            return []
        taken: QuerySet[Any] = apps.get_model("engine", "Snapshot")._default_manager.filter(
            account_id=self.run.account_id, taken_at__gte=self.run.started_at
        )
        taken = taken.filter(taken_at__lte=self.run.ended_at) if self.run.ended_at else taken
        return list(taken.order_by("taken_at")[:MOST_ACTED])

    @cached_property
    def left(self) -> list[Action]:
        planned = self.run.campaign.actions.filter(status=Action.Status.PLANNED)
        return list(planned.select_related("contact").order_by("-due_on", "pk")[:MOST_LEFT])

    @cached_property
    def skipped(self) -> list[tuple[str, list[Mention]]]:
        """Who was not chosen, reason by reason, the most frequent first."""
        mentions = sorted((self._mention(entry) for entry in self.run.skipped), key=lambda each: each.reason)
        groups = [(reason, list(group)) for reason, group in groupby(mentions, lambda each: each.reason)]
        return sorted(groups, key=lambda group: -len(group[1]))

    @cached_property
    def plan(self) -> list[Mention]:
        """Of a dry run: whom it would have acted for."""
        return [self._mention(entry) for entry in self.run.plan if entry.get("status") == "planned"]

    @cached_property
    def passed_over(self) -> list[Mention]:
        """Of a dry run: who would have been left out, and why."""
        return [self._mention(entry) for entry in self.run.plan if entry.get("status") != "planned"]

    def _mention(self, entry: Mapping[str, str]) -> Mention:
        told = {name: entry.get(name) or "" for name in ("name", "occasion", "text", "reason")}
        return Mention(**told, contact_id=self._known.get(entry.get("contact", "")))

    @cached_property
    def _known(self) -> dict[str, int]:
        addresses = [entry.get("contact", "") for entry in (*self.run.skipped, *self.run.plan)]
        return dict(Contact.objects.filter(profile_url__in=addresses).values_list("profile_url", "pk"))


def _at_work(deeds: Iterable[Deed], snapshot: Any) -> Deed | None:
    """The action that was under way when the snapshot was taken."""
    begun = [each for each in deeds if each.action.claimed_at and each.action.claimed_at <= snapshot.taken_at]
    last = begun[-1] if begun else None
    is_over = last and last.action.ended_at and last.action.ended_at < snapshot.taken_at
    return None if is_over else last


def facts(evidence: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested evidence line by line, named by its path; what is empty says nothing."""
    for name, value in evidence.items():
        path = f"{above} › {name}" if above else name
        if isinstance(value, Mapping):
            yield from facts(value, path)
        elif value not in (None, "", [], {}):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield path.replace("_", " "), shown
