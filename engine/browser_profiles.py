"""A browser profile that outlives the run: one owner at a time, never opened by an older browser."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.browser_paths import version_of
from engine.errors import BrowserFailed
from engine.models import Account
from engine.processes import lasting_folder, users_of

NOTE = "linkedin_bot.json"
# Chromium refuses a profile on which a dead browser, perhaps of another container, left these.
STALE = ("SingletonLock", "SingletonCookie", "SingletonSocket")


class LastingProfile:
    """The folder in which an account's browser keeps what the network's pages left there.

    It holds the signed-in session as plainly as any browser's profile does (mode 0700).
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.folder = lasting_folder(account)

    @contextmanager
    def held(self, binary: Path) -> Iterator[None]:
        """Nobody else has the profile within the block. Raises BrowserFailed, before this browser starts."""
        with self._alone():
            given = version_of(binary)
            self._check_not_newer(binary, given)
            self.note(browser_version=given)
            for name in STALE:
                (self.folder / name).unlink(missing_ok=True)
            yield

    def remove(self) -> bool:
        """Remove the profile with the session in it; False where it is in use or cannot be removed."""
        if not self.folder.exists():
            return True
        with suppress(BrowserFailed), self._alone():
            shutil.rmtree(self.folder, ignore_errors=True)
        return not self.folder.exists()

    @property
    def version(self) -> str:
        """The version of the browser that used it last; empty for a new profile."""
        return self._noted().get("browser_version", "")

    @property
    def session(self) -> str:
        """The fingerprint of the stored session that it last agreed with."""
        return self._noted().get("session", "")

    def note(self, **values: str) -> None:
        """Write down `browser_version` or `session`, the whole note at once. Raises BrowserFailed."""
        fresh = self.folder / f"{NOTE}.new"
        try:
            fresh.write_text(json.dumps(self._noted() | values))
            fresh.replace(self.folder / NOTE)
        except OSError as error:
            raise BrowserFailed(f"{self.folder} cannot be written: {error.strerror}") from error

    def _noted(self) -> dict[str, str]:
        try:
            noted: dict[str, str] = json.loads((self.folder / NOTE).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return noted

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's lock, which the kernel lets go when this process ends, however it ends."""
        with self._opened() as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BrowserFailed(
                    f"the browser profile of {self.account} is in use: wait for it"
                ) from error
            if users := users_of(self.folder):
                processes = ", ".join(str(one.pid) for one in users)
                raise BrowserFailed(
                    f"the browser profile of {self.account} is in use by the processes {processes}: end them"
                )
            yield

    @contextmanager
    def _opened(self) -> Iterator[int]:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.folder.parent, self.folder):
                folder.chmod(0o700)
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            raise BrowserFailed(f"{self.folder} cannot be used as a profile: {error.strerror}") from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _check_not_newer(self, binary: Path, given: str) -> None:
        """An older browser would not understand the profile, and lose the session that is in it."""
        if self.version and _major(given) < _major(self.version):
            raise BrowserFailed(
                f"the browser profile of {self.account} was last used by version {self.version}, and {binary}"
                f" is {given}, which would lose its session: install {_major(self.version)} or newer, or remove"
                f" {self.folder} and sign in again with manage.py log_in --account {self.account.name}"
            )


def _major(version: str) -> int:
    return int(version.partition(".")[0])
