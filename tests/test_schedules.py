"""Schedules: which expressions are taken, when they are due in the account's zone, and that a time starts one run."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from campaigns import schedules
from campaigns.kinds import Options
from campaigns.management.commands.show_schedule import scheduled
from campaigns.models import Campaign, Run, Worker
from campaigns.processes import ProcessIdentity
from campaigns.tasks import request_run
from campaigns.timetable import check_schedule, last_due, next_due
from engine.pace import SystemClock
from tests.builders import a_campaign, an_account
from tests.fakes import FakeClock

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    "expression", ["", "0 9 * * *", "*/15 7-18 * * mon-fri", "30 8 1 */3 *", "0 9 29 2 *"]
)
def test_a_usual_expression_is_taken(expression):
    check_schedule(expression)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("nine o'clock", "five fields"),
        ("0 0 9 * * *", "five fields"),
        ("@daily", "five fields"),
        ("61 9 * * *", "minute"),
        ("0 9 31 2 *", "day-of-month"),
        ("* 9 * * *", "more often than every 15 minutes"),
        ("0,5 9 * * *", "more often than every 15 minutes"),
        ("59,0 9,10 * * *", "more often than every 15 minutes"),
    ],
)
def test_another_is_refused_with_what_is_wrong(expression, complaint):
    with pytest.raises(ValidationError) as refusal:
        check_schedule(expression)
    assert complaint in "; ".join(refusal.value.messages)


@pytest.mark.django_db
def test_a_campaign_refuses_it_too():
    campaign = a_campaign(schedule="* * * * *")

    with pytest.raises(ValidationError) as refusal:
        campaign.full_clean()
    assert list(refusal.value.message_dict) == ["schedule"]


def test_a_time_is_due_in_the_accounts_zone_whatever_the_season():
    winter, summer = datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)

    assert last_due("0 9 * * *", winter, PARIS) == winter
    assert last_due("0 9 * * *", summer, PARIS) == summer
    assert last_due("0 9 * * *", summer - timedelta(seconds=1), PARIS) == summer - timedelta(days=1)


@pytest.mark.parametrize(
    ("night", "starts"), [("2027-03-28", ["2027-03-28 03:00"]), ("2026-10-25", ["2026-10-25 02:30"])]
)
def test_a_time_in_the_hour_that_is_left_out_or_repeated_is_due_once(night, starts):
    midnight = datetime.fromisoformat(f"{night}T00:00").replace(tzinfo=PARIS)

    due = [moment for moment, _ in zip(next_due("30 2 * * *", midnight, PARIS), range(3), strict=False)]

    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in due if moment.date() == midnight.date()] == starts


@pytest.fixture
def clock():
    return FakeClock(datetime(2026, 11, 23, 7, 30, tzinfo=UTC))  # 08:30 in Paris


@pytest.fixture
def campaign(db):
    return a_campaign(schedule="0 9 * * *")


def after(clock, **span):
    clock.time += timedelta(**span)
    return schedules.start_due(clock)


def end_all(clock):
    for run in Run.objects.active():
        run.end(Run.Outcome.FINISHED, clock.now())


def test_a_time_that_comes_starts_one_run(campaign, clock):
    assert schedules.start_due(clock) == []
    assert after(clock, minutes=29, seconds=59) == []

    [run] = after(clock, seconds=1)
    assert (run.campaign, run.status, run.requested_by) == (campaign, "queued", "schedule")
    end_all(clock)
    assert after(clock, seconds=10) == []
    [next_run] = after(clock, days=1)
    assert next_run != run


def test_a_time_that_went_by_before_the_schedule_was_set_was_not_missed(campaign, clock):
    clock.time += timedelta(hours=2)

    assert schedules.start_due(clock) == []
    Campaign.objects.update(schedule="0 18 * * *")
    schedules.start_due(clock)
    clock.time += timedelta(hours=3)
    Campaign.objects.update(schedule="0 11 * * *")  # gone by since anybody looked, and before it was set
    assert schedules.start_due(clock) == []
    [run] = after(clock, hours=24)
    assert run.campaign == campaign


def test_times_that_were_missed_are_not_caught_up_in_a_burst(campaign, clock):
    Campaign.objects.update(schedule="*/20 * * * *")
    schedules.start_due(clock)

    [run] = after(clock, days=3)
    end_all(clock)

    assert after(clock, seconds=1) == []
    assert Run.objects.get() == run


def test_a_time_missed_today_gives_one_late_run_and_one_of_yesterday_none(campaign, clock):
    schedules.start_due(clock)

    [run] = after(clock, hours=5)
    end_all(clock)
    clock.time = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)  # two mornings later, before nine

    assert schedules.start_due(clock) == []
    assert Run.objects.get() == run
    assert len(after(clock, minutes=30)) == 1


def test_of_two_workers_that_notice_the_same_time_one_starts_it(campaign, clock):
    schedules.start_due(clock)
    clock.time += timedelta(minutes=30)
    mine, theirs = Campaign.objects.get(), Campaign.objects.get()

    assert schedules._start(mine, clock)
    end_all(clock)  # so that nothing else keeps the other from it
    assert schedules._start(theirs, clock) is None
    assert Run.objects.count() == 1


def test_while_another_campaign_has_the_account_the_run_waits_for_its_end(campaign, clock):
    other = a_campaign(campaign.account, name="other")
    schedules.start_due(clock)
    request_run(other, Options(), clock)

    assert after(clock, minutes=30) == []
    end_all(clock)
    [run] = after(clock, minutes=10)
    assert run.campaign == campaign


@pytest.mark.parametrize(("is_dry_run", "later"), [(False, 0), (True, 1)])
def test_a_run_of_the_campaign_under_way_is_the_one_that_was_due_unless_it_is_dry(
    campaign, clock, is_dry_run, later
):
    schedules.start_due(clock)
    request_run(campaign, Options(), clock, dry_run=is_dry_run)

    assert after(clock, minutes=30) == []
    end_all(clock)
    assert len(after(clock, minutes=10)) == later


def test_nothing_is_started_for_a_paused_account_nor_later_for_it(campaign, clock):
    schedules.start_due(clock)
    campaign.account.pause("security check", "", clock.now())

    assert after(clock, minutes=30) == []
    campaign.account.resume()
    assert after(clock, minutes=10) == []
    assert not Run.objects.exists()


def test_a_campaign_that_is_not_active_is_not_started(campaign, clock):
    schedules.start_due(clock)
    Campaign.objects.update(is_active=False)

    assert after(clock, minutes=30) == []


def test_a_time_outside_the_working_hours_waits_for_them(campaign, clock):
    Campaign.objects.update(schedule="0 5 * * *")
    schedules.start_due(clock)

    [run] = after(clock, hours=20, minutes=30)  # 05:00 in Paris

    assert run.starts_at == datetime(2026, 11, 24, 6, tzinfo=UTC)


def shown(capsys):
    call_command("show_schedule", "--json")
    return json.loads(capsys.readouterr().out)


def test_the_list_says_what_runs_when_in_the_accounts_own_time(campaign, clock):
    a_campaign(an_account("bo", time_zone="Asia/Tokyo"), schedule="0 5 * * *", is_active=False)

    ada, bo = scheduled(clock.now())

    assert (ada["account"], ada["schedule"], ada["held_up"]) == ("ada", "0 9 * * *", "")
    assert ada["next"] == ["2026-11-23 09:00", "2026-11-24 09:00", "2026-11-25 09:00"]
    assert (bo["time_zone"], bo["next"][0]) == ("Asia/Tokyo", "2026-11-24 07:00")  # the hours begin at seven
    assert bo["held_up"] == "the campaign is not active"


def test_the_list_tells_what_is_queued_and_what_holds_it_up(campaign, capsys):
    run = request_run(campaign, Options(), SystemClock())
    campaign.account.pause("security check", "", SystemClock().now())

    told = shown(capsys)
    call_command("show_schedule")
    text = capsys.readouterr().out

    assert (told["has_worker"], [entry["run"] for entry in told["queued"]]) == (False, [run.pk])
    assert told["campaigns"][0]["held_up"] == "the account is paused: security check"
    assert f"run {run.pk} of ada/birthday is queued" in text
    assert "not started meanwhile: the account is paused: security check" in text
    assert "manage.py run_worker" in text


@pytest.mark.django_db
def test_an_empty_list_with_a_worker_says_just_that(capsys):
    Worker.objects.arrive(ProcessIdentity.own(), SystemClock().now())

    call_command("show_schedule")

    assert capsys.readouterr().out.strip() == "No campaign has a schedule."
