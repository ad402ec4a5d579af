"""One short life: a process that opens an installation's database, does one thing in it, and ends or is killed."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections
from django.test import override_settings

from campaigns.kinds import Options
from campaigns.models import Busy, Campaign
from campaigns.runner import run_campaign
from engine.errors import AccountPaused
from engine.ports import World
from engine.processes import kill_leftovers
from tests.fakes import world_of
from tests.proof.kills import histories
from tests.proof.kills.failpoints import Failpoint, Saboteur
from tests.proof.kills.hand import hand_for
from tests.proof.kills.histories import Delivery, Histories
from tests.proof.kills.wire import Wire, received_in

MORNING = datetime.fromisoformat("2026-11-23T10:00:00+00:00")
BETWEEN_RUNS = timedelta(minutes=15)
MOST_RECOVERIES = 8


@dataclass(frozen=True)
class Place:
    """Where an installation lies: its database and its folder."""

    database: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "network.jsonl"

    def open(self) -> None:
        connections["default"].settings_dict["NAME"] = self.database
        override_settings(DATA_DIR=self.folder, INSTALLATION_FILE="installation.json").enable()


class FileClock:
    """A clock that stands still until somebody sleeps, and goes on from there in the next process."""

    def __init__(self, file: Path, saboteur: Saboteur | None = None) -> None:
        self.file, self.saboteur = file, saboteur or Saboteur()
        self.time = datetime.fromisoformat(file.read_text()) if file.exists() else MORNING

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.set(self.time + timedelta(seconds=seconds))
        self.saboteur.reach("slept")

    def set(self, time: datetime) -> None:
        self.time = time
        self.file.write_text(time.isoformat())


class ReachingListener:
    def __init__(self, saboteur: Saboteur) -> None:
        self.saboteur = saboteur

    def says(self, text: str) -> None: ...

    def planned(self, total: int) -> None:
        self.saboteur.reach("planned")

    def attempted(self, action: object) -> None:
        self.saboteur.reach("attempted")


@dataclass(frozen=True)
class Script:
    """How a run of this life goes: where it is struck, and what becomes of its clicks."""

    failpoint: Failpoint | None = None
    fate: str = "delivered"
    shows_proof: bool = True
    limit: int | None = None
    has_browser: bool = False  # a process of its own that clicks, as the real one does


@dataclass
class Told:
    """What a run says of itself, if it lives to tell."""

    outcome: str
    reason: str = ""
    places: list[str] = field(default_factory=list)


def live(
    place: Place, pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...], first: Any
) -> None:
    """The whole life: `work(place, *arguments)`, and its value into the pipe. `first(place)` comes before, if any."""
    place.open()
    try:
        if first:
            first(place)
        pipe.send(work(place, *arguments))
    finally:
        connections.close_all()


def run(place: Place, script: Script) -> Told:
    """One run of the campaign; a start that is refused is told like an outcome."""
    saboteur = Saboteur(script.failpoint)
    clock = FileClock(place.folder / "time", saboteur)
    network = Wire(place.log, clock, saboteur.reach, script.fate, script.shows_proof)
    campaign = Campaign.objects.select_related("account").get()
    with ExitStack() as stack:
        stack.enter_context(connections["default"].execute_wrapper(saboteur.around_statement))
        try:
            ended = run_campaign(
                campaign,
                Options(limit=script.limit),
                clock,
                partial(open_world, network, campaign, script),
                ReachingListener(saboteur),
                should_stop=stop_asked(),
            )
        except Busy:
            return Told("busy", places=saboteur.seen)
        except AccountPaused as paused:
            return Told("account_paused", str(paused), saboteur.seen)
        except DatabaseError as error:
            return Told("database failed", str(error), saboteur.seen)
    return Told(ended.outcome, ended.reason, saboteur.seen)


def stop_asked() -> Callable[[], bool]:
    """SIGTERM asks the run to stop, as in the real command."""
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    return lambda: bool(asked)


@contextmanager
def open_world(network: Wire, campaign: Campaign, script: Script) -> Iterator[World]:
    """What the run gets; like the real one, it first ends every browser that was left for the account."""
    if not script.has_browser:
        yield world_of(network, network.clock)
        return
    kill_leftovers(campaign.account, network.clock)
    with hand_for(network, campaign.account) as with_hand:
        yield world_of(with_hand, network.clock)


def run_and_look(place: Place, script: Script) -> tuple[Told, Histories]:
    return run(place, script), look(place)


def recover(place: Place, script: Script) -> tuple[Histories, list[str], Histories]:
    """Run, and let time pass, until a run has nothing left to do: what was there, the outcomes, what is left."""
    before = look(place)
    outcomes: list[str] = []
    while outcomes[-1:] != ["nothing_to_do"] and len(outcomes) < MOST_RECOVERIES:
        pass_time(place, BETWEEN_RUNS)
        outcomes.append(run(place, script).outcome)
    return before, outcomes, look(place)


def pass_time(place: Place, time: timedelta) -> None:
    clock = FileClock(place.folder / "time")
    clock.set(clock.now() + time)


def set_time(place: Place, time: datetime) -> None:
    FileClock(place.folder / "time").set(time)


def look(place: Place) -> Histories:
    """All three histories."""
    received = received_in(place.log)
    return histories.read([Delivery(one.slug, one.text, datetime.fromisoformat(one.at)) for one in received])
