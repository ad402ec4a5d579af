"""The sandbox's lists of invitations and of connections in a real browser, in every generation they have."""

import pytest
from selenium.webdriver.remote.webelement import WebElement

from tests.sandbox_visitor import BOX, Visitor, lines, visiting

pytestmark = pytest.mark.browser

SENT = "/mynetwork/invitation-manager/sent/"
CONNECTIONS = "/mynetwork/invite-connect/connections/"
CHIP = "a[href*='/sent/CONNECTION']"


def confirm_of(visitor: Visitor, name: str) -> WebElement:
    """The dialog's answer has the same label as the row's control, and stands outside of the list."""
    controls = f"button[aria-label$='{name}']"
    found: list[WebElement] = visitor.wait(
        lambda: [one for one in visitor.all(controls) if not one.find_elements("xpath", "ancestor::main")]
    )
    return found[0]


@pytest.mark.parametrize(
    ("generation", "dialog", "container"),
    [
        ("sdui2", "", "body > div > div:not([role])"),
        ("sdui2", "role", "[role=dialog]"),
        ("sdui1", "", "dialog[open]"),
        ("ember", "", ".artdeco-modal"),
    ],
)
def test_an_invitation_is_withdrawn_once_its_dialog_is_confirmed(driver, generation, dialog, container):
    with visiting(driver, generation=generation, faults={"withdraw_dialog": dialog}) as visitor:
        visitor.go(SENT)
        assert visitor.find(CHIP).text == "People (37)"
        person = visitor.sandbox.invited[1]
        row = visitor.find(f"main [aria-label='Withdraw invitation sent to {person.name}']")
        row.click()
        confirm = confirm_of(visitor, person.name)
        assert visitor.find(container).text
        driver.execute_script("arguments[0].click()", confirm)
        assert visitor.sandbox.withdrawals == []
        confirm.click()
        visitor.wait(lambda: visitor.find(CHIP).text == "People (36)")
        assert [one.slug for one in visitor.sandbox.withdrawals] == [person.slug]
        assert not visitor.all(f"main a[href*='/in/{person.slug}']")
        assert person not in visitor.sandbox.invited
        visitor.go(f"/in/{person.slug}/")
        assert not visitor.all("main [aria-label^=Pending]")


def test_a_withdrawal_can_be_cancelled(driver):
    with visiting(driver) as visitor:
        visitor.go(SENT)
        person = visitor.sandbox.invited[0]
        visitor.find(f"main [aria-label$='{person.name}']").click()
        confirm_of(visitor, person.name)
        visitor.find("[aria-label=Cancel]").click()
        assert visitor.all("[aria-label=Cancel]") == []
        assert visitor.sandbox.withdrawals == []


def test_the_list_of_invitations_loads_the_older_ones_when_its_inner_container_is_scrolled(driver):
    with visiting(driver, language="fr") as visitor:
        visitor.go(SENT)
        assert visitor.find(CHIP).text == "Personnes (37)"
        assert len(visitor.all("[role=listitem]")) == 10
        visitor.scroll_to_the_end()
        rows = [lines(row) for row in visitor.all("[role=listitem]")]
        assert [row[1] for row in rows] == [person.name for person in visitor.sandbox.invited]
        ages = [row[3] for row in rows]
        assert (ages[0], ages[1], ages[-1]) == (
            "Envoyé aujourd’hui",
            "Envoyé il y a 1 jour",
            "Envoyé il y a 1 an",
        )
        assert {"Envoyé il y a 2 semaines", "Envoyé il y a 3 mois"} <= set(ages)


@pytest.mark.parametrize("fault", ["withdraw_refused", "withdraw_hangs", "withdraw_wrong_dialog"])
def test_a_withdrawal_can_go_wrong(driver, fault):
    with visiting(driver, faults={fault: True}) as visitor:
        invited = visitor.sandbox.invited
        visitor.go(SENT)
        visitor.find(f"main [aria-label$='{invited[0].name}']").click()
        named_there = invited[-1] if fault == "withdraw_wrong_dialog" else invited[0]
        confirm_of(visitor, named_there.name).click()
        if fault == "withdraw_refused":
            visitor.wait(lambda: not visitor.all("[aria-label=Cancel]"))
        else:
            visitor.wait(lambda: visitor.sandbox.withdrawals)
        withdrawn = [one.slug for one in visitor.sandbox.withdrawals]
        assert withdrawn == ([] if fault == "withdraw_refused" else [named_there.slug])
        assert visitor.all(f"main [aria-label$='{invited[0].name}']")


@pytest.mark.parametrize(
    ("generation", "cards"),
    [
        ("sdui2", "[componentkey^=ConnectionCard_]"),
        ("sdui1", "[data-view-name=connections-list-item]"),
        ("ember", "li.mn-connection-card"),
    ],
)
def test_connections_stand_in_the_order_in_which_they_were_made(driver, generation, cards):
    with visiting(driver, generation=generation) as visitor:
        visitor.go(CONNECTIONS)
        assert "37 connections" in visitor.find("main").text
        if generation != "ember":
            visitor.scroll_to_the_end()
        assert len(visitor.all(cards)) == 37
        greta = next(card for card in visitor.all(cards) if "Greta" in card.text)
        assert "Connected on November 6, 2026" in greta.text


def test_connections_are_found_by_name(driver):
    with visiting(driver, language="de") as visitor:
        visitor.go(CONNECTIONS)
        visitor.find("[componentkey^=connectionsListTypeahead] input").send_keys("quill")
        # Each key asks for itself, and its answer draws the cards anew.
        visitor.wait(lambda: [path for path in visitor.sandbox.requests if path.endswith("q=quill")])
        visitor.wait(lambda: len(visitor.all("[componentkey^=ConnectionCard_]")) == 1)
        visitor.wait(
            lambda: "Am 14. Oktober 2025 vernetzt" in visitor.find("[componentkey^=ConnectionCard_]").text
        )
        visitor.wait(lambda: visitor.find("[componentkey^=ConnectionCard_] a[href*=compose]").click() or True)
        visitor.wait(lambda: visitor.in_composer(BOX))


def test_a_late_answer_to_an_earlier_key_does_not_undo_the_search(driver):
    with visiting(driver) as visitor:
        visitor.go(CONNECTIONS)
        driver.execute_script("""const ask = window.fetch;
            window.fetch = async (url) => {
              if (url.endsWith('q=q')) await new Promise((done) => { window.letGo = done; });
              return ask(url).finally(() => { if (url.endsWith('q=q')) window.isOver = true; });
            }""")
        visitor.find("[componentkey^=connectionsListTypeahead] input").send_keys("quill")
        visitor.wait(lambda: len(visitor.all("[componentkey^=ConnectionCard_]")) == 1)
        driver.execute_script("window.letGo()")
        visitor.wait(lambda: driver.execute_script("return window.isOver"))
        # A request of our own, behind whatever the late answer set off.
        driver.execute_async_script("fetch('/feed/').then((reply) => reply.text()).then(arguments[0])")
        assert len(visitor.all("[componentkey^=ConnectionCard_]")) == 1
