"""A run whose process or browser died in another container is over, one that is only stopped there is not."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from campaigns import run_locks
from campaigns.models import Busy, Run
from campaigns.processes import ProcessIdentity
from campaigns.run_locks import RunLock
from engine.browser import Browser
from engine.pace import SystemClock
from tests.builders import a_campaign
from tests.fakes import FakeClock
from tests.waiting import until

ROOT = Path(__file__).resolve().parent.parent
HOLD = """
    import sys
    from pathlib import Path
    from campaigns.processes import ProcessIdentity
    from campaigns.run_locks import RunLock
    name, *words = sys.argv[1:]
    process = ProcessIdentity(words[0], int(words[1]), float(words[2]))
    with RunLock(Path(name), process).held():
        print("held", flush=True)
        sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def hold():
    """Starts a process that holds a lock until it is killed."""
    holders = []

    def start(lock: RunLock) -> subprocess.Popen[str]:
        facts = [lock.process.host, str(lock.process.pid), repr(lock.process.started)]
        command = [sys.executable, "-c", textwrap.dedent(HOLD), str(lock.path), *facts]
        holder = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        holders.append(holder)
        assert holder.stdout.readline() == "held\n"
        return holder

    yield start
    for holder in holders:
        end(holder)


def end(holder):
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()


def in_another_container() -> ProcessIdentity:
    """A process of this kernel whose number means nothing here."""
    own = ProcessIdentity.own()
    node, boot, _ = own.host.split(" ")
    return replace(own, host=f"{node} {boot} 1")


def a_lock(folder, process=None) -> RunLock:
    return RunLock(folder / "1-1", process or in_another_container())


def test_the_lock_is_held_while_its_holder_is_stopped_and_free_once_it_was_killed(tmp_path, hold):
    lock = a_lock(tmp_path)
    holder = hold(lock)
    assert lock.is_held() is True

    holder.send_signal(signal.SIGSTOP)
    until(lambda: psutil.Process(holder.pid).status() == psutil.STATUS_STOPPED)
    assert lock.is_held() is True

    end(holder)
    assert lock.is_held() is False


def test_a_child_that_is_executed_does_not_keep_the_lock(tmp_path):
    lock = a_lock(tmp_path)
    with lock.held():
        child = subprocess.Popen(["sleep", "600"], close_fds=False)
    try:
        assert lock.is_held() is False
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(
    "change", [{"host": "node another-boot 1"}, {"host": "node"}, {"pid": 7}, {"started": 1.5}]
)
def test_nothing_is_known_of_a_lock_of_another_kernel_or_another_run(tmp_path, change):
    lock = a_lock(tmp_path)
    with lock.held():
        assert lock.is_held() is True

    assert lock.is_held() is False
    assert a_lock(tmp_path, replace(lock.process, **change)).is_held() is None


def test_nothing_is_known_of_a_lock_that_was_copied_removed_or_spoilt(tmp_path):
    lock = a_lock(tmp_path)
    with lock.held():
        shutil.copy2(lock.path, tmp_path / "copy")
    os.replace(tmp_path / "copy", lock.path)
    assert lock.is_held() is None

    lock.path.write_text("{")
    assert lock.is_held() is None
    lock.forget()
    assert lock.is_held() is None
    lock.forget()


def test_nothing_is_known_of_a_lock_on_a_file_system_that_is_not_known_to_be_local(tmp_path):
    lock = a_lock(tmp_path)
    with lock.held():
        assert lock.is_held() is True
        assert replace(lock, local=frozenset({"nfs4"})).is_held() is None

    assert run_locks._file_system_of(Path("/proc/self/1-1")) == "proc"


def test_a_run_goes_on_without_a_lock_where_none_can_be_made():
    nowhere = RunLock(Path("/proc/self/1-1"), in_another_container())
    with nowhere.held():
        assert nowhere.is_held() is None


@pytest.fixture
def campaign(db):
    return a_campaign()


def start(campaign, clock, process=None):
    return Run.objects.start(campaign, process or ProcessIdentity.own(), clock.now())


def test_a_run_of_a_killed_container_is_taken_over_once_it_is_silent(campaign, hold):
    clock = FakeClock()
    old = start(campaign, clock, in_another_container())
    end(hold(old.lock))
    clock.time += timedelta(seconds=120)
    with pytest.raises(Busy, match="taken over 120 s after"):
        start(campaign, clock)
    clock.time += timedelta(seconds=1)

    new = start(campaign, clock)

    old.refresh_from_db()
    assert (old.outcome, new.fence) == ("crashed", old.fence + 1)
    assert not old.lock.path.exists()


def test_a_run_that_is_only_stopped_in_its_container_is_not_taken_over(campaign, hold):
    clock = FakeClock()
    old = start(campaign, clock, in_another_container())
    hold(old.lock).send_signal(signal.SIGSTOP)
    clock.time += timedelta(days=1)

    with pytest.raises(Busy, match=f"run {old.pk} .* on another host"):
        start(campaign, clock)
    assert "lives in another container" in old.why_not_end(clock.now())


def test_a_run_that_left_no_lock_in_its_container_waits_for_a_person(campaign):
    clock = FakeClock()
    old = start(campaign, clock, in_another_container())
    clock.time += timedelta(days=1)

    with pytest.raises(Busy):
        start(campaign, clock)
    assert old.why_not_end(clock.now()) == ""
    assert old.end_by_hand("the container is gone", clock.now())

    assert start(campaign, clock).fence == old.fence + 1
    assert not old.end_by_hand("twice", clock.now())
    assert "is ended: it holds no process" in old.why_not_end(clock.now())


def test_a_sign_of_life_at_the_last_moment_prevents_the_ending_by_hand(campaign):
    clock = FakeClock()
    run = start(campaign, clock, in_another_container())
    Run.objects.get(pk=run.pk).beat(clock.now() + timedelta(days=1))

    assert not run.end_by_hand("the container is gone", clock.now() + timedelta(days=1))

    assert run.status == "running"


def test_the_lock_goes_with_the_run_and_stays_when_the_run_could_not_be_ended(campaign):
    clock = FakeClock()
    run = start(campaign, clock)
    with run.held():
        assert run.lock.is_held() is True
        run.end("finished", clock.now())
    assert not run.lock.path.exists()

    lost = start(campaign, clock)
    with pytest.raises(ZeroDivisionError), lost.held():
        raise ZeroDivisionError
    assert lost.lock.is_held() is False
    assert lost.is_gone()  # though this process lives: the run's part of it is over


@pytest.mark.browser
def test_the_browser_keeps_the_lock_until_its_last_process_is_gone(tmp_path):
    lock = a_lock(tmp_path)
    with Browser(None, SystemClock(), network_url="http://127.0.0.1:9", is_rehearsal=True) as browser:
        with lock.held():
            browser.driver.get("data:text/html,hello")
        leader = psutil.Process(browser._service.process.pid)
        [chromium] = [one for one in leader.children() if "crashpad" not in one.name()]
        assert lock.is_held() is True
        facts = lock.path.read_text()

        chromium.suspend()
        leader.kill()
        leader.wait()
        assert lock.is_held() is True  # by Chromium alone, which does not even run

        chromium.kill()
        until(lambda: lock.is_held() is False)
        assert lock.path.read_text() == facts
