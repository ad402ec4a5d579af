"""A people search read page by page: who is on it, what may be done beside them, and when it is over."""

import pytest

from engine.browser import Browser
from engine.pace import SystemClock
from engine.pages import search
from engine.pages.base import Window
from engine.pages.words import words
from tests.captures import Shelf, expected

pytestmark = pytest.mark.browser
FORMS = ("html", "xhtml")
CAPTURES = {
    "search_people.en.sdui2": "/search/results/people/?keywords=logistics%20planner%20SQL%20BI",
    "search_people.en.ember": "/search/results/people/?keywords=railway",
}


@pytest.fixture(scope="module")
def shelf():
    with Shelf() as shelf:
        yield shelf


@pytest.fixture(scope="module")
def browser(shelf):
    with Browser(None, SystemClock(), network_url=shelf.url, is_rehearsal=True) as browser:
        yield browser


@pytest.fixture
def look(browser, shelf):
    def look(name, form):
        window = Window(
            browser,
            None,
            SystemClock(),
            base_url=shelf.url,
            address=f"https://www.linkedin.com{CAPTURES[name]}",
        )
        window.open(f"/{name}.{form}")
        return window.look(*search.READER, words=words())

    return look


def picked(found, truth):
    """Of what was found, the fields that the truth speaks of."""
    if isinstance(truth, dict) and isinstance(found, dict):
        return {key: picked(found.get(key, "no such field"), value) for key, value in truth.items()}
    if isinstance(truth, list) and isinstance(found, list):
        return (
            [picked(one, other) for one, other in zip(found, truth, strict=True)]
            if len(found) == len(truth)
            else found
        )
    return found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CAPTURES)
def test_a_captured_search_is_read_to_the_letter(look, name, form):
    seen = look(name, form)
    truth = {key: value for key, value in expected(name).items() if key != "traps"}
    found = {
        **search.describe(seen.page),
        "page_kind": seen.gate.kind,
        "lang": seen.gate.lang,
        "dom_generation": seen.gate.dom_generation,
    }

    assert picked(found, truth) == truth
    assert found["pagination"].keys() == truth["pagination"].keys()
