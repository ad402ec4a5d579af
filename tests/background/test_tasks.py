"""Runs that are asked for: they hold the account's place, begin in a worker, are watched, and stopped."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from campaigns import data_rights, tasks
from campaigns.kinds import Options
from campaigns.models import Action, Busy, Campaign, Run, Worker
from campaigns.policies import opens_at
from campaigns.processes import ProcessIdentity
from campaigns.tasks import events, perform, progress_of, request_run, request_stop
from contacts import privacy
from engine.errors import AccountPaused
from engine.models import SpentPermit
from tests.background.conftest import PEOPLE
from tests.builders import a_campaign, a_search_person, an_account, run_it
from tests.fakes import FakeClock, FakeNetwork, SilentListener, raising, world_of

pytestmark = pytest.mark.django_db


def in_worker(run, network, clock, **more):
    """What a worker does with the run's task."""

    @contextmanager
    def open_world(account):
        assert account == run.account
        yield world_of(network, clock)

    perform(run.pk, clock, open_world, more.pop("listener", SilentListener()), **more)
    run.refresh_from_db()
    return run


def test_a_queued_run_holds_the_accounts_one_place(campaign, clock):
    run = request_run(campaign, Options(), clock, requested_by="key of the office")

    other = a_campaign(campaign.account, name="other")
    with pytest.raises(Busy) as busy:
        request_run(other, Options(), clock)
    with pytest.raises(Busy, match=f"run {run.pk} .* is queued since 10:00 UTC and is to start at"):
        run_it(campaign, FakeNetwork(), clock)
    assert busy.value.run == run
    assert (run.status, run.requested_by, run.starts_at) == ("queued", "key of the office", clock.now())
    assert DBTaskResult.objects.get().args_kwargs == {"args": [run.pk], "kwargs": {}}


def test_a_refused_request_leaves_neither_run_nor_task(campaign, clock):
    request_run(campaign, Options(), clock)

    with pytest.raises(Busy):
        request_run(campaign, Options(), clock)

    assert (Run.objects.count(), DBTaskResult.objects.count()) == (1, 1)


def test_a_paused_account_refuses_with_the_reason(campaign, clock):
    campaign.account.pause("security check", "sign in and look", clock.now())

    with pytest.raises(AccountPaused, match="security check"):
        request_run(campaign, Options(), clock)
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("asked_at", "starts_at"),
    [
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (datetime(2026, 11, 23, 18, tzinfo=UTC), datetime(2026, 11, 24, 6, tzinfo=UTC)),
        # The clock changes in the night: 07:00 in Paris is an hour earlier the next morning.
        (datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 3, 28, 5, tzinfo=UTC)),
    ],
)
def test_outside_the_working_hours_it_is_accepted_and_says_when_it_starts(campaign, asked_at, starts_at):
    run = request_run(campaign, Options(), FakeClock(asked_at))

    assert run.starts_at == starts_at == opens_at(campaign.account, asked_at)
    assert run.expires_at == starts_at + timedelta(hours=1)
    task = DBTaskResult.objects.get()
    assert (task.run_after == starts_at) == (starts_at > asked_at)


def test_a_rehearsal_waits_for_no_hours(campaign, settings):
    settings.REHEARSAL = True
    night = FakeClock(datetime(2026, 11, 23, 2, tzinfo=UTC))

    assert request_run(campaign, Options(), night).starts_at == night.now()


def test_a_start_that_no_worker_will_hear_of_says_so(campaign, clock):
    assert tasks.NO_WORKER in request_run(campaign, Options(), clock).notes


@pytest.mark.parametrize(("silent_seconds", "is_told"), [(59, False), (60, True)])
def test_a_worker_that_was_silent_for_long_counts_as_none(campaign, clock, silent_seconds, is_told):
    Worker.objects.arrive(ProcessIdentity.own(), clock.now())
    clock.time += timedelta(seconds=silent_seconds)

    assert (tasks.NO_WORKER in request_run(campaign, Options(), clock).notes) == is_told


def test_a_worker_that_left_or_was_silent_for_a_day_is_none(clock):
    left = Worker.objects.arrive(ProcessIdentity.own(), clock.now())
    assert list(Worker.objects.alive(clock.now())) == [left]

    left.leave(clock.now())
    assert not Worker.objects.alive(clock.now()).exists()

    clock.time += timedelta(days=1, seconds=1)
    fresh = Worker.objects.arrive(ProcessIdentity.own(), clock.now())
    assert list(Worker.objects.all()) == [fresh]
    assert str(fresh).startswith(f"worker {fresh.pid} on ")


def test_a_worker_performs_what_was_asked_for_with_its_options(campaign, clock, network):
    run = in_worker(request_run(campaign, Options(limit=2), clock), network, clock)

    assert (run.status, run.outcome) == ("ended", "finished")
    assert [sent.slug for sent in network.sent] == ["ada-martin", "bo-lindgren"]
    assert run.process == ProcessIdentity.own()
    assert not Run.objects.active().exists()


def test_a_run_is_performed_once_however_many_tasks_bring_it(campaign, clock, network):
    run = request_run(campaign, Options(), clock)
    in_worker(run, network, clock)
    outcome = run.outcome

    assert in_worker(run, network, clock).outcome == outcome
    assert len(network.sent) == len(PEOPLE)
    assert perform(run.pk + 1, clock, None, SilentListener()) is None


@pytest.mark.parametrize("is_dry_run", [False, True])
def test_of_two_workers_that_read_the_same_queued_run_one_begins_it(campaign, clock, network, is_dry_run):
    run = request_run(campaign, Options(), clock, dry_run=is_dry_run)
    late = Run.objects.get(pk=run.pk)
    in_worker(run, network, clock)
    sent, plan = len(network.sent), run.plan

    start = tasks.preview_campaign if is_dry_run else tasks.run_campaign
    start(campaign, Options(), clock, lambda: None, SilentListener(), queued=late)

    late.refresh_from_db()
    assert (late.outcome, late.plan, len(network.sent)) == ("finished", plan, sent)


def test_an_account_that_was_paused_meanwhile_begins_nothing(campaign, clock, network):
    run = request_run(campaign, Options(), clock)
    campaign.account.pause("security check", "", clock.now())

    in_worker(run, network, clock)

    assert (run.outcome, run.reason) == ("account_paused", "security check")
    assert not network.harvests


def test_a_run_that_nobody_began_in_its_time_has_expired_and_frees_the_account(campaign, clock, network):
    late = request_run(campaign, Options(), clock)
    clock.time = late.expires_at

    in_worker(late, network, clock)
    assert (late.status, network.sent) == ("queued", [])
    run = run_it(campaign, network, clock)

    late.refresh_from_db()
    assert (late.outcome, run.outcome) == ("expired", "finished")
    assert "run_worker" in late.reason


def test_a_dry_run_plans_only_and_ends_with_its_plan(campaign, clock, network):
    night = FakeClock(datetime(2026, 11, 23, 2, tzinfo=UTC))

    run = in_worker(request_run(campaign, Options(), night, dry_run=True), network, night)

    assert (run.outcome, run.starts_at) == ("finished", night.now())
    assert [(entry["name"], entry["status"]) for entry in run.plan] == [(name, "planned") for name in PEOPLE]
    assert run.plan[0]["text"] == "Happy birthday, Ada!"
    assert not network.harvests
    assert not Action.objects.exists()
    assert not SpentPermit.objects.exists()


def test_a_dry_run_of_a_search_reads_the_network_and_waits_for_the_hours(clock, network):
    campaign = a_campaign(
        name="sourcing", kind="sourcing",
        search_url="https://www.linkedin.com/search/results/people/?keywords=python",
    )  # fmt: skip
    network.found = [a_search_person("Ada Martin")]
    night = FakeClock(datetime(2026, 11, 23, 2, tzinfo=UTC))

    run = request_run(campaign, Options(), night, dry_run=True)
    assert run.starts_at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    night.time = run.starts_at
    in_worker(run, network, night)

    assert [entry["name"] for entry in run.plan] == ["Ada Martin"]
    assert (network.searched, network.visited) == ([1], [])


def test_nothing_of_a_person_stays_in_the_plan_after_an_erasure(campaign, clock, network):
    run = in_worker(request_run(campaign, Options(), clock, dry_run=True), network, clock)
    ada = privacy.Identity.of(["https://www.linkedin.com/in/ada-martin/"])

    told = data_rights.export(ada, lambda words: {})["runs"]
    data_rights.erase(ada, clock.now(), lambda words, accounts: {})

    run.refresh_from_db()
    assert [entry["name"] for entry in told] == ["Ada Martin"]
    assert "Ada" not in str(run.plan)
    assert "ada-martin" not in str(run.plan)
    assert [entry["name"] for entry in run.plan][1:] == list(PEOPLE[1:])


def test_a_queued_run_that_is_asked_to_stop_never_begins(campaign, clock, network):
    run = request_run(campaign, Options(), clock)

    assert request_stop(run)
    assert not request_stop(run)

    assert in_worker(run, network, clock).outcome == "stopped"
    assert not network.harvests


def test_a_run_under_way_stops_between_two_actions(campaign, clock, network):
    run = request_run(campaign, Options(), clock)
    network.after_click = lambda recipient: request_stop(run, clock.now())

    in_worker(run, network, clock)

    assert (run.outcome, len(network.sent)) == ("stopped", 1)


class Watched(SilentListener):
    """Looks at the progress as others see it, each time the run says something."""

    def __init__(self, run):
        self.run, self.seen = run, []

    def says(self, text):
        self.run.refresh_from_db()
        self.seen.append(progress_of(self.run))


def test_the_progress_tells_step_counts_and_the_next_action_and_names_nobody(campaign, clock, network):
    run = request_run(campaign, Options(), clock)
    network.before_click = lambda recipient: (
        raising(RuntimeError)(recipient) if len(network.sent) == 2 else None
    )
    listener = Watched(run)

    with pytest.raises(RuntimeError):
        in_worker(run, network, clock, listener=listener)

    steps = {step["step"] for step in listener.seen}
    assert {"reading the network", "pausing"} <= steps
    assert any(step.startswith("writing to contact ") for step in steps)
    assert not any(name.split()[0] in step for name in PEOPLE for step in steps)
    pausing = next(step for step in listener.seen if step["step"] == "pausing")
    assert (pausing["planned"], pausing["done"], pausing["left"]) == (3, 1, 2)
    assert pausing["next_action_at"] > clock.now() - timedelta(minutes=10)
    run.refresh_from_db()
    last = progress_of(run)
    assert (last["done"], last["failed"], last["unknown"], last["left"]) == (2, 0, 1, 0)
    assert (last["status"], last["outcome"], last["step"]) == ("ended", "internal_error", "")


class WatchingClock(FakeClock):
    """Lets something happen the n-th time that the watcher sleeps."""

    def __init__(self, happenings):
        super().__init__()
        self.happenings, self.looks = happenings, 0

    def sleep(self, seconds):
        super().sleep(seconds)
        self.looks += 1
        self.happenings.get(self.looks, lambda: None)()


def test_the_stream_tells_each_change_and_ends_with_the_run(campaign, network):
    run = request_run(campaign, Options(), FakeClock())
    other = Run.objects.get(pk=run.pk)
    clock = WatchingClock(
        {
            3: lambda: other.begin(ProcessIdentity.own(), clock.now()),
            5: lambda: other.end(Run.Outcome.FINISHED, clock.now()),
        }
    )

    told = [(event["status"], clock.looks) for event in events(run, clock)]

    assert told == [("queued", 0), ("running", 3), ("ended", 5)]


def test_a_stream_without_news_gives_a_sign_of_life(campaign):
    run = request_run(campaign, Options(), FakeClock())
    clock = WatchingClock({40: lambda: request_stop(run)})

    looks = [clock.looks for _ in events(run, clock)]

    assert looks == [0, 15, 30, 40]


def test_accounts_do_not_wait_for_each_other(campaign, clock):
    request_run(campaign, Options(), clock)

    assert request_run(a_campaign(an_account("bo")), Options(), clock).status == "queued"
    assert Campaign.objects.count() == 2
