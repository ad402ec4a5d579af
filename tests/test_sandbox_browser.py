"""The sandbox's pages in a real browser: they behave as the network's do, and misbehave when asked to."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.support.expected_conditions import alert_is_present, staleness_of
from selenium.webdriver.support.wait import WebDriverWait
from urllib3.exceptions import ReadTimeoutError

from engine.sandbox import Person, Sandbox, load_people
from tests.sandbox_visitor import BIRTHDAYS, BOX, SECONDS, SEND, Visitor, headless_chromium

pytestmark = pytest.mark.browser

TODAY = date(2026, 11, 18)
WISH = "Joyeux anniversaire 🎂  Maëlle !\n\nÀ bientôt,\n👨‍👩‍👧 <b>Lucie</b> & {co}"
CARD = "[data-view-name=nurture-card]"
TITLE = ".msg-overlay-bubble-header__title a"


@pytest.fixture
def visit(driver: Chrome) -> Iterator[Any]:
    open_sandboxes: list[Sandbox] = []

    def visit(**options: Any) -> Visitor:
        sandbox = Sandbox(**{"today": TODAY, **options}).__enter__()
        open_sandboxes.append(sandbox)
        return Visitor(driver, sandbox, options.get("composer", "shadow"))

    yield visit
    for sandbox in open_sandboxes:
        sandbox.__exit__(None, None, None)


def someone(slug: str = "maelle-castrovan") -> Person:
    return next(person for person in load_people() if person.slug == slug)


def scroll_to_the_end(visitor: Visitor) -> None:
    """Scroll the inner container until the list has no more to load."""
    more = "[data-testid=lazy-column] [role=progressbar]"

    def is_at_the_end() -> bool:
        visitor.driver.execute_script(
            "const w = document.querySelector('main'); w.scrollTop = w.scrollHeight"
        )
        return not visitor.all(more)

    visitor.wait(is_at_the_end)


def test_the_list_shows_ten_cards_and_the_rest_when_its_inner_container_is_scrolled(visit):
    visitor = visit(language="fr")
    visitor.go(BIRTHDAYS)
    assert len(visitor.all(CARD)) == 10
    visitor.driver.execute_script("window.scrollTo(0, 100000)")
    assert visitor.driver.execute_script("return [scrollY, document.querySelector('main').scrollTop]") == [
        0,
        0,
    ]
    scroll_to_the_end(visitor)
    listed = [one for one in visitor.sandbox.people if one.is_listed and one.birthday is not None]
    addresses = [
        link.get_dom_attribute("href") for link in visitor.all("[data-view-name=nurture-card-profile-view]")
    ]
    assert sorted(addresses) == sorted(f"https://www.linkedin.com/in/{one.slug}/" for one in listed)


def test_the_button_at_the_foot_of_the_list_loads_more_too(visit):
    visitor = visit()
    visitor.go(BIRTHDAYS)
    button = visitor.find("[data-testid=lazy-column] > div:last-child button")
    assert button.text == "Load more"
    # Scrolling it into view would load more already, so no pointer goes there.
    visitor.driver.execute_script("arguments[0].click()", button)
    visitor.wait(lambda: len(visitor.all(CARD)) == 20)


def test_an_endless_list_always_has_more(visit):
    visitor = visit(faults={"endless_list": True})
    visitor.go(BIRTHDAYS)

    def has_seen_forty() -> bool:
        visitor.driver.execute_script(
            "const w = document.querySelector('main'); w.scrollTop = w.scrollHeight"
        )
        return len(visitor.all(CARD)) > 40

    visitor.wait(has_seen_forty)
    assert visitor.all("[data-testid=lazy-column] [role=progressbar]")


def test_a_click_on_a_card_stays_on_this_machine(visit):
    visitor = visit()
    visitor.go(BIRTHDAYS)
    visitor.find("[data-view-name=nurture-card-profile-view]").click()
    visitor.wait(lambda: visitor.path == "/in/maelle-castrovan/")


def test_only_one_of_the_two_degrees_and_one_of_the_two_rows_is_visible(visit):
    visitor = visit()
    visitor.go("/in/alan-whitcombe/")
    degrees = [
        one
        for one in visitor.all("section[componentkey$=Topcard] p")
        if one.get_property("textContent").startswith("· ")
    ]
    assert [one.text for one in degrees if one.is_displayed()] == ["· 1st"]
    assert len(degrees) == 2
    links = visitor.all("section[componentkey$=Topcard] a[href*='/messaging/compose/']")
    assert [link.is_displayed() for link in links] == [True, False]


def test_the_header_of_a_profile_sticks_once_it_is_scrolled(visit):
    visitor = visit()
    visitor.go("/in/alan-whitcombe/")
    toolbar = visitor.find("[role=toolbar]")
    assert not toolbar.is_displayed()
    visitor.driver.execute_script("document.querySelector('main').scrollTop = 500")
    visitor.wait(toolbar.is_displayed)


def test_the_menu_of_a_profile_hangs_from_the_body(visit):
    visitor = visit(language="fr")
    visitor.go("/in/alan-whitcombe/")
    more = visitor.find("section[componentkey$=Topcard] button[aria-expanded]")
    more.click()
    items = visitor.all("body > [popover=manual] [role=menuitem]")
    assert "Retirer la relation" in [item.text for item in items]
    more.click()
    assert not visitor.all("body > [popover=manual]")


@pytest.mark.parametrize("container", ["overlay", "shadow", "iframe", "modal", "page"])
def test_a_message_arrives_byte_for_byte_from_every_composer(visit, container):
    visitor = visit(composer=container)
    visitor.open_message(someone())
    visitor.write(WISH)
    visitor.send()
    visitor.wait(lambda: visitor.sandbox.messages)
    [message] = visitor.sandbox.messages
    assert message.text == WISH
    assert (message.recipient, message.slug) == (someone().member_id, "maelle-castrovan")
    if container == "modal":
        visitor.wait(lambda: not visitor.all("[data-testid=dialog-content]"))
    else:
        visitor.wait(lambda: visitor.bodies()[-1] == WISH)
        assert [box.strip() for box in visitor.boxes()] == [""]
        assert not visitor.in_composer(SEND)[-1].is_enabled()


def test_a_card_opens_a_composer_with_the_networks_text_and_a_disabled_send_button(visit):
    visitor = visit(language="fr")
    visitor.go(BIRTHDAYS)
    visitor.find(f"a[href*='recipient={someone().member_id}']").click()
    visitor.wait(lambda: visitor.in_composer(BOX))
    assert visitor.boxes() == ["Je vous souhaite un très joyeux anniversaire."]
    assert visitor.in_composer(TITLE)[0].get_dom_attribute("href") == f"/in/{someone().member_id}/"
    assert not visitor.in_composer(SEND)[0].is_enabled()
    assert visitor.bodies()[-1] == "Incroyable 😄\nJe vous garde une brioche."


@pytest.mark.parametrize("container", ["shadow", "page"])
def test_a_button_in_place_of_a_link_opens_the_same_composer(visit, container):
    visitor = visit(faults={"button_cta": True}, composer=container)
    visitor.go(BIRTHDAYS)
    visitor.find("button[data-view-name=nurture-card-primary-button]").click()
    visitor.wait(lambda: visitor.in_composer(BOX))
    assert visitor.boxes() == ["Wishing you a very happy birthday!"]
    assert not visitor.all("a[data-view-name=nurture-card-primary-button]")


def test_a_person_may_have_a_composer_of_their_own(visit):
    person = Person(slug="zoe-tardivel", name="Zoé Tardivel", birthday=0, composer="modal")
    visitor = visit(people=[*load_people(), person])
    visitor.go(f"/in/{person.slug}/")
    visitor.find(f"section a[href*='recipient={person.member_id}']").click()
    assert visitor.find("[data-testid=dialog-content] p").text == "Zoé Tardivel"


def test_text_that_is_set_without_input_events_leaves_send_disabled(visit):
    visitor = visit(composer="overlay")
    visitor.open_message(someone())
    visitor.driver.execute_script("arguments[0].textContent = 'Hello'", visitor.in_composer(BOX)[0])
    assert not visitor.in_composer(SEND)[0].is_enabled()


def test_a_click_made_by_a_script_sends_nothing(visit):
    visitor = visit(composer="overlay")
    visitor.open_message(someone())
    visitor.write("Hello")
    visitor.driver.execute_script("arguments[0].click()", visitor.in_composer(SEND)[0])
    visitor.go("/feed/")
    assert visitor.sandbox.messages == []


def test_the_same_conversation_has_one_bubble_which_can_be_closed(visit):
    visitor = visit()
    visitor.open_message(someone())
    [first] = visitor.in_composer(BOX)
    visitor.find(f"section a[href*='recipient={someone().member_id}']").click()
    visitor.wait(lambda: staleness_of(first)(visitor.driver))
    visitor.wait(lambda: len(visitor.in_composer(BOX)) == 1)
    visitor.in_composer(".msg-overlay-bubble-header__control")[0].click()
    assert visitor.in_composer(BOX) == []


def test_a_long_thread_loads_its_beginning_when_scrolled_to_the_top(visit):
    visitor = visit(composer="page", faults={"thread_page_size": 2})
    visitor.open_message(someone())
    assert len(visitor.bodies()) == 2
    assert not visitor.all(".msg-s-profile-card")
    visitor.driver.execute_script(
        "const l = document.querySelector('.msg-s-message-list'); l.scrollTop = 9; l.dispatchEvent(new Event('scroll'))"
    )
    visitor.wait(lambda: len(visitor.bodies()) == 3)
    assert visitor.all("li:first-child > .msg-s-profile-card")


def test_a_message_of_an_earlier_visit_is_still_in_the_thread(visit, tmp_path):
    log = tmp_path / "log.jsonl"
    first = visit(composer="page", log_path=log)
    first.open_message(someone())
    first.write(WISH)
    first.send()
    first.wait(lambda: first.sandbox.messages)
    again = visit(composer="page", log_path=log)
    again.open_message(someone())
    assert again.bodies()[-1] == WISH
    assert again.sandbox.messages == first.sandbox.messages


def test_the_sign_in_form_takes_a_known_password_and_no_other(visit):
    visitor = visit()
    visitor.driver.delete_all_cookies()
    visitor.go(BIRTHDAYS)
    assert visitor.path.startswith("/login?")
    for password in ("wrong", "valbreuil"):
        for css, text in (
            ("input[autocomplete~=username]", "lucie@example.org"),
            ("input[type=password]", password),
        ):
            visitor.find(css).clear()
            visitor.find(css).send_keys(text)
        visitor.find("form button[type=submit]").click()
        if password == "wrong":
            assert visitor.find("#username[aria-invalid=true]")
    visitor.wait(lambda: visitor.path == BIRTHDAYS)
    assert visitor.driver.get_cookie("li_at")["httpOnly"] is True
    assert visitor.driver.get_cookie("JSESSIONID")["sameSite"] == "Lax"


def test_a_profile_without_a_session_ends_at_the_wall(visit):
    visitor = visit(faults={"logged_out": True})
    visitor.go("/in/alan-whitcombe/")
    assert visitor.path.startswith("/authwall?")
    assert visitor.find("form.join-form h1").text == "Join LinkedIn"


def test_a_rate_limited_page_and_a_redirect_loop_are_the_browsers_own_error_page():
    """The headless shell shows none."""
    faults = {"rate_limited": "/feed", "redirect_loop": "/in/"}
    with headless_chromium("") as driver, Sandbox(today=TODAY, faults=faults) as sandbox:
        visitor = Visitor(driver, sandbox)
        for path, said in (("/feed/", "HTTP ERROR 429"), ("/in/maelle-castrovan/", "ERR_TOO_MANY_REDIRECTS")):
            visitor.go(path)
            assert said in visitor.find("body.neterror").get_property("textContent")


def test_a_security_check_after_some_pages_stays_until_somebody_answers_it(visit):
    visitor = visit(faults={"checkpoint_after": 1})
    visitor.go("/feed/")
    assert visitor.path == "/feed/"
    for _ in range(2):
        visitor.go(BIRTHDAYS)
        assert visitor.path.startswith("/checkpoint/challenge/")
    assert visitor.find("#captcha-challenge")
    visitor.driver.execute_script("document.getElementById('captcha-challenge').submit()")
    visitor.wait(lambda: visitor.path == "/feed/")


def prepare(visitor: Visitor) -> None:
    visitor.open_message(someone())
    visitor.write("Hello")
    visitor.send()


def test_a_security_check_at_sending_delivers_nothing(visit):
    visitor = visit(faults={"checkpoint_at": "send"})
    prepare(visitor)
    visitor.wait(lambda: visitor.path.startswith("/checkpoint/challenge/"))
    assert visitor.sandbox.messages == []


def test_a_message_is_delivered_and_no_answer_comes(visit):
    visitor = visit(faults={"deliver_then_hang": True}, composer="overlay")
    prepare(visitor)
    visitor.wait(lambda: visitor.sandbox.messages)
    assert visitor.boxes() == ["Hello"]


def test_a_message_is_delivered_and_the_page_blocks():
    with headless_chromium() as driver, Sandbox(today=TODAY, faults={"deliver_then_block": True}) as sandbox:
        visitor = Visitor(driver, sandbox)
        prepare(visitor)
        visitor.wait(lambda: "/flagship-web/never" in sandbox.requests)
        assert isinstance(driver.command_executor, RemoteConnection)
        driver.command_executor.client_config.timeout = 2
        with pytest.raises(ReadTimeoutError):
            driver.execute_script("return 1")
        assert len(sandbox.messages) == 1


def test_a_message_is_delivered_and_the_page_closes(visit):
    visitor = visit(faults={"deliver_then_close": True})
    prepare(visitor)
    visitor.wait(lambda: visitor.driver.current_url == "about:blank")
    assert len(visitor.sandbox.messages) == 1


def test_a_message_is_delivered_and_shown_only_after_a_reload(visit):
    visitor = visit(faults={"deliver_without_showing": True}, composer="page")
    prepare(visitor)
    visitor.wait(lambda: visitor.boxes() == [""])
    assert "Hello" not in visitor.bodies()
    visitor.driver.refresh()
    assert visitor.bodies()[-1] == "Hello"


def test_a_click_on_send_may_do_nothing(visit):
    for container in ("overlay", "page"):
        visitor = visit(faults={"refuse_send": True}, composer=container)
        prepare(visitor)
        assert visitor.boxes() == ["Hello"]
        visitor.go("/feed/")
        assert visitor.sandbox.messages == []


def test_an_alert_may_follow_the_click(visit):
    visitor = visit(faults={"alert_on_send": True})
    prepare(visitor)
    visitor.wait(lambda: visitor.sandbox.messages)
    alert = WebDriverWait(visitor.driver, SECONDS, 0.05).until(alert_is_present())
    assert "Something went wrong" in alert.text
    alert.accept()


def test_a_prompt_may_follow_the_click(visit):
    visitor = visit(faults={"post_send_prompt": True}, composer="overlay")
    prepare(visitor)
    prompt = visitor.find(".artdeco-modal")
    assert "Share your contact information?" in prompt.text
    prompt.find_element("css selector", "button").click()
    visitor.wait(lambda: not visitor.all(".artdeco-modal"))


@pytest.mark.parametrize("fault", [True, "camille-dorvenne-7c21"])
def test_the_composer_may_open_for_another_person(visit, fault):
    visitor = visit(faults={"wrong_recipient": fault})
    visitor.open_message(someone("camille-dorvenne"))
    shown = visitor.in_composer(TITLE)[0].get_dom_attribute("href")
    expected = someone(fault if isinstance(fault, str) else "maelle-castrovan")
    assert shown == f"/in/{expected.member_id}/"
    visitor.write("Hello")
    visitor.send()
    visitor.wait(lambda: visitor.sandbox.messages)
    assert visitor.sandbox.messages[0].recipient == expected.member_id


def test_the_conversation_may_be_a_group(visit):
    visitor = visit(faults={"group_thread": True}, composer="page")
    prepare(visitor)
    visitor.wait(lambda: visitor.sandbox.messages)
    [message] = visitor.sandbox.messages
    assert message.others == (someone("noe-garivaux").member_id,)
    assert not visitor.all("a.msg-thread__link-to-profile")
    visitor.go(f"/messaging/thread/{message.thread_id}/")
    assert visitor.bodies() == ["Hello"]


@pytest.mark.parametrize("container", ["shadow", "iframe", "modal"])
def test_another_conversation_may_stand_open_already(visit, container):
    visitor = visit(faults={"two_bubbles": True}, composer=container)
    visitor.open_message(someone())
    expected = 2 if container != "modal" else 1
    visitor.wait(lambda: len(visitor.in_composer("[role=textbox]")) == expected)
    visitor.driver.switch_to.default_content()


def test_the_composer_may_open_empty(visit):
    visitor = visit(faults={"no_prefill": True})
    visitor.go(BIRTHDAYS)
    visitor.find("a[data-view-name=nurture-card-primary-button]").click()
    visitor.wait(lambda: visitor.in_composer(BOX))
    assert [box.strip() for box in visitor.boxes()] == [""]


def test_no_page_asks_another_host_for_anything(visit):
    visitor = visit()
    for path in (
        BIRTHDAYS,
        "/in/alan-whitcombe/",
        "/feed/",
        "/login",
        "/authwall",
        "/checkpoint/challenge/AgG/",
    ):
        visitor.go(path)
        names = visitor.driver.execute_script(
            "return performance.getEntriesByType('resource').map((e) => e.name)"
        )
        assert [name for name in names if not name.startswith((visitor.sandbox.url, "data:", "about:"))] == []
