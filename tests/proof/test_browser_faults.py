"""A lying browser: whatever it says about the click, the wish arrives at most once and is recorded exactly."""

import pytest

from campaigns.models import Action
from tests.proof import seeds
from tests.proof.conftest import SHELL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAULTS = (
    "alert_on_send",
    "deliver_then_block",
    "deliver_then_hang",
    "deliver_then_close",
    "deliver_without_showing",
    "refuse_send",
)

# A blocked page is given up after the 60 seconds of one command: too long for every day.
SLOW = ("deliver_then_block",)


@pytest.mark.parametrize("browser", ["chromium", SHELL][: len(seeds(2))], indirect=True)
@pytest.mark.parametrize("seed", seeds(10))
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if len(seeds(2)) == 2 or fault not in SLOW])
def test_whatever_the_browser_says_the_wish_arrives_once_and_is_recorded_exactly(theatre, fault, seed):
    stage = theatre(**{fault: True})

    stage.run()

    assert len(stage.delivered) <= 1
    stage.sandbox.faults.clear()
    stage.resume()
    stage.run()
    assert stage.delivered == stage.recorded == [("ada-martin", "Happy birthday, Ada! 🎂")]
    assert not Action.objects.exclude(status__in=["done", "failed"]).exists()
