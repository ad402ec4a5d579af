"""Readers run in a world of their own: a page neither replaces what they use nor sees that they are there."""

import pytest
from selenium.common.exceptions import (
    JavascriptException,
    UnexpectedAlertPresentException,
    WebDriverException,
)

from engine.isolated import MOVED, Script
from engine.pages.base import Window
from engine.pages.gate import PageKind
from tests.captures import NAV, page
from tests.fakes import FakeClock
from tests.waiting import until

pytestmark = pytest.mark.browser
CARD = "<main><section><h1>{}</h1></section></main>"
READER = ("composers", "profile")
TITLE = Script("arguments[1]({ title: document.title, said: arguments[0].said })", {"said": "fixed"})


@pytest.fixture
def window(browser, shelf):
    shelf.clear()
    shelf.pages["/in/ada/"] = page(NAV + CARD.format("Ada Martin"), "<title>Ada</title>")
    shelf.pages["/in/bo/"] = page(NAV + CARD.format("Bo Lind"), "<title>Bo</title>")
    return Window(browser, None, FakeClock(), base_url=shelf.url)


def test_a_page_that_replaces_the_languages_own_parts_is_read_as_it_is(window, shelf):
    lies = """for (const name of ['filter', 'map', 'find', 'some', 'flatMap']) Array.prototype[name] = () => ['lie'];
      JSON.stringify = () => '{"gate": "lie"}'; Document.prototype.querySelectorAll = () => [];
      window.Promise = class { constructor() { throw new Error('lie'); } };"""
    shelf.pages["/in/ada/"] = page(f"<script>{lies}</script>{NAV}{CARD.format('Ada Martin')}")
    for _ in range(2):
        window.open("/in/ada/")
        reading = window.look(*READER)

    assert (reading.gate.kind, reading.page["name"]) == (PageKind.PROFILE, "Ada Martin")


def test_a_page_sees_nothing_of_it(window):
    window.open("/in/ada/")
    window.look(*READER)
    names = window.driver.execute_script("return Object.getOwnPropertyNames(window)")

    assert "location" in names
    assert not [name for name in names if name.startswith("reader")]


@pytest.mark.parametrize("elements", [False, True], ids=["apart", "on the page"])
def test_a_document_that_has_only_begun_is_waited_for(window, elements):
    window.open("/in/ada/")
    window.driver.execute_script(
        "const root = document.documentElement; root.remove(); setTimeout(() => document.append(root), 200)"
    )
    assert window.look(*READER, elements=elements).page["name"] == "Ada Martin"


def test_a_document_that_stays_without_a_root_is_no_page_to_read(window):
    window.open("/in/ada/")
    window.driver.execute_script("document.documentElement.remove()")

    with pytest.raises(JavascriptException, match="moved on"):
        window.look(*READER)


def test_a_document_that_was_opened_by_the_page_itself_is_read_anew(window):
    window.open("/in/ada/")
    assert window.look(*READER).page["name"] == "Ada Martin"
    window.driver.execute_script("location.href = '/in/bo/'")
    until(lambda: window.driver.title == "Bo", seconds=30)

    assert window.look(*READER).page["name"] == "Bo Lind"


def test_what_is_the_same_every_time_is_sent_once(window):
    window.open("/in/ada/")
    world = window.driver.isolated

    assert world.run(TITLE, {}) == {"title": "Ada", "said": "fixed"}
    assert world.run(TITLE, {"said": "given"}) == {"title": "Ada", "said": "given"}
    window.open("/in/bo/")
    before = window.driver.round_trips
    assert world.run(TITLE, {}) == {"title": "Bo", "said": "fixed"}
    assert window.driver.round_trips - before == 1


def test_a_page_that_leaves_under_a_script_is_told_from_one_that_fails(window):
    window.open("/in/ada/")
    leaving = Script("location.href = '/in/bo/'; setTimeout(arguments[1], 60000)", {})

    assert window.driver.isolated.run(leaving, {}) == MOVED
    with pytest.raises(JavascriptException, match="too dark"):
        window.driver.isolated.run(Script("throw new Error('too dark')", {}), {})


def test_a_command_that_is_refused_is_no_page_that_left(window):
    window.open("/in/ada/")
    window.driver.isolated._frame = "no-such-frame"
    window.driver.isolated._context = None
    with pytest.raises(WebDriverException, match="frame"):
        window.driver.isolated.run(TITLE, {})
    window.driver.isolated._frame = ""

    assert window.driver.isolated.run(TITLE, {})["title"] == "Ada"


def test_a_dialog_over_the_page_is_told_by_the_next_command(window):
    window.open("/in/ada/")
    window.driver.execute_script("setTimeout(() => alert('Ada'), 0)")
    with pytest.raises(UnexpectedAlertPresentException):
        until(lambda: window.look(*READER) is None, seconds=30)

    assert window.look(*READER).page["name"] == "Ada Martin"
