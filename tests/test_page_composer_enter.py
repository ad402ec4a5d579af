"""Where a page has no button to send: Enter is pressed only where the page says that it sends."""

import pytest

from engine.errors import LayoutChanged, TextNotWritten, WrongPerson
from engine.models import Account
from tests.composers import HINT, RECIPIENT, TEXT, Composers

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
BOX = '<div id="box" contenteditable="true" role="textbox" {}>Have a great day</div>'


@pytest.fixture
def put(browser, shelf):
    return Composers(browser, shelf, Account.objects.create(name="ada")).put


@pytest.mark.parametrize(
    "told",
    [
        {"send": "<p>Press Enter to Send</p>"},
        {"send": "<footer><span>Appuyez sur Entrée pour envoyer</span></footer>"},
        {"send": '<i id="said" hidden>Press Enter to Send</i>', "box": BOX.format('aria-describedby="said"')},
        {"send": '<button type="button" aria-label="Open send options">⋯</button>' + HINT},
        {"send": '<button style="display: none">Send</button>' + HINT.replace("p>", "small>")},
        {"send": HINT, "box": BOX.format('enterkeyhint="send"')},
    ],
)
def test_where_the_page_says_so_one_enter_sends_and_no_line_break_does(put, shelf, told):
    text = "Happy birthday, Ada! 🎂\n\nAll the best 👩‍🚀"
    draft = put(**told).write(RECIPIENT, text)
    assert "/sent" not in shelf.requests

    draft.send()
    assert shelf.requests.count("/sent") == 1
    assert "/wrong" not in shelf.requests


OPTION = '<p role="menuitemradio" aria-checked="{}">{}</p>'
CHOICE = f'<div role="menu">{OPTION}{OPTION}</div>'


@pytest.mark.parametrize(
    "told",
    [
        {"send": ""},
        {"send": "<p>Auf Senden klicken</p>"},
        {"send": "<p>Press Enter to Send a gift</p>"},
        {"send": "<p hidden>Press Enter to Send</p>"},
        {"send": CHOICE.format("true", "Press Enter to Send", "false", "Click Send")},
        {"send": HINT + CHOICE.format("false", "Press Enter to Send", "true", "Click Send")},
        {"send": HINT + "<button>Rzhnq</button>"},
        {"send": HINT + '<button id="send">Send</button>'},
        {"send": HINT + '<button type="button">Send</button><button type="button">Send</button>'},
        {
            "send": HINT
            + '<button id="send" disabled type="button" class="msg-form__send-button">Rzhnq</button>'
        },
        {"send": HINT + '<button type="button" aria-disabled="true">Send</button>'},
        {"send": '<button type="button">Press Enter to Send</button>'},
        {"send": HINT, "box": BOX.format('enterkeyhint="enter"')},
        {"send": "", "thread": f'<div role="log"><ul id="thread"></ul></div>{HINT}'},
        {"send": HINT + '<p style="position: absolute; inset: 0; margin: 0"></p>'},
    ],
)
def test_enter_is_not_pressed_where_it_does_not_certainly_send(put, shelf, told):
    with pytest.raises(LayoutChanged, match=r"composer\.send"):
        put(**told).write(RECIPIENT, TEXT)

    assert not {"/sent", "/wrong"} & set(shelf.requests)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("document.querySelector('header h2 a').href = '/in/eve-larsen/'", WrongPerson),
        ("box.append('!')", TextNotWritten),
        ("box.blur()", LayoutChanged),
        ("document.querySelector('form p').textContent = 'Press Enter for a new line'", LayoutChanged),
        ("box.insertAdjacentHTML('afterend', '<button disabled>Send</button>')", LayoutChanged),
        ("place.append(document.getElementById('form').content.cloneNode(true))", LayoutChanged),
    ],
)  # fmt: skip
def test_what_changes_at_the_last_moment_forbids_the_enter(put, shelf, browser, change, refusal):
    draft = put(send=HINT).write(RECIPIENT, TEXT)
    browser.driver.execute_script(change)
    with pytest.raises(refusal):
        draft.send()

    assert not {"/sent", "/wrong"} & set(shelf.requests)
