"""The sandbox's pages that are not who they seem: whoever is careless there writes to somebody else."""

import pytest

from engine.sandbox import Person, Sandbox
from engine.sandbox.misleading import MISLEADING
from tests.proof import seeds
from tests.sandbox_visitor import BOX, TODAY, Visitor, visiting

pytestmark = pytest.mark.browser

ALAN, OTHER = "alan-whitcombe", "maelle-castrovan"
# The message still goes where it was meant to; the page around it does not look so any more.
HARMLESS = {"rename-on-text", "reply-beside", "reply-closable", "reply-focused", "twin"}
WAYS = list(MISLEADING)[:: 1 if len(seeds(2)) == 2 else 4]


def named(visitor: Visitor, slug: str) -> Person:
    return next(person for person in visitor.sandbox.people if person.slug == slug)


@pytest.mark.proof
@pytest.mark.parametrize("how", WAYS)
def test_a_careless_message_goes_to_the_other_person(driver, how):
    with visiting(driver, composer="overlay", faults={"mislead": f"{how}@{OTHER}"}) as visitor:
        visitor.open_message(named(visitor, ALAN))
        visitor.write("Hello")
        if how.startswith("swap"):
            thread = named(visitor, OTHER).thread_id
            visitor.wait(lambda: visitor.all(f"[data-thread='{thread}']"))
        visitor.send()
        visitor.wait(lambda: visitor.sandbox.messages)
        assert [one.slug for one in visitor.sandbox.messages] == [ALAN if how in HARMLESS else OTHER]


@pytest.mark.parametrize("composer", ["shadow", "iframe", "page"])
def test_a_reply_opens_beside_what_is_written_and_can_be_closed(driver, composer):
    with visiting(driver, composer=composer, faults={"mislead": f"reply-closable@{OTHER}"}) as visitor:
        visitor.open_message(named(visitor, ALAN))
        visitor.write("Hello")
        visitor.wait(lambda: len(visitor.in_composer(BOX)) == 2)
        if composer != "page":
            visitor.in_composer("header button")[0].click()
            visitor.wait(lambda: [box.strip() for box in visitor.boxes()] == ["Hello"])
        driver.switch_to.default_content()


def test_a_way_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="'magic' misleads nobody"):
        Sandbox(today=TODAY, faults={"mislead": "magic@ada"})


def test_a_profile_keeps_its_address_and_shows_another_person(driver):
    with visiting(driver, faults={"profile_shows": OTHER}) as visitor:
        visitor.go(f"/in/{ALAN}/")
        assert visitor.path == f"/in/{ALAN}/"
        assert visitor.find("section[componentkey$=Topcard] h2").text == "Maëlle Castrovan"


def test_a_profile_turns_into_another_persons(driver):
    with visiting(driver, faults={"profile_becomes": OTHER}) as visitor:
        visitor.go(f"/in/{ALAN}/")
        visitor.wait(lambda: visitor.path == f"/in/{OTHER}/")
        visitor.wait(lambda: visitor.find("section[componentkey$=Topcard] h2").text == "Maëlle Castrovan")
        visitor.find("section[componentkey$=Topcard] a[href*='/messaging/compose/']").click()
        visitor.wait(lambda: visitor.in_composer(BOX))


def test_a_profile_writes_to_another_person(driver):
    with visiting(driver, faults={"message_link_of": OTHER}) as visitor:
        visitor.go(f"/in/{ALAN}/")
        link = visitor.find("section[componentkey$=Topcard] a[href*='/messaging/compose/']")
        assert f"recipient={named(visitor, OTHER).member_id}" in str(link.get_attribute("href"))


def test_an_open_conversation_may_not_let_itself_be_closed(driver):
    faults = {"two_bubbles": OTHER, "stuck_bubble": True}
    with visiting(driver, composer="overlay", faults=faults) as visitor:
        visitor.go("/feed/")
        visitor.wait(lambda: visitor.all(BOX))
        assert visitor.all("header button.msg-overlay-bubble-header__control") == []


def test_a_question_of_no_known_kind_may_follow_and_any_answer_is_a_wrong_click(driver):
    with visiting(driver, composer="overlay", faults={"post_send_prompt": "unknown"}) as visitor:
        visitor.open_message(named(visitor, ALAN))
        visitor.write("Hello")
        visitor.send()
        visitor.find(".artdeco-modal button").click()
        visitor.wait(lambda: [click.what for click in visitor.sandbox.wrong_clicks] == ["unknown prompt"])


@pytest.mark.parametrize(
    ("mutation", "sends", "hint"),
    [("hidden-twin", 0, "Press Enter to Send"), ("visible-twin", 1, "Press Enter to Send"), ("empty", 0, "")],
)
def test_where_enter_sends_a_change_meets_what_says_so(driver, mutation, sends, hint):
    with visiting(driver, composer="overlay", mutation=mutation, faults={"enter_sends": True}) as visitor:
        visitor.open_message(named(visitor, ALAN))
        visitor.wait(lambda: visitor.in_composer(".msg-form__hint-text")[0].text == hint)
        shown = [one for one in visitor.in_composer("footer button") if one.is_displayed()]
        assert [one.text for one in shown].count("Send") == sends


def test_enter_in_a_conversation_of_somebody_unrelated_is_noted(driver):
    faults = {"enter_sends": True}
    with visiting(driver, composer="overlay", mutation="second-composer", faults=faults) as visitor:
        visitor.open_message(named(visitor, ALAN))
        visitor.wait(lambda: len(visitor.in_composer(BOX)) == 2)
        visitor.in_composer(BOX)[0].send_keys("\ue007")
        visitor.wait(lambda: [click.what for click in visitor.sandbox.wrong_clicks] == ["Enter elsewhere"])
