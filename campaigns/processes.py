"""Which process holds a run, and whether it is certainly gone."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import psutil


def this_host() -> str:
    """This machine since its last start: the boot id makes process ids of an earlier boot strangers."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{platform.node()} {boot.read_text().strip() if boot.exists() else ''}".strip()[:100]


@dataclass(frozen=True)
class ProcessIdentity:
    """A process by host, number and start, so that a reused number is not mistaken for it."""

    host: str
    pid: int
    started: float  # seconds since the epoch

    @classmethod
    def own(cls) -> "ProcessIdentity":
        return cls(this_host(), os.getpid(), psutil.Process().create_time())

    def is_gone(self) -> bool:
        """True only when it is certain: never for a process of another host."""
        if self.host.split(" ")[0] != platform.node():
            return False
        if self.host != this_host():
            return True  # the machine was restarted since
        try:
            process = psutil.Process(self.pid)
            return process.status() == psutil.STATUS_ZOMBIE or abs(process.create_time() - self.started) > 1
        except psutil.NoSuchProcess:
            return True
