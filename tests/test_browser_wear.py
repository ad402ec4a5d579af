"""A browser that grew too big, or died between two readings, makes way for another; the session goes on."""

import os
import signal
from contextlib import suppress
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import psutil
import pytest
from cryptography.fernet import Fernet

from campaigns.models import Run
from engine import processes, sessions
from engine.browser import Browser
from engine.browser_paths import find_driver
from engine.browser_wear import megabytes_of, why_worn
from engine.driver import QuietService
from engine.errors import BrowserFailed
from engine.models import Account, BrowserProcess
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.ports import Recipient
from engine.sandbox import Sandbox
from engine.sandbox.people import make_person
from engine.world import open_browser
from tests.builders import a_campaign, a_search_person, run_it
from tests.fakes import FakeNetwork
from tests.journeys.in_process import run_on
from tests.proof import seeds
from tests.waiting import until

NETWORK = "https://www.linkedin.com"
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=tidewater"
NAMES = ("Ada Martin", "Bo Lindgren", "Cleo Vasterling")
CLOCK = SystemClock()


def after(pages):
    """Worn after so many pages, whatever it weighs."""
    return partial(why_worn, most_pages=pages)


def slug_of(name):
    return name.lower().replace(" ", "-")


def town():
    people = [
        {"name": name, "slug": slug_of(name), "degree": 2, "headline": "Engineer at Tidewater"}
        for name in NAMES
    ]
    own = {"name": "You", "slug": "you", "own": True}
    return [make_person(person) for person in (own, *people)]


def to(name):
    slug = slug_of(name)
    return Recipient(frozenset({slug}), profile_url=f"{NETWORK}/in/{slug}/", name=name)


def a_driver(pages):
    return SimpleNamespace(pages=pages)


def test_a_browser_is_worn_after_so_many_pages():
    assert why_worn(a_driver(149), None) == ""
    assert why_worn(a_driver(150), None) == "it had opened 150 pages"


def test_a_browser_is_worn_when_its_processes_take_too_much_memory():
    assert "MB of memory" in why_worn(a_driver(20), os.getpid(), most_megabytes=1)
    assert why_worn(a_driver(20), os.getpid(), most_megabytes=100_000) == ""


def test_the_memory_is_looked_at_every_ten_pages_and_not_where_the_browser_runs_elsewhere():
    assert why_worn(a_driver(21), os.getpid(), most_megabytes=1) == ""
    assert why_worn(a_driver(20), None, most_megabytes=1) == ""


def test_the_memory_of_a_process_that_is_gone_is_none():
    highest = max(psutil.pids())
    assert megabytes_of(os.getpid()) > 10
    assert megabytes_of(highest + 10_000_000) == 0


@pytest.mark.django_db
def test_what_became_of_the_browser_is_told_in_the_run():
    campaign = a_campaign(kind="sourcing", search_url=SEARCH)
    network = FakeNetwork(found=[a_search_person(name) for name in NAMES])
    network.after_visit = lambda recipient: network.told.append(f"renewed after {recipient.name}")

    run = run_it(campaign, network)

    assert run.notes == [f"renewed after {name}" for name in NAMES]


@pytest.mark.browser
@pytest.mark.django_db
def test_a_run_goes_on_in_another_browser_and_tells_it():
    campaign = a_campaign(kind="sourcing", search_url=SEARCH, criteria={"keywords": ["Engineer"]})
    today = CLOCK.now().astimezone(campaign.account.zone).date()
    with (
        Sandbox(town(), today=today) as sandbox,
        Browser(
            campaign.account, CLOCK, network_url=sandbox.url, is_rehearsal=True, why_worn=after(3)
        ) as browser,
    ):
        run = run_on(sandbox, browser, campaign)

        visited = [path.split("/")[2] for path in sandbox.requests if path.startswith("/in/")]
    assert (run.outcome, run.notes) == (
        Run.Outcome.FINISHED,
        ["the browser was renewed: it had opened 3 pages"],
    )
    assert sorted(visited) == [slug_of(name) for name in NAMES]
    assert BrowserProcess.objects.filter(ended_at__isnull=False).count() == 2


@pytest.fixture
def account(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    account = Account.objects.create(name="ada")
    sessions.store(account, [cookie("first")], CLOCK.now())
    return account


def cookie(value):
    ends = (CLOCK.now() + timedelta(days=300)).timestamp()
    return {"name": "li_at", "value": value, "domain": ".www.linkedin.com", "path": "/", "expires": ends}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_session_and_profile_go_on_as_the_network_renewed_them(account):
    account.keeps_profile = True
    account.save()
    with open_browser(account, CLOCK) as browser:
        first = browser.driver
        first.cdp("Network.setCookies", {"cookies": [cookie("renewed")]})
        first.pages = 1_000

        browser.renew_if_worn()

        assert browser.driver is not first
        held = {one["name"]: one["value"] for one in sessions.read_from(browser.driver, NETWORK)}
    assert held["li_at"] == "renewed"
    assert sessions.load(account, CLOCK.now())[0]["value"] == "renewed"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(town(), today=CLOCK.now().date()) as sandbox:
        yield sandbox


@pytest.fixture
def own_browser(db, sandbox):
    account = Account.objects.create(name="ada")
    with Browser(account, CLOCK, network_url=sandbox.url, is_rehearsal=True) as browser:
        yield browser, PagesNetwork(browser, account, CLOCK, base_url=sandbox.url)


def main_process(browser):
    """The browser itself; None where it is gone. Its driver does not know yet."""
    for one in psutil.Process(browser._service.process.pid).children():
        if "chrom" in one.name() and one.status() != psutil.STATUS_ZOMBIE:
            return one
    return None


def graphics(browser):
    """The browser's process for graphics, while there is one."""
    for one in psutil.Process(browser._service.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if any("--type=gpu-process" in word for word in one.cmdline()):
                return one
    return None


def kill(browser):
    if process := main_process(browser):
        processes._kill(process)


@pytest.mark.browser
def test_a_browser_that_crashed_between_two_visits_is_replaced_once_and_leaves_no_report(
    settings, own_browser
):
    settings.CHROME_BINARY = ""  # the whole Chromium: the shell reports no crash
    browser, network = own_browser
    network.visit(to("Ada Martin"))
    folder = browser._folder
    main_process(browser).send_signal(signal.SIGSEGV)
    until(lambda: list(folder.rglob("*.dmp")))
    kill(browser)

    assert network.visit(to("Bo Lindgren")).name == "Bo Lindgren"
    assert network.notes() == ["the browser was replaced: it had died, or did not answer any more"]
    assert not folder.exists()

    kill(browser)
    for act in (lambda: network.write(to("Ada Martin"), "Hello!"), lambda: network.visit(to("Ada Martin"))):
        with pytest.raises(BrowserFailed):
            act()
    assert network.notes() == []


@pytest.mark.proof
@pytest.mark.browser
def test_a_browser_that_lives_is_not_replaced_whatever_stands_over_its_page(own_browser):
    """A dialog; and a process for graphics that is lost: after six of those it would have ended itself."""
    browser, network = own_browser
    network.visit(to("Ada Martin"))
    first, lost = browser.driver, set()
    for _ in seeds(full=7, few=1):
        until(lambda: (process := graphics(browser)) and process.pid not in lost)
        process = graphics(browser)
        lost.add(process.pid)
        processes._kill(process)
    first.execute_script("setTimeout(() => { document.title = confirm('Stay?') }, 0)")

    assert network.visit(to("Bo Lindgren")).name == "Bo Lindgren"
    assert (network.notes(), browser.driver) == ([], first)
    assert "--disable-gpu-process-crash-limit" in main_process(browser).cmdline()


@pytest.mark.browser
def test_a_browser_that_died_is_not_replaced_for_what_cannot_be_undone(own_browser):
    browser, network = own_browser
    network.visit(to("Ada Martin"))
    kill(browser)

    with pytest.raises(BrowserFailed):
        network.write(to("Bo Lindgren"), "Happy birthday, Bo!")
    assert network.notes() == []


def test_a_browser_is_told_no_secret(monkeypatch, tmp_path):
    for name in ("SECRET_KEY", "SESSION_KEYS", "PRIVACY_KEY", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "canary")
    assert "canary" not in QuietService(find_driver(), tmp_path).env.values()


def test_a_browser_that_ran_out_of_time_is_neither_renewed_nor_replaced():
    browser = Browser(None, CLOCK, network_url=NETWORK, is_rehearsal=True, why_worn=after(0))
    browser._run_out_of_time("action took over 180 s")

    browser.renew_if_worn()
    browser.replace_if_dead()

    assert browser.notes() == []
    with pytest.raises(BrowserFailed, match="action took over"):
        browser.driver.get("about:blank")
