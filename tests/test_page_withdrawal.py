"""A withdrawal on a page made to mislead: from exactly the intended person, or from no one."""

import pytest

from engine.errors import NothingSent, ProofMissing, WrongPerson
from engine.models import Account
from engine.pages import invitations, withdrawal
from engine.ports import Recipient
from tests.sent_lists import ADA, ADA_ID, ASK, BO, CONFIRM, CONTROL, SentList, a_list, a_row
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def show(browser, shelf):
    return SentList(browser, shelf, Account.objects.create(name="ada")).show


def clicks(shelf):
    """What the page has told so far of the clicks upon it."""
    return [path for path in shelf.requests if path.startswith("/clicked/")]


def check_clicks(shelf, *expected):
    """The page tells of a click in a request of its own, which may come after the proof."""
    until(lambda: len(clicks(shelf)) >= len(expected), seconds=30)
    assert clicks(shelf) == list(expected)


def test_one_trusted_click_withdraws(show, shelf):
    window = show(a_list(a_row(), BO))

    proof = withdrawal.prepare_withdrawal(window, ADA).confirm()

    assert proof.evidence == {"seen_in": "list", "total": [2, 1]}
    check_clicks(shelf, "/clicked/yes/true")


YES = CONFIRM.format(name="Ada Martin")
COVER = '<i style="position:absolute;inset:0;z-index:9"></i>'
SECOND = '<div role="dialog" style="position:fixed;top:200px"><button>Withdraw</button></div>'
OTHER = (
    "row.closest('[role=listitem]').querySelectorAll('[href*=in]').forEach((a) => { a.href = '/in/eve/'; });"
)


def asking(buttons, text=""):
    return {"ask": ASK.format(text=text, buttons=buttons)}


MISLEADING = {
    "the question names a longer name": (asking(CONFIRM.format(name="Ada Martinsen")), "does not name"),
    "the question names somebody of that name": (
        asking(CONFIRM.format(name="Ida Ada Martin")),
        "does not name",
    ),
    "the question names nobody": (asking('<button id="yes">Withdraw</button>', "Sure?"), "does not name"),
    "the question has two such buttons": (asking(YES * 2), "1 questions, 2 buttons"),
    "the button says something else than its label": (
        asking(YES.replace(">Withdraw<", ">Report<")),
        "0 buttons",
    ),
    "the button is disabled": (asking(YES.replace("<button", "<button disabled")), "0 buttons"),
    "something covers the button": (asking(YES, COVER), "0 buttons"),
    "nothing is asked": ({"ask": "<p></p>"}, "0 questions"),
    "two questions are asked": ({"ask": ASK.format(text="", buttons=YES) + SECOND}, "2 questions"),
    "the row becomes another person's": ({"before": OTHER}, "no longer the one of their row"),
    "the row is drawn anew": ({"before": "row.outerHTML = row.outerHTML;"}, "stale"),
    "the button is a link": (
        asking(YES.replace("<button", '<a href="#"').replace("</button", "</a")),
        "0 questions",
    ),
}


@pytest.mark.parametrize("how", MISLEADING)
def test_nothing_is_withdrawn_when(show, shelf, how):
    options, why = MISLEADING[how]
    window = show(a_list(a_row(), BO, **options))

    with pytest.raises(NothingSent, match=why):
        withdrawal.prepare_withdrawal(window, ADA).confirm()
    assert clicks(shelf) == []


def test_a_question_that_changes_before_the_click_is_not_answered(show, shelf):
    window = show(a_list(a_row(), BO))
    draft = withdrawal.prepare_withdrawal(window, ADA)
    window.driver.execute_script(
        "document.getElementById('yes').setAttribute('aria-label', arguments[0])", "Report"
    )

    with pytest.raises(NothingSent):
        draft.confirm()
    assert clicks(shelf) == []


# What the page does as the mouse comes over the button, and while it is pressed.
UNDER = "<script>addEventListener('%s', ({target}) => { if (target.id === 'yes') { %s } }, true)</script>"


@pytest.mark.parametrize(
    "change",
    [
        "target.textContent = 'Report'",
        "target.insertAdjacentHTML('beforebegin', '<button>Withdraw</button>')",
        "document.querySelector('[href*=ada]').closest('[role=listitem]').remove()",
        "target.before('Withdraw the one to Eve as well?')",
        "target.style.marginLeft = '400px'",
    ],
)
def test_a_question_that_changes_under_the_mouse_is_not_answered(show, shelf, change):
    window = show(a_list(a_row(), BO, foot=UNDER % ("pointermove", change)))
    draft = withdrawal.prepare_withdrawal(window, ADA)

    with pytest.raises(NothingSent):
        draft.confirm()
    assert clicks(shelf) == []


def test_a_question_that_changes_while_its_button_is_pressed_is_in_doubt_and_not_answered(show, shelf):
    change = "target.setAttribute('aria-label', 'Withdraw invitation sent to Eve Larsen')"
    window = show(a_list(a_row(), BO, foot=UNDER % ("mousedown", change)))
    draft = withdrawal.prepare_withdrawal(window, ADA)

    with pytest.raises(ProofMissing):
        draft.confirm()
    assert clicks(shelf) == []


def test_a_button_that_is_drawn_as_pressed_answers_all_the_same(show, shelf):
    pressed = "target.setAttribute('aria-disabled', 'true'); target.className = 'pressed'"
    window = show(a_list(a_row(), BO, foot=UNDER % ("mousedown", pressed)))

    withdrawal.prepare_withdrawal(window, ADA).confirm()

    check_clicks(shelf, "/clicked/yes/true")


ROWS = {
    "two rows are about them": [a_row(), a_row("Ada M.")],
    "the row has two controls": [a_row(control=CONTROL * 2)],
    "the control bears a strange name too": [a_row(control=CONTROL.replace(">Withdraw<", ">Report<"))],
    "the control is in words that are not known": [
        a_row(control='<a href="#" class="row" aria-label="Отозвать: {name}">Отозвать</a>'), BO
    ],
    "the row names several people": [a_row(control=CONTROL + '<a href="/in/bo-lind/">Bo</a>')],
    "the row bears no name": [a_row(name="")],
}  # fmt: skip


@pytest.mark.parametrize("how", ROWS)
def test_no_row_is_touched_when(show, shelf, how):
    window = show(a_list(*ROWS[how]))

    with pytest.raises(NothingSent):
        withdrawal.prepare_withdrawal(window, ADA)
    assert clicks(shelf) == []
    assert window.driver.find_elements("id", "ask") == []


def test_a_row_whose_member_id_is_another_persons_is_not_theirs(show):
    window = show(a_list(a_row(more=f'componentkey="Row_{ADA_ID}"'), BO))
    other = Recipient(frozenset({"ada-martin"}), frozenset({"ACoAAsomebodyelse0000000000000000000000"}))

    with pytest.raises(WrongPerson):
        withdrawal.prepare_withdrawal(window, other)


def test_the_question_may_name_them_in_its_text(show, shelf):
    text = '<h2 id="t">Withdraw the invitation to Ada Martin?</h2>'
    ask = ASK.format(text=text, buttons='<button id="yes">Withdraw</button>')
    draft = withdrawal.prepare_withdrawal(show(a_list(a_row(), BO, ask=ask)), ADA)

    draft.confirm()

    assert draft.evidence["question"]["proved_by"] == "text"
    check_clicks(shelf, "/clicked/yes/true")


def test_without_a_count_the_whole_list_is_read_again(show, shelf):
    window = show(a_list(a_row(), BO, chip=""))
    draft = withdrawal.prepare_withdrawal(window, ADA)
    shelf.pages[invitations.PATH] = a_list(BO, chip="")

    assert draft.confirm().evidence == {"seen_in": "list read again", "total": [None, None]}


def test_a_row_that_goes_while_the_count_stays_is_in_doubt(show, shelf):
    window = show(a_list(a_row(), BO, after="document.getElementById('ask').remove();"))
    draft = withdrawal.prepare_withdrawal(window, ADA)
    shelf.pages[invitations.PATH] = a_list(BO, chip="People (2)")

    with pytest.raises(ProofMissing):
        draft.confirm()
    check_clicks(shelf, "/clicked/yes/true")


def test_a_namesakes_invitation_stays(show, shelf):
    rows = [a_row("Ada Martin", "ada-martin-2"), a_row(), BO]
    window = show(a_list(*rows, chip="People (3)"))

    withdrawal.prepare_withdrawal(window, ADA).confirm()

    slugs = [
        item["slug"] for item in window.look(*invitations.READER, words=invitations.words()).page["items"]
    ]
    assert slugs == ["ada-martin-2", "bo-lind"]
