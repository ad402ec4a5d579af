"""Searches, visits and sent invitations through the Network port, tried in a real browser on the sandbox."""

from datetime import date

import pytest

from engine.errors import PersonUnavailable, WrongPerson
from engine.models import Account
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.ports import Recipient
from engine.sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TODAY = date(2026, 11, 23)
ALAN = Recipient(
    frozenset({"alan-whitcombe"}), profile_url="https://www.linkedin.com/in/alan-whitcombe/", name="Alan"
)


@pytest.fixture
def rehearsed(browser):
    with Sandbox(today=TODAY) as sandbox:
        account = Account.objects.create(name="ada")
        yield sandbox, PagesNetwork(browser, account, SystemClock(), base_url=sandbox.url)


def test_a_search_a_visit_and_the_details_of_a_section_are_plain_values(rehearsed):
    _, network = rehearsed

    page = network.search("https://www.linkedin.com/search/results/people/?keywords=alan+whitcombe")
    profile = network.visit(ALAN)
    experience = network.details(ALAN, "experience")

    assert [person.profile_url for person in page.people] == [ALAN.profile_url]
    assert (profile.name, profile.slug, profile.degree, profile.is_own) == (
        "Alan Whitcombe",
        "alan-whitcombe",
        1,
        False,
    )
    assert profile.evidence["proved_by"] == "slug"
    assert "evidence" not in profile.as_json()
    assert len(experience) == 4 > len(profile.experience)
    with pytest.raises(ValueError, match="no section"):
        network.details(ALAN, "hobbies")


def test_a_page_that_is_somebody_elses_is_no_visit(rehearsed):
    sandbox, network = rehearsed
    sandbox.faults["redirect_profile"] = "noe-garivaux"

    with pytest.raises(WrongPerson):
        network.visit(ALAN)


def test_the_own_profile_says_so(rehearsed):
    sandbox, network = rehearsed
    own = next(person for person in sandbox.people if person.is_own)
    address = f"https://www.linkedin.com/in/{own.slug}/"

    assert network.visit(Recipient(frozenset({own.slug}), profile_url=address)).is_own


def test_an_invitation_is_withdrawn_once_and_is_not_in_the_list_then(rehearsed):
    sandbox, network = rehearsed
    oldest = network.sent_invitations().invitations[-1]
    person = Recipient(frozenset({oldest.slug}), profile_url=oldest.profile_url, name=oldest.name)

    question = network.withdraw(person)
    assert question.evidence["row"]["slug"] == oldest.slug
    proof = question.confirm()

    assert [withdrawal.slug for withdrawal in sandbox.withdrawals] == [oldest.slug]
    assert proof.evidence["total"][1] == proof.evidence["total"][0] - 1
    with pytest.raises(PersonUnavailable):
        network.withdraw(person)
