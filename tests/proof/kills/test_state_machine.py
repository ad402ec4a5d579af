"""Any sequence of what may happen to an installation: nobody is wished twice, nor after a no, nor off the record."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.proof import seeds
from tests.proof.kills import events, life, setting
from tests.proof.kills.checker import complaints, complaints_at_rest
from tests.proof.kills.failpoints import Failpoint
from tests.proof.kills.histories import Histories
from tests.proof.kills.life import Script
from tests.proof.kills.stage import Stage

pytestmark = pytest.mark.database
NAMES = (
    "Ada Martin",
    "Bo Lindgren",
    "Cleo Aubry",
    "Dara Novak",
    "Eli Santos",
    "Fay Okoro",
    "Gil Ferrand",
    "Hana Sato",
)
FATES = st.sampled_from(["delivered", "delivered", "lost", "late"])
IS_FILE = django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@dataclass
class Person:
    """One human being, by every slug they had, and how many wishes they may have got at most."""

    slugs: set[str]
    most: int = 1
    has_refused: bool = False
    is_erased: bool = False


class Installation(RuleBasedStateMachine):
    """`open_stage` is set by the test."""

    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = self.open_stage("machine")
        self.known: dict[str, Person] = {}
        self.backup: Path | None = None
        self.known_then: dict[str, Person] = {}
        self.was_restored = False
        self.seen = Histories()

    @initialize()
    def install(self) -> None:
        self.stage.do(setting.people, ())
        self.look()

    @precondition(lambda self: len(self.known) < len(NAMES))
    @rule(target=people, days_ago=st.integers(-1, 4))
    def meet(self, days_ago: int) -> str:
        slug = self.stage.do(events.meet, NAMES[len(self.known)], days_ago)
        self.known[slug] = Person({slug})
        return str(slug)

    @rule()
    def start(self) -> None:
        self.run()

    @rule(fate=FATES)
    def step(self, fate: str) -> None:
        self.run(limit=1, fate=fate)

    @rule(
        nth=st.integers(1, 300),
        fate=FATES,
        strike=st.sampled_from(["killed", "asked to stop", "read-only database"]),
    )
    def crash(self, nth: int, fate: str, strike: str) -> None:
        self.stage.strike(Failpoint(("anywhere",), nth, strike), fate=fate)
        self.stage.pass_time(timedelta(minutes=5))
        self.look()

    @rule(hours=st.integers(1, 30))
    def advance_the_clock(self, hours: int) -> None:
        self.stage.pass_time(timedelta(hours=hours))

    @rule(slug=people)
    def say_no(self, slug: str) -> None:
        if self.is_there(slug):
            self.stage.do(events.say_no, slug)
            self.known[slug].has_refused = True

    @rule(target=people, slug=people)
    def rename(self, slug: str):
        if not self.is_there(slug):
            return multiple()
        new = f"{slug}-x"
        self.stage.do(events.rename, slug, new)
        self.known[new] = self.known[slug]
        self.known[new].slugs.add(new)
        return new

    @precondition(lambda self: not self.is_under_way())
    @rule(kept=people, other=people)
    def merge(self, kept: str, other: str) -> None:
        """The two turn out to be one person; what both got by then cannot be undone."""
        if kept == other or not (self.is_there(kept) and self.is_there(other)):
            return
        self.stage.do(events.merge, kept, other)
        one, two = self.known[kept], self.known[other]
        one.slugs |= two.slugs
        one.most = max(1, self.count(one))
        one.has_refused |= two.has_refused
        self.known[other] = replace(two, is_erased=True, most=99)
        self.look()

    @precondition(lambda self: not self.is_under_way())
    @rule(slug=people)
    def erase(self, slug: str) -> None:
        if self.is_there(slug):
            self.stage.do(events.erase, slug)
            self.known[slug].is_erased = True
            self.known[slug].most = self.count(self.known[slug])
            self.look()

    @precondition(lambda self: IS_FILE and self.backup is None and not self.is_under_way())
    @rule()
    def back_up(self) -> None:
        self.backup = self.stage.place.folder / "backup.sqlite3"
        self.stage.do(events.back_up, self.backup)
        self.known_then = {slug: replace(one, slugs=set(one.slugs)) for slug, one in self.known.items()}

    @precondition(lambda self: self.backup is not None and not self.is_under_way())
    @rule()
    def restore(self) -> None:
        """What happened since the backup is forgotten: from here on the machine counts, the records lack something."""
        self.stage.do(events.restore, self.backup)
        assert self.stage.run().outcome in ("restored", "finished", "nothing_to_do", "outside_hours")
        self.stage.do(events.reconcile_installation)
        self.known = {slug: replace(one, slugs=set(one.slugs)) for slug, one in self.known_then.items()}
        self.was_restored, self.backup = True, None
        self.look()

    @invariant()
    def nobody_was_wished_twice_or_against_their_will(self) -> None:
        for person in self.known.values():
            assert self.count(person) <= person.most, (
                f"{sorted(person.slugs)} got {self.count(person)} messages"
            )

    def count(self, person: Person) -> int:
        return sum(one.slug in person.slugs for one in self.seen.deliveries)

    def is_there(self, slug: str) -> bool:
        """Whether this slug is the canonical address of somebody still among the contacts."""
        return slug in self.known and not self.known[slug].is_erased and f"{slug}-x" not in self.known

    def is_under_way(self) -> bool:
        return bool(self.seen.active_runs) or any(
            action.status in ("claimed", "sending") for action in self.seen.actions
        )

    def run(self, **script: Any) -> None:
        _, seen = self.stage.do(life.run_and_look, Script(**script))
        self.check(seen)

    def look(self) -> None:
        self.check(self.stage.look())

    def check(self, seen: Histories) -> None:
        self.seen = seen
        assert self.was_restored or complaints(self.without_the_erased()) == []

    def without_the_erased(self) -> Histories:
        gone = {slug for person in self.known.values() if person.is_erased for slug in person.slugs}
        kept = {slug for person in self.known.values() if not person.is_erased for slug in person.slugs}
        forgotten = gone - kept
        return replace(
            self.seen, deliveries=[one for one in self.seen.deliveries if one.slug not in forgotten]
        )

    def teardown(self) -> None:
        if self.known:
            self.stage.pass_time(timedelta(hours=14))
            self.check(self.stage.recover_quietly())
            self.nobody_was_wished_twice_or_against_their_will()
            assert self.was_restored or complaints_at_rest(self.without_the_erased()) == []


def test_whatever_happens_in_whatever_order_the_promises_hold(open_stage, record_property):
    record_property("trials", len(seeds(40, 2)))
    Installation.open_stage = staticmethod(open_stage)
    run_state_machine_as_test(
        Installation,
        settings=settings(
            max_examples=len(seeds(40, 2)),
            stateful_step_count=len(seeds(20, 12)),
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
