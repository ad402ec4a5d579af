"""What read_page says of every capture is what its expected.json says, in the real browser, in both forms."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from engine.browser import Browser
from engine.models import Account
from engine.pace import SystemClock
from engine.pages.base import Window
from engine.pages.reading import network_address, path_of, read_page
from engine.saved_pages import served
from tests.captures import FOLDER, as_xhtml, expected

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2025, 11, 17)
NAMES = sorted(path.name.removesuffix(".html") for path in FOLDER.glob("*.html"))
FORMS = ("html", "xhtml")
ADDRESSES = {
    "birthdays.fr.sdui1": "/mynetwork/catch-up/birthday/",
    "login.en": "/login",
    "authwall.en": "/authwall",
    "checkpoint_captcha.en": "/checkpoint/challenge/AgEx",
    "search_people.en.sdui2": "/search/results/people/?keywords=logistics%20planner%20SQL%20BI",
    "search_people.en.ember": "/search/results/people/?keywords=Railway%20Surveyor",
    "profile.1st.en.sdui2": "/in/bertram-castrevald-51632615/",
    "profile.1st_sticky.en.sdui2": "/in/crispin-holvander-farnovasse-grestinsen/",
    "profile.3rd.en.sdui2": "/in/ottolinemarendal/",
    "experience_fragment.en.sdui2": "/in/crispin-holvander-farnovasse-grestinsen/",
}
# What a person wrote about a capture, and no field of its page.
REMARKS = {"traps", "note", "notes"}


@pytest.fixture(scope="module")
def browser():
    with Browser(None, SystemClock(), network_url="http://127.0.0.1:9", is_rehearsal=True) as browser:
        yield browser


@pytest.fixture
def read(browser, tmp_path):
    def read(name, form="html", address=None):
        path = FOLDER / f"{name}.html"
        if form == "xhtml":
            path = tmp_path / f"{name}.xhtml"
            path.write_bytes(as_xhtml(name))
        return read_file(browser, path, address)

    return read


def read_file(browser, path, address=None):
    with served(path) as url:
        window = Window(browser, Account(name="nobody"), SystemClock(), base_url=url, address=url)
        window.open("/")
        return read_page(window, TODAY, address=address and network_address(address))


def differences(truth, found, at=""):
    """Each place where a field of the truth is missing or another, as a readable line."""
    if isinstance(truth, dict) and isinstance(found, dict):
        pairs = [(key, value) for key, value in truth.items() if key not in REMARKS]
        return [
            line
            for key, value in pairs
            for line in differences(value, found.get(key, "ABSENT"), f"{at}.{key}")
        ]
    if isinstance(truth, list) and isinstance(found, list) and len(truth) == len(found):
        return [
            line
            for i, (one, other) in enumerate(zip(truth, found, strict=True))
            for line in differences(one, other, f"{at}[{i}]")
        ]
    if at == ".follow.where" and truth.startswith("top card"):
        truth = "bar"
    return [] if truth == found else [f"{at}: {found!r} is not {truth!r}"]


@pytest.mark.parametrize("has_address", [True, False], ids=["address", "no-address"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_capture_is_read_as_it_was_written_down(read, name, form, has_address):
    found = read(name, form, ADDRESSES[name] if has_address else None)

    assert differences(expected(name), found) == []
