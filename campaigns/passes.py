"""A pass of a run over its campaign: what it works with, whether it may go on, and what it has to tell."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from campaigns import policies
from campaigns.attention import SLICE_SECONDS, AttentiveClock
from campaigns.clock_guard import ClockGuard
from campaigns.heartbeat import HEARTBEAT_SECONDS
from campaigns.kinds import Kind, Options, Proposal, kind_of
from campaigns.models import Action, Run
from engine.errors import StopRequested
from engine.ports import World

# So many people are listed with the reason why they were not chosen.
MOST_LEFT_OUT = 200


class Listener(Protocol):
    """Who watches the run: a terminal, a log, or nobody."""

    def says(self, text: str) -> None: ...

    def planned(self, total: int) -> None: ...

    def attempted(self, action: Action) -> None: ...


class Pass:
    """One pass of a run over its campaign."""

    def __init__(
        self, run: Run, options: Options, world: World, listener: Listener, should_stop: Callable[[], bool]
    ) -> None:
        self.run, self.options, self.listener = run, options, listener
        self.should_stop = should_stop
        self._clock = world.clock
        self.world = replace(world, clock=AttentiveClock(world.clock, self.is_stop_asked))
        self.clock_guard = ClockGuard(world.clock, run.account)
        self.campaign = run.campaign
        self.kind: Kind = kind_of(run.campaign)
        self.attempts = 0
        self.more_left_out = 0
        self._told: tuple[str, datetime | None, int] | None = None
        self._told_at = world.clock.now()

    @property
    def today(self) -> date:
        return self.world.clock.now().astimezone(self.run.account.zone).date()

    def check_may_act(self) -> None:
        """Raises a StopRun when the run was asked to stop, lost its lease or its clock, its account was paused, or its
        hours are over: by the account's settings as they are now.
        """
        self._beat()
        self.clock_guard.check()
        is_asked = self.run.look_again()
        if is_asked or self.should_stop():
            raise StopRequested("it was asked to stop")
        policies.check_active(self.run.account)
        if not self.world.is_rehearsal:
            policies.check_hours(self.run.account, self.world.clock.now())

    def _beat(self) -> None:
        """Where there is something new to tell, or the last sign of life is a while ago: each is a commit."""
        now, progress = self._clock.now(), (self.run.step, self.run.next_action_at, self.run.to_do)
        if progress != self._told or abs((now - self._told_at).total_seconds()) >= HEARTBEAT_SECONDS:
            self.run.beat(now)
            self._told, self._told_at = progress, now

    def is_stop_asked(self) -> bool:
        return self.should_stop() or self.run.is_stop_requested()

    def pause(self) -> None:
        """Wait out the spacing after the last permit, alive and ready to stop."""
        self.wait_until(self.world.limiter.ready_at(self.run.account_id, self.kind.bucket))

    def wait_until(self, ready_at: datetime | None) -> None:
        while ready_at and (left := (ready_at - self.world.clock.now()) / timedelta(seconds=1)) > 0:
            self.listener.says(f"pausing, {left:.0f} s left")
            self.run.reach("pausing", ready_at)
            self.check_may_act()
            self._clock.sleep(min(left, SLICE_SECONDS))

    def tell(self) -> None:
        """Keep in the run what the world outside has to tell."""
        for note in (*self.world.limiter.notes(), *self.world.network.notes()):
            self.run.note(note)

    def leave_out(self, entry: dict[str, str]) -> None:
        """Keep the reason why not, once; of more than MOST_LEFT_OUT people only how many they are."""
        if len(self.run.skipped) >= MOST_LEFT_OUT:
            self.more_left_out += entry not in self.run.skipped
        elif entry not in self.run.skipped:
            self.run.skipped.append(entry)

    def keep_left_out(self) -> None:
        self.run.save(update_fields=["skipped"])
        if self.more_left_out:
            people = "person was" if self.more_left_out == 1 else "people were"
            self.run.note(f"{self.more_left_out:,} more {people} not chosen and not listed")
            self.more_left_out = 0


def skipped_entry(skipped: Proposal | Action, reason: str = "") -> dict[str, str]:
    contact = skipped.contact
    return {
        "contact": contact.profile_url,
        "name": contact.name,
        "occasion": skipped.occasion,
        "reason": reason or skipped.reason,
    }
