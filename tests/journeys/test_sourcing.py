"""A people search in a real browser: read page by page, each person visited once, whatever stops the session."""

import random

import pytest

from engine.sandbox.people import make_person
from tests.journeys.test_crash_after_the_click import until
from tests.proof import seeds

pytestmark = pytest.mark.browser
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=tidewater"
NAMES = (
    "Ada Martin", "Bo Lindgren", "Cleo Vasterling", "Dov Amberlake", "Eka Thornquill", "Finn Oderwald",
    "Gala Prestwick", "Hal Wintermoor", "Ilse Brackwater", "Jon Fennimore", "Kai Lostwithin",
)  # fmt: skip


def town():
    """Eleven people, on two pages of a search, one of them without a name, and the owner, who is found too."""
    people = [
        {
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "degree": 2,
            "headline": "Engineer at Tidewater",
        }
        for name in NAMES
    ]
    people[4]["name"] = ""
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


@pytest.mark.parametrize("seed", seeds(full=5, few=1))
def test_a_session_killed_at_random_moments_visits_everybody_and_records_each_once(stage, open_sandbox, seed):
    sandbox, dice, kills = open_sandbox(town()), random.Random(seed), 0
    start = (
        "run_campaign",
        "sourcing",
        "--json",
        "--search",
        SEARCH,
        "--criteria",
        '{"keywords": ["Engineer"]}',
    )
    for _ in range(2):
        goal = len(visited(sandbox)) + dice.randint(1, 3)
        run = stage.start(*start)
        until(lambda run=run, goal=goal: len(visited(sandbox)) >= goal or run.poll() is not None, run)
        kills += run.poll() is None
        run.kill()
        run.communicate()
        stage.silence_runs()

    told, code = stage.run_campaign(kind="sourcing")
    again, _ = stage.run_campaign(kind="sourcing")

    assert (kills, code) == (2, 0), told
    assert read(stage) == list(dict.fromkeys(visited(sandbox))) == expected(sandbox)
    assert len(visited(sandbox)) <= len(expected(sandbox)) + kills
    assert stage.rows("SELECT count(*) FROM contacts_interaction") == [(len(expected(sandbox)),)]
    assert (again["outcome"], again["done"]) == ("nothing_to_do", 0), again
    assert not sandbox.messages


def test_a_dry_run_visits_nobody_and_stops_at_the_commercial_limit(stage, open_sandbox):
    sandbox = open_sandbox(town(), faults={"commercial_limit": 1})

    told, code = stage.run_campaign("--search", SEARCH, "--limit", "11", "--dry-run", kind="sourcing")

    assert (code, told["outcome"], visited(sandbox)) == (75, "limit_reached", []), told
    assert stage.rows("SELECT page FROM campaigns_searchedpage") == [(1,)]


@pytest.mark.parametrize("kind", ["sourcing", "invitations"])
def test_the_other_kinds_can_be_rehearsed_too(stage, kind):
    search = ("--search", "https://www.linkedin.com/search/results/people/?keywords=e") * (kind == "sourcing")

    told, code = stage.run_campaign("--rehearse", "--limit", "1", *search, kind=kind)

    assert (told["done"], code) == (1, 0), told
    assert stage.rows("SELECT count(*) FROM campaigns_campaign") == [(0,)]
