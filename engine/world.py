"""The real World, built from the settings."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from django.conf import settings

from engine import sessions, snapshots
from engine.browser import Browser
from engine.browser_profiles import LastingProfile
from engine.checks import check_network_url
from engine.errors import AccountPaused, BrowserFailed, LeaseLost, NoSession, StopRun
from engine.measures import BREAKER, Measures, keeping
from engine.models import Account
from engine.pace import FairDice, SystemClock
from engine.ports import Clock, Dice, Limiter, World
from engine.processes import kill_leftovers
from engine.ratelimit.limiter import DatabaseLimiter
from engine.selectors import days
from engine.selectors.finder import Finder

log = logging.getLogger(__name__)
# After these nothing is known of the session, or it is somebody else's by now.
SPEAKS_AGAINST_THE_SESSION = (AccountPaused, BrowserFailed, LeaseLost, NoSession)


@contextmanager
def open_world(account: Account, *, clock: Clock | None = None, dice: Dice | None = None) -> Iterator[World]:
    """What a run of this account needs from outside; the browser starts at its first page and ends here.

    Enter it only while holding the account's one active run: any other browser of the account is killed.
    """
    check_network_url(settings.NETWORK_URL, settings.REHEARSAL)
    clock, dice = clock or SystemClock(), dice or FairDice()
    kill_leftovers(account, clock)
    if not settings.REHEARSAL:
        tidy(account, clock)
    with (
        open_browser(account, clock) as browser,
        keeping_session(browser, account, clock),
        learning(clock) as finder,
        measuring() as measures,
    ):
        from engine.network import PagesNetwork

        yield World(
            network=PagesNetwork(
                browser,
                account,
                clock,
                base_url=settings.NETWORK_URL,
                finder=finder,
                snapshot=snapshot_of(browser, account, clock),
                measures=measures,
            ),
            limiter=limiter_of(clock, dice),
            clock=clock,
            dice=dice,
            is_rehearsal=settings.REHEARSAL,
        )


def limiter_of(clock: Clock, dice: Dice) -> Limiter:
    """The database's limiter, behind Redis where there is one; a rehearsal spends nothing that others share."""
    if settings.REHEARSAL or not settings.REDIS_URL:
        return DatabaseLimiter(clock, dice, is_rehearsal=settings.REHEARSAL)
    from engine.ratelimit.gated import configured_limiter

    return configured_limiter(clock, dice)


def snapshot_of(browser: Browser, account: Account, clock: Clock) -> Callable[[str, str], object]:
    def snapshot(reason: str, selector_key: str) -> object:
        if not browser.is_started:
            return None
        with suppress(BrowserFailed):
            return snapshots.take(browser.driver, account, reason, clock, selector_key=selector_key)
        return None

    return snapshot


def learning(clock: Clock) -> AbstractContextManager[Finder]:
    """A rehearsal's pages are our own: they say nothing about the network's."""
    return nullcontext(Finder()) if settings.REHEARSAL else Finder.learning(clock)


@contextmanager
def measuring() -> Iterator[Measures]:
    """What the run measures; at its end also how it left Redis."""
    with keeping(is_rehearsal=settings.REHEARSAL) as measures:
        try:
            yield measures
        finally:
            if settings.REDIS_URL and not settings.REHEARSAL:
                from engine.ratelimit.gated import breaker_of_this_process

                measures.count(BREAKER, breaker_of_this_process().state)


def open_browser(account: Account, clock: Clock) -> Browser:
    """The account's browser with its stored session, not started yet."""
    return Browser(
        account,
        clock,
        network_url=settings.NETWORK_URL,
        is_rehearsal=settings.REHEARSAL,
        headless=settings.HEADLESS,
        load_session=lambda: sessions.load(account, clock.now()),
        keep_session=lambda browser: keep_session(browser, account, clock),
    )


def tidy(account: Account, clock: Clock) -> None:
    """Remove what is kept no longer: old snapshots and days of selectors, the profile of an account that keeps none."""
    snapshots.purge(clock.now())
    days.purge(clock.now())
    if not account.keeps_profile:
        LastingProfile(account).remove()


@contextmanager
def keeping_session(browser: Browser, account: Account, clock: Clock) -> Iterator[None]:
    """After a run that went well, keep the session as the network renewed it, in place of the one before."""
    try:
        yield
    except StopRun as stop:
        if not isinstance(stop, SPEAKS_AGAINST_THE_SESSION):
            keep_session(browser, account, clock)
        raise
    keep_session(browser, account, clock)


def keep_session(browser: Browser, account: Account, clock: Clock) -> None:
    """It costs nothing but itself where it fails: the session before is still stored."""
    if browser.is_rehearsal or not browser.is_started:
        return
    try:
        fresh = sessions.read_from(browser.driver, browser.network_url)
        if sessions.refresh(account, browser.presented, fresh, clock.now(), browser.version):
            browser.agree_on(fresh)
    except (BrowserFailed, NoSession) as error:
        log.warning("the session of %s could not be renewed: %s", account, type(error).__name__)
