"""Selenium's driver with the project's rules: counted, limited in time, clear about a browser that died."""

import os
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import Any, cast

from selenium import webdriver
from selenium.common import exceptions
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.webdriver import LocalWebDriver
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from urllib3.exceptions import HTTPError

from engine.errors import BrowserFailed
from engine.isolated import IsolatedWorld
from engine.ports import kept_by_browsers
from engine.processes import die_with_parent, kill_group, start_of

PAGE_SECONDS, SCRIPT_SECONDS, COMMAND_SECONDS, LEAVE_SECONDS = 45, 15, 60, 10
HEADLESS_SHELL = "chrome-headless-shell"  # as its driver calls it
WINDOW = "1920,1080"  # below 1600 an open conversation covers buttons of the list behind it

DEAD_BROWSER_ERRORS = (
    exceptions.InvalidSessionIdException,
    exceptions.NoSuchWindowException,
    exceptions.SessionNotCreatedException,
    exceptions.TimeoutException,
)
DEAD_BROWSER_WORDS = ("disconnected", "crashed", "not reachable", "from renderer")
# urllib3 would repeat a command whose connection broke.
NO_RETRIES = {"init_args_for_pool_manager": {"retries": False}}


class Driver(webdriver.Remote):
    """Counts its round trips; a browser that is gone, hangs or took too long is a BrowserFailed."""

    round_trips = 0
    pages = 0  # how many addresses were opened
    load_error = ""  # "net::ERR_…" of the address opened last, where no page says so
    failed = ""  # why this browser must not be used any more

    def execute(
        self,
        driver_command: str | Generator[dict[str, Any], Any, Any],
        params: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        if self.failed:
            raise BrowserFailed(self.failed)
        self.round_trips += 1
        try:
            answer: dict[str, Any] = super().execute(driver_command, params)
            return answer
        except exceptions.WebDriverException as error:
            if self.failed or is_of_dead_browser(error):
                raise BrowserFailed(self.failed or f"the browser failed: {first_line(error)}") from error
            raise
        except (HTTPError, HTTPException, OSError) as error:
            raise BrowserFailed(self.failed or f"the driver does not answer: {first_line(error)}") from error

    @cached_property
    def isolated(self) -> IsolatedWorld:
        return IsolatedWorld(self)

    def go(self, address: str) -> None:
        """Open an address. The headless shell shows an empty page in place of Chromium's own error page, and says
        why in its answer alone: `load_error`.
        """
        self.load_error = ""
        self.pages += 1
        if self.capabilities.get("browserName") == HEADLESS_SHELL:
            self.load_error = str(self.cdp("Page.navigate", {"url": address}).get("errorText", ""))
        else:
            self.get(address)

    def cdp(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run one command of the Chrome DevTools Protocol; it works through a Selenium Grid too."""
        answer: dict[str, Any] = self.execute("executeCdpCommand", {"cmd": command, "params": arguments})[
            "value"
        ]
        return answer

    def is_alive(self) -> bool:
        """Whether the browser and its open page still answer."""
        try:
            with self.patience(SCRIPT_SECONDS):
                self.execute_script("return 1")
        except BrowserFailed:
            return False
        except exceptions.WebDriverException:
            pass  # what stands in the way, such as a dialog, was told by a browser that lives
        return True

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Within the block no command is waited for longer; one that takes longer is a BrowserFailed."""
        config = cast(RemoteConnection, self.command_executor).client_config
        usual, config.timeout = config.timeout, seconds
        try:
            yield
        finally:
            config.timeout = usual

    def leave(self, *, is_kept: bool = False) -> None:
        """End the session, if it still answers, and the connection to it."""
        with suppress(BrowserFailed, exceptions.WebDriverException):
            self.quit()


class LocalDriver(Driver, webdriver.Chrome):
    """A browser behind a chromedriver of ours, which is ended with its process group, not by `quit`."""

    def __init__(self, service: "QuietService", options: Options) -> None:
        self.service, self.options = service, options
        address = service.service_url
        config = ClientConfig(address, timeout=COMMAND_SECONDS, init_args_for_pool_manager=NO_RETRIES)
        self.connection = ChromeRemoteConnection(address, ignore_proxy=True, client_config=config)
        # webdriver.Chrome's own constructor would look for a driver and start it with longer timeouts.
        LocalWebDriver.__init__(self, command_executor=self.connection, options=options)  # type: ignore[no-untyped-call]

    def leave(self, *, is_kept: bool = False) -> None:
        """Close the connection only: a hanging browser would take its time over a command.

        A browser whose profile is kept is asked to end by itself: only then it writes its last cookies down.
        """
        if is_kept:
            with self.patience(LEAVE_SECONDS):
                super().leave()
        self.connection.close()  # type: ignore[no-untyped-call]


class RemoteDriver(Driver):
    """A browser on a Selenium Grid, which ends what it started."""

    def __init__(self, address: str, options: Options) -> None:
        config = ClientConfig(address, timeout=COMMAND_SECONDS, init_args_for_pool_manager=NO_RETRIES)
        super().__init__(command_executor=address, options=options, client_config=config)


class QuietService(Service):
    """A chromedriver that logs nothing (cookies and texts would be in it) and dies with this process."""

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__(
            executable_path=str(path),
            env=_environment(folder),
            popen_kw={"start_new_session": True, "preexec_fn": _bound_to_this_process()},
        )
        self.log_output = subprocess.DEVNULL  # whatever SE_DEBUG asks for
        self.leader_started = 0.0

    def env_path(self) -> None:
        """No environment variable of Selenium's overrides the driver that was found."""

    def command_line_args(self) -> list[str]:
        return [f"--port={self.port}"]

    def start(self) -> None:
        try:
            super().start()
        except (exceptions.WebDriverException, OSError) as error:
            raise BrowserFailed(f"the driver {self.path} does not start: {first_line(error)}") from error

    def _start_process(self, path: str) -> None:
        super()._start_process(path)
        self.leader_started = start_of(self.process.pid)

    def kill(self) -> None:
        """Kill the driver and everything it started; nothing of it lives when this returns."""
        process: subprocess.Popen[bytes] | None = getattr(self, "process", None)
        if process:
            # A child not yet waited for is certainly ours, even if the machine's clock was set since.
            started = start_of(process.pid) if process.poll() is None else self.leader_started
            kill_group(process.pid, started)
            process.wait()

    def stop(self) -> None:
        """Take leave of a driver whose group was killed; nothing is asked of one that still runs."""
        process: subprocess.Popen[bytes] | None = getattr(self, "process", None)
        if process and process.stdin and process.poll() is not None:
            process.stdin.close()


# What opens the stored sessions and the database is nothing to a browser, nor to the report of its crash.
SECRETS = (
    "SECRET_KEY", "SESSION_KEYS", "PRIVACY_KEY", "DATABASE_URL", "REDIS_URL", "METRICS_TOKEN", "EMAIL_URL",
)  # fmt: skip


def _environment(folder: Path) -> dict[str, str]:
    """Whatever the browser leaves, the reports of its crashes with what it had in memory too, goes with the folder."""
    passed = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return passed | {"TMPDIR": str(folder), "BREAKPAD_DUMP_LOCATION": str(folder / "crashes")}


def _bound_to_this_process() -> Callable[[], None]:
    """What the driver runs before its exec. Its standard output is all that it hands on to the browser: so the lock
    of the run stands there, which is free again only when the last of them is gone. It is open for reading, so that
    nothing is written into it.
    """
    die_with_us, lock = die_with_parent(), kept_by_browsers.get()

    def bind() -> None:
        die_with_us()
        if lock is not None:
            os.dup2(lock, 1)

    return bind


def is_of_dead_browser(error: exceptions.WebDriverException) -> bool:
    """Whether an error means that the browser is gone or hangs, not that the page is other than expected."""
    words = (error.msg or "").lower()
    if "no such execution context" in words:
        return False  # it is the document that is gone, though the driver calls it a timeout
    return isinstance(error, DEAD_BROWSER_ERRORS) or any(word in words for word in DEAD_BROWSER_WORDS)


def is_of_lost_script(error: BrowserFailed) -> bool:
    """Whether it is about one script that never reported, in a browser that answers: its page is to blame."""
    cause = error.__cause__
    return isinstance(cause, exceptions.TimeoutException) and (cause.msg or "").startswith("script timeout")


def first_line(error: Exception) -> str:
    """What an error says in its first line, without Selenium's stack trace; at most 200 characters."""
    text = (error.msg if isinstance(error, exceptions.WebDriverException) else str(error)) or type(
        error
    ).__name__
    return text.strip().splitlines()[0][:200]


def make_options(*, headless: bool, hosts: tuple[str, ...], is_rehearsal: bool) -> Options:
    """What every browser is started with; nothing here hides that it is automated."""
    options = Options()
    for flag in (
        f"--window-size={WINDOW}",
        "--remote-debugging-pipe",  # with the driver's end of the pipe the browser ends too
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-breakpad",
        "--no-first-run",
        "--no-default-browser-check",
        # A starved machine's process for graphics is slow, not hung; without these it is killed, and after six
        # such deaths the browser ends itself ("GPU process isn't usable. Goodbye.").
        "--disable-gpu-watchdog",
        "--disable-gpu-process-crash-limit",
        *([f"--host-resolver-rules={_resolver_rules(hosts)}"] if hosts else []),
        *(["--headless=new"] if headless else []),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        *(["--no-proxy-server"] if is_rehearsal else []),
    ):
        options.add_argument(flag)
    options.add_experimental_option("prefs", PREFERENCES)
    # "eager": a navigation returns with the new document parsed, so that never the old page is read as the
    # new one ("none" would), and never waits for pictures and advertisements ("normal" would).
    options.page_load_strategy = "eager"
    # A dialog is declined, never accepted, and the command that met it raises.
    options.unhandled_prompt_behavior = "dismiss and notify"
    options.timeouts = {"pageLoad": PAGE_SECONDS * 1000, "script": SCRIPT_SECONDS * 1000, "implicit": 0}
    return options


PREFERENCES = {
    "credentials_enable_service": False,
    "profile.password_manager_enabled": False,
    "profile.default_content_setting_values.notifications": 2,
}


def _resolver_rules(hosts: tuple[str, ...]) -> str:
    return ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in hosts)])
