"""Where the browser and its driver are: configured, on PATH, in Debian's places, or downloaded."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from engine.errors import BrowserFailed

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_PLACES = (Path("/usr/bin/chromium"), Path("/opt/google/chrome/chrome"))
DRIVER_PLACES = (Path("/usr/bin/chromedriver"), Path("/usr/lib/chromium-browser/chromedriver"))


def find_browser(places: Sequence[Path] = BROWSER_PLACES) -> Path:
    """The browser: as configured, on PATH, or where distributions put it. Raises BrowserFailed."""
    if found := _find("CHROME_BINARY", BROWSER_NAMES, places):
        return found
    raise BrowserFailed(
        "no Chromium or Chrome was found: apt install chromium, or set CHROME_BINARY to its path"
    )


def find_driver(places: Sequence[Path] = DRIVER_PLACES) -> Path:
    """The driver: as configured, on PATH, where distributions put it, or downloaded where that is allowed."""
    if found := _find("CHROMEDRIVER", ("chromedriver",), places):
        return found
    if settings.DRIVER_DOWNLOADS:
        return _download_driver()
    raise BrowserFailed(
        "no chromedriver was found: apt install chromium-driver, or set CHROMEDRIVER to its path,"
        " or DRIVER_DOWNLOADS=on to let it be downloaded"
    )


def _find(setting: str, names: Sequence[str], places: Sequence[Path]) -> Path | None:
    if configured := getattr(settings, setting):
        if not os.access(configured, os.X_OK) or Path(configured).is_dir():
            raise BrowserFailed(f"{setting} is {configured}, which is no program: correct it or leave it out")
        return Path(configured)
    on_path = (Path(found) for name in names if (found := shutil.which(name)))
    return next(on_path, None) or next((place for place in places if os.access(place, os.X_OK)), None)


def _download_driver() -> Path:
    from requests import RequestException
    from webdriver_manager.chrome import ChromeDriverManager

    try:
        return Path(ChromeDriverManager().install())
    except (RequestException, ValueError, OSError) as error:
        raise BrowserFailed(
            f"the chromedriver could not be downloaded ({error}): set CHROMEDRIVER"
        ) from error
