"""At the first unexpected page everything stops: thirty such pages, at every step of each kind of campaign."""

import pytest

from campaigns.models import Action
from engine.errors import AccountPaused
from engine.sandbox.faults import GATES
from engine.sandbox.gates import WITHIN
from engine.sandbox.site import BACKSTAGE
from tests.builders import a_campaign
from tests.proof import seeds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WALLS = (
    "agree", "app", "authwall", "captcha", "chooser", "empty", "feed", "guest", "login", "pin", "puzzle",
    "restriction", "signup", "survey", "throttle",
)  # fmt: skip
LANGUAGES = ("en", "fr")
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=tidewater"
CAREER = {
    "experience": [{"company": "Tidewater", "roles": [{"title": "Keeper", "start": "2020-01"}]}],
    "education": [{"name": "School of Tides"}],
}
PEOPLE = [
    {"name": "You", "slug": "you", "own": True},
    {"name": "Ada Martin", "slug": "ada-martin", "birthday": 0},
    {"name": "Bo Lindgren", "slug": "bo-lindgren", "degree": 2, "headline": "Tidewater", "invited_days": 200,
     "career": CAREER},
]  # fmt: skip
KINDS = {
    "birthday": {},
    "sourcing": {"search_url": SEARCH, "criteria": {"keywords": ["Tidewater"]}, "reads_details": True},
    "invitations": {},
}
# The pages are asked for more than once where no proof is seen: the thread and the list are read again. A section that
# comes too late on a slow machine would have no page of its own: here all stand on the profile from the start.
KNOBS = {
    "birthday": {"composer": "page", "deliver_without_showing": True},
    "sourcing": {"generation": "ember"},
    "invitations": {"withdraw_refused": True},
}
# How many pages a run of each kind asks for where nothing stands in its way.
STEPS = {"birthday": 5, "sourcing": 4, "invitations": 4}
TRIALS = [
    (kind, step, wall, language)
    for kind, steps in STEPS.items()
    for step in range(1, steps + 1)
    for wall in WALLS
    for language in LANGUAGES
]


@pytest.fixture
def open_stage(theatre):
    def open_it(kind, **knobs):
        stage = theatre(people=PEOPLE, **KNOBS[kind], **knobs)
        if kind != "birthday":
            stage.campaign = a_campaign(stage.campaign.account, name=kind, kind=kind, **KINDS[kind])
        return stage

    return open_it


def pages(stage):
    return [path for path in stage.sandbox.requests if not path.startswith(BACKSTAGE)]


@pytest.mark.parametrize("kind", STEPS)
def test_no_step_is_left_out(open_stage, kind):
    stage = open_stage(kind)

    assert stage.run().outcome == "finished"
    assert len(pages(stage)) == STEPS[kind], pages(stage)


@pytest.mark.parametrize(("kind", "step", "wall", "language"), TRIALS[:: 1 if len(seeds(2)) == 2 else 97])
def test_nothing_is_asked_of_the_network_after_a_wall_until_a_person_resumes(
    open_stage, kind, step, wall, language
):
    stage = open_stage(kind, gate_from=f"{wall}@{step}", language=language)

    run = stage.run()

    assert run.outcome == "account_paused", run.reason
    stage.campaign.account.refresh_from_db()
    assert (stage.campaign.account.state, bool(stage.campaign.account.paused_advice)) == ("paused", True)
    asked = stage.sandbox.requests
    assert pages(stage)[step:] in ([], [GATES[wall]], [GATES[wall], *WITHIN]), "the wall itself, once"
    with pytest.raises(AccountPaused):
        stage.run()
    assert stage.sandbox.requests == asked
    assert stage.sandbox.wrong_clicks == []
    assert len(stage.delivered) <= Action.objects.exclude(status__in=["planned", "failed"]).count()
