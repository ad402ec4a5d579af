"""Browsers that a test starts itself, and the processes that belong to them."""

from collections.abc import Callable

import psutil

from engine import processes
from engine.browser import Browser
from engine.models import Account
from engine.pace import SystemClock

LOOPBACK = "http://127.0.0.1:9"
BROWSER_NAMES = {"chromium", "chromium-headless-shell"}


def rehearsing(account: Account | None = None, **options) -> Browser:
    return Browser(account, SystemClock(), network_url=LOOPBACK, is_rehearsal=True, **options)


def page(html: str) -> str:
    return f"data:text/html,{html}"


def for_ever(look: Callable[[], object]) -> None:
    while True:
        look()


def words_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def living(tree: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes._living() if one in tree]
