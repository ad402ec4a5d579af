"""Driver and browser as processes: they die with this one, are killed as a group, and none is left behind."""

import ctypes
import os
import re
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from django.conf import settings

from engine.errors import BrowserFailed
from engine.models import Account, BrowserProcess
from engine.ports import Clock

FOLDER_PREFIX = "linkedin_bot-browser"
PR_SET_PDEATHSIG = 1
KILL_ROUNDS = 5
GONE_WITHIN_MILLISECONDS = 5_000
# The kernel's start time of a process is relative to the boot, and the boot's time moves a little with NTP.
START_TOLERANCE_SECONDS = 2.0


def die_with_parent() -> Callable[[], None]:
    """What a child runs before its exec, so that the kernel kills it when the thread that started it ends."""
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before the kernel was asked
            os._exit(1)

    return ask_the_kernel


def start_of(pid: int) -> float:
    """When a process started, in seconds since the epoch."""
    return psutil.Process(pid).create_time()


def make_folder() -> Path:
    """A folder of mode 0700 for one browser's profile, named after the process that owns it."""
    owner = f"{os.getpid()}-{start_of(os.getpid()):.0f}"
    return Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}-{owner}-"))


def lasting_folder(account: Account) -> Path:
    """Where the browser profile of an account that keeps one lies; it may not exist."""
    return _lasting_folders() / account.name


def _lasting_folders() -> Path:
    return Path(settings.DATA_DIR).resolve() / "profiles"


def remove_abandoned_folders() -> None:
    """Remove the profiles (cookies are in them) whose owners were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}-*-*-*"):
        pid, start, _ = folder.name.removeprefix(f"{FOLDER_PREFIX}-").split("-", 2)
        with suppress(FileNotFoundError):  # its browser has just ended, and removed it
            is_mine = folder.lstat().st_uid == os.getuid() and not folder.is_symlink()
            if is_mine and not _is_process(int(pid), float(start)):
                shutil.rmtree(folder, ignore_errors=True)


def record(account: Account, group_id: int, clock: Clock) -> BrowserProcess:
    """Write down that this group is about to act for the account."""
    return BrowserProcess.objects.create(
        account=account,
        host=socket.gethostname(),
        group_id=group_id,
        leader_started=start_of(group_id),
        started_at=clock.now(),
    )


def kill_leftovers(account: Account, clock: Clock) -> int:
    """Kill every browser that was recorded for the account on this host and not ended; how many were alive.

    Only for the one run that holds the account: whoever else drives a browser for it loses it.
    """
    killed = 0
    for row in BrowserProcess.objects.filter(account=account, host=socket.gethostname(), ended_at=None):
        killed += kill_group(row.group_id, row.leader_started)
        BrowserProcess.objects.filter(pk=row.pk).update(ended_at=clock.now())
    remove_abandoned_folders()
    return killed


def kill_group(group_id: int, leader_started: float) -> bool:
    """Kill the group's processes and those that share their profile; True if any was alive.

    Returns when all are gone; raises BrowserFailed when one cannot be killed.
    """
    condemned = _members(group_id, leader_started)
    folders = {folder for process in condemned if (folder := _folder_of(process))}
    was_alive = bool(condemned)
    for _ in range(KILL_ROUNDS):
        if not condemned:
            return was_alive
        for process in condemned:
            _kill(process)
        condemned = _members(group_id, leader_started) + users_of(*folders)
    raise BrowserFailed(f"the browser's processes (group {group_id}) do not end even when killed")


def _kill(process: psutil.Process) -> None:
    """Kill one process and wait until it is dead; a zombie is."""
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        descriptor = os.pidfd_open(process.pid)
        try:
            process.kill()
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            poll.poll(GONE_WITHIN_MILLISECONDS)
        finally:
            os.close(descriptor)


def _members(group_id: int, leader_started: float) -> list[psutil.Process]:
    """The living processes of the group, if it still is the one whose leader started at that time.

    The kernel gives a number to nobody else while a group has it, so members without a leader are
    the browser that lost its driver, unless the number was used anew since.
    """
    members = [one for one in _living() if _group_of(one.pid) == group_id]
    leaders = [one for one in members if one.pid == group_id]
    if leaders:
        return members if _is_process(group_id, leader_started) else []
    return [one for one in members if _is_orphaned_browser(one, leader_started)]


def _living() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _group_of(pid: int) -> int | None:
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return None


def _is_process(pid: int, started: float) -> bool:
    with suppress(psutil.NoSuchProcess):
        return abs(start_of(pid) - started) < START_TOLERANCE_SECONDS
    return False


def _is_orphaned_browser(process: psutil.Process, leader_started: float) -> bool:
    with suppress(psutil.NoSuchProcess):
        is_browser = "chrom" in process.name() or _folder_of(process) is not None
        return is_browser and process.create_time() > leader_started - START_TOLERANCE_SECONDS
    return False


def _folder_of(process: psutil.Process) -> Path | None:
    """The profile's folder, one of ours, as the command line of a browser's process names it."""
    for word in _words_of(process):
        folder = Path(word.removeprefix("--user-data-dir="))
        is_lasting = folder.parent == _lasting_folders()
        if word.startswith("--user-data-dir=") and (is_lasting or FOLDER_PREFIX in word):
            return folder
    return None


def users_of(*folders: Path) -> list[psutil.Process]:
    """Every living process whose command line names one of the folders, whatever its group."""
    # Chromium's children show their command line as one word. The profile of `ada` is not the one of `ada2`.
    named = [re.compile(rf"{re.escape(str(folder))}(?![^/\s])") for folder in folders]
    return [one for one in _living() if any(name.search(word) for word in _words_of(one) for name in named)]


def _words_of(process: psutil.Process) -> list[str]:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.cmdline()
    return []
