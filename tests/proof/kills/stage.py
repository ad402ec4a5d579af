"""An installation to kill runs in: its database, its folder, its network, and the processes that come and go."""

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from typing import Any

import psutil

from tests.proof.kills import life
from tests.proof.kills.checker import complaints, complaints_at_rest
from tests.proof.kills.failpoints import Failpoint
from tests.proof.kills.histories import Histories
from tests.proof.kills.life import Place, Script, Told
from tests.waiting import until

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["pytest", "tests.proof.kills.warm"])

# Whoever fails before a barrier leaves the others waiting there: then they fail too, instead of hanging.
MEET_WITHIN_SECONDS = 120


def barrier_for(parties: int) -> Barrier:
    """Where so many processes wait for one another."""
    return CONTEXT.Barrier(parties, timeout=MEET_WITHIN_SECONDS)


@dataclass
class Life:
    """A process that may still be running, and what it said when it is over."""

    process: BaseProcess
    pipe: Any
    said: list[Any] = field(default_factory=list)

    def end(self) -> int:
        """Wait for its end; its exit code, negative for the signal that killed it."""
        with suppress(EOFError):
            self.said.append(self.pipe.recv())
        self.process.join()
        self.pipe.close()
        return int(self.process.exitcode or 0)

    def wait_until_stopped(self) -> None:
        until(lambda: self._is_over() or self._status() == psutil.STATUS_STOPPED)

    def wake(self) -> None:
        if not self._is_over():
            psutil.Process(self.process.pid).send_signal(signal.SIGCONT)

    def _is_over(self) -> bool:
        return bool(self.pipe.poll()) or self.process.exitcode is not None

    def _status(self) -> str:
        return psutil.Process(self.process.pid).status()


@dataclass
class Stage:
    """`prepare(place)` is done in the first of its lives, before anything else."""

    place: Place
    prepare: Callable[[Place], None] | None = None
    lives: list[Life] = field(default_factory=list)

    def start(self, work: Callable[..., Any], *arguments: Any) -> Life:
        ours, theirs = CONTEXT.Pipe(duplex=False)
        first, self.prepare = self.prepare, None
        process = CONTEXT.Process(target=life.live, args=(self.place, theirs, work, arguments, first))
        process.start()
        theirs.close()
        self.lives = [one for one in self.lives if one.process.exitcode is None]
        self.lives.append(Life(process, ours))
        return self.lives[-1]

    def close(self) -> None:
        """End every life that a failed test left, also one that is stopped: nobody would ever wake it."""
        for one in self.lives:
            one.process.kill()
            one.process.join()

    def do(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What `work(place, *arguments)` returns, done in a process of its own."""
        one = self.start(work, *arguments)
        assert one.end() == 0, f"{work.__name__} failed; its traceback is on stderr"
        return one.said[0]

    def run(self, **script: Any) -> Told:
        told: Told = self.do(life.run, Script(**script))
        return told

    def kill(self, failpoint: Failpoint, **script: Any) -> bool:
        """A run that dies at the failpoint; False when it never came there."""
        return self.start(life.run, Script(failpoint, **script)).end() == -signal.SIGKILL

    def strike(self, failpoint: Failpoint, **script: Any) -> Told | None:
        """A run that is struck and may live on; what it told, if it could. A stopped one is woken up later."""
        one = self.start(life.run, Script(failpoint, **script))
        if failpoint.strike == "stopped":
            one.wait_until_stopped()
            one.wake()
        one.end()
        return one.said[0] if one.said else None

    def run_and_check(self, **script: Any) -> Told:
        told, seen = self.do(life.run_and_look, Script(**script))
        assert complaints(seen) == [], told
        return told

    def pass_time(self, time: timedelta = life.BETWEEN_RUNS) -> None:
        life.pass_time(self.place, time)

    def look(self) -> Histories:
        seen: Histories = self.do(life.look)
        return seen

    def recover(self, due: Sequence[str] = (), has_browser: bool = False, **limits: int) -> list[str]:
        """Check, run until nothing is left to do, and check again; the outcomes on the way."""
        before, outcomes, seen = self.do(life.recover, Script(has_browser=has_browser))
        assert complaints(before, **limits) == []
        assert complaints_at_rest(seen, due, **limits) == [], outcomes
        return list(outcomes)

    def recover_quietly(self) -> Histories:
        """The same without the checks; what is left."""
        _, _, seen = self.do(life.recover, Script())
        return seen

    def check(self, **limits: int) -> None:
        assert complaints(self.look(), **limits) == []
