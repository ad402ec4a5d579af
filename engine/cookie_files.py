"""Cookie files: JSON of browser extensions, Selenium or Playwright, and Netscape's cookies.txt."""

import codecs
import json
import math
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.sessions import NETWORK_DOMAIN, Cookie, is_of_network

MAX_BYTES = 1_000_000
LATEST = 32_503_593_600.0  # 31 December 2999: nobody means a later one
SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None", "no_restriction": "None"}


class CookieFileRefused(ValueError):  # noqa: N818 - it names a fact
    """The file is no cookie file that can be used; the message says why and what to do."""


def read_cookie_file(path: Path) -> bytes:
    """The bytes of a file that only its owner may read."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise CookieFileRefused(f"{path} is no file")
        if found.st_mode & 0o077:
            raise CookieFileRefused(f"others may read {path}, and a session is a password: chmod 600 {path}")
        _check_size(found.st_size)
        return path.read_bytes()
    except OSError as error:
        raise CookieFileRefused(f"{path} cannot be read: {error.strerror}") from error


def parse_cookie_file(data: bytes) -> list[Cookie]:
    """The network's cookies of the file, the last one of each name, domain and path; other sites' are dropped.

    Raises CookieFileRefused. Whether the cookies are a session, and still one, `sessions.check_cookies` says.
    """
    _check_size(len(data))
    text = _decode(data).strip()
    if not text:
        raise CookieFileRefused("the file is empty")
    found = _from_json(text) if text[0] in "[{" else list(_from_netscape(text))
    kept = {(one["name"], one["domain"], one["path"]): one for one in found if is_of_network(one["domain"])}
    if not kept:
        raise CookieFileRefused(
            f"the file holds no cookie of {NETWORK_DOMAIN}: export them from a tab with it"
        )
    return list(kept.values())


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise CookieFileRefused(f"{size:,} bytes is no cookie file: the limit is {MAX_BYTES:,}")


def _decode(data: bytes) -> str:
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CookieFileRefused("the file is no text: neither JSON nor cookies.txt") from error


def _from_json(text: str) -> list[Cookie]:
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise CookieFileRefused("the file is nested too deeply for a cookie file") from error
    except ValueError as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a number"
        raise CookieFileRefused(f"the file is no whole JSON ({where}): truncated? Export it again") from error
    if isinstance(content, dict):
        content = content.get("cookies")
    if not isinstance(content, list):
        raise CookieFileRefused("the JSON holds no list of cookies")
    return [_from_object(one, number) for number, one in enumerate(content, start=1)]


def _from_object(content: Any, number: int) -> Cookie:
    if not isinstance(content, dict):
        raise CookieFileRefused(f"entry {number} of the list is no cookie")
    cookie = _cookie(content.get("name"), content.get("value"), content.get("domain"), f"entry {number}")
    path = content.get("path")
    ends = next((content[key] for key in ("expires", "expirationDate", "expiry") if key in content), None)
    is_below = content.get("hostOnly") is False and not cookie["domain"].startswith(".")
    return cookie | {
        "domain": f".{cookie['domain']}" if is_below else cookie["domain"],
        "path": path if isinstance(path, str) and path.startswith("/") else "/",
        "expires": _expires(ends),
        "secure": content.get("secure") is True,
        "httpOnly": content.get("httpOnly") is True,
        "sameSite": _same_site(content),
    }


def _same_site(content: Cookie) -> str | None:
    """How the browser names it; extensions say "none" of unsecured cookies that name nothing at all."""
    given = content.get("sameSite")
    named = SAME_SITE.get(given.lower()) if isinstance(given, str) else None
    return None if named == "None" and content.get("secure") is not True else named


def _from_netscape(text: str) -> Iterator[Cookie]:
    """domain, whether it is for hosts below too, path, secure, expiry, name, value: separated by tabs."""
    for number, line in enumerate(text.splitlines(), start=1):
        is_http_only = line.startswith("#HttpOnly_")
        fields = line.removeprefix("#HttpOnly_").split("\t")
        if not line.strip() or (line.startswith("#") and not is_http_only):
            continue
        if len(fields) != 7:
            kind = "neither JSON nor cookies.txt" if number == 1 else "truncated? Export it again"
            raise CookieFileRefused(f"line {number} is no cookie: {kind}")
        domain, is_below, path, secure, ends, name, value = fields
        cookie = _cookie(name, value, domain.removeprefix("."), f"line {number}")
        yield cookie | {
            "domain": f".{cookie['domain']}" if is_below == "TRUE" else cookie["domain"],
            "path": path if path.startswith("/") else "/",
            "expires": _expires(ends),
            "secure": secure == "TRUE",
            "httpOnly": is_http_only,
        }


def _cookie(name: Any, value: Any, domain: Any, where: str) -> Cookie:
    """Name, value and domain, which must be there and be what a header can carry."""
    for part in (name, value, domain):
        if not isinstance(part, str) or not part.isascii() or not part.isprintable() or ";" in part:
            raise CookieFileRefused(f"{where} is no cookie: it needs name, value and domain, all plain text")
    return {"name": name, "value": value, "domain": domain.lower()}


def _expires(value: Any) -> float:
    """Seconds since the epoch; -1 for a cookie that ends with the browser's session, or does not say."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return -1
    if not math.isfinite(seconds) or seconds <= 0:
        return -1
    return min(seconds, LATEST)
