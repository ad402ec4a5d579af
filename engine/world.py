"""The real World, built from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from engine import sessions
from engine.browser import Browser
from engine.checks import check_network_url
from engine.models import Account
from engine.pace import FairDice, SystemClock
from engine.ports import Clock, Dice, World
from engine.processes import kill_leftovers
from engine.ratelimit.limiter import DatabaseLimiter


@contextmanager
def open_world(account: Account, *, clock: Clock | None = None, dice: Dice | None = None) -> Iterator[World]:
    """What a run of this account needs from outside; the browser starts at its first page and ends here.

    Enter it only while holding the account's one active run: any other browser of the account is killed.
    """
    check_network_url(settings.NETWORK_URL, settings.REHEARSAL)
    clock, dice = clock or SystemClock(), dice or FairDice()
    kill_leftovers(account, clock)
    with open_browser(account, clock) as browser:
        from engine.network import PagesNetwork

        yield World(
            network=PagesNetwork(browser, account, clock, base_url=settings.NETWORK_URL),
            limiter=DatabaseLimiter(clock, dice, is_rehearsal=settings.REHEARSAL),
            clock=clock,
            dice=dice,
            is_rehearsal=settings.REHEARSAL,
        )


def open_browser(account: Account, clock: Clock) -> Browser:
    """The account's browser with its stored session, not started yet."""
    return Browser(
        account,
        clock,
        network_url=settings.NETWORK_URL,
        is_rehearsal=settings.REHEARSAL,
        headless=settings.HEADLESS,
        load_session=lambda: sessions.load(account, clock.now()),
    )
