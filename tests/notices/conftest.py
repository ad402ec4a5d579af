"""A campaign to tell of, and a clock that agrees with what the notices' commands read."""

import pytest

from engine.pace import SystemClock
from tests.builders import a_birthday_campaign
from tests.fakes import FakeClock


@pytest.fixture
def clock():
    return FakeClock(SystemClock().now().replace(hour=10))


@pytest.fixture
def campaign(db):
    return a_birthday_campaign()
