"""The guard over the click that sends: what changed since the last look stops it in its own event."""

import pytest

from engine.errors import LayoutChanged, NothingSent, ProofMissing, TextNotWritten, WrongPerson
from engine.models import Account
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.pages.writing import send_once
from tests.composers import EVE, HINT, RECIPIENT, SHOW, TEXT, Fake

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
# A page that listens itself, from its first script, where every click and key is heard first.
LISTENING = """<script>
window.heard = [];
const listen = () => ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'keydown', 'keypress', 'keyup']
  .forEach((type) => window.addEventListener(type, () => heard.push(type), true));
listen();
</script>"""
# The driver moves the mouse before it presses: the latest moment at which a page can change before it is clicked.
ON = "<script>addEventListener('%s', (event) => { if (event.target.closest?.('#send')) { %s } }, true)</script>"
BECOMES_EVES = f"document.querySelector('#place header a').href = '/in/{EVE}/';"
REPORT = "<button id=other>Report</button>"


@pytest.fixture
def put(browser, shelf):
    account = Account.objects.create(name="ada")

    def put(*around, **turned):
        shelf.clear_after(browser.driver)
        shelf.pages["/in/ada-martin/"] = Fake(around=LISTENING + "".join(around), **turned).page()
        shelf.pages["/sent"] = shelf.pages["/wrong"] = b"ok"
        return PagesNetwork(browser, account, SystemClock(), base_url=shelf.url, patience=0.25)

    return put


@pytest.fixture
def heard(browser):
    """What the page has heard since it was last asked."""
    return lambda: browser.driver.execute_script("return heard.splice(0)")


def clicked(draft):
    """Step by step: the look that puts the page under guard, then the click and what the guard says of it."""
    reading = draft.conversation.look(guard=True)
    composer = draft.conversation.composer(reading)
    yield composer
    send_once(draft.conversation.window, composer)
    yield draft.conversation.look().page["guard"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (BECOMES_EVES, WrongPerson),
        ("document.querySelector('#place header h2').append(' and 2 others');", WrongPerson),
        ("document.querySelector('#place header').remove();", WrongPerson),
        ("box.textContent = 'Good night';", TextNotWritten),
        ("place.append(place.firstElementChild.cloneNode(true));", LayoutChanged),
        ("send.textContent = 'Report';", LayoutChanged),
        (f"send.insertAdjacentHTML('beforebegin', '{REPORT}');", LayoutChanged),
        ("send.style.pointerEvents = 'none';", LayoutChanged),
    ],
    ids=["link", "group", "nobody", "text", "twin", "label", "moved", "passed through"],
)
def test_what_changes_under_the_mouse_is_not_clicked_and_the_page_hears_nothing(
    put, heard, shelf, change, error
):
    draft = put(ON % ("pointermove", change)).write(RECIPIENT, TEXT)
    heard()
    with pytest.raises(error) as raised:
        draft.send()

    assert isinstance(raised.value, NothingSent)
    assert heard() == []
    assert not {"/sent", "/wrong"} & set(shelf.requests)


def test_what_changes_while_the_button_is_pressed_is_in_doubt_and_clicked_no_further(put, heard, shelf):
    draft = put(ON % ("mousedown", BECOMES_EVES)).write(RECIPIENT, TEXT)
    heard()
    with pytest.raises(ProofMissing, match="halfway: the recipient changed"):
        draft.send()

    assert heard() == ["pointerdown", "mousedown"]
    assert "/sent" not in shelf.requests


@pytest.mark.parametrize(
    "change",
    [
        "send.innerHTML = '<span>Send</span>';",
        "send.setAttribute('aria-disabled', 'true');",
        "box.blur(); send.className = 'pressed'; send.append(document.createElement('i'));",
        "document.body.append('…');",
    ],
)
def test_a_button_that_is_drawn_anew_while_it_is_pressed_sends_all_the_same(put, shelf, change):
    put(ON % ("mousedown", change)).write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1


def test_a_form_that_the_click_submits_is_the_composers_own(put, shelf):
    click_does_nothing = ON % ("click", "event.stopImmediatePropagation();")
    submit_sends = "event.preventDefault(); fetch('/sent').then(() => { %s });" % (SHOW % ("", ""))
    submits = f"<script>addEventListener('submit', (event) => {{ {submit_sends} }}, true)</script>"
    put(click_does_nothing, submits).write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (BECOMES_EVES, "the recipient changed"),
        ("document.body.insertAdjacentHTML('beforeend', '<input id=it>'); it.focus();", "another box"),
        ("document.body.append('…');", None),
        (
            "document.querySelector('form').insertAdjacentHTML('beforeend', '<button>Send</button>');",
            "the way",
        ),
    ],
)
def test_enter_is_let_through_only_to_the_same_box_of_the_same_person(put, browser, heard, change, why):
    click = clicked(put(send=HINT).write(RECIPIENT, TEXT))
    next(click)
    heard()
    browser.driver.execute_script(change)
    report = next(click)

    assert (why in report["stopped"]) if why else (report["stopped"] is None)
    assert report["is_certain"] is (why is not None)
    assert heard() == ([] if why else ["keydown", "keyup"])


def test_a_click_that_a_closed_shadow_root_catches_is_stopped(put, browser, heard):
    click = clicked(put().write(RECIPIENT, TEXT))
    next(click)
    heard()
    browser.driver.execute_script(
        """const cover = document.createElement('div');
        cover.style = 'position: fixed; inset: 0; z-index: 9';
        cover.attachShadow({ mode: 'closed' }).innerHTML = '<button style="width: 100%; height: 100%">Send</button>';
        document.body.append(cover);"""
    )
    report = next(click)

    assert (report["stopped"], report["is_certain"], heard()) == ("the way to send changed", True, [])


def test_a_page_that_listens_before_the_guard_leaves_a_stopped_click_in_doubt(put, browser, heard):
    """document.open() takes away what listened from the beginning; what the page adds then is heard first."""
    draft = put().write(RECIPIENT, TEXT)
    browser.driver.execute_script(
        r"""const page = document.documentElement.outerHTML.replace(/<script[\s\S]*?<\/script>/g, '');
        document.open(); listen(); document.write(page); document.close();"""
    )
    click = clicked(draft)
    next(click)
    heard()
    browser.driver.execute_script(BECOMES_EVES)
    report = next(click)

    assert (report["stopped"], report["is_certain"]) == ("the recipient changed", False)
    assert heard()[0] == "pointerdown"


def test_the_guard_leaves_with_the_gesture(put, browser, heard, shelf):
    put().write(RECIPIENT, TEXT).send()
    heard()
    browser.driver.find_element("id", "open").click()

    assert heard() == ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]


def test_a_guard_that_cannot_judge_lets_nothing_through(put, browser, heard):
    draft = put().write(RECIPIENT, TEXT)
    composer = draft.conversation.composer(draft.conversation.look(guard=True))
    heard()
    breaks = "document.querySelector('form').insertAdjacentHTML('beforeend', '<input id=it name=matches>')"
    browser.driver.execute_script(breaks)
    send_once(draft.conversation.window, composer)
    browser.driver.execute_script("it.remove()")
    report = draft.conversation.look().page["guard"]

    assert "matches is not a function" in report["stopped"]
    assert (report["is_certain"], heard()) == (True, [])


def test_a_button_that_moves_away_from_under_the_mouse_is_aimed_at_once_more(put, shelf):
    moves = "send.style.marginLeft = '200px';"
    put(ON % ("pointermove", moves)).write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1
