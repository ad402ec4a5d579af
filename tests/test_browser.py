"""The browser starts when it is needed, ends with everything it started, and outlives nobody."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from selenium.common.exceptions import (
    JavascriptException,
    TimeoutException,
    UnexpectedAlertPresentException,
    WebDriverException,
)

from engine import processes
from engine.browser import Browser
from engine.browser_paths import WRAPPED, find_browser, find_driver
from engine.driver import QuietService, is_of_dead_browser
from engine.errors import BrowserFailed, NoSession
from engine.models import Account, BrowserProcess
from engine.pace import SystemClock

LOOPBACK = "http://127.0.0.1:9"
BROWSER_NAMES = {"chromium", "chromium-headless-shell"}
BROWSERS_HERE = sorted({find_browser(), *(one for pair in WRAPPED.items() for one in pair if one.exists())})
ROOT = Path(__file__).resolve().parent.parent


def rehearsing(account=None, **options) -> Browser:
    return Browser(account, SystemClock(), network_url=LOOPBACK, is_rehearsal=True, **options)


def tree_of(browser: Browser) -> list[psutil.Process]:
    leader = psutil.Process(browser._service.process.pid)
    profile = str(browser._folder)
    helpers = [one for one in psutil.process_iter() if profile in " ".join(words_of(one))]
    return list({one.pid: one for one in [leader, *leader.children(recursive=True), *helpers]}.values())


def words_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def living(tree: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes._living() if one in tree]


def wait_until_dead(tree: list[psutil.Process], seconds: float = 30) -> list[psutil.Process]:
    clock = SystemClock()
    give_up_at = clock.now() + timedelta(seconds=seconds)
    while living(tree) and clock.now() < give_up_at:
        clock.sleep(0.02)
    return living(tree)


def for_ever(look):
    while True:
        look()


def page(html: str) -> str:
    return f"data:text/html,{html}"


@pytest.fixture(scope="module")
def browser():
    with rehearsing() as started:
        yield started


def test_nothing_starts_before_the_first_use():
    with rehearsing() as browser:
        assert not browser.is_started
        assert browser.round_trips == 0


@pytest.mark.browser
def test_each_command_is_one_round_trip(browser):
    browser.driver.get(page("<title>Ada</title>"))
    before = browser.round_trips
    assert browser.driver.execute_script("return document.title") == "Ada"
    assert browser.round_trips == before + 1


@pytest.mark.browser
def test_the_window_is_wide_and_nothing_hides_that_it_is_automated(browser):
    assert browser.driver.execute_script("return [innerWidth, navigator.webdriver]") == [1920, True]
    assert "Headless" in browser.driver.execute_script("return navigator.userAgent")
    assert browser.version.split(".")[0].isdigit()


@pytest.mark.browser
def test_the_limits_are_set(browser):
    timeouts = browser.driver.timeouts
    assert (timeouts.page_load, timeouts.script, timeouts.implicit_wait) == (45, 15, 0)
    assert browser.driver.connection.client_config.timeout == 60


@pytest.mark.browser
def test_no_other_host_is_reached_from_a_rehearsal(browser):
    with pytest.raises(WebDriverException, match="ERR_NAME_NOT_RESOLVED"):
        browser.driver.get("https://www.linkedin.com/")


@pytest.mark.browser
def test_a_dialog_is_declined_and_the_command_that_met_it_raises(browser):
    browser.driver.get(page("<body>"))
    browser.driver.execute_script("setTimeout(() => { document.title = confirm('Send?') }, 0)")
    with pytest.raises(UnexpectedAlertPresentException):
        for_ever(lambda: browser.driver.title)
    assert browser.driver.title == "false"


@pytest.mark.browser
def test_a_mistake_in_a_script_is_no_failed_browser(browser):
    with pytest.raises(JavascriptException):
        browser.driver.execute_script("return nobody.there")


@pytest.mark.browser
def test_a_page_that_hangs_is_a_failed_browser(browser):
    browser.driver.set_script_timeout(0.2)
    with pytest.raises(BrowserFailed, match="script timeout"):
        browser.driver.execute_async_script("")
    browser.driver.set_script_timeout(15)


@pytest.mark.parametrize(
    "words", ["disconnected: not connected to DevTools", "tab crashed", "chrome not reachable"]
)
def test_what_a_dead_browser_says_is_understood(words):
    assert is_of_dead_browser(WebDriverException(words))


def test_other_errors_are_not_taken_for_a_dead_browser():
    assert is_of_dead_browser(TimeoutException())
    assert not is_of_dead_browser(WebDriverException("unknown error: net::ERR_ABORTED"))


@pytest.mark.browser
def test_quit_leaves_no_process_and_no_profile():
    browser = rehearsing()
    browser.driver.get(page("hello"))
    tree, folder = tree_of(browser), browser._folder
    assert len(tree) > 5
    browser.quit()
    assert living(tree) == []
    assert not folder.exists()
    assert browser.round_trips > 0
    browser.quit()


@pytest.mark.browser
@pytest.mark.parametrize("binary", BROWSERS_HERE)
def test_each_browser_that_is_here_starts_and_leaves_nothing(settings, binary):
    settings.CHROME_BINARY = str(binary)
    with rehearsing() as browser:
        browser.driver.get(page("<title>here</title>"))
        assert browser.driver.title == "here"
        assert browser.driver.execute_script("return [innerWidth, navigator.webdriver]") == [1920, True]
        tree = tree_of(browser)
        assert len(tree) > 3
    assert living(tree) == []


@pytest.mark.browser
def test_a_browser_that_quit_starts_anew_when_it_is_needed():
    with rehearsing() as browser:
        browser.driver.get(page("once"))
        browser.quit()
        browser.driver.get(page("<title>twice</title>"))
        assert browser.driver.title == "twice"


@pytest.mark.browser
def test_a_driver_that_died_is_a_failed_browser():
    with rehearsing() as browser:
        tree = [browser.driver] and tree_of(browser)
        browser._service.process.kill()
        with pytest.raises(BrowserFailed, match="does not answer"):
            browser.driver.get(page("hello"))
    assert living(tree) == []


@pytest.mark.browser
def test_a_browser_that_died_is_a_failed_browser():
    with rehearsing() as browser:
        browser.driver.get(page("hello"))
        next(one for one in tree_of(browser) if one.name() in BROWSER_NAMES).kill()
        with pytest.raises(BrowserFailed):
            browser.driver.execute_script("return 1")


@pytest.mark.browser
def test_an_action_that_takes_too_long_ends_with_its_browser():
    with rehearsing() as browser:
        browser.driver.get(page("hello"))
        tree = tree_of(browser)
        with pytest.raises(BrowserFailed, match=r"action took over 0\.3 s"), browser.time_limit(0.3):
            browser.driver.execute_async_script("")
        assert living(tree) == []
        with pytest.raises(BrowserFailed, match="action took over"):
            browser.driver.get(page("again"))


@pytest.mark.browser
def test_what_fails_in_time_keeps_its_own_reason(browser):
    with pytest.raises(BrowserFailed, match="nothing to do with time"), browser.time_limit(60):
        raise BrowserFailed("nothing to do with time")


def test_time_that_runs_out_before_the_browser_is_started_stops_it_too():
    browser, clock = rehearsing(), SystemClock()
    with browser.time_limit(0.01):
        clock.sleep(0.1)
    with pytest.raises(BrowserFailed, match="action took over"):
        browser.driver.get(page("too late"))
    assert not browser.is_started


@pytest.mark.browser
@pytest.mark.django_db
def test_the_group_is_recorded_while_it_lives():
    account = Account.objects.create(name="ada")
    with rehearsing(account) as browser:
        browser.driver.get(page("hello"))
        row = BrowserProcess.objects.get()
        assert (row.account, row.group_id, row.ended_at) == (account, browser._service.process.pid, None)
        assert {os.getpgid(one.pid) for one in tree_of(browser) if "crash" not in one.name()} == {
            row.group_id
        }
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.django_db
def test_without_a_session_nothing_is_started():
    def nobody():
        raise NoSession("nobody has signed in")

    browser = Browser(
        None,
        SystemClock(),
        network_url="https://www.linkedin.com",
        is_rehearsal=False,
        load_session=nobody,
    )
    with pytest.raises(NoSession), browser:
        browser.driver.get("https://www.linkedin.com/feed/")
    assert not browser.is_started


@pytest.fixture
def alone_on_path(tmp_path, monkeypatch, settings):
    """A PATH with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    settings.CHROME_BINARY = settings.CHROMEDRIVER = ""
    settings.DRIVER_DOWNLOADS = False
    return tmp_path


def program(path: Path, text: str = "#!/bin/sh\nexit 3\n") -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_the_configured_program_comes_first(alone_on_path, settings):
    program(alone_on_path / "chromedriver")
    settings.CHROMEDRIVER = str(program(alone_on_path / "mine"))
    assert find_driver() == alone_on_path / "mine"


def test_a_configured_program_that_is_none_is_told(alone_on_path, settings):
    settings.CHROME_BINARY = str(alone_on_path / "missing")
    with pytest.raises(BrowserFailed, match=r"CHROME_BINARY is .*no program"):
        find_browser()


def test_a_wrapper_that_would_stay_in_between_is_passed_by(alone_on_path, settings):
    wrapper, wrapped = program(alone_on_path / "wrapper"), alone_on_path / "wrapped"
    settings.CHROME_BINARY = str(wrapper)
    assert find_browser(wrapped={wrapper: wrapped}) == wrapped
    assert find_browser() == wrapper


def test_who_needs_a_window_gets_a_browser_that_has_one(alone_on_path, settings):
    chromium = program(alone_on_path / "chromium")
    settings.CHROME_BINARY = str(program(alone_on_path / "chromium-headless-shell"))
    assert find_browser() == Path(settings.CHROME_BINARY)
    assert find_browser(has_window=True) == chromium


def test_path_comes_before_the_distributions_places(alone_on_path):
    elsewhere = program(alone_on_path / "elsewhere")
    assert find_driver([elsewhere]) == elsewhere
    on_path = program(alone_on_path / "chromedriver")
    assert find_driver([elsewhere]) == on_path


def test_one_sentence_says_what_to_install(alone_on_path):
    with pytest.raises(BrowserFailed, match="apt install chromium"):
        find_browser([])
    with pytest.raises(BrowserFailed, match="apt install chromium-driver"):
        find_driver([])


def test_a_download_that_fails_is_told(alone_on_path, settings, monkeypatch):
    settings.DRIVER_DOWNLOADS = True
    monkeypatch.setenv("HOME", str(alone_on_path))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(BrowserFailed, match="could not be downloaded"):
        find_driver([])


def test_a_driver_that_does_not_start_is_a_failed_browser(alone_on_path, settings):
    settings.CHROMEDRIVER = str(program(alone_on_path / "broken"))
    settings.CHROME_BINARY = str(program(alone_on_path / "browser"))
    with rehearsing() as browser, pytest.raises(BrowserFailed, match="does not start"):
        browser.driver.get(page("hello"))


def test_selenium_is_told_neither_to_log_nor_to_use_another_driver(tmp_path, monkeypatch):
    monkeypatch.setenv("SE_DEBUG", "1")
    monkeypatch.setenv("SE_CHROMEDRIVER", "/nowhere/else")
    service = QuietService(Path("/usr/bin/chromedriver"), tmp_path)
    assert service.path == "/usr/bin/chromedriver"
    assert service.command_line_args() == [f"--port={service.port}"]
    assert service.log_output == subprocess.DEVNULL


@pytest.fixture
def short_folder():
    """Chromium's socket lies in it, and a socket's path has at most 108 characters."""
    with tempfile.TemporaryDirectory(prefix="grid-") as folder:
        yield Path(folder)


@pytest.mark.browser
def test_a_browser_on_a_grid_is_driven_and_ended(settings, short_folder):
    service = QuietService(find_driver(), short_folder)
    service.start()
    settings.SELENIUM_REMOTE_URL = service.service_url
    try:
        with rehearsing() as browser:
            browser.driver.get(page("<title>far away</title>"))
            assert browser.driver.title == "far away"
            with pytest.raises(BrowserFailed, match="action took over"), browser.time_limit(0.01):
                for_ever(lambda: browser.driver.execute_script("return 1"))
    finally:
        service.kill()
        service.stop()


def test_a_grid_that_is_not_there_is_a_failed_browser(settings):
    settings.SELENIUM_REMOTE_URL = "http://127.0.0.1:9"
    with rehearsing() as browser, pytest.raises(BrowserFailed, match="does not answer"):
        browser.driver.get(page("hello"))


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
