"""The browser: started when it is first needed, limited in time, and ended with everything it started."""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import transaction

from engine import processes, sessions
from engine.browser_paths import find_browser, find_driver, is_headless_shell
from engine.browser_profiles import LastingProfile
from engine.browser_wear import why_worn
from engine.errors import BrowserFailed
from engine.models import Account, BrowserProcess
from engine.ports import Clock

if TYPE_CHECKING:
    from selenium.webdriver.chrome.options import Options

    from engine.driver import Driver, QuietService

log = logging.getLogger(__name__)
ACTION_SECONDS = 180
NETWORK_HOSTS = ("www.linkedin.com", "*.linkedin.com", "*.licdn.com")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class Browser:
    """One browser for one account. Nothing is started until `driver` is first used.

    `load_session` gives the cookies to present before the first navigation. It is asked before anything is
    started, so that a missing session (NoSession) starts nothing; a rehearsal never asks. `is_attended`: a
    person drives it (to sign in), so the security check's own hosts are reachable too, and nobody is signed in
    at first. A rehearsal and a browser on a Grid never touch the profile that an account keeps.

    It grows with each page, so now and then another one takes its place: `keep_session` is called before, so that
    `load_session` gives the session as the network renewed it. `why_worn` says when.
    """

    def __init__(
        self,
        account: Account | None,
        clock: Clock,
        *,
        network_url: str,
        is_rehearsal: bool,
        headless: bool = True,
        is_attended: bool = False,
        load_session: Callable[[], list[sessions.Cookie]] = list,
        keep_session: Callable[["Browser"], None] = lambda browser: None,
        why_worn: Callable[["Driver", int | None], str] = why_worn,
    ) -> None:
        self.account = account
        self.clock = clock
        self.network_url = network_url
        self.is_rehearsal = is_rehearsal
        self.headless = headless
        self.is_attended = is_attended
        self.presented: list[sessions.Cookie] = []
        self._load_session = load_session
        self._keep_session = keep_session
        self._why_worn = why_worn
        self._was_replaced = False
        self._notes: list[str] = []
        self._driver: Driver | None = None
        self._service: QuietService | None = None
        self._folder: Path | None = None
        self._record: BrowserProcess | None = None
        self._profile: LastingProfile | None = None
        self._profile_hold = ExitStack()
        self._spent_round_trips = 0
        self._failed = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.quit()

    @property
    def driver(self) -> "Driver":
        """The driver, with the session in place; started if need be. Raises NoSession, BrowserFailed."""
        self._check_in_time()
        return self._driver or self._start()

    @property
    def is_started(self) -> bool:
        return self._driver is not None

    @property
    def round_trips(self) -> int:
        """How many commands went to the driver since this object was made."""
        return self._spent_round_trips + (self._driver.round_trips if self._driver else 0)

    @property
    def version(self) -> str:
        return str(self.driver.capabilities.get("browserVersion", ""))

    def notes(self) -> list[str]:
        """What became of the browsers of before, each thing once."""
        told, self._notes = self._notes, []
        return told

    def renew_if_worn(self) -> None:
        """Let another browser take the place of one that grew too big. To be called between two services only."""
        if self._driver is None or self._failed:
            return
        if reason := self._why_worn(self._driver, self._service.process.pid if self._service else None):
            self._keep_session(self)
            self.quit()
            self._note(f"the browser was renewed: {reason}")

    def replace_if_dead(self) -> None:
        """Let another browser take the place of one that died, once; a second death is for whoever asks next.

        To be called before something that may be done twice, and never in the midst of it: what an act that
        cannot be undone had come to when the browser died is not known.
        """
        if self._driver is None or self._failed or self._was_replaced or self._driver.is_alive():
            return
        self._was_replaced = True
        self.quit()
        self._note("the browser was replaced: it had died, or did not answer any more")

    def _note(self, text: str) -> None:
        log.warning("%s: %s", self.account, text)
        self._notes.append(text)

    @contextmanager
    def time_limit(self, seconds: float = ACTION_SECONDS) -> Iterator[None]:
        """Kill the browser when the block takes longer: whatever it waits for then raises BrowserFailed."""
        timer = threading.Timer(seconds, self._run_out_of_time, [f"action took over {seconds:g} s"])
        timer.daemon = True
        timer.start()
        try:
            yield
        except BrowserFailed as error:
            self._check_in_time(error)
            raise
        finally:
            timer.cancel()
            timer.join()

    def _run_out_of_time(self, reason: str) -> None:
        self._failed = reason
        if self._driver:
            self._driver.failed = reason
        if self._service:
            self._service.kill()

    def _check_in_time(self, cause: Exception | None = None) -> None:
        if self._failed:
            raise BrowserFailed(self._failed) from cause

    def _start(self) -> "Driver":
        cookies = [] if self.is_rehearsal else self._load_session()
        # Selenium asks outside hosts for drivers and for statistics, and logs cookies at SE_DEBUG.
        os.environ.update(SE_OFFLINE="true", SE_AVOID_STATS="true")
        os.environ.pop("SE_DEBUG", None)
        with ExitStack() as undo:
            undo.callback(self.quit)
            try:
                self._driver = self._start_remote() if settings.SELENIUM_REMOTE_URL else self._start_local()
                self._present(self._driver, cookies)
            except BrowserFailed as error:
                self._check_in_time(error)
                raise
            self._check_in_time()
            undo.pop_all()
        return self._driver

    def _present(self, driver: "Driver", cookies: list[sessions.Cookie]) -> None:
        self.presented = cookies
        if self._profile is None:
            sessions.install(driver, cookies, self.network_url)
        elif self.is_attended:
            sessions.sign_out(driver, self.network_url)
        else:
            is_known = self._profile.session == sessions.fingerprint(cookies)
            sessions.install_in_profile(driver, cookies, self.network_url, is_known=is_known)
            self.agree_on(cookies)

    def agree_on(self, cookies: list[sessions.Cookie]) -> None:
        """Note in the profile, where one is kept, which stored session its own cookies come from."""
        if self._profile:
            self._profile.note(session=sessions.fingerprint(cookies))

    def _start_remote(self) -> "Driver":
        from engine.driver import RemoteDriver

        return RemoteDriver(settings.SELENIUM_REMOTE_URL, self._options())

    def _start_local(self) -> "Driver":
        from engine.driver import LocalDriver, QuietService

        binary, program = find_browser(has_window=not self.headless), find_driver()
        profile = self._hold_profile(binary)
        self._folder = processes.make_folder()
        self._service = QuietService(program, self._folder)
        self._service.start()
        if self.account:
            # durable: it is committed, whatever becomes of the caller's work, before the browser can act
            with transaction.atomic(durable=True):
                self._record = processes.record(self.account, self._service.process.pid, self.clock)
        options = self._options()
        options.binary_location = str(binary)
        if is_headless_shell(binary):
            options.set_capability("browserName", "chrome-headless-shell")
        options.add_argument(f"--user-data-dir={profile or self._folder / 'profile'}")
        return LocalDriver(self._service, options)

    def _hold_profile(self, binary: Path) -> Path | None:
        """The folder of the profile that the account keeps, held until `quit`; None where it keeps none."""
        if self.is_rehearsal or self.account is None or not self.account.keeps_profile:
            return None
        profile = LastingProfile(self.account)
        self._profile_hold.enter_context(profile.held(binary))
        self._profile = profile
        return profile.folder

    def _options(self) -> "Options":
        from engine.driver import make_options

        hosts = LOOPBACK_HOSTS if self.is_rehearsal else NETWORK_HOSTS
        return make_options(
            headless=self.headless, hosts=() if self.is_attended else hosts, is_rehearsal=self.is_rehearsal
        )

    def quit(self) -> None:
        """End the browser and all it started; nothing of it lives when this returns. May be called twice."""
        driver, self._driver = self._driver, None
        if driver:
            self._spent_round_trips += driver.round_trips
            driver.leave(is_kept=self._profile is not None)
        if self._service:
            self._service.kill()
            self._service.stop()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._record:
            BrowserProcess.objects.filter(pk=self._record.pk).update(ended_at=self.clock.now())
        self._profile_hold.close()
        self._service = self._folder = self._record = self._profile = None
        self._failed = ""
