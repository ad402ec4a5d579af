"""The lock of a run, which its process and its browser hold while any of them lives, in whichever container.

A process id means nothing in another container; an flock does. The kernel lets go of it when the last process that
has the open file is gone, however it went, and not before: a stopped process holds it too.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

import psutil

from campaigns.processes import ProcessIdentity
from engine.ports import kept_by_browsers

# Over a network a lock may be lost while its holder lives, or be seen on one machine only.
LOCAL_FILE_SYSTEMS = frozenset(
    ("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "tmpfs", "overlay")
)


@dataclass(frozen=True)
class RunLock:
    path: Path
    process: ProcessIdentity
    local: frozenset[str] = LOCAL_FILE_SYSTEMS

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it within the block, together with each browser started there; the file stays behind.

        Where it cannot be made the block goes on: then only the process id, or a person, tells that the run is over.
        """
        descriptor = self._make()
        if descriptor is None:
            yield
            return
        token = kept_by_browsers.set(descriptor)
        try:
            yield
        finally:
            kept_by_browsers.reset(token)
            os.close(descriptor)

    def is_held(self) -> bool | None:
        """Whether a process of the run still lives. None where that cannot be told: the lock is of another kernel,
        on a file system of the network, a copy, or was never made.
        """
        try:
            with self.path.open() as file:
                if not self._is_known_here() or json.load(file) != self._facts(file.fileno()):
                    return None
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
                return False
        except (OSError, ValueError):
            return None

    def forget(self) -> None:
        """Remove the file of a run that has ended."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _make(self) -> int | None:
        """The file has its name only once it is locked, so that nobody finds it free while the run begins."""
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            writable, name = mkstemp(dir=self.path.parent, prefix=".")
            with os.fdopen(writable, "w") as file:
                json.dump(self._facts(writable), file)
            descriptor = os.open(name, os.O_RDONLY)  # closed in whatever is executed, but for the browser
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(name, self.path)
            return descriptor
        return None

    def _facts(self, descriptor: int) -> dict[str, str | int | float]:
        """What tells this run's own file from a copy of it and from every other run's."""
        itself = os.fstat(descriptor)
        return {**vars(self.process), "device": itself.st_dev, "inode": itself.st_ino}

    def _is_known_here(self) -> bool:
        return self.process.is_of_this_kernel() and _file_system_of(self.path) in self.local


def _file_system_of(path: Path) -> str:
    """The type of the file system on which the path lies, such as "ext4"; of two mounts the later covers the other."""
    real, found = path.resolve(), ("", "")
    for mount in psutil.disk_partitions(all=True):
        if real.is_relative_to(mount.mountpoint) and len(mount.mountpoint) >= len(found[0]):
            found = mount.mountpoint, mount.fstype
    return found[1]
