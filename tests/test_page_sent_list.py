"""A sent list of a page made to mislead: who was asked, how long ago, and whether that is all of it."""

import pytest

from engine.errors import LayoutChanged
from engine.models import Account
from engine.pages import invitations
from tests.sent_lists import ADA_ID, BO, SentList, a_list, a_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def show(browser, shelf):
    return SentList(browser, shelf, Account.objects.create(name="ada")).show


def test_rows_say_who_and_how_long_ago(show):
    sent = invitations.read_sent(show(a_list(a_row(slug=ADA_ID), BO)))

    ada, bo = sent.invitations
    assert (ada.name, ada.slug, ada.member_id, ada.age_text) == (
        "Ada Martin",
        None,
        ADA_ID,
        "Sent 3 weeks ago",
    )
    assert (ada.min_days, ada.max_days, ada.can_withdraw) == (21, 27, True)
    assert (bo.slug, bo.age_text, bo.min_days, bo.max_days) == ("bo-lind", "Envoyé il y a 1 mois", 28, 61)
    assert (sent.total, sent.is_complete, sent.language) == (2, True, "en")


def test_an_age_in_unknown_words_is_kept_as_text_and_dated_by_nobody(show):
    window = show(a_list(a_row(age="Отправлено 3 недели назад"), BO))
    window.open(invitations.PATH)
    page = window.look(*invitations.READER, words=invitations.words()).page

    seen = invitations.describe(page["items"][0])

    assert (seen["age"], seen["min_days"], seen["max_days"]) == (None, None, None)
    assert seen["age_text"] == "Отправлено 3 недели назад"
    assert seen["headline"] == "Harbour pilot"
    assert seen["reasons"]["age"] == "the age's words are not known"


def test_a_list_shorter_than_its_count_is_not_complete(show):
    sent = invitations.read_sent(show(a_list(a_row(), BO, chip="People (1,037)")))

    assert (len(sent.invitations), sent.total, sent.is_complete) == (2, 1037, False)


def test_an_empty_list_is_believed_when_it_says_so(show):
    assert invitations.read_sent(show(a_list(chip="People (0)"))).is_complete
    assert invitations.read_sent(show(a_list(chip="", foot="<p>No sent invitations</p>"))).is_complete
    assert not invitations.read_sent(show(a_list(chip=""))).is_complete


def test_a_button_for_more_is_clicked_until_there_is_none(show):
    more = """<button id="more" onclick="document.querySelector('[data-testid=lazy-column]').append(
    document.getElementById('rest').content.cloneNode(true)); this.remove()">Load more</button>"""
    content = a_list(a_row(), foot=f'{more}<template id="rest">{BO}</template>')

    sent = invitations.read_sent(show(content))

    assert [one.name for one in sent.invitations] == ["Ada Martin", "Bo Lind"]
    assert sent.is_complete


def test_rows_that_the_list_drops_out_of_sight_are_kept(show):
    rows = [
        a_row(f"Ada Martin {number}", f"ada-{number}", more='style="height:300px"') for number in range(12)
    ]
    drop = """<script>document.querySelector('main').addEventListener('scroll', ({target}) => {
    if (target.scrollTop > 900) document.querySelectorAll('[role=listitem]').forEach((row, i) => {
      if (i < 2) row.style.visibility = 'hidden', row.innerHTML = ''; }); })</script>"""
    style = "<style>body { margin: 0; overflow: hidden } main { height: 600px; overflow-y: auto }</style>"

    sent = invitations.read_sent(show(a_list(*rows, chip="People (12)", foot=drop + style)))

    assert len(sent.invitations) == 12
    assert sent.is_complete


def test_another_list_is_not_the_sent_one(show, shelf):
    window = show(a_list(a_row()))
    shelf.redirects[invitations.PATH] = "/mynetwork/invitation-manager/received/"
    shelf.pages["/mynetwork/invitation-manager/received/"] = a_list(a_row())

    with pytest.raises(LayoutChanged):
        invitations.read_sent(window)
