"""A campaign with three people who are due, and what a worker drives it with."""

import pytest

from tests.builders import a_birthday_campaign, a_contact
from tests.fakes import FakeClock, FakeNetwork

PEOPLE = ("Ada Martin", "Bo Lindgren", "Cy Okafor")


@pytest.fixture
def campaign():
    campaign = a_birthday_campaign()
    for name in PEOPLE:
        a_contact(name, campaign)
    return campaign


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def network():
    return FakeNetwork()
