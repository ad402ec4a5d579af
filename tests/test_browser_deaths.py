"""No browser outlives the process that it works for, and none but such a browser is killed."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections import deque
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from engine import processes
from engine.models import Account, BrowserProcess
from engine.pace import SystemClock
from tests.browsers import BROWSER_NAMES, living, words_of

ROOT = Path(__file__).resolve().parent.parent


def wait_until_dead(tree: list[psutil.Process], seconds: float = 30) -> list[psutil.Process]:
    clock = SystemClock()
    give_up_at = clock.now() + timedelta(seconds=seconds)
    while living(tree) and clock.now() < give_up_at:
        clock.sleep(0.02)
    return living(tree)


START = """
    import os, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django; django.setup()
    from engine import driver, processes
    if sys.argv[1] == "without the kernel's help":
        driver.die_with_parent = lambda: lambda: None
    from engine.browser import Browser
    from engine.pace import SystemClock
    browser = Browser(None, SystemClock(), network_url="http://127.0.0.1:9", is_rehearsal=True)
    browser.driver.get("data:text/html,hello")
    print(browser._service.process.pid, browser._folder, flush=True)
    sys.stdin.read()
"""


def start_elsewhere(mode: str) -> tuple[subprocess.Popen[str], int, Path]:
    """A browser in a process of its own, which waits."""
    command = [sys.executable, "-c", textwrap.dedent(START), mode]
    owner = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    group_id, folder = owner.stdout.readline().split()
    return owner, int(group_id), Path(folder)


def end(owner: subprocess.Popen[str], how: signal.Signals) -> None:
    owner.send_signal(how)
    owner.wait()
    owner.stdin.close()
    owner.stdout.close()


def everything_of(group_id: int, folder: Path) -> list[psutil.Process]:
    return [
        one
        for one in processes._living()
        if processes._group_of(one.pid) == group_id or str(folder) in " ".join(words_of(one))
    ]


@pytest.mark.browser
def test_a_process_that_is_killed_takes_its_browser_with_it():
    owner, group_id, folder = start_elsewhere("with the kernel's help")
    tree = everything_of(group_id, folder)
    assert len(tree) > 5
    end(owner, signal.SIGKILL)
    assert wait_until_dead(tree) == []

    assert folder.exists()
    processes.remove_abandoned_folders()
    assert not folder.exists()


def test_folders_that_their_browsers_take_along_meanwhile_are_no_fault():
    for _ in range(20):
        folders = [processes.make_folder() for _ in range(40)]
        ending = threading.Thread(target=deque, args=(map(Path.rmdir, folders),))
        ending.start()
        processes.remove_abandoned_folders()
        ending.join()
        assert not any(folder.exists() for folder in folders)


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_browser_that_outlived_its_process_is_killed_by_the_next_run(is_stopped):
    account, clock = Account.objects.create(name="ada"), SystemClock()
    owner, group_id, folder = start_elsewhere("without the kernel's help")
    row = processes.record(account, group_id, clock)
    tree = everything_of(group_id, folder)
    end(owner, signal.SIGKILL)
    if is_stopped:
        os.killpg(group_id, signal.SIGSTOP)
    left = {one.name() for one in living(tree)}

    assert processes.kill_leftovers(account, clock) == 1
    assert "chromedriver" in left
    assert left & BROWSER_NAMES
    assert living(tree) == []
    assert not folder.exists()
    row.refresh_from_db()
    assert row.ended_at is not None
    assert processes.kill_leftovers(account, clock) == 0


@pytest.mark.django_db
def test_a_group_number_that_somebody_else_has_now_is_left_alone():
    account, clock = Account.objects.create(name="ada"), SystemClock()
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)
    row = processes.record(account, bystander.pid, clock)
    BrowserProcess.objects.update(leader_started=row.leader_started - 3600)
    assert processes.kill_leftovers(account, clock) == 0
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


@pytest.mark.django_db
def test_browsers_of_other_hosts_and_accounts_are_left_alone():
    account, other, clock = (
        Account.objects.create(name="ada"),
        Account.objects.create(name="mary"),
        SystemClock(),
    )
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)
    processes.record(other, bystander.pid, clock)
    processes.record(account, bystander.pid, clock)
    BrowserProcess.objects.filter(account=account).update(host="elsewhere.example")
    assert processes.kill_leftovers(account, clock) == 0
    assert bystander.poll() is None
    assert BrowserProcess.objects.filter(ended_at=None).count() == 2
    bystander.kill()
    bystander.wait()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "is_killed"), [("chromium", True), ("gardener", False)])
def test_of_a_group_that_lost_its_leader_only_a_browser_is_killed(tmp_path, name, is_killed):
    account, clock = Account.objects.create(name="ada"), SystemClock()
    (tmp_path / name).symlink_to("/bin/sleep")
    leader = subprocess.Popen(
        ["sh", "-c", f"{tmp_path / name} 60 & read line"], stdin=subprocess.PIPE, start_new_session=True
    )
    processes.record(account, leader.pid, clock)
    while not (members := psutil.Process(leader.pid).children()) or members[0].name() != name:
        clock.sleep(0.01)
    leader.communicate(b"go\n")

    assert processes.kill_leftovers(account, clock) == is_killed
    assert bool(living(members)) != is_killed
    for member in living(members):
        member.kill()


def test_a_child_whose_parent_is_gone_already_does_not_start():
    asks = processes.die_with_parent()
    child = os.fork()
    if child == 0:
        grandchild = os.fork()
        if grandchild == 0:
            asks()
            os._exit(7)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_a_process_that_ends_while_it_is_looked_at_is_not_there():
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    process, started = psutil.Process(child.pid), processes.start_of(child.pid)
    assert processes._is_process(child.pid, started)
    child.kill()
    child.wait()
    assert not processes._is_process(child.pid, started)
    assert not processes._is_orphaned_browser(process, started)
    assert processes._words_of(process) == []
    assert processes._group_of(child.pid) is None
    assert processes.kill_group(child.pid, started) is False
