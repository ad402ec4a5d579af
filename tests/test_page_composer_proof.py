"""What proves that a message was delivered: an own one in a thread that is understood, and nothing else."""

import pytest

from engine.errors import NothingSent, TextNotWritten
from engine.models import Account
from engine.network import ProofMissing
from tests.composers import RECIPIENT, SHOW, TEXT, Composers

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def put(browser, shelf):
    return Composers(browser, shelf, Account.objects.create(name="ada")).put


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
