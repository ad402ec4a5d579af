"""The real engine on a sandbox of the test's making, in one browser for the whole module."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from campaigns.kinds import Options
from campaigns.models import MessageTemplate
from campaigns.runner import run_campaign
from contacts.models import Contact
from engine.browser import Browser
from engine.network import PagesNetwork
from engine.pace import FairDice, SystemClock
from engine.ports import World
from engine.ratelimit.limiter import DatabaseLimiter
from engine.sandbox import Sandbox
from engine.sandbox.people import make_person
from tests.builders import a_campaign, a_contact, a_template
from tests.fakes import SilentListener, opened
from tests.journeys.stage import zone_of_noon

TOWN = [
    {"name": "You", "slug": "you", "own": True},
    {"name": "Ada Martin", "slug": "ada-martin", "birthday": 0, "old_slugs": ["ada-before"]},
    {"name": "Ada Martin", "slug": "ada-martin-7", "birthday": 20},
    {"name": "Bo Lindgren", "slug": "bo-lindgren", "birthday": 30},
]

# Where the record of Ada is wrong, the network's own list does not put it right.
UNLISTED = [
    *({**person, "listed": False} for person in TOWN),
    {"name": "Noor Haddad", "slug": "noor-haddad", "birthday": -30},
]


SHELL = "headless shell"
# What a page is, whose it is and where it is clicked is the same in the lighter browser.
ABOUT_PAGES = ("test_mutations", "test_walls", "test_wrong_person")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.proof)


@pytest.fixture(scope="module")
def browser(request):
    binary = settings.CHROME_BINARY
    is_light = getattr(request, "param", "") == SHELL or request.path.stem in ABOUT_PAGES
    if is_light and settings.HEADLESS_SHELL.exists():
        binary = str(settings.HEADLESS_SHELL)
    with (
        override_settings(CHROME_BINARY=binary),
        Browser(None, SystemClock(), network_url="http://127.0.0.1", is_rehearsal=True) as browser,
    ):
        yield browser


class Theatre:
    """A campaign with one person to wish, Ada, and a sandbox that may misbehave."""

    def __init__(self, browser, sandbox):
        MessageTemplate.objects.all().delete()
        self.browser, self.sandbox, self.clock = browser, sandbox, SystemClock()
        a_template("Happy birthday, {name}! 🎂")
        self.campaign = a_campaign()
        self.campaign.account.time_zone = str(zone_of_noon())
        self.campaign.account.save()
        today = self.clock.now().astimezone(self.campaign.account.zone).date()
        self.ada = a_contact("Ada Martin", self.campaign, born=today)
        sandbox.__enter__()

    def remember(self, slug="", member_id=""):
        """Let the record say something else than the network: a slug, or a member id (of this slug, or as it is)."""
        if slug:
            self.ada.profile_url = f"https://www.linkedin.com/in/{slug}/"
        if member_id:
            person = next((one for one in self.sandbox.people if one.slug == member_id), None)
            self.ada.member_id = person.member_id if person else member_id
        self.ada.save()

    def run(self):
        dice = FairDice()
        network = PagesNetwork(self.browser, self.campaign.account, self.clock, base_url=self.sandbox.url)
        limiter = DatabaseLimiter(self.clock, dice, is_rehearsal=True)
        world = World(network, limiter, self.clock, dice, is_rehearsal=True)
        run = run_campaign(self.campaign, Options(), self.clock, lambda: opened(world), SilentListener())
        if run.outcome == "browser_failed":
            self.browser.quit()
        return run

    def resume(self):
        self.campaign.account.resume()

    @property
    def delivered(self):
        return [(message.slug, message.text) for message in self.sandbox.messages]

    @property
    def recorded(self):
        wishes = Contact.objects.get(pk=self.ada.pk).interactions.order_by("pk")
        return [("ada-martin", wish.payload["text"]) for wish in wishes]


@pytest.fixture
def theatre(browser, settings):
    settings.SETTLE_SECONDS = 1
    settings.REHEARSAL = True
    theatres = []

    def open_theatre(composer="shadow", people=TOWN, **faults):
        today = SystemClock().now().astimezone(zone_of_noon()).date()
        town = [make_person(person) for person in people]
        frame = {name: faults.pop(name) for name in ("generation", "language") if name in faults}
        sandbox = Sandbox(town, today=today, composer=composer, faults=faults, **frame)
        theatres.append(Theatre(browser, sandbox))
        return theatres[-1]

    yield open_theatre
    for each in theatres:
        each.sandbox.__exit__(None, None, None)
