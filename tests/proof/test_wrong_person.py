"""The message reaches the intended person or no one: 40 scenarios, none of which delivers to somebody else."""

import pytest

from campaigns.models import Action
from tests.proof import seeds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPOSERS = ("overlay", "shadow", "iframe", "modal", "page")
SCENARIOS = {
    "the page leads to another profile": {"redirect_profile": "bo-lindgren"},
    "the page leads to a namesake": {"redirect_profile": "ada-martin-7"},
    "the composer is another person's": {"wrong_recipient": "bo-lindgren"},
    "the composer is a namesake's": {"wrong_recipient": "ada-martin-7"},
    "the composer is a group's": {"group_thread": True},
    "another conversation stands open": {"two_bubbles": "bo-lindgren"},
    "a namesake's conversation stands open": {"two_bubbles": "ada-martin-7"},
    "the page answers with an error": {"error_500": "/in/"},
}
CASES = [(scenario, composer) for composer in COMPOSERS for scenario in SCENARIOS]


def slice_of_cases():
    """Each scenario once in the suite, in turning containers; all forty by `make prove`."""
    if len(seeds(2, 1)) == 2:
        return CASES
    return [(scenario, COMPOSERS[number % len(COMPOSERS)]) for number, scenario in enumerate(SCENARIOS)]


def test_there_are_forty_scenarios():
    assert len(CASES) == 40


@pytest.mark.parametrize("seed", seeds(5))
@pytest.mark.parametrize(("scenario", "composer"), slice_of_cases())
def test_nobody_else_ever_gets_the_message(theatre, scenario, composer, seed):
    stage = theatre(composer, **SCENARIOS[scenario])

    run = stage.run()

    assert {slug for slug, _ in stage.delivered} <= {"ada-martin"}
    assert stage.delivered == stage.recorded
    if not stage.delivered:
        action = Action.objects.get()
        assert action.status in ("failed", "planned")
        assert action.reason or run.reason
