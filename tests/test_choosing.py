"""Whom a birthday run reaches, when, and with which text; and why it leaves the others."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.models import Action, MessageTemplate, Run
from contacts.models import Contact, Interaction
from engine.errors import (
    PersonUnavailable,
)
from engine.models import SpentPermit
from tests.builders import (
    TODAY,
    a_birthday_campaign,
    a_campaign,
    a_card,
    a_contact,
    a_template,
    an_account,
    run_it,
    statuses,
)
from tests.fakes import FakeClock, FakeNetwork, Sent, raising

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return a_birthday_campaign()


def test_whoever_has_a_birthday_today_is_wished_and_the_wish_is_recorded_with_its_exact_text(campaign):
    ada = a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign, born=TODAY + timedelta(days=1))
    network = FakeNetwork()

    run = run_it(campaign, network)

    assert network.sent == [Sent("ada-martin", "Happy birthday, Ada!")]
    assert run.outcome == Run.Outcome.FINISHED
    wish = Interaction.objects.get()
    assert (wish.contact, wish.type, wish.payload["text"]) == (ada, "birthday_sent", "Happy birthday, Ada!")
    assert Action.objects.get().evidence == {"page": "ada-martin", "proof": "seen in the thread"}


def test_the_networks_own_list_is_harvested_into_contacts_and_wished(campaign):
    network = FakeNetwork(cards=[a_card("Ada Martin"), a_card("Félix Aubry", TODAY - timedelta(days=3))])

    run_it(campaign, network)

    assert network.sent == [
        Sent("ada-martin", "Happy birthday, Ada!"),
        Sent("félix-aubry", "Happy belated birthday, Félix!"),
    ]
    felix = Contact.objects.get(name="Félix Aubry")
    assert (felix.birth_month, felix.birth_day, felix.birthday_source) == (11, 20, "network")


def test_a_second_run_the_same_day_sends_nothing_and_says_why(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork()
    run_it(campaign, network)

    run = run_it(campaign, network, FakeClock(datetime(2026, 11, 23, 12, tzinfo=UTC)))

    assert len(network.sent) == 1
    assert run.outcome == Run.Outcome.NOTHING_TO_DO
    assert [entry["reason"] for entry in run.skipped] == ["already wished on 2026-11-23"]


def test_day_by_day_over_new_year_each_person_is_wished_once(campaign):
    a_contact("Ada Martin", campaign, born=date(2026, 12, 31))
    a_contact("Bo Lindgren", campaign, born=date(2027, 1, 1))
    network, clock = FakeNetwork(), FakeClock(datetime(2026, 12, 30, 10, tzinfo=UTC))

    for _day in range(8):
        run_it(campaign, network, clock)
        clock.time += timedelta(days=1)

    assert [sent.slug for sent in network.sent] == ["ada-martin", "bo-lindgren"]
    occasions = Action.objects.order_by("pk").values_list("occasion", flat=True)
    assert list(occasions) == ["birthday 2026", "birthday 2027"]


def test_a_corrected_birthday_does_not_bring_a_second_wish(campaign):
    ada = a_contact("Ada Martin", campaign, born=date(2026, 12, 31))
    network, clock = FakeNetwork(), FakeClock(datetime(2026, 12, 31, 10, tzinfo=UTC))
    run_it(campaign, network, clock)
    Contact.objects.filter(pk=ada.pk).update(birth_month=1, birth_day=1)
    clock.time += timedelta(days=1)

    run_it(campaign, network, clock)

    assert len(network.sent) == 1


def test_next_year_the_same_person_is_wished_again_with_another_text(campaign):
    a_template("All the best, {name}!")
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock)
    clock.time = datetime(2027, 11, 23, 10, tzinfo=UTC)

    run_it(campaign, network, clock)

    assert sorted(sent.text for sent in network.sent) == ["All the best, Ada!", "Happy birthday, Ada!"]


def test_when_every_text_was_used_within_two_years_nothing_is_sent(campaign):
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock)
    clock.time = datetime(2027, 11, 23, 10, tzinfo=UTC)

    run = run_it(campaign, network, clock)

    assert len(network.sent) == 1
    assert "no active template in en that they have not had" in run.skipped[0]["reason"]


@pytest.mark.parametrize(("days", "is_wished"), [(10, True), (11, False)])
def test_a_late_wish_is_sent_up_to_ten_days_late(campaign, days, is_wished):
    a_contact("Ada Martin", campaign, born=TODAY - timedelta(days=days))
    network = FakeNetwork()

    run_it(campaign, network)

    assert bool(network.sent) is is_wished


def test_without_late_wishes_only_today_is_wished(campaign):
    a_contact("Ada Martin", campaign, born=TODAY - timedelta(days=1))
    network = FakeNetwork()

    run_it(campaign, network, sends_late=False)

    assert network.sent == []


def test_a_shorter_window_of_a_start_is_obeyed(campaign):
    a_contact("Ada Martin", campaign, born=TODAY - timedelta(days=3))
    network = FakeNetwork()

    run_it(campaign, network, late_days=2)

    assert network.sent == []


def test_what_was_planned_for_today_gets_a_late_text_tomorrow(campaign):
    for name in ("Ada Martin", "Bo Lindgren"):
        a_contact(name, campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock, limit=1)
    clock.time += timedelta(days=1)

    run_it(campaign, network, clock)

    assert [sent.text for sent in network.sent] == ["Happy birthday, Ada!", "Happy belated birthday, Bo!"]


def test_a_planned_late_wish_stays_planned_while_late_wishes_are_off(campaign):
    a_contact("Ada Martin", campaign, born=TODAY - timedelta(days=1))
    a_contact("Bo Lindgren", campaign, born=TODAY - timedelta(days=2))
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock, limit=1)

    run_it(campaign, network, clock, sends_late=False)

    assert len(network.sent) == 1
    assert statuses(campaign) == {"Ada Martin": "done", "Bo Lindgren": "planned"}


def test_a_planned_wish_expires_after_its_last_day(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock, limit=1)
    clock.time += timedelta(days=11)

    run_it(campaign, network, clock)

    assert statuses(campaign) == {"Ada Martin": "done", "Bo Lindgren": "expired"}


def test_a_failed_occasion_is_planned_once_more_and_then_no_more(campaign):
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(on_write=raising(PersonUnavailable("404"))), FakeClock()
    for _time in range(2):
        run_it(campaign, network, clock)

    run = run_it(campaign, network, clock)

    assert Action.objects.filter(status="failed").count() == 2
    assert run.skipped[0]["reason"].startswith("failed 2 times: person_unavailable: 404")


def test_who_opts_out_between_planning_and_the_click_is_not_written_to(campaign):
    ada = a_contact("Ada Martin", campaign)
    network = FakeNetwork(on_write=lambda recipient: ada.do_not_contact("asked by phone"))

    run_it(campaign, network)

    assert network.sent == []
    assert statuses(campaign) == {"Ada Martin": "skipped"}
    assert SpentPermit.objects.filter(given_back_at=None).count() == 0


def test_who_opts_out_after_planning_is_skipped_with_the_reason(campaign):
    a_contact("Ada Martin", campaign)
    bo = a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=lambda recipient: bo.do_not_contact("asked by phone"))

    run = run_it(campaign, network)

    assert [sent.slug for sent in network.sent] == ["ada-martin"]
    assert statuses(campaign)["Bo Lindgren"] == "skipped"
    assert run.skipped[-1]["reason"] == "Do Not Contact: asked by phone"


def test_who_is_on_the_list_is_never_planned_and_the_reason_is_kept(campaign):
    a_contact("Ada Martin", campaign).do_not_contact("asked")
    network = FakeNetwork()

    run = run_it(campaign, network)

    assert (network.sent, statuses(campaign)) == ([], {})
    assert run.skipped[0]["reason"] == "Do Not Contact: asked"


def test_somebody_elses_connection_is_not_wished(campaign):
    a_contact("Ada Martin", a_campaign(an_account("bo")))
    network = FakeNetwork()

    run_it(campaign, network)

    assert network.sent == []


def test_who_has_no_name_is_skipped(campaign):
    contact = a_contact("Ada Martin", campaign)
    Contact.objects.filter(pk=contact.pk).update(name="LinkedIn Member")

    run = run_it(campaign, FakeNetwork())

    assert run.skipped[0]["reason"] == "there is no name to call them by"


def test_a_list_that_did_not_prove_its_end_is_told(campaign):
    run = run_it(campaign, FakeNetwork(cards=[a_card("Ada Martin")], is_complete=False))

    assert run.notes == ["the end of the birthday list was not proved after 1 cards"]


def test_an_unreadable_day_is_told_and_nobody_is_wished(campaign):
    network = FakeNetwork(cards=[a_card("Ada Martin", None)])

    run = run_it(campaign, network)

    assert network.sent == []
    assert "the day was not understood" in run.notes[0]


def test_the_language_of_the_pages_is_learned_where_the_account_names_none():
    MessageTemplate.objects.all().delete()
    a_template("Joyeux anniversaire {name} !", language="fr")
    a_template("Happy birthday, {name}!")
    account = an_account(language="")
    campaign = a_campaign(account)
    network = FakeNetwork(cards=[a_card("Ada Martin")], language="fr")

    run_it(campaign, network)

    assert network.sent[0].text == "Joyeux anniversaire Ada !"
