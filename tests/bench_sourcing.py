"""`make bench-sourcing`: what a visit costs besides loading the page and pausing, and whether memory stays flat.

Our own work on a profile is the wall time of a visit without the driver's commands and the pauses, and with one
reading of the loaded page, which is our script. The same in processor time, the browser's included, is what a busy
machine needs as well: compare them where others compute too. PROFILES=500 visits so many.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import Any

import psutil

from tests.bench import TODAY, pss, say, scratch_project, timed

SEARCH = "https://www.linkedin.com/search/results/people/?keywords=engineer"
PROFILES = int(os.environ.get("PROFILES", "500"))
PROFILES_BETWEEN_LOOKS = 100
READINGS = 100  # the kernel counts processor time in hundredths of a second


def main() -> None:
    with scratch_project():
        measure()


class Meter:
    """Counts the seconds spent in the driver and in pauses, and how long each visit was without them."""

    def __init__(self) -> None:
        self.elsewhere = 0.0
        self.elsewhere_cpu = 0.0
        self.own: list[float] = []
        self.own_cpu: list[float] = []  # what a machine that does nothing else would need
        self.marks: list[tuple[float, float]] = []
        self.queries = 0

    def count(self, execute: Any, *arguments: Any) -> Any:
        """Around each query."""
        self.queries += 1
        return execute(*arguments)

    @contextmanager
    def apart(self) -> Iterator[None]:
        start, start_cpu = perf_counter(), thread_time()
        yield
        self.elsewhere += perf_counter() - start
        self.elsewhere_cpu += thread_time() - start_cpu

    def counted(self, value: Any) -> Any:
        """The same, with the time of each call counted as somebody else's."""
        if not callable(value):
            return value

        def call(*arguments: Any, **options: Any) -> Any:
            with self.apart():
                return value(*arguments, **options)

        return call

    def visited(self) -> None:
        own, cpu = perf_counter() - self.elsewhere, thread_time() - self.elsewhere_cpu
        if self.marks:
            self.own.append(own - self.marks[-1][0])
            self.own_cpu.append(cpu - self.marks[-1][1])
        self.marks.append((own, cpu))


class Watched:
    """A driver whose commands are counted as somebody else's time."""

    def __init__(self, browser: Any, meter: Meter) -> None:
        self._browser, self._meter = browser, meter

    @property
    def driver(self) -> Any:
        return self

    def renew_if_worn(self) -> None:
        self._browser.renew_if_worn()

    def replace_if_dead(self) -> None:
        with self._meter.apart():
            self._browser.replace_if_dead()

    def time_limit(self) -> Any:
        return self._browser.time_limit()

    def notes(self) -> Any:
        return self._browser.notes()

    def __getattr__(self, name: str) -> Any:
        with self._meter.apart():
            driver = self._browser.driver  # after a renewal it starts here
        value = getattr(driver, name)
        return Isolated(value, self._meter) if name == "isolated" else self._meter.counted(value)


class Isolated:
    """The driver's isolated world, whose commands are the driver's too."""

    def __init__(self, world: Any, meter: Meter) -> None:
        self._world, self._meter = world, meter

    def __getattr__(self, name: str) -> Any:
        return self._meter.counted(getattr(self._world, name))


class Stopwatch:
    """A clock whose pauses take no time here."""

    def __init__(self) -> None:
        from engine.pace import SystemClock

        self._clock, self._ahead = SystemClock(), 0.0

    def now(self) -> Any:
        from datetime import timedelta

        return self._clock.now() + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        return self._clock.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += seconds


def own_memory() -> int:
    """Resident, in MB: the sandbox and its log of all requests are in this process too."""
    return int(psutil.Process().memory_info().rss) // 2**20


def browser_memory() -> int:
    return pss(psutil.Process().children(recursive=True))


class Watcher:
    """Follows the run: the end of each visit, and the memory of all processes now and then."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def says(self, text: str) -> None: ...

    def planned(self, total: int) -> None: ...

    def attempted(self, action: Any) -> None:
        self.meter.visited()
        with self.meter.apart():
            if len(self.meter.marks) % PROFILES_BETWEEN_LOOKS == 0:
                what = f"memory after {len(self.meter.marks)} profiles"
                say(what, f"{own_memory()} MB here (RSS), {browser_memory()} MB the browser (PSS)")


def town(size: int) -> list[Any]:
    """So many people whom the search finds, each with a career of some length."""
    from engine.sandbox.people import make_person

    roles = [{"title": f"Engineer {n}", "start": f"{2000 + n}-01", "end": f"{2001 + n}-01"} for n in range(3)]
    people = [
        {
            "name": f"Person Number{n}", "slug": f"person-number-{n}", "degree": 2, "headline": "Engineer",
            "career": {"experience": [{"company": f"Works {n}", "roles": roles}], "skills": [{"name": "C++"}]},
        }
        for n in range(size)
    ]  # fmt: skip
    return [make_person(one) for one in ({"name": "You", "slug": "you", "own": True}, *people)]


def measure() -> None:
    from django.db import connection

    from campaigns.kinds import Options
    from campaigns.models import Campaign, SourcedProfile
    from campaigns.runner import run_campaign
    from engine.browser import Browser
    from engine.models import Account
    from engine.network import PagesNetwork
    from engine.pace import FairDice
    from engine.ports import World
    from engine.sandbox import Sandbox

    account = Account.objects.get()
    campaign = Campaign.objects.create(
        name="bench", kind="sourcing", account=account, search_url=SEARCH, criteria={"keywords": ["engineer"]}
    )
    meter, clock, notes = Meter(), Stopwatch(), list[str]()
    with (
        Sandbox(town(PROFILES), today=TODAY) as sandbox,
        Browser(account, clock, network_url=sandbox.url, is_rehearsal=True) as browser,
    ):
        network = PagesNetwork(Watched(browser, meter), account, clock, base_url=sandbox.url)
        world = World(network, Unlimited(), clock, FairDice(), is_rehearsal=True)
        with connection.execute_wrapper(meter.count):
            while SourcedProfile.objects.read().count() < PROFILES:
                run = run_campaign(campaign, Options(), clock, lambda: nullcontext(world), Watcher(meter))
                if run.outcome != "finished":
                    raise SystemExit(f"{run.outcome}: {run.reason}")
                notes += run.notes
        noop = median(timed(lambda: browser.driver.execute_script("return 1")) for _ in range(30))
        reading, reading_cpu = reading_time(browser, account, clock, sandbox.url)
    own = [seconds + reading for seconds in meter.own]
    say("profiles visited and scored", SourcedProfile.objects.read().count())
    say("database queries per profile, search included", f"{meter.queries / PROFILES:.0f}")
    say(
        "reading a loaded profile, two looks",
        f"{reading * 1000:.1f} ms (a no-op script {noop * 1000:.1f} ms; processor {reading_cpu * 1000:.1f} ms)",
    )
    say("own work per profile, median (at most 30 ms)", f"{median(own) * 1000:.1f} ms")
    say("the same by processor time, median", f"{(median(meter.own_cpu) + reading_cpu) * 1000:.1f} ms")
    say("own work per profile, 10 and 95 of 100 below", _ends(own))
    say("load of the machine, on its processors", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()}")
    for note in notes:
        say("note of the run", note)


def _ends(seconds: list[float]) -> str:
    parts = quantiles(seconds, n=20)
    return f"{parts[1] * 1000:.1f} ms, {parts[-1] * 1000:.1f} ms"


class Unlimited:
    """No quota: this measures what a visit costs, not how many there may be."""

    def ask_gate(self, account_id: int, bucket: str, attempt_id: Any, run_id: int) -> None: ...

    def acquire(self, account_id: int, bucket: str, attempt_id: Any, run_id: int) -> None: ...

    def give_back(self, attempt_id: Any) -> None: ...

    def ready_at(self, account_id: int, bucket: str) -> None: ...

    def notes(self) -> list[str]:
        return []


def reading_time(browser: Any, account: Any, clock: Any, url: str) -> tuple[float, float]:
    """Both looks of a visit at the page that stands open, with nothing to wait for; and what processors did for it."""
    from engine.pages import profile, profile_fields
    from engine.pages.base import Window
    from engine.pages.words import words

    window = Window(browser, account, clock, base_url=url)

    def look() -> None:
        window.look(*profile.READER)
        window.look(*profile_fields.PAGE, words=words())

    look()
    before = processor_time()
    usual = median(timed(look) for _ in range(READINGS))
    return usual, (processor_time() - before) / READINGS


def processor_time() -> float:
    """Seconds that this process and the browser have computed."""
    total = 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


if __name__ == "__main__":
    main()
