"""Whom a composer writes to: its own header proves it, and no other conversation stays open beside it."""

import pytest

from engine.errors import LayoutChanged, WrongPerson
from engine.models import Account
from tests.composers import ADA, EVE, RECIPIENT, TEXT, Composers

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def put(browser, shelf):
    return Composers(browser, shelf, Account.objects.create(name="ada")).put


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


def test_another_member_behind_the_same_slug_is_refused(put):
    with pytest.raises(WrongPerson):
        put(member_id=EVE).write(RECIPIENT, TEXT)
