"""Pages that nobody captured, written down from what is known of the site: each is read as a person would read it.

An expected file holds the address, the day it is read on where that counts, and what a correct reader says at least.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.test_read_page import differences, read_file

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parent / "variants"
NAMES = sorted(path.name.removesuffix(".html") for path in FOLDER.glob("*.html"))
# One of each kind and generation whose file may have lost where it stood.
SAVED_WITHOUT_ADDRESS = (
    "birthdays.en.sdui2", "connections.en.ember", "details.experience.fr.sdui2", "feed.en.ember",
    "invitations.en.sdui2", "profile.hashed.en.ember", "search.fr.ember",
)  # fmt: skip


def read(browser, name, *, is_address_known):
    """What a correct reader says, and what ours says."""
    truth = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    address, today = truth.pop("address"), date.fromisoformat(truth.pop("today", "2026-06-20"))
    found = read_file(browser, FOLDER / f"{name}.html", address if is_address_known else None, today)
    return truth, found


def unexplained(found, at=""):
    """Fields that are None without a reason beside them."""
    reasons = found.get("reasons", {})
    own = [f"{at}.{key}" for key, value in found.items() if value is None and key not in reasons]
    items = found.get("items") or ()
    return own + [line for i, item in enumerate(items) for line in unexplained(item, f"{at}[{i}]")]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_nobody_captured_is_read_as_a_person_would(browser, name):
    truth, found = read(browser, name, is_address_known=True)

    assert differences(truth, found) == []
    assert unexplained(found) == []


@pytest.mark.parametrize("name", SAVED_WITHOUT_ADDRESS)
def test_a_page_whose_address_is_lost_is_read_the_same(browser, name):
    truth, found = read(browser, name, is_address_known=False)

    assert differences(truth, found) == []
