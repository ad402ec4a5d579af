"""Whether the process that holds a run is certainly gone."""

import os
import subprocess
import sys
from pathlib import Path

from campaigns.processes import ProcessIdentity, started_of, this_host


def identity_of(pid: int) -> ProcessIdentity:
    return ProcessIdentity(this_host(), pid, started_of(pid))


def test_this_process_is_not_gone():
    assert not ProcessIdentity.own().is_gone()


def test_a_process_that_ended_is_gone_even_before_its_parent_looked():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = identity_of(process.pid)
    assert not identity.is_gone()

    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert identity.is_gone()
    process.communicate()
    assert identity.is_gone()


def test_a_reused_number_is_another_process():
    own = ProcessIdentity.own()

    assert ProcessIdentity(own.host, own.pid, own.started - 60).is_gone()


def test_after_a_restart_of_the_machine_every_earlier_process_is_gone():
    node = this_host().split(" ")[0]

    assert ProcessIdentity(f"{node} another-boot", ProcessIdentity.own().pid, 1.0).is_gone()


def test_of_another_machine_nothing_is_certain():
    assert not ProcessIdentity("elsewhere 1234", 2**22 + 1, 1.0).is_gone()


def test_of_another_container_nothing_is_certain_though_its_number_is_not_seen_here():
    node, boot, _namespace = this_host().split(" ")
    inside = ProcessIdentity(f"{node} {boot} 1", 2**22 + 1, 1.0)

    assert inside.is_of_another_host()
    assert not inside.is_gone()


def test_when_a_process_started_does_not_depend_on_the_clock():
    uptime = float(Path("/proc/uptime").read_text().split()[0])

    assert 0 < started_of(os.getpid()) <= uptime + 1
