"""Which browser and driver are taken, and what is said where there is none."""

import subprocess
import tempfile
from pathlib import Path

import pytest

from engine.browser_paths import find_browser, find_driver
from engine.driver import QuietService
from engine.errors import BrowserFailed
from tests.browsers import for_ever, page, rehearsing


@pytest.fixture
def alone_on_path(tmp_path, monkeypatch, settings):
    """A PATH with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    settings.CHROME_BINARY = settings.CHROMEDRIVER = ""
    settings.DRIVER_DOWNLOADS = False
    return tmp_path


def program(path: Path, text: str = "#!/bin/sh\nexit 3\n") -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_the_configured_program_comes_first(alone_on_path, settings):
    program(alone_on_path / "chromedriver")
    settings.CHROMEDRIVER = str(program(alone_on_path / "mine"))
    assert find_driver() == alone_on_path / "mine"


def test_a_configured_program_that_is_none_is_told(alone_on_path, settings):
    settings.CHROME_BINARY = str(alone_on_path / "missing")
    with pytest.raises(BrowserFailed, match=r"CHROME_BINARY is .*no program"):
        find_browser()


def test_a_wrapper_that_would_stay_in_between_is_passed_by(alone_on_path, settings):
    wrapper, wrapped = program(alone_on_path / "wrapper"), alone_on_path / "wrapped"
    settings.CHROME_BINARY = str(wrapper)
    assert find_browser(wrapped={wrapper: wrapped}) == wrapped
    assert find_browser() == wrapper


def test_who_needs_a_window_gets_a_browser_that_has_one(alone_on_path, settings):
    chromium = program(alone_on_path / "chromium")
    settings.CHROME_BINARY = str(program(alone_on_path / "chromium-headless-shell"))
    assert find_browser() == Path(settings.CHROME_BINARY)
    assert find_browser(has_window=True) == chromium


def test_path_comes_before_the_distributions_places(alone_on_path):
    elsewhere = program(alone_on_path / "elsewhere")
    assert find_driver([elsewhere]) == elsewhere
    on_path = program(alone_on_path / "chromedriver")
    assert find_driver([elsewhere]) == on_path


def test_one_sentence_says_what_to_install(alone_on_path):
    with pytest.raises(BrowserFailed, match="apt install chromium"):
        find_browser([])
    with pytest.raises(BrowserFailed, match="apt install chromium-driver"):
        find_driver([])


def test_a_download_that_fails_is_told(alone_on_path, settings, monkeypatch):
    settings.DRIVER_DOWNLOADS = True
    monkeypatch.setenv("HOME", str(alone_on_path))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(BrowserFailed, match="could not be downloaded"):
        find_driver([])


def test_a_driver_that_does_not_start_is_a_failed_browser(alone_on_path, settings):
    settings.CHROMEDRIVER = str(program(alone_on_path / "broken"))
    settings.CHROME_BINARY = str(program(alone_on_path / "browser"))
    with rehearsing() as browser, pytest.raises(BrowserFailed, match="does not start"):
        browser.driver.get(page("hello"))


def test_selenium_is_told_neither_to_log_nor_to_use_another_driver(tmp_path, monkeypatch):
    monkeypatch.setenv("SE_DEBUG", "1")
    monkeypatch.setenv("SE_CHROMEDRIVER", "/nowhere/else")
    service = QuietService(Path("/usr/bin/chromedriver"), tmp_path)
    assert service.path == "/usr/bin/chromedriver"
    assert service.command_line_args() == [f"--port={service.port}"]
    assert service.log_output == subprocess.DEVNULL


@pytest.fixture
def short_folder():
    """Chromium's socket lies in it, and a socket's path has at most 108 characters."""
    with tempfile.TemporaryDirectory(prefix="grid-") as folder:
        yield Path(folder)


@pytest.mark.browser
def test_a_browser_on_a_grid_is_driven_and_ended(settings, short_folder):
    service = QuietService(find_driver(), short_folder)
    service.start()
    settings.SELENIUM_REMOTE_URL = service.service_url
    try:
        with rehearsing() as browser:
            browser.driver.get(page("<title>far away</title>"))
            assert browser.driver.title == "far away"
            with pytest.raises(BrowserFailed, match="action took over"), browser.time_limit(0.01):
                for_ever(lambda: browser.driver.execute_script("return 1"))
    finally:
        service.kill()
        service.stop()


def test_a_grid_that_is_not_there_is_a_failed_browser(settings):
    settings.SELENIUM_REMOTE_URL = "http://127.0.0.1:9"
    with rehearsing() as browser, pytest.raises(BrowserFailed, match="does not answer"):
        browser.driver.get(page("hello"))
