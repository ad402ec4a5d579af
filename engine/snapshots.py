"""Snapshots: what an unexpected page looked like, without its secrets, kept for some days."""

import base64
import gzip
import logging
import os
import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, quote_plus, urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, transaction

from engine.errors import BrowserFailed
from engine.models import Account, Snapshot
from engine.ports import Clock

if TYPE_CHECKING:
    from engine.driver import Driver

T = TypeVar("T")
log = logging.getLogger(__name__)

# Together under the 10 s that an action may be held up.
HTML_SECONDS, COOKIES_SECONDS, IMAGE_SECONDS = 4, 2, 3
MOST_BYTES = 5_000_000
# A shorter value says nothing on its own, and stands in ordinary words.
SHORTEST_SECRET = 8
REMOVED = "removed"
# Whoever opens the stored page runs nothing and loads nothing.
HEAD = """<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'">"""


def take(
    driver: "Driver",
    account: Account,
    reason: str,
    clock: Clock,
    *,
    selector_key: str = "",
    page_kind: str = "",
) -> Snapshot | None:
    """Keep the page as it is now. Never raises and takes at most 10 s; None where nothing could be kept."""
    seen = _page(driver)
    image = b"" if seen.get("has_typed_secret") else _image(driver)
    html = seen.get("html", "")
    if not html and not image:
        return None
    snapshot = Snapshot(
        account=account,
        address=_plain(_address(driver, seen), 500),
        page_kind=_plain(page_kind, 30),
        reason=_plain(reason, 500),
        selector_key=_plain(selector_key, 100),
        taken_at=clock.now(),
    )
    return _kept(
        snapshot, gzip.compress((HEAD + html).encode(errors="replace")[:MOST_BYTES]) if html else b"", image
    )


def _page(driver: "Driver") -> dict[str, Any]:
    """The page without its secrets; nothing where it, or the cookies to look for in it, cannot be read."""
    answer = _asked(lambda: driver.cdp("Runtime.evaluate", _evaluation()), driver, HTML_SECONDS)
    if answer is None or "exceptionDetails" in answer:
        log.warning("the page's text is not kept: its script failed")
        return {}
    seen: dict[str, Any] = answer["result"]["value"]
    cookies = (
        _asked(lambda: driver.cdp("Network.getAllCookies", {}), driver, COOKIES_SECONDS) if seen else None
    )
    if cookies is None:
        return {}
    values = [str(one["value"]) for one in cookies["cookies"]]
    return seen | {name: _without(values, seen[name]) for name in ("html", "address")}


@cache
def _evaluation() -> dict[str, Any]:
    """For the page's topmost frame, whichever one the driver is in."""
    script = (Path(__file__).parent / "snapshot.js").read_text(encoding="utf-8")
    return {
        "expression": f"(function () {{ {script} }})({MOST_BYTES})",
        "returnByValue": True,
        "timeout": HTML_SECONDS * 900,  # milliseconds: a page that hangs is let go before the driver is
    }


def _asked(question: Callable[[], T], driver: "Driver", seconds: float) -> T | None:
    """The browser's answer; None, and a line in the log, where it gives none in time."""
    from selenium.common.exceptions import WebDriverException

    try:
        with driver.patience(seconds):
            return question()
    except (BrowserFailed, WebDriverException) as error:
        log.warning("the page cannot be kept as it is: %s", type(error).__name__)
        return None


def _without(secrets: list[str], text: str) -> str:
    """The text without the secrets, however they are quoted in it; the longest first."""
    values = {form for value in secrets for form in (value, value.strip('"'))}
    forms = {form(value) for value in values for form in (str, escape, quote, quote_plus)}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= SHORTEST_SECRET:
            text = text.replace(form, REMOVED)
    return text


def _image(driver: "Driver") -> bytes:
    image = base64.b64decode(_asked(driver.get_screenshot_as_base64, driver, IMAGE_SECONDS) or "")
    return image if len(image) <= MOST_BYTES else b""


def _address(driver: "Driver", seen: dict[str, Any]) -> str:
    """Of the page, without its query; an error page of the browser's own says where it should have led."""
    if seen.get("address"):
        return str(seen["address"])
    url = urlsplit(_asked(lambda: driver.current_url, driver, 1) or "")
    return f"{url.scheme}://{url.netloc}{url.path}" if url.scheme in ("http", "https") else ""


def _plain(text: str, most: int) -> str:
    """What every database takes."""
    return text.encode(errors="replace").decode().replace("\0", "")[:most]


def _kept(snapshot: Snapshot, html: bytes, image: bytes) -> Snapshot | None:
    """The snapshot with its files and its row, or nothing of it."""
    stem = f"{snapshot.account.name}/{snapshot.taken_at:%Y-%m-%d}-{uuid4().hex[:12]}"
    snapshot.html_path = f"{stem}.html.gz" if html else ""
    snapshot.image_path = f"{stem}.png" if image else ""
    try:
        for name, content in ((snapshot.html_path, html), (snapshot.image_path, image)):
            _write(name, content)
        with transaction.atomic():
            snapshot.save()
    except (OSError, DatabaseError) as error:
        log.warning("a snapshot could not be kept: %s", error)
        _remove_files(snapshot)
        return None
    return snapshot


def path_of(name: str) -> Path:
    """Where a snapshot's file lies."""
    return Path(settings.DATA_DIR) / "snapshots" / name


def _write(name: str, content: bytes) -> None:
    if not content:
        return
    path = path_of(name)
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)


def _remove_files(snapshot: Snapshot) -> None:
    for name in filter(None, (snapshot.html_path, snapshot.image_path)):
        _unlink(path_of(name))


def remove(snapshot: Snapshot) -> None:
    """Remove it with its files."""
    _remove_files(snapshot)
    snapshot.delete()


def text_of(snapshot: Snapshot) -> str:
    """The page's text as it was kept; empty where there is none, or its file is gone."""
    if not snapshot.html_path:
        return ""
    try:
        return gzip.decompress(path_of(snapshot.html_path).read_bytes()).decode(errors="replace")
    except (OSError, EOFError, zlib.error):
        return ""


def image_of(snapshot: Snapshot) -> bytes:
    """The page's picture (PNG); empty where there is none, or its file is gone."""
    try:
        return path_of(snapshot.image_path).read_bytes() if snapshot.image_path else b""
    except OSError:
        return b""


def purge(now: datetime) -> int:
    """Remove what is older than SNAPSHOT_DAYS, and files of that age that no row knows; how many rows.

    What cannot be removed now is logged, and tried again the next time.
    """
    limit = now - timedelta(days=settings.SNAPSHOT_DAYS)
    old = Snapshot.objects.filter(taken_at__lt=limit)
    for snapshot in old:
        _remove_files(snapshot)
    for path in path_of("").glob("*/*"):
        if _day_of(path) < limit.date():
            _unlink(path)
    return old.delete()[1].get("engine.Snapshot", 0)


def _day_of(path: Path) -> date:
    try:
        return date.fromisoformat(path.name[:10])
    except ValueError:
        return date.max


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s could not be removed: %s", path.name, error.strerror)
