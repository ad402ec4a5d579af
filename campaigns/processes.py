"""Which process holds a run, and whether it is certainly gone."""

import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

LONGEST_NODE = 50


def this_host() -> str:
    """This machine since its last start, as this process sees it: name, boot id and process namespace.

    Process ids of an earlier boot mean nothing now, and those of another container cannot be looked up.
    """
    return " ".join(
        part for part in (platform.node()[:LONGEST_NODE] or "-", _boot_id(), _namespace()) if part
    )


def _boot_id() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


def _namespace() -> str:
    with suppress(OSError):
        return str(os.stat("/proc/self/ns/pid").st_ino)
    return ""


def started_of(pid: int) -> float:
    """When a process started, in seconds since the boot: setting the clock does not change it."""
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return psutil.Process(pid).create_time()


@dataclass(frozen=True)
class ProcessIdentity:
    """A process by host, number and start, so that a reused number is not mistaken for it."""

    host: str
    pid: int
    started: float  # seconds since the boot

    @classmethod
    def own(cls) -> "ProcessIdentity":
        return cls(this_host(), os.getpid(), started_of(os.getpid()))

    @property
    def node(self) -> str:
        return self.host.split(" ")[0]

    def is_of_this_kernel(self) -> bool:
        """Whether it ran on this machine since its last start, in this container or in another one."""
        boot = [*self.host.split(" "), ""][1]
        return bool(boot) and boot == _boot_id()

    def is_of_another_host(self) -> bool:
        """Whether nothing can be known from its number here: another machine, or another container."""
        node, boot, namespace, *_ = [*self.host.split(" "), "", ""]
        own_node, own_boot, own_namespace, *_ = [*this_host().split(" "), "", ""]
        return node != own_node or (boot == own_boot and namespace != own_namespace)

    def is_gone(self) -> bool:
        """True only when it is certain: never for a process of another host."""
        if self.is_of_another_host():
            return False
        if self.host != this_host():
            return True  # the machine was restarted since
        try:
            is_dead = psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE
            return is_dead or abs(started_of(self.pid) - self.started) > 1
        except psutil.NoSuchProcess:
            return True
