"""A browser profile that is kept outlives the run, has one owner at a time, and no older browser opens it."""

import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from engine import processes, sessions
from engine.browser import Browser
from engine.browser_paths import find_browser, version_of
from engine.browser_profiles import LastingProfile
from engine.errors import AccountPaused, BrowserFailed, LeaseLost, LimitReached, StopRun
from engine.models import Account, BrowserProcess, StoredSession
from engine.pace import SystemClock
from engine.world import keeping_session, open_browser, open_world, tidy

NETWORK = "https://www.linkedin.com"
SECRET = "AQEDAcanary"
CLOCK = SystemClock()


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    return tmp_path


@pytest.fixture
def account(db):
    return Account.objects.create(name="ada", keeps_profile=True)


@pytest.fixture
def profile(account):
    return LastingProfile(account)


def cookie(name="li_at", value=SECRET, **more):
    ends = (CLOCK.now() + timedelta(days=300)).timestamp()
    return {"name": name, "value": value, "domain": ".www.linkedin.com", "path": "/", "expires": ends} | more


def sign_in(account, *cookies) -> None:
    sessions.store(account, cookies or [cookie()], CLOCK.now())


def held_by(browser: Browser) -> dict[str, str]:
    return {one["name"]: one["value"] for one in sessions.read_from(browser.driver, NETWORK)}


def renew(browser: Browser, value: str) -> None:
    """What the network does now and then."""
    browser.driver.cdp("Network.setCookies", {"cookies": [cookie(value=value)]})


def run(account, value: str = "", end: StopRun | None = None) -> dict[str, str]:
    """One run in which the network renews the session's cookie; what the browser held at its start."""
    with open_browser(account, CLOCK) as browser, keeping_session(browser, account, CLOCK):
        held = held_by(browser)
        if value:
            renew(browser, value)
        if end:
            raise end
    return held


def stored(account) -> str:
    return sessions.load(account, CLOCK.now())[0]["value"]


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.parametrize("keeps_profile", [True, False])
def test_what_the_network_renewed_is_there_in_the_next_run(account, keeps_profile):
    account.keeps_profile = keeps_profile
    sign_in(account)
    assert run(account, "renewed") == {"li_at": SECRET}
    assert stored(account) == "renewed"
    assert StoredSession.objects.get().browser_version == version_of(find_browser())
    assert run(account) == {"li_at": "renewed"}


@pytest.mark.browser
@pytest.mark.django_db
def test_what_was_renewed_in_a_run_that_crashed_is_still_in_the_profile(account, profile):
    sign_in(account)
    with open_browser(account, CLOCK) as browser:
        renew(browser, "renewed")
    assert stored(account) == SECRET
    assert run(account) == {"li_at": "renewed"}
    assert stored(account) == "renewed"


@pytest.mark.browser
@pytest.mark.django_db
def test_a_new_sign_in_takes_the_place_of_all_that_the_profile_holds(account):
    sign_in(account, cookie(), cookie("lidc", "old"))
    run(account)
    sign_in(account, cookie(value="another"))
    assert run(account) == {"li_at": "another"}


@pytest.mark.browser
@pytest.mark.django_db
def test_cookies_that_end_with_the_browser_are_given_back(account):
    sign_in(account, cookie(), cookie("JSESSIONID", "ajax:1", expires=-1))
    run(account, "renewed")
    assert run(account) == {"li_at": "renewed", "JSESSIONID": "ajax:1"}


@pytest.mark.browser
@pytest.mark.django_db
def test_who_signs_in_starts_signed_out_on_a_known_device(account):
    sign_in(account, cookie(), cookie("bcookie", "device"))
    run(account)
    with Browser(account, CLOCK, network_url=NETWORK, is_rehearsal=False, is_attended=True) as browser:
        assert held_by(browser) == {"bcookie": "device"}


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("end", "value"),
    [(LimitReached("day"), "renewed"), (AccountPaused("a security check"), SECRET), (LeaseLost(), SECRET)],
)
def test_only_an_end_that_speaks_for_the_session_renews_it(account, end, value):
    account.keeps_profile = False
    sign_in(account)
    with pytest.raises(type(end)):
        run(account, "renewed", end)
    assert stored(account) == value


@pytest.mark.browser
@pytest.mark.django_db
def test_a_session_that_somebody_changed_meanwhile_is_left_alone(account):
    sign_in(account)
    with open_browser(account, CLOCK) as browser, keeping_session(browser, account, CLOCK):
        renew(browser, "renewed")
        sign_in(account, cookie(value="another"))
    assert stored(account) == "another"
    with open_browser(account, CLOCK) as browser, keeping_session(browser, account, CLOCK):
        renew(browser, "renewed")
        StoredSession.objects.all().delete()
    assert not StoredSession.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db
def test_a_session_that_the_network_ended_is_not_stored(account):
    sign_in(account)
    with open_browser(account, CLOCK) as browser, keeping_session(browser, account, CLOCK):
        sessions.sign_out(browser.driver, NETWORK)
    assert stored(account) == SECRET


@pytest.mark.browser
@pytest.mark.django_db
def test_a_browser_that_is_dead_at_the_end_ends_no_run_badly(account, caplog):
    account.keeps_profile = False
    sign_in(account)
    with open_browser(account, CLOCK) as browser, keeping_session(browser, account, CLOCK):
        assert held_by(browser)
        browser._service.kill()
    assert "could not be renewed: BrowserFailed" in caplog.text
    assert stored(account) == SECRET


@pytest.mark.browser
@pytest.mark.django_db
def test_the_profile_is_its_owners_alone_and_the_note_in_it_gives_nothing_away(account, profile):
    sign_in(account)
    run(account)
    for folder in (profile.folder, profile.folder.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert SECRET not in (profile.folder / "linkedin_bot.json").read_text()
    assert profile.version == version_of(find_browser())


@pytest.mark.browser
@pytest.mark.django_db
def test_a_rehearsal_touches_neither_profile_nor_session(account, profile, settings):
    settings.REHEARSAL, settings.NETWORK_URL = True, "http://127.0.0.1:9"
    sign_in(account)
    before = StoredSession.objects.values().get()
    with open_browser(account, CLOCK) as browser, keeping_session(browser, account, CLOCK):
        browser.driver.get("data:text/html,stage")
    assert StoredSession.objects.values().get() == before
    assert not profile.folder.exists()
    profile.folder.mkdir(parents=True)
    account.keeps_profile = False
    with open_world(account):
        assert profile.folder.exists()


@pytest.mark.browser
@pytest.mark.django_db
def test_two_browsers_never_have_one_profile(account):
    sign_in(account)
    with open_browser(account, CLOCK) as first, open_browser(account, CLOCK) as second:
        assert held_by(first)
        with pytest.raises(BrowserFailed, match="profile of ada is in use"):
            held_by(second)
        assert held_by(first)
        first.quit()
        assert held_by(second)


@pytest.mark.browser
@pytest.mark.django_db
def test_what_a_dead_browser_of_another_container_left_is_in_nobodys_way(account, profile):
    sign_in(account)
    profile.folder.mkdir(parents=True)
    (profile.folder / "SingletonLock").symlink_to("elsewhere-4711")
    assert run(account) == {"li_at": SECRET}


@pytest.mark.django_db
def test_an_older_browser_is_not_even_started_on_a_newer_profile(account, profile):
    sign_in(account)
    with profile.held(find_browser()):
        profile.note(browser_version="999.0.1.2")
    with (
        open_browser(account, CLOCK) as browser,
        pytest.raises(BrowserFailed, match=r"version 999\.0\.1\.2, .* install 999 or newer, or remove"),
    ):
        held_by(browser)
    assert not BrowserProcess.objects.exists()
    assert profile.version == "999.0.1.2"


@pytest.mark.django_db
def test_a_newer_browser_is_noted(profile):
    with profile.held(find_browser()):
        profile.note(browser_version="9.0.1.2")
    with profile.held(find_browser()):
        assert profile.version == version_of(find_browser())


@pytest.mark.parametrize("text", ["#!/bin/sh\necho hello\n", "no program at all"])
def test_a_program_that_tells_no_version_is_no_browser(tmp_path, text):
    program = tmp_path / "browser"
    program.write_text(text)
    program.chmod(0o755)
    with pytest.raises(BrowserFailed, match="does not tell its version"):
        version_of(program)


@pytest.mark.django_db
def test_a_note_that_is_broken_is_none(profile):
    with profile.held(find_browser()):
        (profile.folder / "linkedin_bot.json").write_text('{"browser_ver')
        assert (profile.version, profile.session) == ("", "")


@pytest.mark.django_db
def test_a_place_that_cannot_be_used_is_told(profile):
    profile.folder.parent.mkdir()
    profile.folder.touch()
    with pytest.raises(BrowserFailed, match="cannot be used as a profile"), profile.held(find_browser()):
        pass
    profile.folder.unlink()
    profile.folder.mkdir()
    (profile.folder / "linkedin_bot.json.new").mkdir()
    with pytest.raises(BrowserFailed, match="cannot be written"):
        profile.note(session="one")


def pretend(folder: Path) -> subprocess.Popen[bytes]:
    """A process that says it uses this profile, as Chromium's children do: in one word."""
    words = f"browser --type=renderer --user-data-dir={folder} --lang=en"
    script = "print(flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    process.stdout.readline()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.django_db
def test_a_profile_that_a_leftover_uses_is_not_opened(profile):
    leftover = pretend(profile.folder)
    with (
        pytest.raises(BrowserFailed, match=f"in use by the processes {leftover.pid}"),
        profile.held(find_browser()),
    ):
        pass
    assert not profile.remove()
    end(leftover)
    assert profile.remove()
    assert profile.remove()


@pytest.mark.django_db
def test_a_leftover_is_killed_with_all_that_use_its_profile_and_nobody_elses(account, profile):
    other = LastingProfile(Account(name="ada2"))
    leader = subprocess.Popen(
        [sys.executable, "-c", "input()", f"--user-data-dir={profile.folder}"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    helper, bystander = pretend(profile.folder), pretend(other.folder)
    processes.record(account, leader.pid, CLOCK)
    assert processes.kill_leftovers(account, CLOCK) == 1
    assert leader.wait(30) < 0
    assert helper.wait(30) < 0
    assert bystander.poll() is None
    for process in (leader, helper, bystander):
        end(process)


@pytest.mark.django_db
def test_an_account_that_keeps_no_profile_any_more_has_none(account, profile):
    profile.folder.mkdir(parents=True)
    tidy(account, CLOCK)
    assert profile.folder.exists()
    account.keeps_profile = False
    tidy(account, CLOCK)
    assert not profile.folder.exists()


def test_a_lock_is_let_go_when_its_process_is_killed(tmp_path):
    folder = tmp_path / "profiles" / "ada"
    script = """
import sys
from pathlib import Path
import django; django.setup()
from django.conf import settings
from engine.browser_paths import find_browser
from engine.browser_profiles import LastingProfile
from engine.models import Account
settings.DATA_DIR = Path(sys.argv[1])
with LastingProfile(Account(name="ada")).held(find_browser()):
    print(flush=True); input()
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=Path(__file__).resolve().parent.parent,
    )
    owner.stdout.readline()
    profile = LastingProfile(Account(name="ada"))
    assert profile.folder == folder
    with pytest.raises(BrowserFailed, match="wait for it"), profile.held(find_browser()):
        pass
    end(owner)
    with profile.held(find_browser()):
        assert profile.version
