"""Sent invitations: read to their proven end, and withdrawn from exactly the intended person or from no one."""

from datetime import date

import pytest

from engine.errors import AccountPaused, NothingSent, PersonUnavailable, ProofMissing, WrongPerson
from engine.models import Account
from engine.pace import SystemClock
from engine.pages import invitations, withdrawal
from engine.pages.base import Window
from engine.ports import Recipient
from tests.sent_lists import ADA

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TODAY = date(2026, 11, 23)


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
