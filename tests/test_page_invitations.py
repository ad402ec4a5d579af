"""Sent invitations: read to their proven end, and withdrawn from exactly the intended person or from no one."""

from datetime import date

import pytest

from engine.errors import (
    AccountPaused,
    LayoutChanged,
    NothingSent,
    PersonUnavailable,
    ProofMissing,
    WrongPerson,
)
from engine.models import Account
from engine.pace import SystemClock
from engine.pages import invitations, withdrawal
from engine.pages.base import Window
from engine.ports import Recipient
from tests.captures import NAV, page
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 23)
ADA_ID = "ACoAAadamartin00000000000000000000000001"
ADA = Recipient(
    frozenset({"ada-martin"}), frozenset(), "https://www.linkedin.com/in/ada-martin/", "Ada Martin"
)


@pytest.fixture
def account():
    return Account.objects.create(name="ada")


@pytest.fixture
def rehearse(browser, account, serve):
    def rehearse(**options):
        sandbox = serve(today=TODAY, **options)
        return sandbox, Window(browser, account, SystemClock(), base_url=sandbox.url)

    return rehearse


def to(invitation):
    return Recipient(frozenset({invitation.slug}), profile_url=invitation.profile_url, name=invitation.name)


def withdrawn(sandbox):
    return [entry.slug for entry in sandbox.withdrawals]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("generation", ["sdui2", "sdui1", "ember"])
def test_the_sent_list_is_read_to_its_proven_end_and_one_is_withdrawn(rehearse, generation, language):
    sandbox, window = rehearse(generation=generation, language=language)

    sent = invitations.read_sent(window)
    oldest = sent.invitations[-1]
    draft = withdrawal.prepare_withdrawal(window, to(oldest))
    nothing_yet = withdrawn(sandbox)
    proof = draft.confirm()

    assert (len(sent.invitations), sent.total, sent.is_complete, sent.language) == (37, 37, True, language)
    assert all(one.can_withdraw and one.name and one.min_days is not None for one in sent.invitations)
    assert [one.min_days for one in sent.invitations] == sorted(one.min_days for one in sent.invitations)
    assert nothing_yet == []
    assert withdrawn(sandbox) == [oldest.slug]
    assert draft.evidence["question"]["proved_by"] == "label"
    assert proof.evidence == {"seen_in": "list", "total": [37, 36]}
    assert sandbox.wrong_clicks == []


@pytest.mark.parametrize("kind", ["dialog", "div", "role"])
def test_the_question_is_answered_in_whatever_it_comes(rehearse, kind):
    sandbox, window = rehearse(generation="sdui2", faults={"withdraw_dialog": kind})
    window.open(invitations.PATH)
    first = invitations.read_sent(window).invitations[0]

    withdrawal.prepare_withdrawal(window, to(first)).confirm()

    assert withdrawn(sandbox) == [first.slug]


def test_a_question_about_somebody_else_is_not_answered(rehearse):
    sandbox, window = rehearse(generation="sdui2", faults={"withdraw_wrong_dialog": True})
    first = invitations.read_sent(window).invitations[0]

    with pytest.raises(WrongPerson):
        withdrawal.prepare_withdrawal(window, to(first))
    assert withdrawn(sandbox) == []


@pytest.mark.parametrize("generation", ["sdui1", "ember"])
def test_a_question_that_turns_to_somebody_else_under_the_mouse_is_not_answered(rehearse, generation):
    sandbox, window = rehearse(generation=generation)
    first, second, *_ = invitations.read_sent(window).invitations
    sandbox.faults["withdraw_turns"] = second.slug
    draft = withdrawal.prepare_withdrawal(window, to(first))

    with pytest.raises(WrongPerson):
        draft.confirm()
    assert withdrawn(sandbox) == []


def test_a_withdrawal_that_changes_nothing_is_not_believed(rehearse):
    sandbox, window = rehearse(generation="ember", faults={"withdraw_refused": True})
    first = invitations.read_sent(window).invitations[0]

    with pytest.raises(ProofMissing):
        withdrawal.prepare_withdrawal(window, to(first)).confirm()
    assert withdrawn(sandbox) == []


def test_a_withdrawal_whose_answer_never_comes_is_found_in_the_list_read_again(rehearse):
    sandbox, window = rehearse(generation="ember", faults={"withdraw_hangs": True})
    first = invitations.read_sent(window).invitations[0]

    proof = withdrawal.prepare_withdrawal(window, to(first)).confirm()

    assert proof.evidence == {"seen_in": "list read again", "total": [37, 36]}
    assert withdrawn(sandbox) == [first.slug]


def test_whoever_was_not_invited_is_unavailable(rehearse):
    _, window = rehearse(generation="ember")

    with pytest.raises(PersonUnavailable):
        withdrawal.prepare_withdrawal(window, ADA)


def test_a_checkpoint_in_front_of_the_list_pauses_the_account(rehearse, account):
    _, window = rehearse(faults={"checkpoint_at": "/mynetwork/invitation-manager"})

    with pytest.raises(AccountPaused):
        invitations.read_sent(window)
    account.refresh_from_db()
    assert account.state == Account.State.PAUSED


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_page_lets_the_right_invitation_go_or_none(rehearse, seed):
    sandbox, window = rehearse(mutation=seed)
    oriane = Recipient(frozenset({"oriane-estrellane-4913"}))

    try:
        withdrawal.prepare_withdrawal(window, oriane).confirm()
    except NothingSent:
        assert withdrawn(sandbox) == []
    else:
        assert withdrawn(sandbox) == ["oriane-estrellane-4913"]
    assert sandbox.wrong_clicks == []


# Pages made to mislead, from the facts that are known of the network's.
ROW = """<div role="listitem" {more}><a href="/in/{slug}/"><figure></figure></a><p><a href="/in/{slug}/">{name}</a></p>
<p>Harbour pilot</p><p>{age}</p>{control}</div>"""
CONTROL = '<a href="#" class="row" aria-label="Withdraw invitation sent to {name}">Withdraw</a>'
ASK = """<div id="ask" style="position:fixed;top:20px;left:20px;background:white">{text}
<button onclick="this.parentElement.remove()">Cancel</button>{buttons}</div>"""
CONFIRM = '<button id="yes" aria-label="Withdraw invitation sent to {name}">Withdraw</button>'
SCRIPT = """<template id="question">{ask}</template><script>
document.querySelectorAll('.row').forEach((row) => row.addEventListener('click', (event) => {{
  event.preventDefault();
  {before}
  document.body.append(document.getElementById('question').content.cloneNode(true));
  document.querySelectorAll('#ask button').forEach((button) => button.addEventListener('click', (click) => {{
    if (button.textContent === 'Cancel') return;
    fetch('/clicked/' + button.id + '/' + click.isTrusted);
    {after}
  }}));
}}));
</script>"""
GONE = """document.getElementById('ask').remove(); row.closest('[role=listitem]').remove();
const chip = document.querySelector('#chip'); if (chip) chip.textContent = 'People (1)';"""


def a_row(name="Ada Martin", slug="ada-martin", age="Sent 3 weeks ago", control=CONTROL, more=""):
    return ROW.format(name=name, slug=slug, age=age, control=control.format(name=name), more=more)


def a_list(*rows, chip="People (2)", ask=None, before="", after=GONE, foot=""):
    ask = ask if ask is not None else ASK.format(text="", buttons=CONFIRM.format(name="Ada Martin"))
    tab = f'<a id="chip" href="/mynetwork/invitation-manager/sent/CONNECTION/">{chip}</a>' if chip else ""
    script = SCRIPT.format(ask=ask, before=before, after=after)
    lines = f'<div data-testid="lazy-column" data-component-type="LazyColumn">{"".join(rows)}</div>'
    return page(f"<body>{NAV}<main>{tab}<h1>Invitations</h1>{lines}{foot}</main>{script}</body>")


BO = a_row("Bo Lind", "bo-lind", "Envoyé il y a 1 mois")


@pytest.fixture
def show(browser, account, shelf):
    shelf.clear()

    def show(content):
        shelf.pages[invitations.PATH] = content
        browser.driver.get("about:blank")
        return Window(browser, account, SystemClock(), base_url=shelf.url, patience=0.25)

    return show


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


def test_another_list_is_not_the_sent_one(show, shelf):
    window = show(a_list(a_row()))
    shelf.redirects[invitations.PATH] = "/mynetwork/invitation-manager/received/"
    shelf.pages["/mynetwork/invitation-manager/received/"] = a_list(a_row())

    with pytest.raises(LayoutChanged):
        invitations.read_sent(window)
