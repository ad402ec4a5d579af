"""`make bench`: what a campaign costs, in WebDriver round trips, in time against a no-op call, and in memory."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import django
import psutil

TODAY = date(2026, 11, 23)
MESSAGES = 5


@contextmanager
def scratch_project() -> Iterator[None]:
    """Django on a migrated database of its own, for a rehearsal."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "REHEARSAL": "true",
            "NETWORK_URL": "http://127.0.0.1",
        }
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield


def main() -> None:
    with scratch_project():
        measure()


def measure() -> None:
    from engine.models import Account
    from engine.network import PagesNetwork
    from engine.pace import SystemClock
    from engine.ports import BirthdayList, Recipient
    from engine.sandbox import Sandbox

    account, clock = Account.objects.get(), SystemClock()
    with Sandbox(today=TODAY) as sandbox:
        from engine.browser import Browser

        with Browser(account, clock, network_url=sandbox.url, is_rehearsal=True) as browser:
            started = timed(lambda: browser.driver)
            network = PagesNetwork(browser, account, clock, base_url=sandbox.url)
            noop = median(timed(lambda: browser.driver.execute_script("return 1")) for _ in range(50))
            before, lists = browser.round_trips, list[BirthdayList]()
            harvest = timed(lambda: lists.append(network.birthdays(TODAY)))
            cards = lists[0].cards
            total = len(cards)
            say("browser started", f"{started:.2f} s")
            say("no-op script call, the physical limit", f"{noop * 1000:.1f} ms")
            say("birthday cards read", total)
            say("round trips per card", f"{(browser.round_trips - before) / total:.2f}")
            say(
                "milliseconds per card",
                f"{harvest * 1000 / total:.0f} ({harvest / total / noop:.1f} × no-op)",
            )
            trips, seconds = [], []
            for card in cards[:MESSAGES]:
                slug = card.profile_url.rstrip("/").rsplit("/", 1)[1]
                recipient = Recipient(
                    frozenset({slug}), frozenset({card.member_id or ""}), card.profile_url, card.name
                )
                before = browser.round_trips
                seconds.append(timed(lambda to=recipient: network.write(to, "Happy birthday! 🎂").send()))
                trips.append(browser.round_trips - before)
            assert len(sandbox.messages) == MESSAGES
            say("round trips per message, page to proof", f"{median(trips):.0f} ({min(trips)}–{max(trips)})")
            say("seconds per message, page to proof", f"{median(seconds):.2f}")
            say("memory: browser and driver (PSS)", f"{pss(psutil.Process().children(recursive=True))} MB")
            say("memory: this process (PSS)", f"{pss([psutil.Process()])} MB")


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def pss(processes: list[psutil.Process]) -> int:
    return sum(process.memory_full_info().pss for process in processes if process.is_running()) // 2**20


def say(what: str, value: object) -> None:
    sys.stdout.write(f"{what:<45} {value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
