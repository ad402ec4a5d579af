"""How elements are found in a real browser: by every candidate at once, by contract, and never by a guess to click."""

import random
from pathlib import Path
from typing import Any

import pytest

import engine.pages
from engine.models import LinkedInSelector
from engine.pace import SystemClock
from engine.selectors.finder import Finder, source
from engine.selectors.learned import Known
from engine.selectors.selector_file import defaults
from tests.captures import NAV, page

pytestmark = pytest.mark.browser
ASK = """
const within = options_of_reading.scope ? document.querySelector(options_of_reading.scope) : undefined;
const found = find(options_of_reading.key, within);
return {
  elements: found.elements.map((element) => element.id),
  first: (find_first(options_of_reading.key, within) || {}).id || null,
  winner: found.winner, is_heuristic: found.is_heuristic, candidates: found.candidates,
  report: heuristics.found_here(),
};
"""
FORM = '<main><form id="form"><div role="textbox" contenteditable="true" style="height: 50px">Hi</div>{}</form></main>'


@pytest.fixture
def ask(browser, shelf):
    """What a key finds on a page of this body, at this path."""

    def ask(body, key, *, path="/in/ada-martin/", finder=None, **options) -> dict[str, Any]:
        shelf.pages[path] = page(f"<body>{NAV}{body}</body>")
        browser.driver.get(shelf.url + path)
        deep = (Path(engine.pages.__file__).parent / "deep.js").read_text(encoding="utf-8")
        given = {**(finder or Finder()).options(), "address": None, "key": key, **options}
        answer: dict[str, Any] = browser.driver.execute_script(f"{deep}\n{source()}\n{ASK}", given)
        answer["report"] = {one["key"]: one for one in answer["report"]}
        return answer

    yield ask
    shelf.clear()


def known(key, kind, value, state, name="", **looks):
    row = LinkedInSelector(key=key, kind=kind, value=value, state=state, name=name, origin="proposed")
    if looks:
        row.evidence = {"looks": looks}
    return Finder(known=Known({key: [row]}))


def test_each_candidate_of_a_key_says_what_it_found_in_one_script(ask):
    body = FORM.format('<button id="send" class="msg-form__send-button" type="submit">Send</button>')
    found = ask(body, "composer.send", scope="form")

    told = {(each["kind"], each["value"]): (each["count"], each["good"]) for each in found["candidates"]}
    assert told[("label", "send")] == (1, 1)
    assert told[("css", ".msg-form__send-button")] == (1, 1)
    assert told[("component_key", "^referralSendButton")] == (0, 0)
    assert found["winner"] == {"kind": "label", "value": "send"}, "the best of those that found it"
    assert (found["elements"], found["first"]) == (["send"], "send")


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ('<button id="x" hidden class="msg-form__send-button">Send</button>', "hidden"),
        ('<button id="x" disabled class="msg-form__send-button">Send</button>', "disabled"),
        ('<button id="x" class="msg-form__send-button">Report</button>', "label"),
        ('<button id="x" class="msg-form__send-button" aria-label="Delete">Send</button>', "label"),
        ('<a href="/x" id="x" class="msg-form__send-button">Send</a>', "role"),
        ('<span style="position: relative"><button id="x" class="msg-form__send-button">Send</button>'
         '<i style="position: absolute; inset: 0"></i></span>', "covered"),
    ],
)  # fmt: skip
def test_what_breaks_the_contract_is_not_found_however_it_was_found(ask, button, reason):
    found = ask(FORM.format(button), "composer.send", scope="form")
    assert (found["elements"], found["winner"], found["first"]) == ([], None, None)
    assert {each for candidate in found["candidates"] for each in candidate["reasons"]} == {reason}


def test_two_that_could_send_are_both_shown_and_none_is_the_one(ask):
    buttons = '<button id="one">Send</button><button id="two">Send</button>'
    found = ask(FORM.format(buttons), "composer.send", scope="form")
    assert (sorted(found["elements"]), found["winner"], found["first"]) == (["one", "two"], None, None)


def test_candidates_that_disagree_are_both_shown(ask):
    buttons = '<button id="one">Send</button><button id="two" class="msg-form__send-btn">Send</button>'
    found = ask(FORM.format(buttons), "composer.send", scope="form")
    assert sorted(found["elements"]) == ["one", "two"]


def test_what_is_only_looked_for_within_something_is_not_found_on_the_whole_page(ask):
    found = ask(FORM.format('<button id="send">Send</button>'), "composer.send")
    assert found["elements"] == []
    assert (
        "container" in found["candidates"][-1]["reasons"] or "container" in found["candidates"][3]["reasons"]
    )


def test_what_belongs_into_another_key_is_found_nowhere_else(ask):
    from engine.selectors.selector_file import parse

    text = (Path(__file__).parent / "data" / "selectors" / "good.yaml").read_text(encoding="utf-8")
    inside = text.replace("{count: one, expected_at: /in/}", "{count: one, container: composer.box}")
    finder = Finder(parse(inside.encode()))
    link = '<a id="{}" href="/messaging/compose/?x=1">Write</a>'
    body = (
        f'<main><div role="textbox" style="height: 20px">{link.format("in")}</div>{link.format("out")}</main>'
    )

    found = ask(body, "profile.top_card", finder=finder)
    assert found["elements"] == ["in"]
    assert found["candidates"][0]["reasons"] == ["container"]


def test_a_text_finds_the_control_that_bears_it_and_else_the_innermost_line(ask):
    body = '<main><div id="out"><p id="line">Wyślij</p></div>{}</main>'
    button = '<button id="button"><span>WYŚLIJ…</span></button>'
    finder = known("composer.box", "text", "Wyślij", "accepted")

    assert ask(body.format(button), "composer.box", finder=finder)["elements"] == ["button"]
    assert ask(body.format(""), "composer.box", finder=finder)["elements"] == ["line"]
    beginning = known("composer.box", "text", "Wyś*", "accepted")
    assert ask(body.format(""), "composer.box", finder=beginning)["elements"] == ["line"]


def test_the_report_tells_an_absence_that_matters_from_one_that_does_not(ask):
    missed = ask("<main><p>Nothing</p></main>", "profile.top_card")["report"]["profile.top_card"]
    elsewhere = ask("<main><p>Nothing</p></main>", "profile.top_card", path="/feed/")["report"][
        "profile.top_card"
    ]
    disabled = ask(FORM.format("<button disabled>Send</button>"), "composer.send", scope="form")

    assert (missed["is_missed"], missed["winner"]) == (True, None)
    assert elsewhere["is_missed"] is False
    assert disabled["report"]["composer.send"]["is_missed"] is False


def test_what_is_remembered_of_an_element_names_nobody(ask):
    card = (
        '<main><section id="card" componentkey="com.linkedin.sdui.profile.card.refACoAAadamartin123Topcard">'
        '<h2>Ada Martin</h2><a href="/in/ada-martin/" aria-label="Message Ada Martin">Message</a></section></main>'
    )
    looks = ask(card, "profile.top_card")["report"]["profile.top_card"]["winner"]["looks"]
    assert looks["tag"] == "section"
    assert "componentkey" in looks["fragment"]
    for words in ("Ada", "ada-martin", "ACoAAadamartin123"):
        assert words not in str(looks)


def test_a_page_that_gets_in_the_way_of_the_record_costs_no_reading(ask):
    body = '<main><form id="odd" data-event-urn="urn:li:x"><input name="getAttribute"></form></main>'
    found = ask(body, "thread.message")
    assert found["elements"] == ["odd"]
    assert "thread.message" not in found["report"]


def test_a_button_in_a_language_that_nobody_knows_is_proposed_with_what_speaks_for_it(ask):
    body = FORM.format(
        '<button id="close" type="button">Close</button><button id="emoji" type="button" aria-label="Emotka">x</button>'
        '<button id="send" type="submit">Wyślij</button>'
    )
    found = ask(body, "composer.send", scope="form")
    proposal = found["report"]["composer.send"]["proposal"]

    assert (found["elements"], found["winner"]) == ([], None)
    assert (proposal["kind"], proposal["value"], proposal["name"]) == ("text", "Wyślij", "Wyślij")
    assert proposal["why"]["form"] == 2
    assert proposal["why"]["submits"] == 1
    assert '→ <button type="submit">' in proposal["after"]
    assert "Wyślij" not in proposal["after"]


def test_a_stable_hook_is_proposed_before_a_text(ask):
    body = FORM.format('<button id="send" type="submit" data-testid="dispatch-message">Wyślij</button>')
    proposal = ask(body, "composer.send", scope="form")["report"]["composer.send"]["proposal"]
    assert (proposal["kind"], proposal["value"]) == ("test_id", "dispatch-message")


def test_the_candidate_that_just_failed_is_not_proposed_again(ask):
    body = FORM.format('<button type="submit" data-view-name="messaging-modal-send-button">Wyślij</button>')
    proposal = ask(body, "composer.send", scope="form")["report"]["composer.send"]["proposal"]
    assert (proposal["kind"], proposal["value"]) == ("text", "Wyślij")


@pytest.mark.parametrize(
    "buttons",
    [
        '<button type="submit">Wyślij</button><button type="submit">Zapisz</button>',
        '<button type="submit">Close</button>',
        '<button type="submit">Withdraw</button>',
        '<button type="submit" hidden>Wyślij</button>',
        "<a href='/x'>Wyślij</a>",
        "",
    ],
)
def test_nothing_is_proposed_where_several_look_alike_or_none_does(ask, buttons):
    report = ask(FORM.format(buttons), "composer.send", scope="form")["report"]["composer.send"]
    assert report["proposal"] is None


def test_what_it_looked_like_before_decides_between_two(ask):
    buttons = '<button type="submit" data-testid="primary-action">A</button><button type="submit">B</button>'
    row = LinkedInSelector(key="composer.send", kind="label", value="send", state="active")
    row.last_success_at = SystemClock().now()
    row.evidence = {"looks": {"tag": "button", "role": "", "test_id": "primary-action", "around": "form"}}
    finder = Finder(known=Known({"composer.send": [row]}))

    proposal = ask(FORM.format(buttons), "composer.send", scope="form", finder=finder)["report"][
        "composer.send"
    ]
    assert proposal["proposal"]["value"] == "primary-action"
    assert proposal["proposal"]["why"]["test_id"] == 3


CARDLESS = (
    '<main><div id="aside"><p>People you may know</p></div>'
    '<div id="card" data-testid="person-card"><h2>Ada Martin</h2><p>Engineer</p></div></main>'
)


def test_a_guess_is_read_only_by_who_asks_for_it_and_is_marked(ask):
    assert ask(CARDLESS, "profile.top_card")["elements"] == []
    guessed = ask(CARDLESS, "profile.top_card", may_guess=True)

    assert (guessed["elements"], guessed["first"]) == (["card"], "card")
    assert (guessed["is_heuristic"], guessed["winner"]) == (True, None)
    report = guessed["report"]["profile.top_card"]
    assert (report["is_heuristic"], report["is_missed"]) == (True, True)
    assert (report["proposal"]["kind"], report["proposal"]["value"]) == ("test_id", "person-card")


def test_a_script_that_hands_over_elements_never_guesses(ask):
    assert ask(CARDLESS, "profile.top_card", may_guess=True, elements=True)["elements"] == []


def test_a_proposal_may_be_read_and_an_accepted_one_is_a_candidate_like_any_other(ask):
    proposed = known("profile.top_card", "test_id", "person-card", "proposed")
    accepted = known("profile.top_card", "test_id", "person-card", "accepted")

    assert ask(CARDLESS, "profile.top_card", finder=proposed)["elements"] == []
    assert ask(CARDLESS, "profile.top_card", finder=proposed, may_guess=True)["is_heuristic"] is True
    found = ask(CARDLESS, "profile.top_card", finder=accepted)
    assert (found["elements"], found["is_heuristic"]) == (["card"], False)
    assert found["winner"] == {"kind": "test_id", "value": "person-card"}


def test_an_accepted_button_may_be_clicked_by_the_name_it_was_accepted_with_and_by_no_other(ask):
    finder = known("composer.send", "test_id", "dispatch", "accepted", name="Wyślij")
    button = '<button id="send" data-testid="dispatch">{}</button>'

    assert ask(FORM.format(button.format("Wyślij")), "composer.send", scope="form", finder=finder)[
        "elements"
    ] == ["send"]
    assert (
        ask(FORM.format(button.format("Usuń")), "composer.send", scope="form", finder=finder)["elements"]
        == []
    )
    other = '<button id="send" class="msg-form__send-button">Wyślij</button>'
    assert ask(FORM.format(other), "composer.send", scope="form", finder=finder)["elements"] == []


PIECES = (
    '<button id="{}" type="submit">{}</button>',
    '<button id="{}" data-testid="hook">{}</button>',
    '<a id="{}" data-testid="hook" href="/x">{}</a>',
    '<div id="{}" role="button" tabindex="0">{}</div>',
    '<button id="{}" aria-label="hook">{}<svg id="hook-small" width="9" height="9"></svg></button>',
    '<dialog open><button id="{}" type="submit">{}</button></dialog>',
)
WORDS = ("Wyślij", "Skicka", "Отправить", "送信", "x", "Wycofaj", "OK", "→")
CLICKED = [key for key, each in defaults().selectors.items() if not each.may_be_guessed]
STATES = ("proposed", "refused")


@pytest.mark.parametrize("seed", range(60))
def test_no_proposal_and_no_guess_is_ever_handed_to_what_clicks(ask, seed):
    """Pages that only heuristics could read, under every option: whatever could be clicked is not found."""
    dice = random.Random(seed)
    pieces = [
        dice.choice(PIECES).format(f"p{number}", dice.choice(WORDS)) for number in range(dice.randint(1, 4))
    ]
    key = CLICKED[seed % len(CLICKED)]
    ways = [("test_id", "hook"), ("icon", "hook"), ("text", dice.choice(WORDS)), ("css", "form button")]
    rows = [
        LinkedInSelector(key=key, kind=kind, value=value, name=dice.choice(WORDS), state=dice.choice(STATES),
                         origin="proposed", successes=999, score=1.0)
        for kind, value in ways
    ]  # fmt: skip
    finder = Finder(known=Known({key: rows}))
    options = {"may_guess": dice.choice((True, False)), "elements": dice.choice((True, False))}

    found = ask(FORM.format("".join(pieces)), key, scope="form", finder=finder, path="/mynetwork/", **options)
    assert (found["elements"], found["first"], found["is_heuristic"]) == ([], None, False)
