"""Every capture is read exactly as its expected.json says, as the parser sees it and with its links nested."""

from datetime import date

import pytest

from engine.pace import SystemClock
from engine.pages import birthdays, profile
from engine.pages.base import Window
from tests.captures import expected

pytestmark = pytest.mark.browser
FORMS = ("html", "xhtml")
ADDRESSES = {
    "birthdays.fr.sdui1": "/mynetwork/catch-up/birthday/",
    "login.en": "/login",
    "authwall.en": "/authwall",
    "checkpoint_captcha.en": "/checkpoint/challenge/AgEx",
    "search_people.en.sdui2": "/search/results/people/?keywords=logistics",
    "search_people.en.ember": "/search/results/people/?keywords=railway",
    "profile.1st.en.sdui2": "/in/bertram-castrevald-51632615/",
    "profile.1st_sticky.en.sdui2": "/in/crispin-holvander-farnovasse-grestinsen/",
    "profile.3rd.en.sdui2": "/in/ottolinemarendal/",
}
PROFILES = [name for name in ADDRESSES if name.startswith("profile.")]


@pytest.fixture
def look(browser, shelf):
    def look(name, form, *parts):
        address = f"https://www.linkedin.com{ADDRESSES[name]}"
        window = Window(browser, None, SystemClock(), base_url=shelf.url, address=address)
        window.open(f"/{name}.{form}")
        return window.look(*parts)

    return look


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_captured_page_is_classified_as_what_it_is(look, name, form):
    gate, truth = look(name, form, *profile.READER).gate, expected(name)

    assert (gate.kind, gate.lang, gate.dom_generation) == (
        truth["page_kind"],
        truth["lang"],
        truth["dom_generation"],
    )
    assert gate.is_signed_in == truth.get("logged_in", True)
    assert gate.challenge == (truth.get("challenge") or None)


@pytest.mark.parametrize("form", FORMS)
def test_the_captured_birthdays_are_read_to_the_letter(look, form):
    page, truth = look("birthdays.fr.sdui1", form, *birthdays.READER).page, expected("birthdays.fr.sdui1")
    items = [birthdays.describe(item, date(2025, 11, 17)) for item in page["items"]]

    assert [{key: item[key] for key in truth["items"][0]} for item in items] == truth["items"]
    assert {item["day"] for item in items} == {date(2025, 11, 17)}
    assert page["load_more"] == truth["load_more"]
    assert page["unread"] == 0


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PROFILES)
def test_a_captured_profile_says_whose_it_is(look, name, form):
    page, truth = look(name, form, *profile.READER).page, expected(name)
    fields = ("slug", "member_id", "name", "degree", "degree_text", "has_message_button", "own_profile")

    assert {field: page[field] for field in fields} == {field: truth[field] for field in fields}
    assert page["card_slugs"] == [truth["slug"]]
    assert page["message"]["recipient_id"] == truth["member_id"]


def test_one_look_is_one_round_trip(browser, shelf):
    window = Window(browser, None, SystemClock(), base_url=shelf.url)
    for name in ("profile.1st.en.sdui2", "profile.3rd.en.sdui2"):
        window.open(f"/{name}.html")
        before = browser.round_trips
        window.look(*profile.READER)

    assert browser.round_trips - before == 1
