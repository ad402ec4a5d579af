"""A build of the site that lost one of its marks is read by the others: the same page, or null with a reason."""

from pathlib import Path

import pytest

from engine.models import Account
from engine.pace import SystemClock
from engine.pages.base import Window
from engine.pages.reading import network_address, read_page
from engine.saved_pages import served
from tests.captures import FOLDER, NAV, expected
from tests.test_read_page import ADDRESSES, TODAY, differences, read_file

pytestmark = pytest.mark.browser
WITHOUT = "for (const each of document.querySelectorAll('[{0}]')) each.removeAttribute('{0}')"
PLAIN = (
    "for (const p of document.querySelectorAll('p')) { const box = document.createElement('div');"
    " box.append(...p.childNodes); p.replaceWith(box); }"
)
ASKING = (
    """for (const link of document.querySelectorAll('a[href*="/in/"]'))"""
    """ if (!link.href.includes('?')) link.setAttribute('href', link.getAttribute('href') + '?isSelfProfile=false')"""
)
CHANGES = {
    "no screens": WITHOUT.format("data-sdui-screen"),
    "no keys": WITHOUT.format("componentkey"),
    "no paragraphs": PLAIN,
    "addresses that ask": ASKING,
}


@pytest.fixture
def read(browser):
    def read(path: Path, address, change):
        with served(path) as url:
            window = Window(browser, Account(name="nobody"), SystemClock(), base_url=url, address=url)
            window.open("/")
            browser.driver.execute_script(CHANGES[change])
            return read_page(window, TODAY, address=network_address(address))

    return read


# The fields that went with the mark.
@pytest.mark.parametrize(
    ("name", "change", "lost"),
    [
        ("birthdays.fr.sdui1", "no screens", {"data_sdui_screen"}),
        ("birthdays.fr.sdui1", "no paragraphs", set()),
        ("birthdays.fr.sdui1", "addresses that ask", set()),
        ("search_people.en.sdui2", "no screens", {"data_sdui_screen"}),
        ("profile.1st.en.sdui2", "no keys", set()),
        ("profile.3rd.en.sdui2", "no keys", set()),
        ("profile.1st_sticky.en.sdui2", "no paragraphs", set()),
        ("profile.1st.en.sdui2", "no paragraphs", {"followers"}),
        ("experience_fragment.en.sdui2", "no paragraphs", {"lang"}),
    ],
)
def test_a_capture_without_one_mark_is_read_by_the_others(read, name, change, lost):
    truth = {key: value for key, value in expected(name).items() if key not in lost}

    assert differences(truth, read(FOLDER / f"{name}.html", ADDRESSES[name], change)) == []


def test_a_guessed_card_that_the_title_does_not_name_is_nobodys(read):
    name = "profile.1st_sticky.en.sdui2"
    found = read(FOLDER / f"{name}.html", ADDRESSES[name], "no keys")

    assert (found["name"], found["reasons"]["name"]) == (None, "the page has no top card")


def test_a_guessed_card_that_the_title_names_is_read(browser, tmp_path):
    card = '<div class="x"><h2>Ada Martin</h2><p>Harbour pilot</p></div>'
    screen = '<i data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile"></i>'
    path = tmp_path / "page.html"
    path.write_text(f"<title>(2) Ada Martin | LinkedIn</title><body>{NAV}<main>{card}</main>{screen}")
    found = read_file(browser, path, "/in/ada-martin/")

    assert (found["name"], found["guessed"]) == ("Ada Martin", ["profile.top_card"])
