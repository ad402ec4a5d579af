"""The clean-up withdraws what is certainly old enough, oldest first, once, and never from a part of the list."""

from datetime import timedelta

import pytest

from campaigns.models import Action, Run
from contacts.models import Contact, Interaction
from engine.errors import BrowserFailed, LayoutChanged, ProofMissing, WrongPerson
from engine.models import SpentPermit
from tests.builders import a_campaign, a_contact, an_account, an_invitation, preview_it, run_it, statuses
from tests.fakes import FakeClock, FakeNetwork
from tests.interrupting import run_with_deaths
from tests.proof import seeds

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    account = an_account(withdrawals_per_run=50, withdrawals_per_day=50)
    return a_campaign(account, name="invitations", kind="invitations")


@pytest.fixture
def network():
    return FakeNetwork(
        invitations=[
            an_invitation("Ada Martin", "Sent yesterday"),
            an_invitation("Bo Lindgren", "Sent 2 months ago"),
            an_invitation("Cleo Vasterling", "Sent 3 months ago"),
            an_invitation("Dov Amberlake", "Sent 4 months ago"),
            an_invitation("Eka Thornquill", "Sent 4 months ago"),
            an_invitation("Finn Oderwald", "Sent 1 year ago"),
        ]
    )


def raising(error):
    def raise_it(recipient):
        raise error

    return raise_it


def skipped(run):
    return {entry["name"]: entry["reason"] for entry in run.skipped}


def test_what_is_certainly_old_enough_is_withdrawn_the_oldest_first_and_recorded(campaign, network):
    run = run_it(campaign, network)

    assert run.outcome == Run.Outcome.FINISHED
    assert network.withdrawn == ["finn-oderwald", "eka-thornquill", "dov-amberlake"]
    assert skipped(run) == {
        "Cleo Vasterling": "“Sent 3 months ago” may be 89 days only; the limit is 90",
        "Bo Lindgren": "“Sent 2 months ago” may be 58 days only; the limit is 90",
    }
    assert run.notes == ["1 of 6 invitations are younger than 90 days"]
    done = Interaction.objects.filter(type="invitation_withdrawn")
    assert sorted(done.values_list("contact__name", flat=True)) == [
        "Dov Amberlake", "Eka Thornquill", "Finn Oderwald",
    ]  # fmt: skip
    finn = Action.objects.get(contact__name="Finn Oderwald")
    assert finn.evidence["row"] == {"slug": "finn-oderwald", "name": "Finn Oderwald"}
    assert finn.evidence["total"] == [6, 5]


def test_only_who_is_withdrawn_becomes_a_contact(campaign, network):
    run_it(campaign, network)

    assert set(Contact.objects.values_list("name", flat=True)) == {
        "Dov Amberlake", "Eka Thornquill", "Finn Oderwald",
    }  # fmt: skip


def test_a_shorter_limit_withdraws_younger_ones(campaign, network):
    campaign.withdraw_after_days = 58
    campaign.save()

    run_it(campaign, network)

    assert network.withdrawn[-2:] == ["cleo-vasterling", "bo-lindgren"]


def test_a_part_of_the_list_withdraws_nothing(campaign, network):
    network.is_list_whole = False

    run = run_it(campaign, network)

    assert (run.outcome, network.withdrawn) == (Run.Outcome.LAYOUT_CHANGED, [])
    assert "the end of the list was not proved" in run.reason
    assert not SpentPermit.objects.exists()


@pytest.mark.parametrize("text", ["Sent a while ago", "", "Sent 3 moons ago"])
def test_an_age_in_unknown_words_is_left_alone(campaign, network, text):
    network.invitations = [an_invitation("Ada Martin", text)]

    run = run_it(campaign, network)

    assert (run.outcome, network.withdrawn) == (Run.Outcome.NOTHING_TO_DO, [])
    assert "its age is not understood" in skipped(run)["Ada Martin"]


def test_a_row_without_a_known_control_is_left_alone(campaign, network):
    network.invitations = [an_invitation("Ada Martin", can_withdraw=False)]

    assert "no control" in skipped(run_it(campaign, network))["Ada Martin"]


def test_whoever_is_on_the_keep_list_keeps_their_invitation_by_whatever_address(campaign, network):
    known = a_contact("Dov Amberlake", member_id="ACoAAdov")
    known.aliases.create(profile_url="https://www.linkedin.com/in/dov-of-old/")
    campaign.keep_list = "linkedin.com/in/Finn-Oderwald?trk=x\nhttps://www.linkedin.com/in/dov-of-old"
    campaign.clean()
    campaign.save()

    run = run_it(campaign, network)

    assert network.withdrawn == ["eka-thornquill"]
    assert skipped(run)["Finn Oderwald"] == skipped(run)["Dov Amberlake"] == "is on the keep list"


def test_whoever_may_not_be_contacted_is_left_to_a_person(campaign, network):
    a_contact("Finn Oderwald", status=Contact.Status.DO_NOT_CONTACT)

    run = run_it(campaign, network)

    assert "finn-oderwald" not in network.withdrawn
    assert "Finn Oderwald" in skipped(run)


def test_a_row_that_is_nobodys_profile_is_left_with_its_reason(campaign, network):
    network.invitations = [an_invitation("Ada Martin", profile_url="https://www.linkedin.com/company/ada/")]

    assert skipped(run_it(campaign, network))["Ada Martin"] == "not a person's profile (/in/…)"


def test_what_a_limit_leaves_is_done_by_the_next_run(campaign, network):
    run_it(campaign, network, limit=1)
    run_it(campaign, network, FakeClock(FakeClock().time + timedelta(days=1)))

    assert network.withdrawn == ["finn-oderwald", "eka-thornquill", "dov-amberlake"]
    assert Action.objects.filter(status="done").count() == 3


def test_a_planned_withdrawal_is_dropped_when_the_person_accepted_meanwhile(campaign, network):
    run_it(campaign, network, limit=1)
    network.invitations = [row for row in network.invitations if row.slug != "dov-amberlake"]

    run = run_it(campaign, network)

    assert network.withdrawn == ["finn-oderwald", "eka-thornquill"]
    assert skipped(run)["Dov Amberlake"] == "is not in the list any more"
    assert statuses(campaign)["Dov Amberlake"] == "skipped"


def test_a_planned_withdrawal_is_dropped_when_the_person_is_kept_since(campaign, network):
    run_it(campaign, network, limit=1)
    campaign.keep_list = "https://www.linkedin.com/in/dov-amberlake/"
    campaign.save()

    run_it(campaign, network)

    assert statuses(campaign)["Dov Amberlake"] == "skipped"
    assert network.withdrawn == ["finn-oderwald", "eka-thornquill"]


def test_a_list_that_still_shows_what_was_withdrawn_is_not_believed(campaign, network):
    run_it(campaign, network)
    network.invitations.append(an_invitation("Finn Oderwald", "Sent 1 year ago"))

    run = run_it(campaign, network)

    assert network.withdrawn.count("finn-oderwald") == 1
    assert "was withdrawn on 2026-11-23" in skipped(run)["Finn Oderwald"]


def test_an_invitation_sent_after_a_withdrawal_is_another_occasion(campaign, network):
    run_it(campaign, network)
    network.invitations = [an_invitation("Finn Oderwald", "Sent 4 months ago")]

    run_it(campaign, network, FakeClock(FakeClock().time + timedelta(days=150)))

    assert network.withdrawn.count("finn-oderwald") == 2
    occasions = Action.objects.filter(contact__name="Finn Oderwald").values_list("occasion", flat=True)
    assert sorted(occasions) == ["withdraw invitation 1", "withdraw invitation 2"]


def test_a_question_about_somebody_else_withdraws_nothing_and_gives_the_permit_back(campaign, network):
    network.before_click = raising(WrongPerson("the question does not name the person of the row"))

    first, second = run_it(campaign, network), run_it(campaign, network)

    assert (first.outcome, network.withdrawn) == (Run.Outcome.FINISHED, [])
    assert second.outcome == Run.Outcome.FINISHED
    assert not SpentPermit.objects.filter(given_back_at=None).exists()
    third = run_it(campaign, network)
    assert third.outcome == Run.Outcome.NOTHING_TO_DO
    assert skipped(third)["Finn Oderwald"].startswith("failed 2 times: wrong_person")


def test_a_changed_layout_ends_the_run_before_the_click(campaign, network):
    network.before_click = raising(LayoutChanged("invitations.confirm", "2 questions"))

    run = run_it(campaign, network)

    assert (run.outcome, network.withdrawn) == (Run.Outcome.LAYOUT_CHANGED, [])


def test_a_withdrawal_without_its_proof_is_found_gone_from_the_list(campaign, network):
    network.after_click = raising(ProofMissing("the list could not be read"))

    run = run_it(campaign, network)

    assert run.outcome == Run.Outcome.FINISHED
    assert set(statuses(campaign).values()) == {"done"}
    assert Action.objects.first().evidence["proof"] == "gone from the whole list afterwards"
    assert len(network.withdrawn) == len(set(network.withdrawn)) == 3


def test_a_click_that_withdrew_nothing_is_settled_by_two_readings_a_minute_apart(campaign, network):
    network.is_lost, network.after_click = True, raising(BrowserFailed("gone"))
    run_it(campaign, network, limit=1)
    assert statuses(campaign) == {
        "Finn Oderwald": "unknown",
        "Eka Thornquill": "planned",
        "Dov Amberlake": "planned",
    }
    network.is_lost, network.after_click = False, lambda recipient: None
    clock = FakeClock()

    run_it(campaign, network, clock)

    assert clock.slept >= 60
    assert network.withdrawn == ["finn-oderwald", "eka-thornquill", "dov-amberlake"]
    finn = Action.objects.filter(contact__name="Finn Oderwald").values_list("status", flat=True)
    assert sorted(finn) == ["done", "failed"]


def test_a_doubt_is_not_settled_by_a_part_of_the_list(campaign, network):
    network.after_click = raising(BrowserFailed("gone"))
    run_it(campaign, network, limit=1)
    network.is_list_whole = False

    run = run_it(campaign, network)

    assert statuses(campaign)["Finn Oderwald"] == "unknown"
    assert "could not be read to its end" in run.notes[0]


def test_a_doubt_is_not_settled_while_a_row_bears_the_name_at_another_address(campaign, network):
    network.after_click = raising(BrowserFailed("gone"))
    run_it(campaign, network, limit=1)
    network.invitations.append(an_invitation("FINN Oderwald", slug=None, member_id="ACoAAfinn"))

    run_it(campaign, network)

    assert Action.objects.get(evidence__row__slug="finn-oderwald").status == "unknown"


def test_somebody_in_doubt_is_not_withdrawn_again(campaign, network):
    network.is_lost, network.after_click = True, raising(BrowserFailed("gone"))
    run_it(campaign, network, limit=1)
    network.after_click = lambda recipient: None

    _, proposals = preview_it(campaign, network)

    assert "in doubt" in {proposal.contact.name: proposal.reason for proposal in proposals}["Finn Oderwald"]


def test_another_clean_up_of_the_account_leaves_what_is_planned_to_the_first(campaign, network):
    run_it(campaign, network, limit=1)
    other = a_campaign(campaign.account, name="other", kind="invitations")

    run = run_it(other, network)

    assert skipped(run)["Eka Thornquill"] == "is planned in the campaign invitations"


def test_a_dry_run_says_whose_invitation_would_go_and_writes_nothing(campaign, network):
    run, proposals = preview_it(campaign, network)

    chosen = [(proposal.contact.name, proposal.why) for proposal in proposals if proposal.is_chosen]
    assert chosen[0] == ("Finn Oderwald", "Sent 1 year ago")
    assert (run.outcome, len(chosen), network.withdrawn) == ("finished", 3, [])
    assert not Contact.objects.exists()
    assert not Action.objects.exists()


@pytest.mark.unmeasured
@pytest.mark.proof
@pytest.mark.parametrize("seed", seeds(full=50, few=5))
def test_a_clean_up_killed_at_random_statements_withdraws_each_once_with_its_record(campaign, network, seed):
    deaths = run_with_deaths(campaign, network, seed, span=200)

    assert deaths > 0
    assert sorted(network.withdrawn) == ["dov-amberlake", "eka-thornquill", "finn-oderwald"]
    assert Interaction.objects.filter(type="invitation_withdrawn").count() == 3
    assert Action.objects.filter(status="done").count() == 3
