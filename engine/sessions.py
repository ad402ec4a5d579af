"""The person's signed-in session: encrypted at rest, presented to the browser before its first navigation."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from engine.errors import NoSession
from engine.models import Account, StoredSession

if TYPE_CHECKING:
    from engine.driver import Driver

# One cookie as the Chrome DevTools Protocol describes it (Network.Cookie).
Cookie: TypeAlias = dict[str, Any]

NETWORK_DOMAIN = "linkedin.com"
SESSION_COOKIE = "li_at"
REHEARSAL_VALUE = "rehearsal"
MAKE_A_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
SIGN_IN = "run manage.py log_in --account {name}"
# What Network.setCookies takes of what Network.getAllCookies gives.
ATTRIBUTES = (
    "name", "value", "url", "path", "secure", "httpOnly",
    "sameSite", "priority", "sourceScheme", "sourcePort", "partitionKey",
)  # fmt: skip


def is_of_network(domain: str) -> bool:
    """Whether a cookie's domain is the network's or below it."""
    bare = domain.removeprefix(".").lower()
    return bare == NETWORK_DOMAIN or bare.endswith(f".{NETWORK_DOMAIN}")


def expires_at(cookies: Sequence[Cookie]) -> datetime | None:
    """Until when the session cookie holds; None when it does not say."""
    ends = [float(one.get("expires", -1)) for one in cookies if one["name"] == SESSION_COOKIE]
    return datetime.fromtimestamp(max(ends), UTC) if ends and max(ends) > 0 else None


def store(
    account: Account, cookies: Sequence[Cookie], now: datetime, browser_version: str = ""
) -> StoredSession:
    """Keep the session, encrypted with the newest key, instead of the one before."""
    check_cookies(cookies, now)
    session, _ = StoredSession.objects.update_or_create(
        account=account,
        defaults={
            "ciphertext": _keys().encrypt(json.dumps(list(cookies)).encode()),
            "expires_at": expires_at(cookies),
            "browser_version": browser_version[:50],
            "stored_at": now,
        },
    )
    return session


def refresh(
    account: Account,
    presented: Sequence[Cookie],
    fresh: Sequence[Cookie],
    now: datetime,
    browser_version: str,
) -> bool:
    """Keep what the network made of the session that was presented; whether it was kept.

    Not when it is no session any more, and not when somebody signed in anew, or out, in the meantime.
    """
    with transaction.atomic():
        current = StoredSession.objects.select_for_update().filter(account=account).first()
        if current is None or _decrypt(current) != list(presented):
            return False
        try:
            store(account, fresh, now, browser_version)
        except NoSession:
            return False
        return True


def fingerprint(cookies: Sequence[Cookie]) -> str:
    """Tells one session from another without giving anything of it away."""
    return hashlib.sha256(json.dumps(list(cookies), sort_keys=True).encode()).hexdigest()


def has_session(cookies: Sequence[Cookie]) -> bool:
    """Whether somebody is signed in with these cookies."""
    return any(one["name"] == SESSION_COOKIE and one["value"] for one in cookies)


def check_cookies(cookies: Sequence[Cookie], now: datetime) -> None:
    """Raise NoSession unless these cookies are a session that still holds."""
    if not has_session(cookies):
        raise NoSession(
            f"there is no cookie {SESSION_COOKIE}, so nobody is signed in: sign in first, then export"
        )
    ended_at = expires_at(cookies)
    if ended_at and ended_at <= now:
        raise NoSession(f"the session expired on {ended_at:%Y-%m-%d %H:%M} UTC: sign in again, then export")


def check_session(account: Account, now: datetime) -> None:
    """Raise NoSession, with what to do about it, unless the account has a session that still holds."""
    _current(account, now)


def load(account: Account, now: datetime) -> list[Cookie]:
    """The cookies of the account's session. Raises NoSession when there is none, or it cannot be used."""
    return _decrypt(_current(account, now))


def _decrypt(session: StoredSession) -> list[Cookie]:
    try:
        plain = _keys().decrypt(bytes(session.ciphertext))
    except InvalidToken as error:
        account = session.account
        advice = f"put the key it was stored with back, or {_sign_in(account)}"
        raise NoSession(f"none of SESSION_KEYS opens the stored session of {account}: {advice}") from error
    cookies: list[Cookie] = json.loads(plain)
    return cookies


def _current(account: Account, now: datetime) -> StoredSession:
    session = StoredSession.objects.filter(account=account).first()
    if session is None:
        raise NoSession(f"nobody has signed in for the account {account}: {_sign_in(account)}")
    if session.expires_at and session.expires_at <= now:
        ended = f"{session.expires_at:%Y-%m-%d %H:%M} UTC"
        raise NoSession(f"the session of the account {account} expired on {ended}: {_sign_in(account)}")
    return session


def _sign_in(account: Account) -> str:
    return SIGN_IN.format(name=account.name)


def _keys() -> MultiFernet:
    if not settings.SESSION_KEYS:
        raise NoSession(f"SESSION_KEYS is empty, so no session can be kept: make a key with {MAKE_A_KEY}")
    return MultiFernet([Fernet(key) for key in settings.SESSION_KEYS])


def install(driver: "Driver", cookies: Sequence[Cookie], network_url: str) -> None:
    """Put the session into a browser that has not navigated yet.

    Only the network itself is ever shown a person's session: any other address (a rehearsal's) gets the one
    cookie `li_at=rehearsal` and nothing of what was passed in.
    """
    if not is_of_network(urlsplit(network_url).hostname or ""):
        cookies = [{"name": SESSION_COOKIE, "value": REHEARSAL_VALUE, "url": network_url, "httpOnly": True}]
    if cookies:
        driver.cdp("Network.setCookies", {"cookies": [_as_parameter(one) for one in cookies]})


def install_in_profile(
    driver: "Driver", cookies: Sequence[Cookie], network_url: str, *, is_known: bool
) -> None:
    """Present the stored session to a profile that has cookies of its own.

    Where the profile last agreed with this very session (`is_known`), its own cookies are the same or newer (the
    network renewed them in a run that crashed), and only those that ended with the browser are given back.
    Otherwise somebody signed in since, and all of the profile's cookies make way.
    """
    if is_known and has_session(read_from(driver, network_url)):
        cookies = [one for one in cookies if one.get("expires", -1) <= 0]
    else:
        driver.cdp("Network.clearBrowserCookies", {})
    install(driver, cookies, network_url)


def sign_out(driver: "Driver", network_url: str) -> None:
    """Forget the session in this browser, so that its person can sign in anew; the device stays known."""
    for one in read_from(driver, network_url):
        if one["name"] == SESSION_COOKIE:
            driver.cdp("Network.deleteCookies", {name: one[name] for name in ("name", "domain", "path")})


def _as_parameter(cookie: Cookie) -> Cookie:
    """The cookie as Network.setCookies wants it: a host-only one is told by its address, not by a domain."""
    parameter = {name: cookie[name] for name in ATTRIBUTES if cookie.get(name) is not None}
    if cookie.get("expires", -1) > 0:
        parameter["expires"] = cookie["expires"]
    domain = cookie.get("domain", "")
    if domain.startswith("."):
        parameter["domain"] = domain
    elif domain:
        parameter["url"] = f"https://{domain}{cookie.get('path', '/')}"
    return parameter


def read_from(driver: "Driver", network_url: str) -> list[Cookie]:
    """The browser's cookies of the network at this address, with all their attributes."""
    host = urlsplit(network_url).hostname or ""
    cookies: list[Cookie] = driver.cdp("Network.getAllCookies", {})["cookies"]
    return [one for one in cookies if is_of_network(one["domain"]) or one["domain"] == host]
