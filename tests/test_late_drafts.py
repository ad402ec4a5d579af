"""What a person had begun to write, and what loads late, is noticed before it is erased: nothing of it is lost."""

from datetime import date

import pytest

from engine.errors import NothingSent, TextNotWritten
from engine.models import Account
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.ports import Recipient
from engine.sandbox.composing import DRAFT
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TODAY = date(2026, 11, 23)
MAELLE = Recipient(
    frozenset({"maelle-castrovan"}), profile_url="https://www.linkedin.com/in/maelle-castrovan/"
)
HELD = "return document.querySelector('.msg-form__contenteditable').textContent.trim()"


class Kept(NothingSent):
    """A person's own text stands in the box."""


@pytest.fixture
def rehearse(browser, db, serve):
    account = Account.objects.create(name="ada")

    def rehearse(**faults):
        sandbox = serve(today=TODAY, composer="overlay", faults=faults)
        return sandbox, PagesNetwork(browser, account, SystemClock(), base_url=sandbox.url)

    return rehearse


def held(browser):
    return browser.driver.execute_script(HELD)


def test_a_draft_that_loads_after_the_conversation_was_read_is_looked_at_and_not_erased(rehearse, browser):
    sandbox, network = rehearse(late_draft=2500)
    seen = []

    def look(thread):
        seen.append(thread.unsent)
        until(lambda: held(browser) == DRAFT)
        if thread.unsent == DRAFT:
            raise Kept("there is a draft")

    with pytest.raises(Kept):
        network.write(MAELLE, "Happy birthday, Maëlle!", look)

    assert seen[-1] == held(browser) == DRAFT
    assert not sandbox.messages


def test_a_draft_that_may_be_replaced_is(rehearse, browser):
    sandbox, network = rehearse(late_draft=0)
    seen = []

    network.write(MAELLE, "Happy birthday, Maëlle!", lambda thread: seen.append(thread.unsent)).send()

    assert seen == [DRAFT]
    assert [message.text for message in sandbox.messages] == ["Happy birthday, Maëlle!"]


def test_into_a_box_that_does_not_come_to_rest_nothing_is_written(rehearse, browser):
    sandbox, network = rehearse()
    seen = []

    def look(thread):
        seen.append(thread.unsent)
        box = "document.querySelector('.msg-form__contenteditable')"
        browser.driver.execute_script(f"fillIn({box}, arguments[0])", f"Words {len(seen)}")

    with pytest.raises(TextNotWritten, match="does not come to rest"):
        network.write(MAELLE, "Happy birthday, Maëlle!", look)

    assert seen == ["", "Words 1", "Words 2"]
    assert held(browser) == "Words 3"
    assert not sandbox.messages
