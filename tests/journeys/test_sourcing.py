"""A people search in a real browser: read page by page, each person visited once, whatever stops the session."""

import random

import pytest

from campaigns.models import Run, SearchedPage, SourcedProfile
from engine.sandbox import Sandbox
from engine.sandbox.people import make_person
from tests.builders import a_campaign
from tests.journeys.in_process import preview_on, run_on
from tests.proof import seeds
from tests.waiting import until

pytestmark = pytest.mark.browser
IN_FULL = len(seeds(full=2, few=1)) == 2
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=tidewater"
NAMES = (
    "Ada Martin", "Bo Lindgren", "Cleo Vasterling", "Dov Amberlake", "Eka Thornquill", "Finn Oderwald",
    "Gala Prestwick", "Hal Wintermoor", "Ilse Brackwater", "Jon Fennimore", "Kai Lostwithin",
)  # fmt: skip


def town(size=None):
    """People whom the search finds, eleven on two pages; the second has no name, and the owner is found too."""
    people = [
        {
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "degree": 2,
            "headline": "Engineer at Tidewater",
        }
        for name in NAMES[:size]
    ]
    people[1]["name"] = ""
    own = {"name": "You", "slug": "you", "own": True, "headline": "Tidewater"}
    return [make_person(person) for person in (own, *people)]


def expected(sandbox):
    found = sorted(sandbox.people, key=lambda one: one.number)
    return [one.slug for one in found if one.name and not one.is_own]


def visited(sandbox):
    """Whose page was asked for, in order."""
    paths = [request.partition("?")[0] for request in sandbox.requests]
    return [path.split("/")[2] for path in paths if path.startswith("/in/") and path.count("/") == 3]


def read(stage):
    rows = stage.rows(
        "SELECT c.profile_url FROM campaigns_sourcedprofile p JOIN contacts_contact c ON c.id = p.contact_id"
        " WHERE p.read_at IS NOT NULL AND p.score > 0 ORDER BY p.search_page, p.search_index"
    )
    return [url.rstrip("/").rsplit("/", 1)[1] for (url,) in rows]


@pytest.mark.proof
@pytest.mark.parametrize("seed", seeds(full=5, few=1))
def test_a_session_killed_at_random_moments_visits_everybody_and_records_each_once(stage, open_sandbox, seed):
    """Every day three people and one kill; to prove it eleven on two pages, and two kills."""
    sandbox, dice, kills = open_sandbox(town(11 if IN_FULL else 3)), random.Random(seed), 0
    start = ("--search", SEARCH, "--criteria", '{"keywords": ["Engineer"]}')
    for _ in range(2 if IN_FULL else 1):
        goal = len(visited(sandbox)) + dice.randint(1, 3 if IN_FULL else 1)
        run = stage.start("run_campaign", "sourcing", "--json", *start)
        until(lambda run=run, goal=goal: len(visited(sandbox)) >= goal or run.poll() is not None, run)
        kills += run.poll() is None
        run.kill()
        run.communicate()
        stage.silence_runs()

    told, code = stage.run_campaign(kind="sourcing")

    assert (kills, code) == (2 if IN_FULL else 1, 0), told
    assert read(stage) == list(dict.fromkeys(visited(sandbox))) == expected(sandbox)
    assert len(visited(sandbox)) <= len(expected(sandbox)) + kills
    assert stage.rows("SELECT count(*) FROM contacts_interaction") == [(len(expected(sandbox)),)]
    assert not sandbox.messages


@pytest.fixture
def campaign(db):
    return a_campaign(
        name="sourcing", kind="sourcing", search_url=SEARCH, criteria={"keywords": ["Engineer"]}
    )


def test_a_dry_run_visits_nobody_and_stops_at_the_commercial_limit(browser, campaign, today):
    with Sandbox(town(), today=today, faults={"commercial_limit": 1}) as sandbox:
        run, _ = preview_on(sandbox, browser, campaign, limit=11)

        assert (run.outcome, visited(sandbox)) == (Run.Outcome.LIMIT_REACHED, [])
    assert [page.page for page in SearchedPage.objects.all()] == [1]


def test_a_search_that_was_visited_to_its_end_leaves_nothing_to_do(browser, campaign, today):
    with Sandbox(town(3), today=today) as sandbox:
        runs = [run_on(sandbox, browser, campaign) for _ in range(2)]

        assert [run.outcome for run in runs] == ["finished", "nothing_to_do"]
        assert visited(sandbox) == expected(sandbox)
    assert sorted(SourcedProfile.objects.read().values_list("score", flat=True)) == [35, 35]


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sourcing", "invitations"][: len(seeds(full=2, few=1))])
def test_the_other_kinds_can_be_rehearsed_too(stage, kind):
    search = ("--search", "https://www.linkedin.com/search/results/people/?keywords=e") * (kind == "sourcing")

    told, code = stage.run_campaign("--rehearse", "--limit", "1", *search, kind=kind)

    assert (told["done"], code) == (1, 0), told
    assert stage.rows("SELECT count(*) FROM campaigns_campaign") == [(0,)]
