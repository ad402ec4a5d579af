"""Twelve people whom one search finds, on pages of five."""

from campaigns.models import Campaign
from tests.builders import a_campaign, a_search_person, an_account
from tests.fakes import FakeNetwork

SEARCH = "https://www.linkedin.com/search/results/people/?keywords=bridges"
NAMES = (
    "Ada Martin", "Bo Lindgren", "Cleo Vasterling", "Dov Amberlake", "Eka Thornquill", "Finn Oderwald",
    "Gala Prestwick", "Hal Wintermoor", "Ilse Brackwater", "Jon Fennimore", "Kai Lostwithin", "Lia Merriden",
)  # fmt: skip
SLUGS = [name.lower().replace(" ", "-") for name in NAMES]


def a_search() -> Campaign:
    account = an_account(visits_per_run=30, visits_per_day=80)
    return a_campaign(account, name="bridges", kind="sourcing", search_url=SEARCH)


def a_network_of_them() -> FakeNetwork:
    return FakeNetwork(found=[a_search_person(name) for name in NAMES], page_size=5)
