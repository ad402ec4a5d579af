"""The sandbox's seeded changes in a real browser: what they change, and that a careful visitor can live with most."""

import re

import pytest
from selenium.common.exceptions import ElementClickInterceptedException
from selenium.webdriver.remote.webelement import WebElement

from engine.sandbox import Sandbox, describe_mutation, is_hostile
from engine.sandbox.mutations import BENIGN, HOSTILE, MUTATIONS, chosen
from tests.sandbox_visitor import BIRTHDAYS, BOX, TODAY, Visitor, visiting

SLUG = "alan-whitcombe"


def start(visitor: Visitor) -> None:
    """Open the composer by the link that is told by its address alone, and write."""
    person = next(one for one in visitor.sandbox.people if one.slug == SLUG)
    visitor.go(f"/in/{SLUG}/")
    links = f"section a[href*='recipient={person.member_id}']"
    next(one for one in visitor.wait(lambda: visitor.all(links)) if one.is_displayed()).click()
    visitor.wait(lambda: visitor.in_composer(BOX))
    visitor.write("Hello")


def buttons(visitor: Visitor, label: str) -> list[WebElement]:
    return [one for one in visitor.in_composer("button") if one.is_displayed() and one.text == label]


def sendable(visitor: Visitor) -> list[WebElement]:
    return [one for one in buttons(visitor, "Send") if one.is_enabled()]


def what_was_clicked(visitor: Visitor) -> list[str]:
    visitor.wait(lambda: visitor.sandbox.wrong_clicks or visitor.sandbox.messages)
    return [click.what for click in visitor.sandbox.wrong_clicks]


def html_of(visitor: Visitor) -> str:
    script = """const outlet = document.getElementById('interop-outlet').shadowRoot;
        return document.documentElement.outerHTML + outlet.innerHTML"""
    return re.sub(r"<style>.*?</style>", "", str(visitor.driver.execute_script(script)), flags=re.DOTALL)


def test_a_seed_always_means_the_same():
    assert [chosen(seed) for seed in range(40)] == [chosen(str(seed)) for seed in range(40)]
    assert describe_mutation("classes,cover") == [
        "classes: every class has another name",
        "cover: something invisible covers the button that acts and swallows clicks",
    ]
    assert all(describe_mutation(seed) for seed in range(300))


def test_a_careful_visitor_can_live_with_at_least_half_of_the_seeds_and_meets_every_change():
    assert sum(not is_hostile(seed) for seed in range(300)) >= 150
    assert {name for seed in range(300) for name in chosen(seed)} == set(MUTATIONS)


def test_a_change_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="'earthquake' is no mutation"):
        Sandbox(today=TODAY, mutation="classes,earthquake")


@pytest.mark.browser
@pytest.mark.parametrize("name", BENIGN)
def test_after_a_benign_change_one_enabled_send_is_seen_and_sends(driver, name):
    with visiting(driver, mutation=name) as visitor:
        start(visitor)
        [send] = sendable(visitor)
        send.click()
        assert what_was_clicked(visitor) == []
        assert [message.slug for message in visitor.sandbox.messages] == [SLUG]


@pytest.mark.browser
@pytest.mark.parametrize("seed", [seed for seed in range(14) if not is_hostile(seed)])
def test_after_a_benign_seed_a_careful_visitor_still_sends(driver, seed):
    composer = ("overlay", "shadow", "page", "modal")[seed % 4]
    with visiting(driver, mutation=seed, composer=composer) as visitor:
        start(visitor)
        [send] = sendable(visitor)
        send.click()
        assert what_was_clicked(visitor) == []
        assert visitor.wait(lambda: visitor.sandbox.messages)


@pytest.mark.browser
def test_nothing_of_the_old_names_is_left(driver):
    with visiting(driver) as visitor:
        start(visitor)
        before = html_of(visitor)
    with visiting(driver, mutation="classes,drop-testid,drop-key,drop-icons,drop-screen") as visitor:
        start(visitor)
        after = html_of(visitor)
        driver.refresh()
    for hook in (
        "msg-form__send-button",
        "data-testid",
        "componentkey",
        "send-privately",
        "data-sdui-screen",
    ):
        assert hook in before
        assert hook not in after
    assert "mutations.js" not in after


@pytest.mark.browser
def test_the_cards_of_the_birthday_list_lose_their_view_names_and_still_open_a_composer(driver):
    with visiting(driver, mutation="drop-view,drop-key,wrap", faults={"button_cta": True}) as visitor:
        visitor.go(BIRTHDAYS)
        visitor.scroll_to_the_end()
        assert visitor.all("[data-view-name], [componentkey]") == []
        next(one for one in visitor.all("main button") if one.text.startswith("Wishing")).click()
        visitor.wait(lambda: visitor.in_composer(BOX))


@pytest.mark.browser
def test_blocks_change_places_and_stand_in_further_elements(driver):
    def shape(mutation: str) -> tuple[int, list[str]]:
        with visiting(driver, mutation=mutation) as visitor:
            visitor.go(f"/in/{SLUG}/")
            visitor.find("main section[componentkey$=About]")
            script = """const all = [...document.querySelectorAll('main *')];
                return [all.length, all.filter((one) => one.matches('h2, a, button')).map((one) => one.textContent)]"""
            return tuple(driver.execute_script(script))

    plain, wrapped, turned = shape("drop-view"), shape("drop-view,wrap"), shape("drop-view,reorder")
    assert wrapped[0] > plain[0] == turned[0]
    assert wrapped[1] == plain[1] != turned[1]
    assert sorted(turned[1]) == sorted(plain[1])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "harm", "composer"),
    [
        ("visible-twin", "visible twin", "shadow"),
        ("visible-twin", "visible twin", "modal"),
        ("second-composer", "unrelated composer", "shadow"),
        ("second-composer", "unrelated composer", "iframe"),
        ("delete", "delete", "iframe"),
        ("report", "report", "overlay"),
        ("swap-hooks", "report", "page"),
        ("swap-place", "report", "shadow"),
    ],
)
def test_a_careless_click_does_harm_and_is_noted(driver, name, harm, composer):
    careless = {"delete": "Delete", "report": "Report", "swap-hooks": "Report", "swap-place": "Report"}
    with visiting(driver, mutation=name, composer=composer) as visitor:
        start(visitor)
        buttons(visitor, careless.get(name, "Send"))[0].click()
        assert what_was_clicked(visitor) == [harm]
        assert visitor.sandbox.messages == []
        driver.switch_to.default_content()


@pytest.mark.browser
def test_report_has_taken_the_hooks_of_send(driver):
    with visiting(driver, mutation="swap-hooks") as visitor:
        start(visitor)
        [hooked] = visitor.in_composer(".msg-form__send-button")
        assert hooked.text == "Report"
        [send] = sendable(visitor)
        send.click()
        assert what_was_clicked(visitor) == []


@pytest.mark.browser
def test_what_is_covered_cannot_be_clicked(driver):
    with visiting(driver, mutation="cover") as visitor:
        start(visitor)
        [send] = sendable(visitor)
        with pytest.raises(ElementClickInterceptedException):
            send.click()
        cover = visitor.driver.execute_script("return arguments[0].nextElementSibling", send)
        cover.click()
        assert what_was_clicked(visitor) == ["cover"]


@pytest.mark.browser
@pytest.mark.parametrize(("name", "label"), [("translate", "drįp"), ("empty", "")])
def test_a_label_can_be_of_no_use(driver, name, label):
    with visiting(driver, mutation=name) as visitor:
        start(visitor)
        assert visitor.in_composer(".msg-form__send-button")[0].text == label
        assert visitor.in_composer(BOX)[0].get_attribute("aria-label") != "Write a message…"
        assert visitor.find("section[componentkey$=Topcard] h2").text == "Alan Whitcombe"


@pytest.mark.browser
def test_an_invisible_twin_and_a_disabled_look_alike_are_there(driver):
    with visiting(driver, mutation="hidden-twin,lookalike") as visitor:
        start(visitor)
        sends = visitor.in_composer(".msg-form__send-button")
        assert len(sends) == 3
        assert len(sendable(visitor)) == 1
        assert sum(not one.is_enabled() for one in sends) == 1


@pytest.mark.browser
def test_the_icons_of_the_bar_have_changed_places(driver):
    with visiting(driver, mutation="swap-icons") as visitor:
        visitor.go(f"/in/{SLUG}/")
        icon = visitor.find("section a[href*='/messaging/compose/'] svg")
        assert icon.get_dom_attribute("id") == "overflow-web-ios-medium"


@pytest.mark.browser
@pytest.mark.parametrize("name", ["visible-twin", "report", "cover", "wrap"])
def test_the_answer_of_a_withdrawal_is_changed_as_send_is(driver, name):
    with visiting(driver, mutation=name) as visitor:
        visitor.go("/mynetwork/invitation-manager/sent/")
        person = visitor.sandbox.invited[0]
        visitor.find(f"main [aria-label$='{person.name}']").click()
        labelled = f"button[aria-label='Withdraw invitation sent to {person.name}']"
        visitor.wait(lambda: visitor.all("[aria-label=Cancel]"))
        count = len(visitor.all(labelled))
        assert count == {"visible-twin": 2, "report": 0}.get(name, 1)
        if name == "wrap":
            visitor.find(labelled).click()
            visitor.wait(lambda: [one.slug for one in visitor.sandbox.withdrawals] == [person.slug])


def test_every_hostile_change_has_its_words():
    assert set(HOSTILE).isdisjoint(BENIGN)
    assert all(describe_mutation(name)[0].startswith(f"{name}: ") for name in MUTATIONS)
