"""One run, top to bottom: lease, doubts, hours, plan, and each action once."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from campaigns import report
from campaigns.attempts import attempt
from campaigns.clock_guard import check_against_records
from campaigns.database_failures import DATABASE_FAILED, drop_broken_connection, what_failed
from campaigns.heartbeat import beating
from campaigns.installation import checked_outside
from campaigns.kinds import Options, Proposal
from campaigns.log_context import logged_as, logged_with
from campaigns.models import Campaign, Run
from campaigns.passes import Listener, Pass
from campaigns.processes import ProcessIdentity
from campaigns.queues import Queue
from campaigns.settling import settle
from engine.errors import StopRun
from engine.ports import Clock, World


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
        return _go(Pass(run, options, world, listener, should_stop))

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
        proposals.extend(Queue(Pass(run, options, world, listener, should_stop)).preview())
        if run.is_dry_run:
            run.keep_plan(report.of_plan(campaign, proposals)["actions"])
        return Run.Outcome.FINISHED, "a dry run: nothing was done"

    return _hold_run(campaign, clock, open_world, look, queued), proposals


def _go(current: Pass) -> tuple[str, str]:
    """The outcome and its reason, unless a StopRun ends the pass earlier."""
    run, options, queue = current.run, current.options, Queue(current)
    settle(run, current.world)
    is_more = True
    while is_more:
        run.reach("reading the network")
        current.check_may_act()
        queue.fill()
        for action in queue.due():
            if current.attempts == options.limit:
                return Run.Outcome.FINISHED, f"the limit of this start, {options.limit}, is reached"
            with logged_as(action):
                attempt(action, current)
        is_more = current.attempts != options.limit and current.kind.has_more(current.campaign, current.today)
    return Run.Outcome.FINISHED if current.attempts else Run.Outcome.NOTHING_TO_DO, ""


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
