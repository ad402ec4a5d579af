"""One run, top to bottom: lease, doubts, hours, plan, and each action once."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import uuid4

from django.db import transaction

from campaigns import policies, report
from campaigns.attention import SLICE_SECONDS, AttentiveClock
from campaigns.clock_guard import ClockGuard, check_against_records
from campaigns.database_failures import DATABASE_FAILED, drop_broken_connection, what_failed
from campaigns.heartbeat import beating
from campaigns.installation import checked_outside
from campaigns.kinds import Kind, Options, Proposal, kind_of
from campaigns.log_context import logged_as, logged_with
from campaigns.models import Action, Campaign, HeldBack, NotNeeded, Run, plan_action
from campaigns.processes import ProcessIdentity
from campaigns.restoring import is_to_be_looked_up, look_up
from campaigns.settling import fail, hold, release, settle, skip
from contacts.models import Contact, Erased
from engine.errors import NothingSent, ProofMissing, StopRequested, StopRun, TooSoon
from engine.ports import Clock, World

# So many people are listed with the reason why they were not chosen.
MOST_LEFT_OUT = 200


class Listener(Protocol):
    """Who watches the run: a terminal, a log, or nobody."""

    def says(self, text: str) -> None: ...

    def planned(self, total: int) -> None: ...

    def attempted(self, action: Action) -> None: ...


def run_campaign(
    campaign: Campaign,
    options: Options,
    clock: Clock,
    open_world: Callable[[], AbstractContextManager[World]],
    listener: Listener,
    should_stop: Callable[[], bool] = lambda: False,
    queued: Run | None = None,
) -> Run:
    """Run the campaign once. Raises Busy or AccountPaused when it may not even start.

    `queued`: the run that this process begins in place of a new one; where another took it, nothing is done.

    Raises also what the program did not foresee, after the run ended with it, and the database's own error when
    that cannot even take the outcome: then the next start ends the run as crashed.
    """

    def go(run: Run, world: World) -> tuple[str, str]:
        return Pass(run, options, world, listener, should_stop).go()

    return _hold_run(campaign, clock, open_world, go, queued)


def preview_campaign(
    campaign: Campaign,
    options: Options,
    clock: Clock,
    open_world: Callable[[], AbstractContextManager[World]],
    listener: Listener,
    should_stop: Callable[[], bool] = lambda: False,
    queued: Run | None = None,
) -> tuple[Run, list[Proposal]]:
    """What a run would do; nothing is done, no permit taken. The network is read where the kind plans from it.

    It holds the account's one run meanwhile, for its browser. Raises as `run_campaign` does.
    """
    proposals: list[Proposal] = []

    def look(run: Run, world: World) -> tuple[str, str]:
        proposals.extend(Pass(run, options, world, listener, should_stop).preview())
        if run.is_dry_run:
            run.keep_plan(report.of_plan(campaign, proposals)["actions"])
        return Run.Outcome.FINISHED, "a dry run: nothing was done"

    return _hold_run(campaign, clock, open_world, look, queued), proposals


def _hold_run(
    campaign: Campaign,
    clock: Clock,
    open_world: Callable[[], AbstractContextManager[World]],
    work: Callable[[Run, World], tuple[str, str]],
    queued: Run | None,
) -> Run:
    """Do the work while holding the account's one run, which ends with what the work says."""
    run = queued or Run.objects.start(campaign, ProcessIdentity.own(), clock.now())
    if queued and not queued.begin(ProcessIdentity.own(), clock.now()):
        return queued
    with run.held():
        _do(run, clock, open_world, work)
    return run


def _do(
    run: Run,
    clock: Clock,
    open_world: Callable[[], AbstractContextManager[World]],
    work: Callable[[Run, World], tuple[str, str]],
) -> None:
    try:
        with logged_with(run=run.pk), beating(run, clock):
            check_against_records(run.account, clock.now())
            run.outside = checked_outside()
            with open_world() as world:
                outcome, reason = work(run, world)
    except StopRun as stop:
        outcome, reason = stop.outcome, str(stop)
    except DATABASE_FAILED as error:
        outcome, reason = what_failed(error)
        drop_broken_connection()
    except BaseException as error:
        run.end(Run.Outcome.INTERNAL_ERROR, clock.now(), f"{type(error).__name__}: {error}"[:500])
        raise
    run.end(outcome, clock.now(), reason)


class Pass:
    """One pass of a run over its campaign."""

    def __init__(
        self, run: Run, options: Options, world: World, listener: Listener, should_stop: Callable[[], bool]
    ) -> None:
        self.run, self.options, self.listener = run, options, listener
        self.should_stop = should_stop
        self.world = replace(world, clock=AttentiveClock(world.clock, self.is_stop_asked))
        self.clock_guard = ClockGuard(world.clock, run.account)
        self.campaign = run.campaign
        self.kind: Kind = kind_of(run.campaign)
        self.attempts = 0
        self.more_left_out = 0

    def go(self) -> tuple[str, str]:
        """The outcome and its reason, unless a StopRun ends the pass earlier."""
        settle(self.run, self.world)
        is_more = True
        while is_more:
            self.run.reach("reading the network")
            self.check_may_act()
            self.plan()
            for action in self.queue():
                if self.attempts == self.options.limit:
                    return Run.Outcome.FINISHED, f"the limit of this start, {self.options.limit}, is reached"
                with logged_as(action):
                    self.attempt(action)
            is_more = self.attempts != self.options.limit and self.kind.has_more(self.campaign, self.today)
        return Run.Outcome.FINISHED if self.attempts else Run.Outcome.NOTHING_TO_DO, ""

    def preview(self) -> list[Proposal]:
        if self.kind.plans_from_network:
            return self.look()
        return list(self.kind.plan(self.campaign, self.options, self.today))

    def look(self) -> list[Proposal]:
        """Everybody whom a run would consider, as far as its limit, with what the network says now."""
        self.kind.wanted = self.options.limit or self.kind.usual_limit(self.campaign)
        left_out: list[Proposal] = []
        while True:
            self.run.reach("reading the network")
            self.check_may_act()
            self.listener.says("reading the network")
            for found in self.kind.harvest(self.campaign, self.world, self.today):
                left_out.append(found) if isinstance(found, Proposal) else self.run.note(found)
            if not self.kind.can_read_on(self.campaign, self.today):
                return left_out + list(self.kind.plan(self.campaign, self.options, self.today))

    @property
    def today(self) -> date:
        return self.world.clock.now().astimezone(self.run.account.zone).date()

    def check_may_act(self) -> None:
        """Raises a StopRun when the run was asked to stop, lost its lease or its clock, or its hours are over."""
        self.run.beat(self.world.clock.now())
        self.clock_guard.check()
        if self.is_stop_asked():
            raise StopRequested("it was asked to stop")
        if not self.world.is_rehearsal:
            policies.check_hours(self.run.account, self.world.clock.now())

    def is_stop_asked(self) -> bool:
        return self.should_stop() or self.run.is_stop_requested()

    def plan(self) -> None:
        self.listener.says("reading the network")
        for found in self.kind.harvest(self.campaign, self.world, self.today):
            self.take(found) if isinstance(found, Proposal) else self.run.note(found)
        self.tell()
        for action in self.campaign.actions.filter(status=Action.Status.PLANNED, expires_on__lt=self.today):
            action.expire(self.world.clock.now())
        self.campaign.actions.forget_stale_approvals(self.world.clock.now())
        for proposal in self.kind.plan(self.campaign, self.options, self.today):
            self.take(proposal)
        self.run.save(update_fields=["skipped"])
        if self.more_left_out:
            self.run.note(f"{self.more_left_out:,} more people were not chosen; these are not listed")
            self.more_left_out = 0
        total = len(self.queue())
        self.run.to_do = self.attempts + total
        self.listener.planned(total)

    def take(self, proposal: Proposal) -> None:
        """Turn a proposal into a planned action, renew an old one's text, or keep the reason why not."""
        if not proposal.is_chosen:
            if proposal.planned:
                proposal.planned.skip(proposal.reason, self.world.clock.now())
            self.leave_out(skipped_entry(proposal))
        elif proposal.template and proposal.planned:
            proposal.planned.rewrite(proposal.template, proposal.text, proposal.days_late)
        elif not proposal.planned:
            if proposal.contact._state.adding and not is_recorded(proposal.contact):
                return
            plan_action(
                self.campaign, proposal.contact, occasion=proposal.occasion, due_on=proposal.due_on,
                expires_on=proposal.expires_on, template=proposal.template, text=proposal.text,
                days_late=proposal.days_late,
            )  # fmt: skip

    def leave_out(self, entry: dict[str, str]) -> None:
        """Keep the reason why not, once; of more than MOST_LEFT_OUT people only how many they are."""
        if len(self.run.skipped) >= MOST_LEFT_OUT:
            self.more_left_out += entry not in self.run.skipped
        elif entry not in self.run.skipped:
            self.run.skipped.append(entry)

    def queue(self) -> list[Action]:
        """What may be done now, in the kind's order."""
        planned = self.campaign.actions.filter(status=Action.Status.PLANNED, expires_on__gte=self.today)
        known = planned.select_related("contact", "campaign", "account").order_by("pk")
        due = (action for action in known if not self.kind.why_wait(action, self.options, self.today))
        return self.kind.in_order(due)

    def attempt(self, action: Action) -> None:
        """Permit, claim, perform: once."""
        self.pause()
        self.run.reach(f"{self.kind.doing} contact {action.contact_id}")
        self.check_may_act()
        if action.text and action.due_on + timedelta(days=action.days_late) != self.today:
            return  # midnight went by: the next plan writes the text for the new day
        if reason := policies.why_not_contact(action.contact):
            action.skip(reason, self.world.clock.now())
            self.run.skipped.append(skipped_entry(action, reason))
            self.run.save(update_fields=["skipped"])
            return
        if is_to_be_looked_up(action) and not look_up(action, self.run, self.world):
            return
        try:
            if not self.claim(action):
                return
        except TooSoon as early:
            self.wait_until(early.opens_at)
            return self.attempt(action)  # by now it may be too late, or unwanted
        self.attempts += 1
        self.listener.says(f"{self.kind.doing} {action.contact}")
        self.tell()
        try:
            self.kind.perform(action, self.run, self.world)
        except BaseException as error:
            self.record(action, error)
            if isinstance(error, ProofMissing):
                self.settle_at_once(action)
            elif ends_the_run(error):
                raise
        finally:
            self.tell()
            self.listener.attempted(action)

    def tell(self) -> None:
        """Keep in the run what the world outside has to tell."""
        for note in (*self.world.limiter.notes(), *self.world.network.notes()):
            self.run.note(note)

    def claim(self, action: Action) -> bool:
        """Take a permit and the action in one transaction. Raises LimitReached."""
        limiter, attempt_id = self.world.limiter, uuid4()
        wanted = self.run.account_id, self.kind.bucket, attempt_id, self.run.pk
        with ExitStack() as unless_claimed:
            # A rollback does not reach the gate that stands in front of the database.
            unless_claimed.callback(limiter.give_back, attempt_id)
            limiter.ask_gate(*wanted)
            with transaction.atomic():
                limiter.acquire(*wanted)
                if not action.claim(self.run, attempt_id, self.world.clock.now()):
                    transaction.set_rollback(True)
                    return False
            unless_claimed.pop_all()
        return True

    def record(self, action: Action, error: BaseException) -> None:
        """What became of an action that did not end well; the class of the error decides."""
        reason = f"{getattr(error, 'code', type(error).__name__)}: {error}"
        action.refresh_from_db()
        if action.status == Action.Status.SENDING and not isinstance(error, NothingSent):
            action.mark_unknown(reason)
        elif isinstance(error, NotNeeded):
            skip(action, self.world, str(error))
        elif isinstance(error, HeldBack):
            hold(action, self.world, str(error))
        elif action.status == Action.Status.SENDING and self.kind.is_spent_by_trying:
            action.fail(reason, self.world.clock.now())
        elif action.status == Action.Status.CLAIMED and ends_the_run(error):
            release(action, self.world, reason)
        else:
            fail(action, self.world, reason)

    def settle_at_once(self, action: Action) -> None:
        """The proof was not seen: read the thread now, and go on only if that settles it."""
        settle(self.run, self.world)
        action.refresh_from_db()
        if action.status == Action.Status.UNKNOWN:
            raise ProofMissing(f"{action}: {action.reason}")

    def pause(self) -> None:
        """Wait out the spacing after the last permit, alive and ready to stop."""
        self.wait_until(self.world.limiter.ready_at(self.run.account_id, self.kind.bucket))

    def wait_until(self, ready_at: datetime | None) -> None:
        while ready_at and (left := (ready_at - self.world.clock.now()) / timedelta(seconds=1)) > 0:
            self.listener.says(f"pausing, {left:.0f} s left")
            self.run.reach("pausing", ready_at)
            self.check_may_act()
            self.world.clock.sleep(min(left, SLICE_SECONDS))


def ends_the_run(error: BaseException) -> bool:
    """Whether it concerns more than the one action: a StopRun, or anything unforeseen."""
    return isinstance(error, StopRun) or not isinstance(error, NothingSent)


def is_recorded(contact: Contact) -> bool:
    """Save somebody who was not known; False where they were erased, of which nothing is told."""
    try:
        contact.save()
    except Erased:
        return False
    return True


def skipped_entry(skipped: Proposal | Action, reason: str = "") -> dict[str, str]:
    contact = skipped.contact
    return {
        "contact": contact.profile_url,
        "name": contact.name,
        "occasion": skipped.occasion,
        "reason": reason or skipped.reason,
    }
