"""The message reaches the intended person or no one: 40 scenarios, none of which delivers to somebody else."""

from dataclasses import dataclass, field

import pytest

from campaigns.models import Action
from engine.sandbox.misleading import DELAYS
from tests.proof import seeds
from tests.proof.conftest import TOWN, UNLISTED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPOSERS = ("overlay", "shadow", "iframe", "modal", "page")
OTHER, NAMESAKE = "bo-lindgren", "ada-martin-7"


@dataclass(frozen=True)
class Scenario:
    """`faults` of the sandbox; `stored` is what the contact's record says and the network does not (any more)."""

    faults: dict[str, object] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)
    reaches_ada: bool = False


def misled(how, other=OTHER, **more):
    return Scenario({"mislead": f"{how}@{other}", **more})


SCENARIOS = {
    # the page
    "the address leads to another profile": Scenario({"redirect_profile": OTHER}),
    "the address leads to a namesake": Scenario({"redirect_profile": NAMESAKE}),
    "the address stays and another's profile is shown": Scenario({"profile_shows": OTHER}),
    "the address stays and a namesake's profile is shown": Scenario({"profile_shows": NAMESAKE}),
    "another's profile takes over the page after it was read": Scenario({"profile_becomes": OTHER}),
    "an older page's profile leads to another": Scenario({"redirect_profile": OTHER, "generation": "ember"}),
    "the page answers with an error": Scenario({"error_500": "/in/"}),
    "the page asks who it is that reads it": Scenario({"gate_page": "chooser@/in/"}),
    "the Message control of the page writes to another": Scenario({"message_link_of": OTHER}),
    "the Message control of the page writes to a namesake": Scenario({"message_link_of": NAMESAKE}),
    # the record
    "the slug was given to somebody with another member id": Scenario(
        stored={"member_id": "ACoAAformerowner00000000000000000000000"}
    ),
    "the stored slug is now a namesake's": Scenario(stored={"slug": NAMESAKE, "member_id": "ada-martin"}),
    "a renamed slug leads to a page that nothing proves": Scenario(stored={"slug": "ada-before"}),
    "a renamed slug leads to the right page, which the member id proves": Scenario(
        stored={"slug": "ada-before", "member_id": "ada-martin"}, reaches_ada=True
    ),
    # the composer, when it opens
    "the composer is another person's": Scenario({"wrong_recipient": OTHER}),
    "the composer is a namesake's": Scenario({"wrong_recipient": NAMESAKE}),
    "the composer is headed by another's address": misled("slug"),
    "the composer bears the right name over another's link": misled("borrowed-name"),
    "the composer bears the right name alone": misled("name-only"),
    "the composer does not say whose it is": misled("nobody"),
    "the conversation is a company's": misled("company"),
    "the conversation is an advertisement": misled("sponsored"),
    "the conversation is an InMail under the right name": misled("inmail"),
    "the right person stands only in a list of conversations": misled("list-only"),
    "the right person stands only as the author of a message": misled("author-only"),
    "the form names another recipient": misled("recipient-field"),
    "the head bears another's member id": misled("recipient-attribute", NAMESAKE),
    "a list of names stands in for the recipient": Scenario({"recipient_picker": True}),
    # groups
    "the conversation is a group's": Scenario({"group_thread": True}),
    "the head links to two persons": misled("two-links"),
    "the head names two persons": misled("and-other", NAMESAKE),
    "the head names one person and counts the others": misled("and-others"),
    "the new message is to two persons": misled("pills"),
    # what happens while it is written
    "the composer becomes another's when it is emptied": Scenario(
        {"mislead": f"swap-on-clear@{OTHER}", "prefilled": True}
    ),
    "the composer becomes another's once something was written": misled("swap-on-text", NAMESAKE),
    "the composer becomes another's shortly after something was written": misled("swap-soon"),
    "a reply opens another conversation while something is written": misled("reply-beside"),
    "a reply takes the focus, where Enter sends": misled("reply-focused", enter_sends=True),
    # what stands open already
    "another conversation stands open": Scenario({"two_bubbles": OTHER}),
    "a namesake's conversation stands open and does not close": Scenario(
        {"two_bubbles": NAMESAKE, "stuck_bubble": True}
    ),
}
CASES = [(scenario, composer) for scenario in SCENARIOS for composer in COMPOSERS]
# What another scenario tries in the same way, or what only a loaded machine's timing tells apart, is for `make prove`.
EVERY_DAY = (
    "the address stays and a namesake's profile is shown",
    "the Message control of the page writes to another",
    "the slug was given to somebody with another member id",
    "a renamed slug leads to the right page, which the member id proves",
    "the composer bears the right name over another's link",
    "the head names one person and counts the others",
    "the composer becomes another's once something was written",
    "the composer becomes another's shortly after something was written",
    "a reply takes the focus, where Enter sends",
    "a namesake's conversation stands open and does not close",
)


# A composer that turns around the click: before the last look at it, in the instant after that, or in the click itself.
TURNS = {
    **{f"{ms} ms after something was written": misled(f"swap-after-{ms}") for ms in DELAYS},
    "shortly after something was written, where Enter sends": misled("swap-soon", enter_sends=True),
    "under the mouse": misled("turn-under-mouse", NAMESAKE),
    "while Send is pressed": misled("turn-on-press"),
}
TURN_CASES = [(turn, composer) for turn in TURNS for composer in COMPOSERS]
TURNS_EVERY_DAY = [
    ("under the mouse", "iframe"),
    ("under the mouse", "overlay"),
    ("while Send is pressed", "shadow"),
]
# In doubt: the page had heard the beginning of the click, or turned after it.
ENDS = ("failed", "planned", "unknown", "done")


def slice_of_turns():
    return TURN_CASES if len(seeds(2)) == 2 else TURNS_EVERY_DAY


def slice_of_cases():
    """Some of the scenarios in the suite, in turning containers; all two hundred by `make prove`."""
    if len(seeds(2)) == 2:
        return CASES
    return [(scenario, COMPOSERS[number % len(COMPOSERS)]) for number, scenario in enumerate(EVERY_DAY)]


def test_there_are_forty_scenarios_in_five_containers_each():
    assert (len(SCENARIOS), len(CASES)) == (40, 200)
    assert set(EVERY_DAY) <= set(SCENARIOS)
    assert len({repr(scenario) for scenario in SCENARIOS.values()}) == 40


@pytest.mark.parametrize(("scenario", "composer"), slice_of_cases())
def test_nobody_else_ever_gets_the_message(theatre, scenario, composer):
    told = SCENARIOS[scenario]
    stage = theatre(composer, people=UNLISTED if told.stored else TOWN, **told.faults)
    stage.remember(**told.stored)

    run = stage.run()

    assert {slug for slug, _ in stage.delivered} <= {"ada-martin"}
    assert all(not message.others for message in stage.sandbox.messages)
    assert stage.delivered == stage.recorded
    assert stage.sandbox.wrong_clicks == []
    if told.reaches_ada:
        assert stage.delivered
    if not stage.delivered:
        action = Action.objects.get()
        assert action.status in ("failed", "planned"), (action.status, action.reason)
        assert action.reason or run.reason


@pytest.mark.parametrize(("turn", "composer"), slice_of_turns())
def test_a_composer_that_turns_around_the_click_reaches_nobody_else_and_later_its_own(
    theatre, turn, composer
):
    stage = theatre(composer, **TURNS[turn].faults)
    stage.run()
    assert {slug for slug, _ in stage.delivered} <= {"ada-martin"}
    action = Action.objects.get()
    assert action.status in (("failed", "planned") if turn == "under the mouse" else ENDS), action.status

    stage.sandbox.faults.clear()
    stage.resume()
    stage.run()
    assert stage.delivered == stage.recorded == [("ada-martin", "Happy birthday, Ada! 🎂")]
    assert stage.sandbox.wrong_clicks == []
