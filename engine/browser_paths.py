"""Where the browser and its driver are: configured, on PATH, in Debian's places, or downloaded."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from engine.errors import BrowserFailed

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_PLACES = (Path("/usr/bin/chromium"), Path("/opt/google/chrome/chrome"))
# Debian's wrapper of its headless shell stays between the driver and the browser, which then outlives it.
WRAPPED = {Path("/usr/bin/chromium-headless-shell"): Path("/usr/lib/chromium/chromium-headless-shell")}
DRIVER_PLACES = (Path("/usr/bin/chromedriver"), Path("/usr/lib/chromium-browser/chromedriver"))
VERSION_SECONDS = 20


def find_browser(
    places: Sequence[Path] = BROWSER_PLACES,
    *,
    has_window: bool = False,
    wrapped: Mapping[Path, Path] = WRAPPED,
) -> Path:
    """The browser: as configured, on PATH, or where distributions put it. Raises BrowserFailed.

    Where a window is needed, a configured headless shell is passed over: it has none to show.
    """
    is_passed_over = has_window and is_headless_shell(Path(settings.CHROME_BINARY))
    if found := _find("" if is_passed_over else "CHROME_BINARY", BROWSER_NAMES, places):
        return wrapped.get(found, found)
    raise BrowserFailed(
        "no Chromium or Chrome was found: apt install chromium, or set CHROME_BINARY to its path"
    )


def is_headless_shell(binary: Path) -> bool:
    """Whether this is the lighter browser without a window, which the driver has to be told of."""
    return "headless-shell" in binary.name.replace("_", "-")


def version_of(binary: Path) -> str:
    """What the browser says its version is, without starting it on any profile. Raises BrowserFailed."""
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise BrowserFailed(f"{binary} does not tell its version: {type(error).__name__}") from error
    if found := re.search(r"\d+(\.\d+)+", said.stdout):
        return found[0]
    raise BrowserFailed(f"{binary} does not tell its version: is it a browser?")


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
    if configured := getattr(settings, setting, ""):
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
