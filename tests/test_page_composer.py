"""The composer of a page made to mislead: nothing is clicked unless everything about it is certain."""

from dataclasses import dataclass

import pytest

from engine.browser import Browser
from engine.driver import SCRIPT_SECONDS
from engine.errors import LayoutChanged, NothingSent, TextNotWritten, WrongPerson
from engine.models import Account
from engine.network import PagesNetwork, ProofMissing
from engine.pace import SystemClock
from engine.ports import Recipient
from tests.captures import NAV, Shelf, page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADA = "ACoAAadamartin00000000000000000000000001"
EVE = "ACoAAevelarsen00000000000000000000000002"
TEXT = "Happy birthday, Ada!"
RECIPIENT = Recipient(
    frozenset({"ada-martin"}), frozenset({ADA}), "https://www.linkedin.com/in/ada-martin/", "Ada Martin"
)

PROFILE = """
<main><section componentkey="com.linkedin.sdui.profile.card.ref{id}Topcard">
<a href="/in/ada-martin/overlay/contact-info/">Contact info</a><h2>Ada Martin</h2><p>· 1st</p>
<a id="open" href="/messaging/compose/?recipient={id}&amp;profileUrn=urn%3Ali%3Afsd_profile%3A{id}">Message</a>
</section></main>{around}<div id="place"></div><template id="form">{composer}</template>
<script>
const place = document.getElementById('place');
const open_composer = () => {{
  place.append(document.getElementById('form').content.cloneNode(true));
  const box = document.querySelector('#box'), send = document.querySelector('#send');
  box.addEventListener('{hears}', () => {{ if (send) send.disabled = !box.textContent.trim(); }});
  const leave = async (event) => {{
    event.preventDefault();
    await fetch('/sent?' + event.isTrusted);
    {after}
  }};
  if (send) send.addEventListener('click', leave);
  else box.addEventListener('keydown', (event) => event.key === 'Enter' && !event.shiftKey && leave(event));
  const others = document.querySelectorAll('button:not(#send)');
  others.forEach((other) => other.addEventListener('click', () => fetch('/wrong')));
}};
document.getElementById('open').addEventListener('click', (event) => {{ event.preventDefault(); open_composer(); }});
</script>"""

SHOW = """
    const row = document.createElement('li');
    row.innerHTML = '<div class="msg-s-event-listitem %s" data-event-urn="urn:1">'
      + '<p class="msg-s-event-listitem__body"></p>%s</div>';
    row.querySelector('p').innerText = box.innerText;
    document.querySelector('#thread').append(row);
    box.textContent = '';
"""

STYLE = "position: fixed; right: 20px; bottom: 0; width: 400px; background: white"


@dataclass
class Fake:
    """One person's profile with a composer whose parts are turned one by one."""

    header: str = f'<header><h2><a href="/in/{ADA}/">Ada Martin</a></h2></header>'
    thread: str = '<div role="log"><ul id="thread"></ul></div>'
    box: str = '<div id="box" contenteditable="true" role="textbox">Have a great day</div>'
    send: str = '<button id="send" type="submit" disabled>Send</button>'
    around: str = ""
    hears: str = "input"
    after: str = SHOW % ("", "")
    member_id: str = ADA

    def page(self) -> bytes:
        form = f"<form>{self.box}{self.send}</form>"
        composer = f'<div style="{STYLE}">{self.header}{self.thread}{form}</div>'
        body = PROFILE.format(
            id=self.member_id, composer=composer, around=self.around, hears=self.hears, after=self.after
        )
        return page(NAV + body)


@pytest.fixture(scope="module")
def shelf():
    with Shelf() as shelf:
        yield shelf


@pytest.fixture(scope="module")
def browser(shelf):
    with Browser(None, SystemClock(), network_url=shelf.url, is_rehearsal=True) as browser:
        yield browser


@pytest.fixture
def put(browser, shelf):
    account = Account.objects.create(name="ada")

    def put(**turned) -> PagesNetwork:
        shelf.clear()
        shelf.pages["/in/ada-martin/"] = Fake(**turned).page()
        shelf.pages["/messaging/compose/"] = page(
            f"{NAV}<main><p>Say hello to Ada Martin in a new way.</p></main>"
        )
        shelf.pages["/sent"] = shelf.pages["/wrong"] = b"ok"
        return PagesNetwork(browser, account, SystemClock(), base_url=shelf.url, patience=0.25)

    return put


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


HINT = "<p>Press Enter to Send</p>"
BOX = '<div id="box" contenteditable="true" role="textbox" {}>Have a great day</div>'


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


@pytest.mark.parametrize(
    "header",
    [
        "<header><h2>Ada Martin</h2></header>",
        f'<header><h2><a href="/in/{EVE}/">Ada Martin</a></h2></header>',
        '<header><h2><a href="/in/ada-martin-2/">Ada Martin</a></h2></header>',
        f'<header><h2><a href="/in/{ADA}/">Ada Martin</a>, <a href="/in/{EVE}/">Eve Larsen</a></h2></header>',
        f'<header><h2><a href="/in/{ADA}/">Ada Martin</a>, Eve Larsen</h2></header>',
        f'<header><h2><a href="/in/{ADA}/">Ada Martin</a> and 2 others</h2></header>',
        f'<header><h2>Ada Martin</h2><i data-recipient="{EVE}"></i></header>',
        f'<header><h2>Ada Martin</h2><a href="/messaging/compose/?recipient={EVE}">New</a></header>',
        f'<header><a href="/in/{ADA}/">Ada Martin</a><span class="artdeco-pill__text">Ada Martin</span>'
        '<span class="artdeco-pill__text">Eve Larsen</span></header>',
        f'<header><h2>Ada Martin</h2></header><ul><li><a href="/in/{ADA}/">Ada Martin</a></li></ul>',
        f'<header><h2>Ada</h2></header><div role="log"><ul><li><a href="/in/{ADA}/">Ada</a></li></ul><ul></ul></div>',
        f'<header><h2>Ada Martin</h2><i data-conversation-urn="urn:(ACoAA{ADA},2-x)"></i></header>',
    ],
)
def test_a_composer_that_is_not_certainly_theirs_is_not_written_into(put, shelf, header):
    with pytest.raises(WrongPerson):
        put(header=header).write(RECIPIENT, TEXT)

    assert not {"/sent", "/wrong"} & set(shelf.requests)


@pytest.mark.parametrize(
    "header",
    [
        '<header><h2><a href="/in/ada-martin/">Ada Martin</a></h2></header>',
        '<header><h2><a href="/in/Ada%2DMartin?miniProfileUrn=x">Ada Martin</a></h2></header>',
        f'<header><h2>Ada Martin</h2><input type="hidden" name="recipient" value="{ADA}"></header>',
        f'<header data-profile-urn="urn:li:fsd_profile:{ADA}"><h2>Ada Martin</h2></header>',
    ],
)
def test_a_slug_or_a_member_id_proves_the_composer(put, shelf, header):
    put(header=header).write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1


def test_the_card_at_the_beginning_of_the_thread_proves_it_too(put, shelf):
    thread = (
        f'<div role="log"><ul id="thread"><li><a href="/in/{ADA}/">Ada Martin</a> · Keeper</li></ul></div>'
    )
    put(header="<header><h2>Ada Martin</h2></header>", thread=thread).write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1


def test_the_author_of_a_message_proves_nothing(put):
    thread = (
        '<div role="log"><ul id="thread"><li><div class="msg-s-event-listitem--other" data-event-urn="u">'
        f'<a href="/in/{ADA}/">Ada Martin</a><p>Hello</p></div></li></ul></div>'
    )
    with pytest.raises(WrongPerson, match="whom it writes to"):
        put(header="<header><h2>Ada Martin</h2></header>", thread=thread).write(RECIPIENT, TEXT)


OPEN_BUBBLE = (
    f'<div class="msg-overlay-conversation-bubble" id="eve"><a href="/in/{EVE}/">Eve</a>'
    '<form><div contenteditable="true" role="textbox">Draft</div><button>Send</button></form>{close}</div>'
)


def test_a_conversation_that_does_not_close_forbids_another(put, shelf):
    with pytest.raises(WrongPerson, match="does not close"):
        put(around=OPEN_BUBBLE.format(close="<button>Delete</button>")).write(RECIPIENT, TEXT)

    assert not {"/sent", "/wrong"} & set(shelf.requests)


def test_an_open_conversation_is_closed_by_its_own_button(put, shelf):
    close = '<button aria-label="Fermer" onclick="eve.remove()">×</button>'.replace("×", "")
    put(around=OPEN_BUBBLE.format(close=close)).write(RECIPIENT, TEXT).send()

    assert shelf.requests.count("/sent") == 1


CROSS = '<svg id="close-small" width="16" height="16"></svg>'
UNSEEN = '<span style="position: absolute; width: 1px; height: 1px; overflow: hidden">{}</span>'
ARRIVES = """const bubble = document.createElement('div');
    bubble.style = 'position: fixed; left: 0; bottom: 0; background: white';
    bubble.innerHTML = `%s`;
    document.body.append(bubble);"""


@pytest.mark.parametrize(
    ("close", "is_closed"),
    [
        ('<button type="button" onclick="eve.remove()">Close your conversation with Eve</button>', True),
        (f'<button onclick="eve.remove()">{CROSS}</button>', True),
        (f'<button onclick="setTimeout(() => eve.remove(), 300)">{UNSEEN.format("Close")}{CROSS}</button>', True),
        ('<button type="button">Close your conversation with Ada Martin</button>', False),
        ('<button type="button">Delete</button>', False),
        (f'<button>{UNSEEN.format("Delete it")}{CROSS}</button>', False),
        (f'<button>{UNSEEN.format("Close your conversation with Ada Martin")}{CROSS}</button>', False),
        ('<button type="button">Close</button><button type="button">Close</button>', False),
        ('<button type="button" aria-label="Close">Delete conversation</button>', False),
        ("", False),
    ],
)  # fmt: skip
def test_a_conversation_that_opens_beside_theirs_is_closed_only_by_what_certainly_closes_it(
    put, shelf, browser, close, is_closed
):
    draft = put().write(RECIPIENT, TEXT)
    browser.driver.execute_script(ARRIVES % OPEN_BUBBLE.format(close=close))
    if is_closed:
        draft.send()
    else:
        with pytest.raises(LayoutChanged, match=r"composer\.box"):
            draft.send()

    assert shelf.requests.count("/sent") == is_closed
    assert "/wrong" not in shelf.requests


PROMPT = """
    document.body.insertAdjacentHTML('beforeend', `<div role="dialog"><h2>%s</h2>
      <button onclick="fetch('/declined')">Not now</button><button onclick="fetch('/wrong')">%s</button></div>`);
"""


@pytest.mark.parametrize(
    ("question", "other", "is_declined"),
    [
        ("Share your contact information?", "Share", True),
        ("Partager vos coordonnées ?", "Partager", True),
        ("Tell everybody about it?", "Share", False),
        ("Share your contact information?", "Not now", False),
    ],
)
def test_a_prompt_after_sending_is_declined_if_it_is_known_and_the_proof_is_read_all_the_same(
    put, shelf, browser, question, other, is_declined
):
    put(after=SHOW % ("", "") + PROMPT % (question, other)).write(RECIPIENT, TEXT).send()
    # A request of the page's own, behind any that a click would have made.
    browser.driver.execute_async_script("fetch('/asked').then(arguments[0])")

    assert shelf.requests.count("/sent") == 1
    assert ("/declined" in shelf.requests) is is_declined
    assert "/wrong" not in shelf.requests


def test_another_member_behind_the_same_slug_is_refused(put):
    with pytest.raises(WrongPerson):
        put(member_id=EVE).write(RECIPIENT, TEXT)


@pytest.mark.parametrize(
    "after",
    [
        "box.textContent = '';",
        SHOW % ("msg-s-event-listitem--other", ""),
        SHOW % ("msg-s-event-listitem--pending", ""),
        SHOW % ("", '<span role="alert">Failed to send</span>'),
        SHOW % ("", "<button>Not sent. Try again</button>"),
        "document.querySelector('#thread').innerHTML = '<li>' + box.textContent + '</li>'; box.textContent = '';",
    ],
)
def test_only_an_own_delivered_message_in_the_thread_is_proof(put, shelf, after):
    draft = put(after=after).write(RECIPIENT, TEXT)
    with pytest.raises(ProofMissing) as raised:
        draft.send()

    assert not isinstance(raised.value, NothingSent)
    assert shelf.requests.count("/sent") == 1


EARLIER = (
    '<li><div class="msg-s-event-listitem" data-event-urn="urn:0">'
    f'<p class="msg-s-event-listitem__body">{TEXT}</p></div></li>'
)


def test_a_text_that_the_thread_shows_already_is_known_and_not_sent_again(put, shelf):
    draft = put(thread=f'<div role="log"><ul id="thread">{EARLIER}</ul></div>').write(RECIPIENT, TEXT)
    assert draft.already_sent
    with pytest.raises(TextNotWritten):
        draft.send()

    assert "/sent" not in shelf.requests


def test_an_earlier_message_with_the_same_words_is_no_proof(put, shelf, browser):
    draft = put(after="box.textContent = '';").write(RECIPIENT, TEXT)
    browser.driver.execute_script("document.getElementById('thread').innerHTML = arguments[0]", EARLIER)
    with pytest.raises(ProofMissing):
        draft.send()

    assert shelf.requests.count("/sent") == 1


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


@pytest.mark.parametrize(
    ("thread", "is_complete"),
    [
        ('<div role="log"><ul id="thread"></ul></div>', True),
        ('<div role="log"><ul id="thread"><li>Hm, a row of an unknown kind</li></ul></div>', False),
        ('<div><ul id="thread"></ul></div>', False),
        (
            '<div role="log"><ul id="thread"><li><div data-event-urn="u"><p>Whose?</p></div></li></ul></div>',
            False,
        ),
        ('<div role="log"><p role="progressbar">Loading</p><ul id="thread"></ul></div>', False),
    ],
)
def test_a_thread_is_complete_only_when_all_of_it_is_understood(put, shelf, thread, is_complete):
    network = put(thread=thread)
    shelf.pages["/messaging/compose/"] = shelf.pages["/in/ada-martin/"].replace(
        b"</script>", b"open_composer(); document.querySelector('section').innerHTML = 'Messages';</script>"
    )

    assert network.read_thread(RECIPIENT).is_complete is is_complete


def test_the_times_of_a_thread_are_read_from_the_headings_of_its_days(put, shelf):
    def row(heading, clock, key):
        return (
            f'<li>{heading}<div class="msg-s-event-listitem" data-event-urn="{key}">'
            f'<time>{clock}</time><p class="msg-s-event-listitem__body">Hello</p></div></li>'
        )

    rows = [
        row("", "8:00 AM", "urn:0"),
        row("<time>Nov 10, 2024</time>", "9:05 AM", "urn:1"),
        row("", "21:30", "urn:2"),
        row("<time>10 août 2025</time>", "soon", "urn:3"),
    ]
    thread = f'<div role="log"><ul id="thread">{"".join(rows)}</ul></div>'
    messages = put(thread=thread).read_thread(RECIPIENT).messages

    moments = [message.sent_at and message.sent_at.isoformat() for message in messages]
    assert moments == [None, "2024-11-10T09:05:00+01:00", "2024-11-10T21:30:00+01:00", None]
