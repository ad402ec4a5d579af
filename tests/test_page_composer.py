"""The composer of a page made to mislead: nothing is clicked unless everything about it is certain."""

import pytest

from engine.driver import SCRIPT_SECONDS
from engine.errors import LayoutChanged, TextNotWritten, WrongPerson
from engine.models import Account
from tests.composers import RECIPIENT, TEXT, Composers

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def put(browser, shelf):
    return Composers(browser, shelf, Account.objects.create(name="ada")).put


def test_a_composer_of_nameless_boxes_is_understood_by_its_structure(put, shelf):
    seen = []
    draft = put().write(RECIPIENT, TEXT, seen.append)
    assert [thread.unsent for thread in seen] == ["Have a great day"]
    assert "/sent" not in shelf.requests

    draft.send()
    assert shelf.requests.count("/sent") == 1


def test_a_page_that_hears_only_keys_gets_some(put, shelf):
    put(hears="keyup").write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1


@pytest.fixture
def impatient(browser):
    """Scripts have a second, in place of fifteen."""
    browser.driver.set_script_timeout(1)
    yield
    browser.driver.set_script_timeout(SCRIPT_SECONDS)


# What a script waits for on this page itself does not come, before the Message control does: late, or never.
DEAF = """<script>const later = setTimeout; window.setTimeout = () => 0;
  document.getElementById('open').hidden = true;
  if (%s) later(() => { document.getElementById('open').hidden = false; window.setTimeout = later; }, 300);
</script>"""


def test_a_reading_that_its_page_took_along_is_done_once_more(put, shelf, impatient):
    put(around=DEAF % "true").write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1


def test_a_page_that_takes_every_reading_along_is_a_changed_page_and_no_broken_browser(put, shelf, impatient):
    with pytest.raises(LayoutChanged, match="under every reading"):
        put(around=DEAF % "false").write(RECIPIENT, TEXT)

    assert "/sent" not in shelf.requests


def test_a_textarea_keeps_its_lines(put, browser):
    box = '<textarea id="box" aria-label="Message">Have a great day</textarea>'
    hears = "input', () => { send.disabled = false; }); box.addEventListener('input"
    put(box=box, hears=hears).write(RECIPIENT, "Happy birthday!\n\nAll the best 🎂")

    assert browser.driver.execute_script("return box.value") == "Happy birthday!\n\nAll the best 🎂"


@pytest.mark.parametrize(
    "send",
    [
        '<button id="send" type="submit" disabled>Report</button>',
        '<button id="send" type="submit" disabled aria-label="Report">Send</button>',
        '<button id="send" type="submit" disabled aria-label="Send"><svg aria-label="Delete"></svg></button>',
        '<button id="send" type="submit" disabled>Rzhnq</button>',
        '<button id="send" type="submit" disabled class="msg-form__send-button"></button>',
        '<button id="send" disabled>Send</button><button>Send</button>',
        '<div id="send" disabled>Send</div>',
        '<button id="send" disabled style="visibility: hidden">Send</button>',
        '<button id="send" disabled style="position: absolute; left: -5000px">Send</button>',
        '<button id="send">Send</button><p style="position: absolute; inset: 0; margin: 0"></p>',
        '<button id="send" aria-disabled="true">Send</button>',
    ],
)
def test_a_send_button_that_is_not_certainly_one_is_not_clicked(put, shelf, send):
    with pytest.raises(LayoutChanged, match=r"composer\.send"):
        put(send=send).write(RECIPIENT, TEXT)

    assert not {"/sent", "/wrong"} & set(shelf.requests)


@pytest.mark.parametrize(
    "send",
    [
        '<button id="send" disabled aria-label="Envoyer"><span>Envoyer</span></button>',
        '<div role="button" id="send">Senden</div>',
        '<button id="send" disabled><svg id="send-privately-small" width="16" height="16"></svg></button>',
        '<button type="button">Open send options</button><button id="send" disabled>Send</button>',
        '<button id="send" disabled>Send</button><button type="button">Report</button><button>Attach</button>',
    ],
)
def test_a_send_button_that_is_certainly_one_is_clicked_once_and_truly(put, shelf, send):
    put(send=send).write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1
    assert "/wrong" not in shelf.requests


def test_a_box_that_gives_its_words_back_is_not_sent(put, shelf):
    box = """<div id="box" contenteditable="true" role="textbox" oninput="if (this.textContent !== 'Stubborn')
      this.textContent = 'Stubborn'">Stubborn</div>"""
    with pytest.raises(TextNotWritten):
        put(box=box).write(RECIPIENT, TEXT)

    assert "/sent" not in shelf.requests


def test_what_changes_at_the_last_moment_forbids_the_click(put, shelf, browser):
    changes = [
        ("document.querySelector('header h2 a').href = '/in/eve-larsen/'", WrongPerson),
        ("box.textContent += '!'", TextNotWritten),
        ("send.textContent = 'Delete'", LayoutChanged),
        ("send.disabled = true", LayoutChanged),
        ("send.after(send.cloneNode(true))", LayoutChanged),
        (
            "document.body.insertAdjacentHTML('beforeend', '<div style=\"position:fixed;inset:0\"></div>')",
            LayoutChanged,
        ),
    ]
    for script, refusal in changes:
        draft = put().write(RECIPIENT, TEXT)
        browser.driver.execute_script(script)
        with pytest.raises(refusal):
            draft.send()
        assert not {"/sent", "/wrong"} & set(shelf.requests), script
