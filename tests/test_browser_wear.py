"""A browser that grew too big, or died between two readings, makes way for another; the session goes on."""

import os
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import psutil
import pytest
from cryptography.fernet import Fernet

from campaigns.models import Run
from engine import processes, sessions
from engine.browser import Browser
from engine.browser_wear import megabytes_of, why_worn
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
@pytest.mark.parametrize("keeps_profile", [True, False])
def test_the_session_goes_on_as_the_network_renewed_it(account, keeps_profile):
    account.keeps_profile = keeps_profile
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


def kill(browser):
    """The browser alone: its driver does not know yet."""
    [main] = [one for one in psutil.Process(browser._service.process.pid).children() if "chrom" in one.name()]
    processes._kill(main)


@pytest.mark.browser
def test_a_browser_that_died_between_two_visits_is_replaced_once(own_browser):
    browser, network = own_browser
    network.visit(to("Ada Martin"))
    kill(browser)

    assert network.visit(to("Bo Lindgren")).name == "Bo Lindgren"
    assert network.notes() == ["the browser was replaced: it had died, or did not answer any more"]
    assert network.notes() == []

    kill(browser)
    with pytest.raises(BrowserFailed):
        network.visit(to("Cleo Vasterling"))


@pytest.mark.browser
def test_a_browser_that_died_is_not_replaced_for_what_cannot_be_undone(own_browser):
    browser, network = own_browser
    network.visit(to("Ada Martin"))
    kill(browser)

    with pytest.raises(BrowserFailed):
        network.write(to("Bo Lindgren"), "Happy birthday, Bo!")
    assert network.notes() == []


@pytest.mark.browser
def test_a_dialog_over_the_page_is_no_dead_browser(own_browser):
    browser, network = own_browser
    network.visit(to("Ada Martin"))
    browser.driver.execute_script("setTimeout(() => { document.title = confirm('Stay?') }, 0)")

    assert network.visit(to("Bo Lindgren")).name == "Bo Lindgren"
    assert network.notes() == []


def test_a_browser_that_ran_out_of_time_is_neither_renewed_nor_replaced():
    browser = Browser(None, CLOCK, network_url=NETWORK, is_rehearsal=True, why_worn=after(0))
    browser._run_out_of_time("action took over 180 s")

    browser.renew_if_worn()
    browser.replace_if_dead()

    assert browser.notes() == []
    with pytest.raises(BrowserFailed, match="action took over"):
        browser.driver.get("about:blank")
