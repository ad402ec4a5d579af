"""Mistakes in the configuration, found before anything runs: Django system checks with ids."""

import base64
import ipaddress
import platform
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

# The tag of them all: a command that needs no others asks for these.
OUR_CHECKS = "linkedin_bot"
NETWORK_URL = "https://www.linkedin.com"
LEAP_DAYS = ("02-28", "03-01")
# Nothing else than scheme, host and port: no user, no path, no backslash that two parsers read differently.
_LOOPBACK_URL = re.compile(r"http://(?:localhost|\[::1\]|(?P<address>[0-9.]+))(?::(?P<port>[0-9]{1,5}))?")


def check_network_url(url: str, is_rehearsal: bool) -> None:
    """Raise ImproperlyConfigured unless `url` is the network's own address or, in a rehearsal, loopback."""
    if is_rehearsal and not _is_loopback(url):
        raise ImproperlyConfigured(
            f"a rehearsal takes http://127.0.0.1:PORT (loopback) as NETWORK_URL, not {url!r}"
        )
    if not is_rehearsal and url != NETWORK_URL:
        raise ImproperlyConfigured(f"NETWORK_URL is {NETWORK_URL} and nothing else, not {url!r}")


def _is_loopback(url: str) -> bool:
    match = _LOOPBACK_URL.fullmatch(url)
    if match is None or not 0 < int(match["port"] or 80) < 65_536:
        return False
    return match["address"] is None or _is_loopback_address(match["address"])


def _is_loopback_address(text: str) -> bool:
    try:
        return ipaddress.IPv4Address(text).is_loopback
    except ValueError:
        return False


def network_url_is_known(**_: Any) -> Iterable[CheckMessage]:
    try:
        check_network_url(settings.NETWORK_URL, settings.REHEARSAL)
    except ImproperlyConfigured as error:
        yield Error(str(error), id="linkedin_bot.E001")


def session_keys_are_keys(**_: Any) -> Iterable[CheckMessage]:
    for number, key in enumerate(settings.SESSION_KEYS, start=1):
        if not _is_fernet_key(key):
            from engine.sessions import MAKE_A_KEY

            message = f"key {number} of SESSION_KEYS is no Fernet key"
            yield Error(message, hint=f"Make one with: {MAKE_A_KEY}", id="linkedin_bot.E002")


def _is_fernet_key(key: str) -> bool:
    """As Fernet itself decides, without importing all of cryptography at each start."""
    try:
        return len(base64.urlsafe_b64decode(key)) == 32
    except ValueError:
        return False


def leap_day_is_one_of_two(**_: Any) -> Iterable[CheckMessage]:
    if settings.LEAP_DAY_IN_COMMON_YEARS not in LEAP_DAYS:
        words = f"LEAP_DAY_IN_COMMON_YEARS is one of {' and '.join(LEAP_DAYS)}"
        yield Error(f"{words}, not {settings.LEAP_DAY_IN_COMMON_YEARS!r}", id="linkedin_bot.E003")


def settling_takes_its_time(**_: Any) -> Iterable[CheckMessage]:
    if settings.SETTLE_SECONDS < 60 and not settings.REHEARSAL:
        message = f"SETTLE_SECONDS is {settings.SETTLE_SECONDS}: at least 60, or a message under way counts as not sent"
        yield Error(message, id="linkedin_bot.E004")


def same_text_waits(**_: Any) -> Iterable[CheckMessage]:
    if settings.SAME_TEXT_DAYS < 1:
        yield Error(f"SAME_TEXT_DAYS is {settings.SAME_TEXT_DAYS}: at least 1", id="linkedin_bot.E005")


def grid_is_an_address(**_: Any) -> Iterable[CheckMessage]:
    url = settings.SELENIUM_REMOTE_URL
    if url and not _is_http(url):
        message = "SELENIUM_REMOTE_URL is no http(s) address, such as http://grid.example:4444/wd/hub"
        yield Error(message, id="linkedin_bot.E006")


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        return False


def browser_dies_with_us(system: str = "", **_: Any) -> Iterable[CheckMessage]:
    """Only Linux's kernel ends the browser of a run that was killed, which could send otherwise."""
    if (system or platform.system()) != "Linux" and not settings.SELENIUM_REMOTE_URL:
        message = (
            "a browser of this machine would outlive a killed run: use Linux, or set SELENIUM_REMOTE_URL"
        )
        yield Error(message, id="linkedin_bot.E007")


CHECKS: tuple[Callable[..., Iterable[CheckMessage]], ...] = (
    network_url_is_known,
    session_keys_are_keys,
    leap_day_is_one_of_two,
    settling_takes_its_time,
    same_text_waits,
    grid_is_an_address,
    browser_dies_with_us,
)


def register_checks() -> None:
    for check in CHECKS:
        register(check, OUR_CHECKS)
