"""Notices: what is news, told once to whom it concerns, and what the staff see of it."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from campaigns import delivery, notices
from campaigns.channels import Event
from campaigns.diagnosis import missing_runs
from campaigns.kinds import Options
from campaigns.models import Action, Notice, NoticeChannel, NoticeDelivery, Run
from campaigns.tasks import request_run
from engine.models import StoredSession
from tests.builders import a_channel, a_contact, an_account, an_ended_run, run_it
from tests.fakes import FakeNetwork, raising

PEOPLE = ("Ada Martin", "Bo Lindgren")


def told(event=None):
    found = Notice.objects.order_by("pk")
    return [notice.summary for notice in (found.filter(event=event) if event else found)]


@pytest.mark.parametrize("fields", [{"is_dry_run": True}, {"outcome": "expired"}, {"status": "queued"}])
def test_a_run_that_was_none_does_not_count_as_the_run_of_the_day(campaign, clock, fields):
    campaign.schedule = "0 9 * * *"
    campaign.save()
    an_ended_run(campaign, clock)
    assert not list(missing_runs(campaign.account, clock.now()))
    Run.objects.update(**fields)

    [finding] = missing_runs(campaign.account, clock.now())

    assert finding.code == "no_run_today"
    assert "run_worker" in finding.todo


def test_of_two_processes_that_find_the_same_news_one_keeps_it(campaign, clock):
    channel = a_channel(clock)
    an_ended_run(campaign, clock)
    [news] = notices.runs_finished(clock.now() - timedelta(days=1))

    assert notices._keep(news, [channel], clock.now())
    assert not notices._keep(news, [channel], clock.now())
    assert NoticeDelivery.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "fields", "is_told"),
    [
        ("finished", {}, True),
        ("nothing_to_do", {}, False),
        ("outside_hours", {}, False),
        ("no_session", {}, True),
        ("finished", {"is_dry_run": True}, False),
    ],
)
def test_a_run_that_did_nothing_is_news_only_when_something_is_wrong(
    campaign, clock, outcome, fields, is_told
):
    a_channel(clock)
    an_ended_run(campaign, clock, outcome, **fields)

    assert notices.collect(clock) == is_told


def test_a_run_that_somebody_asked_for_is_told_whatever_it_did(campaign, clock):
    a_channel(clock)
    run = request_run(campaign, Options(), clock)
    run.end(Run.Outcome.NOTHING_TO_DO, clock.now())

    notices.collect(clock)

    assert told(Event.RUN_FINISHED) == [
        f"run {run.pk} of birthday: nothing_to_do; 0 done, 0 failed, 0 unknown"
    ]


def test_runs_that_fail_alike_are_told_once_a_day_and_runs_that_act_each(campaign, clock):
    a_channel(clock)
    for _ in range(3):
        an_ended_run(campaign, clock, "no_session")
    for name in PEOPLE:
        a_contact(name, campaign, born=clock.now().date())
        run_it(campaign, FakeNetwork(), clock)

    notices.collect(clock)

    assert [summary.split(": ")[1].split(";")[0] for summary in told(Event.RUN_FINISHED)] == [
        "no_session", "finished", "finished",
    ]  # fmt: skip


def test_a_doubt_that_its_run_could_not_settle_is_told_without_a_name_or_a_text(campaign, clock):
    a_channel(clock, events=["in_doubt", "run_finished"])
    a_contact("Ada Martin", campaign, born=clock.now().date())
    with pytest.raises(RuntimeError):
        run_it(campaign, FakeNetwork(after_click=raising(RuntimeError("the browser died"))), clock)
    action = Action.objects.get(status="unknown")

    Run.objects.update(status="running")
    notices.collect(clock)
    assert told(Event.IN_DOUBT) == []  # it may be settled any moment
    Run.objects.update(status="ended")
    notices.collect(clock)
    notices.collect(clock)

    [summary] = told(Event.IN_DOUBT)
    assert f"action {action.pk}" in summary
    everything = json.dumps(list(Notice.objects.values("summary", "details")))
    assert not [word for word in ("Ada", "Martin", "ada-martin", action.text) if word in everything]


def test_what_waits_for_approval_is_told_once_until_more_waits(campaign, clock):
    a_channel(clock, events=["needs_approval"])
    campaign.needs_approval = True
    campaign.save()
    a_contact("Ada Martin", campaign, born=clock.now().date())
    run_it(campaign, FakeNetwork(), clock)
    notices.collect(clock)
    notices.collect(clock)
    assert told(Event.NEEDS_APPROVAL) == ["birthday: 1 waits for approval"]

    a_contact("Bo Lindgren", campaign, born=clock.now().date())
    run_it(campaign, FakeNetwork(), clock)
    notices.collect(clock)
    Action.objects.first().approve(None, clock.now())
    notices.collect(clock)

    assert told(Event.NEEDS_APPROVAL)[1:] == ["birthday: 2 wait for approval"]


@pytest.mark.parametrize(("days", "words"), [(6, "the session ends on"), (-1, "the session ended on")])
def test_a_session_that_ends_is_told_once(campaign, clock, days, words):
    a_channel(clock, events=["session_ends"])
    StoredSession.objects.create(
        account=campaign.account, ciphertext=b"x", stored_at=clock.now(),
        expires_at=clock.now() + timedelta(days=days),
    )  # fmt: skip

    notices.collect(clock)
    clock.time += timedelta(minutes=10)
    notices.collect(clock)

    [summary] = told(Event.SESSION_ENDS)
    assert words in summary


def test_a_day_without_a_run_is_told_once_each_day(campaign, clock):
    a_channel(clock, events=["no_run_today"])
    for _ in range(2):
        notices.collect(clock)
    clock.time += timedelta(days=1)
    notices.collect(clock)

    assert len(told(Event.NO_RUN_TODAY)) == 2
    assert "had no run today" in told(Event.NO_RUN_TODAY)[0]


def test_a_channel_gets_its_accounts_and_its_events_from_when_it_was_made(campaign, clock):
    bo = an_account("bo")
    for_bo = a_channel(clock, name="for-bo", account=bo, events=[])
    pauses = a_channel(clock, name="pauses", events=["account_paused"])
    late = a_channel(clock, name="late", events=["account_paused"])
    NoticeChannel.objects.filter(pk=late.pk).update(created_at=clock.now() + timedelta(hours=1))
    idle = a_channel(clock, name="idle", is_active=False)
    campaign.account.pause("security check", "", clock.now())
    bo.pause("restricted", "", clock.now())
    ended_of_ada = Run.objects.count()

    notices.collect(clock)

    assert ended_of_ada == 0
    paused = Notice.objects.filter(event="account_paused")
    got = {
        channel: paused.filter(deliveries__channel=channel).count()
        for channel in (for_bo, pauses, late, idle)
    }
    assert got == {for_bo: 1, pauses: 2, late: 0, idle: 0}
    assert not NoticeDelivery.objects.filter(channel=pauses).exclude(notice__event="account_paused").exists()


def test_without_a_channel_nothing_is_kept_and_old_notices_go(campaign, clock):
    an_ended_run(campaign, clock)
    assert notices.collect(clock) == 0

    a_channel(clock)
    notices.collect(clock)
    clock.time += notices.KEPT_FOR + timedelta(days=1)
    notices.collect(clock)

    assert not told(Event.RUN_FINISHED)


def test_a_rehearsal_tells_nobody(campaign, clock, settings):
    a_channel(clock)
    an_ended_run(campaign, clock)
    notices.collect(clock)
    settings.REHEARSAL = True

    assert (notices.collect(clock), delivery.deliver(clock)) == (0, 0)
    assert mail.outbox == []


def test_the_command_tells_what_is_new(campaign, clock):
    a_channel(clock)
    an_ended_run(campaign, clock)
    said = StringIO()

    call_command("send_notices", stdout=said)

    assert said.getvalue().strip().endswith("0 not delivered")
    assert len(mail.outbox) >= 1


@pytest.fixture
def staff(admin_client):
    return admin_client


def test_the_staff_make_a_channel_and_read_its_secret_and_its_log(campaign, clock, staff):
    form = {"name": "office", "kind": "webhook", "address": "https://example.org/x", "events": ["in_doubt"]}
    made = staff.post("/admin/campaigns/noticechannel/add/", form)
    channel = NoticeChannel.objects.get()
    page = staff.get(f"/admin/campaigns/noticechannel/{channel.pk}/change/").content.decode()

    assert made.status_code == 302
    assert (channel.events, channel.is_active) == (["in_doubt"], False)
    assert channel.secret.replace("+", "&#x2B;") in page or channel.secret in page
    NoticeChannel.objects.update(is_active=True, events=[], created_at=clock.now() - timedelta(hours=1))
    an_ended_run(campaign, clock)
    notices.collect(clock)
    assert "finished" in staff.get("/admin/campaigns/notice/").content.decode()
    assert "office" in staff.get("/admin/campaigns/noticedelivery/").content.decode()
    assert staff.get("/admin/campaigns/notice/add/").status_code == 403


def test_the_staff_are_told_what_is_wrong_with_an_address(staff):
    form = {"name": "office", "kind": "webhook", "address": "http://10.0.0.1/"}

    page = staff.post("/admin/campaigns/noticechannel/add/", form).content.decode()

    assert "Give an https address" in page
    assert not NoticeChannel.objects.exists()
