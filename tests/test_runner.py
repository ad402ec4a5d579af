"""One run over its campaign: whom it reaches, what it leaves, and how it ends."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest

from campaigns.models import Action, Busy, Run
from campaigns.processes import ProcessIdentity
from contacts.models import Contact, Interaction
from engine.errors import (
    AccountPaused,
    BrowserFailed,
    LayoutChanged,
    PersonUnavailable,
    ProofMissing,
    WrongPerson,
)
from engine.models import SpentPermit
from tests.builders import TODAY, a_campaign, a_card, a_contact, a_template, an_account, run_it, statuses
from tests.fakes import FakeClock, FakeNetwork, Sent, slug_of, world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    a_template("Happy birthday, {name}!")
    a_template("Happy belated birthday, {name}!", purpose="birthday_late")
    return a_campaign()


@pytest.fixture(autouse=True)
def _no_starter_templates(db):
    from campaigns.models import MessageTemplate

    MessageTemplate.objects.all().delete()


def raising(error):
    def raise_it(recipient):
        raise error

    return raise_it


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


@pytest.mark.parametrize(
    ("hour", "outcome"),
    [(5, "outside_hours"), (6, "finished"), (17, "finished"), (18, "outside_hours")],
)
def test_wishes_are_sent_from_seven_to_seven_in_paris(campaign, hour, outcome):
    a_contact("Ada Martin", campaign)

    run = run_it(campaign, FakeNetwork(), FakeClock(datetime(2026, 11, 23, hour, 30, tzinfo=UTC)))

    assert run.outcome == outcome


def test_the_working_hours_are_a_setting_of_the_account(campaign):
    a_contact("Ada Martin", campaign)
    account = campaign.account
    account.hours_start, account.hours_end, account.time_zone = time(5), time(6), "UTC"
    account.save()

    run = run_it(campaign, FakeNetwork(), FakeClock(datetime(2026, 11, 23, 5, 30, tzinfo=UTC)))

    assert run.outcome == "finished"


def test_a_rehearsal_ignores_the_hours(campaign):
    a_contact("Ada Martin", campaign)
    clock, network = FakeClock(datetime(2026, 11, 23, 2, tzinfo=UTC)), FakeNetwork()

    run = run_it(campaign, network, clock, world=world_of(network, clock, is_rehearsal=True))

    assert run.outcome == "finished"


def test_between_two_messages_there_is_a_pause_of_the_accounts_length(campaign):
    for name in ("Ada Martin", "Bo Lindgren", "Cy Okafor"):
        a_contact(name, campaign)
    clock = FakeClock()

    run_it(campaign, FakeNetwork(), clock)

    assert clock.slept == pytest.approx(180)


def test_a_run_stops_at_its_limit_of_messages_and_leaves_the_rest_planned(campaign):
    for number in range(17):
        a_contact(f"Ada {chr(97 + number)}", campaign)
    network = FakeNetwork()

    run = run_it(campaign, network)

    assert len(network.sent) == 15
    assert run.outcome == Run.Outcome.LIMIT_REACHED
    assert Action.objects.filter(status="planned").count() == 2


def test_the_next_run_stays_within_the_limit_of_24_hours(campaign):
    for number in range(17):
        a_contact(f"Ada {chr(97 + number)}", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock)
    run_it(campaign, network, clock)
    assert len(network.sent) == 15
    clock.time += timedelta(hours=24)

    run_it(campaign, network, clock)

    assert len(network.sent) == 17


@pytest.mark.parametrize("error", [WrongPerson("another slug"), PersonUnavailable("404")])
def test_a_wrong_or_missing_page_fails_the_one_action_and_the_others_go_on(campaign, error):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork()

    def refuse_ada(recipient):
        if slug_of(recipient) == "ada-martin":
            raise error

    network.on_write = refuse_ada

    run = run_it(campaign, network)

    assert [sent.slug for sent in network.sent] == ["bo-lindgren"]
    assert statuses(campaign) == {"Ada Martin": "failed", "Bo Lindgren": "done"}
    assert run.outcome == "finished"
    assert SpentPermit.objects.filter(given_back_at=None).count() == 1


def test_a_failed_occasion_is_planned_once_more_and_then_no_more(campaign):
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(on_write=raising(PersonUnavailable("404"))), FakeClock()
    for _time in range(2):
        run_it(campaign, network, clock)

    run = run_it(campaign, network, clock)

    assert Action.objects.filter(status="failed").count() == 2
    assert run.skipped[0]["reason"].startswith("failed 2 times: person_unavailable: 404")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AccountPaused("security check"), "account_paused"),
        (LayoutChanged("messaging.send"), "layout_changed"),
        (BrowserFailed("gone"), "browser_failed"),
    ],
)
def test_before_the_click_a_stop_releases_the_action_and_leaves_everything_planned(campaign, error, outcome):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)

    run = run_it(campaign, FakeNetwork(on_write=raising(error)))

    assert run.outcome == outcome
    assert set(statuses(campaign).values()) == {"planned"}
    assert SpentPermit.objects.filter(given_back_at=None).count() == 0


def test_an_unforeseen_error_before_the_click_releases_the_action_and_is_raised(campaign):
    a_contact("Ada Martin", campaign)

    with pytest.raises(ZeroDivisionError):
        run_it(campaign, FakeNetwork(on_write=raising(ZeroDivisionError())))

    assert statuses(campaign) == {"Ada Martin": "planned"}
    assert Run.objects.get().outcome == "internal_error"


@pytest.mark.parametrize(
    "error", [BrowserFailed("gone"), AccountPaused("security check"), ZeroDivisionError()]
)
def test_after_the_click_every_error_leaves_a_doubt_and_stops(campaign, error):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=raising(error))

    with suppress(ZeroDivisionError):
        run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "unknown", "Bo Lindgren": "planned"}
    assert Interaction.objects.count() == 0
    assert SpentPermit.objects.filter(given_back_at=None).count() == 1


def test_a_click_that_certainly_did_not_happen_fails_the_action(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(before_click=raising(WrongPerson("the composer changed")))

    run_it(campaign, network)

    assert network.sent == []
    assert statuses(campaign) == {"Ada Martin": "failed"}


def test_a_delivered_doubt_is_settled_by_the_next_run_and_never_sent_again(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(after_click=raising(BrowserFailed("gone")))
    run_it(campaign, network)
    network.after_click = lambda recipient: None

    run = run_it(campaign, network)

    assert len(network.sent) == 1
    assert statuses(campaign) == {"Ada Martin": "done"}
    assert Interaction.objects.get().payload["text"] == "Happy birthday, Ada!"
    assert run.outcome == "nothing_to_do"


def test_an_undelivered_doubt_is_failed_after_two_readings_a_minute_apart_and_wished_once_more(campaign):
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(after_click=raising(BrowserFailed("gone")), is_lost=True), FakeClock()
    run_it(campaign, network, clock)
    network.after_click, network.is_lost = (lambda recipient: None), False
    slept = clock.slept

    run_it(campaign, network, clock)

    assert network.reads[:2] == ["ada-martin"] * 2
    assert clock.slept - slept >= 60
    assert list(Action.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "done"]
    assert len(network.sent) == 1


@pytest.mark.parametrize("weakness", ["is_theirs", "is_one_to_one", "is_complete"])
def test_a_doubt_whose_thread_proves_nothing_stays_in_doubt(campaign, weakness):
    from engine.ports import Thread

    a_contact("Ada Martin", campaign)
    network = FakeNetwork(after_click=raising(BrowserFailed("gone")), is_lost=True)
    run_it(campaign, network)
    facts = {"is_theirs": True, "is_one_to_one": True, "is_complete": True} | {weakness: False}
    network.threads["ada-martin"] = Thread(**facts, messages=[])

    run = run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "unknown"}
    assert network.sent == []
    assert "stays in doubt" in run.notes[0]
    assert run.skipped[0]["reason"].startswith("in doubt")


def test_a_doubt_whose_thread_cannot_be_reached_stays_in_doubt(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(after_click=raising(BrowserFailed("gone")))
    run_it(campaign, network)

    def unreachable(recipient):
        raise PersonUnavailable("404")

    network.read_thread = unreachable

    run = run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "unknown"}
    assert "could not be read" in run.notes[0]


def test_a_missing_proof_is_looked_for_at_once_and_the_run_goes_on_when_it_is_found(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=raising(ProofMissing("nothing seen")))

    run = run_it(campaign, network)

    assert statuses(campaign) == {"Ada Martin": "done", "Bo Lindgren": "done"}
    assert len(network.sent) == 2
    assert run.outcome == "finished"


def test_a_missing_proof_that_stays_missing_stops_the_run_in_doubt(campaign):
    from engine.ports import Thread

    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=raising(ProofMissing("nothing seen")))
    network.threads["ada-martin"] = Thread(True, True, False, [])
    # The draft asks the same thread before the click; an incomplete one shows nothing there.

    run = run_it(campaign, network)

    assert run.outcome == "in_doubt"
    assert statuses(campaign) == {"Ada Martin": "unknown", "Bo Lindgren": "planned"}


def test_what_the_thread_already_shows_is_recorded_and_not_sent(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(sent=[Sent("ada-martin", "Happy birthday, Ada!")])

    run_it(campaign, network)

    assert len(network.sent) == 1
    assert statuses(campaign) == {"Ada Martin": "done"}


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


def test_with_approval_nothing_is_sent_before_the_exact_text_was_approved(campaign):
    campaign.needs_approval = True
    campaign.save()
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run = run_it(campaign, network, clock)
    assert (network.sent, run.outcome) == ([], "nothing_to_do")
    Action.objects.get().approve(None, clock.now())

    run_it(campaign, network, clock)

    assert len(network.sent) == 1


def test_an_approval_is_void_after_the_text_changed(campaign):
    campaign.needs_approval = True
    campaign.save()
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock)
    Action.objects.get().approve(None, clock.now())
    Action.objects.update(text="Something else")

    run_it(campaign, network, clock)

    assert network.sent == []


def test_a_request_to_stop_finishes_the_action_and_leaves_the_rest(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork()

    run = run_it(campaign, network, should_stop=lambda: bool(network.sent))

    assert run.outcome == "stopped"
    assert statuses(campaign) == {"Ada Martin": "done", "Bo Lindgren": "planned"}


def test_a_person_can_stop_a_run_in_the_database(campaign):
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network = FakeNetwork(after_click=lambda recipient: Run.objects.get().request_stop(FakeClock().now()))

    run = run_it(campaign, network)

    assert run.outcome == "stopped"
    assert len(network.sent) == 1


def test_midnight_in_the_middle_of_a_run_sends_no_text_of_yesterday(campaign):
    account = campaign.account
    account.hours_start, account.hours_end = time(0), time(23, 59)
    account.save()
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    network, clock = FakeNetwork(), FakeClock(datetime(2026, 11, 23, 22, 58, 50, tzinfo=UTC))
    account.pause_max_seconds = 180
    account.save()

    run_it(campaign, network, clock)

    assert [sent.text for sent in network.sent] == ["Happy birthday, Ada!"]
    assert statuses(campaign)["Bo Lindgren"] == "planned"


def test_an_account_has_one_run_at_a_time_and_the_refusal_names_it(campaign):
    running = Run.objects.start(campaign, ProcessIdentity.own(), FakeClock().now())

    with pytest.raises(Busy, match=f"run {running.pk} "):
        run_it(campaign, FakeNetwork())


def test_a_run_whose_process_is_gone_is_swept_and_its_claims_are_released(campaign):
    a_contact("Ada Martin", campaign)
    network, clock = FakeNetwork(), FakeClock()
    own = ProcessIdentity.own()
    dead = Run.objects.start(campaign, ProcessIdentity(own.host, 2**22 + 1, 1.0), clock.now())
    run_it(a_campaign(an_account("bo")), network, clock)
    action = Action.objects.create(
        campaign=campaign, account=campaign.account, contact=Contact.objects.get(), occasion="birthday 2026",
        due_on=TODAY, expires_on=TODAY, text="Happy birthday, Ada!", status="claimed", run=dead,
        attempt_id="00000000-0000-4000-8000-000000000001",
    )  # fmt: skip

    clock.time += Run.STALE_AFTER
    with pytest.raises(Busy, match="its process is gone"):
        run_it(campaign, network, clock)
    clock.time += timedelta(seconds=1)
    run_it(campaign, network, clock)

    dead.refresh_from_db()
    action.refresh_from_db()
    assert dead.outcome == "crashed"
    assert (action.status, len(network.sent)) == ("done", 1)


def test_a_run_that_was_ended_from_elsewhere_does_not_click(campaign):
    a_contact("Ada Martin", campaign)
    network = FakeNetwork(on_write=lambda recipient: Run.objects.get().end("crashed", FakeClock().now()))

    run = run_it(campaign, network)

    assert network.sent == []
    assert statuses(campaign) == {"Ada Martin": "planned"}
    assert run.outcome == "crashed"


def test_a_paused_account_starts_no_run(campaign):
    campaign.account.pause("security check", "sign in and look", FakeClock().now())

    with pytest.raises(AccountPaused, match="security check"):
        run_it(campaign, FakeNetwork())

    assert not Run.objects.exists()


def test_a_list_that_did_not_prove_its_end_is_told(campaign):
    run = run_it(campaign, FakeNetwork(cards=[a_card("Ada Martin")], is_complete=False))

    assert run.notes == ["the end of the birthday list was not proved after 1 cards"]


def test_an_unreadable_day_is_told_and_nobody_is_wished(campaign):
    network = FakeNetwork(cards=[a_card("Ada Martin", None)])

    run = run_it(campaign, network)

    assert network.sent == []
    assert "the day was not understood" in run.notes[0]


def test_the_language_of_the_pages_is_learned_where_the_account_names_none():
    a_template("Joyeux anniversaire {name} !", language="fr")
    a_template("Happy birthday, {name}!")
    account = an_account(language="")
    campaign = a_campaign(account)
    network = FakeNetwork(cards=[a_card("Ada Martin")], language="fr")

    run_it(campaign, network)

    assert network.sent[0].text == "Joyeux anniversaire Ada !"
