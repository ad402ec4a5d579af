"""SIGTERM at any moment: the action under way is finished, or put back, and the run says that it was stopped."""

import os
import random
import signal
import threading

import pytest

from campaigns.models import Action, Run
from campaigns.stopping import stop_asked
from contacts.models import Interaction
from engine.models import SpentPermit
from tests.builders import a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeClock, FakeNetwork, world_of
from tests.proof import seeds

PEOPLE = ("Ada Martin", "Bo Lindgren", "Cy Okafor", "Di Moreau")
LONGEST_WAIT = 30


def terminate(*_):
    os.kill(os.getpid(), signal.SIGTERM)


def hang(*_):
    """A step that takes far too long, after SIGTERM came."""
    terminate()
    assert not threading.Event().wait(LONGEST_WAIT), "nothing interrupted it"


def test_both_signals_are_heard_and_the_handlers_are_put_back():
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]

    for number in numbers[:2]:
        with stop_asked() as should_stop:
            assert not should_stop()
            os.kill(os.getpid(), number)
            assert should_stop()

    assert [signal.getsignal(number) for number in numbers] == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.fixture
def campaign(db):
    campaign = a_birthday_campaign()
    for name in PEOPLE:
        a_contact(name, campaign)
    return campaign


@pytest.mark.parametrize(
    ("moment", "status", "arrived"),
    [("on_write", "planned", 0), ("before_click", "unknown", 0), ("after_click", "unknown", 1)],
)
def test_what_is_not_finished_in_time_is_interrupted(campaign, moment, status, arrived):
    network = FakeNetwork(**{moment: hang})

    with stop_asked(0.05) as should_stop:
        run = run_it(campaign, network, should_stop=should_stop)

    assert run.outcome == Run.Outcome.STOPPED
    assert "0.05 s" in run.reason
    assert len(network.sent) == arrived
    assert Action.objects.order_by("pk").first().status == status
    assert Action.objects.filter(status="planned").count() == len(PEOPLE) - (status == "unknown")


class RestlessClock(FakeClock):
    """Sends SIGTERM when it is asked the time for the n-th time; a run asks some 540 times."""

    def __init__(self, moment):
        super().__init__()
        self.left = moment

    def now(self):
        self.left -= 1
        if self.left == 0:
            terminate()
        return super().now()


@pytest.mark.proof
@pytest.mark.parametrize("seed", seeds(100, 4))
def test_sigterm_at_a_random_moment_leaves_nothing_half_done(campaign, seed):
    network, clock = FakeNetwork(), RestlessClock(random.Random(seed).randrange(1, 540))

    with stop_asked() as should_stop:
        run = run_it(campaign, network, clock, world_of(network, clock), should_stop=should_stop)

    assert run.outcome in ("stopped", "finished")
    done = Interaction.objects.count()
    assert len(network.sent) == done
    assert set(Action.objects.values_list("status", flat=True)) <= {"done", "planned"}
    assert SpentPermit.objects.filter(given_back_at=None).count() == done
    assert (run.outcome == "stopped") == (done < len(PEOPLE))
