"""Runs over HTTP: accepted at once, refused with a reason, followed, stopped, and never started twice."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from rest_framework.test import APIRequestFactory

from campaigns.models import Campaign, Run
from campaigns.streams import LONG_STREAMS, STREAM_SECONDS, lines, places
from campaigns.views import CampaignViewSet, RunViewSet
from contacts.models import Contact
from engine.models import Account
from linkedin_bot.api.models import ApiKey, GivenAnswer
from tests.api_client import PROBLEM, Program, a_key, told_fields
from tests.builders import a_campaign, a_contact, a_template, an_account
from tests.fakes import FakeClock
from tests.threads import in_threads

pytestmark = pytest.mark.django_db
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=gardener"


@pytest.fixture
def account():
    Account.objects.all().delete()
    return an_account("ada")


@pytest.fixture
def program(account):
    return Program(a_key())


def start_at(time, body=None):
    """Start the birthday campaign when that is the time."""
    _, text = ApiKey.objects.make("a program", ["run"])
    request = APIRequestFactory(headers={"X-API-Key": text}).post(
        "/campaigns/birthday", body or {}, format="json"
    )
    answer = CampaignViewSet.as_view({"post": "birthday"}, clock=FakeClock(time))(request)
    return answer.render()


def test_a_start_is_accepted_at_once_and_tells_where_to_look(program):
    answer = program.send("/campaigns/birthday", {"process_late": True, "max_days_late": 3, "limit": 2})
    told = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == told["url"]
    assert (told["status"], told["kind"], told["is_dry_run"], told["requested_by"]) == (
        "queued", "birthday", True, "key a program",
    )  # fmt: skip
    assert told["started_at"] is None
    run = Run.objects.get()
    assert run.options == {"limit": 2, "sends_late": True, "late_days": 3}
    seen = program.get(told["url"]).json()
    assert {name: seen[name] for name in told} == told
    assert any("run_worker" in note for note in seen["notes"])


def test_nothing_said_means_a_dry_run_of_todays_birthdays(program):
    program.send("/campaigns/birthday")
    run = Run.objects.get()
    assert (run.is_dry_run, run.options) == (True, {"limit": None, "sends_late": False, "late_days": 7})


def test_a_search_and_its_criteria_are_kept_with_the_campaign(program):
    body = {"search_url": SEARCH + "&origin=x", "criteria": {"keywords": ["roses"]}, "dry_run": False}
    assert program.send("/campaigns/sourcing", body).status_code == 202
    campaign = Campaign.objects.get()
    assert (campaign.kind, campaign.search_url, campaign.criteria) == (
        "sourcing",
        SEARCH,
        {"keywords": ["roses"]},
    )
    assert Run.objects.get().options["limit"] == 50


def test_invitations_are_started_too(program):
    assert program.send("/campaigns/invitations", {"dry_run": False}).json()["kind"] == "invitations"


def test_outside_the_working_hours_it_is_accepted_and_says_when_it_will_start(account):
    night = datetime(2026, 11, 23, 22, tzinfo=UTC)
    answer = start_at(night, {"dry_run": False})
    assert answer.status_code == 202
    assert json.loads(answer.content)["starts_at"] == "2026-11-24T06:00:00Z"


def test_a_busy_account_names_the_run_and_keeps_its_configuration(program):
    first = program.send("/campaigns/birthday").json()
    answer = program.send("/campaigns/sourcing", {"search_url": SEARCH})
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, PROBLEM)
    assert (answer.json()["code"], answer.json()["run"]) == ("busy", first["url"])
    assert not Campaign.objects.filter(kind="sourcing").exists()


def test_a_paused_account_tells_why_and_what_to_do(program, account):
    account.pause("a security check", "sign in yourself", FakeClock().now())
    answer = program.send("/campaigns/birthday")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["advice"]) == ("account_paused", "sign in yourself")
    assert "a security check" in told["detail"]


def test_with_several_accounts_it_has_to_be_said_whose(program, account):
    an_account("bob")
    assert told_fields(program.send("/campaigns/birthday")) == {"account"}
    assert program.send("/campaigns/birthday", {"account": "bob"}).json()["account"] == "bob"
    assert Program(a_key(accounts=[account])).send("/campaigns/birthday").json()["account"] == "ada"


def test_a_campaign_of_that_name_and_another_kind_is_in_the_way(program, account):
    a_campaign(account, name="invitations", kind="birthday")
    assert told_fields(program.send("/campaigns/invitations")) == {"body"}
    assert not Run.objects.exists()


def test_a_run_is_stopped_once_and_asking_again_changes_nothing(program, account):
    campaign, now = a_campaign(account), FakeClock().now()
    run = campaign.runs.create(account=account, status="running", fence=1, started_at=now, heartbeat_at=now)
    first = program.send(f"/campaigns/runs/{run.pk}/stop")
    assert first.status_code == 202
    assert first.json()["stop_requested_at"]
    assert program.send(f"/campaigns/runs/{run.pk}/stop").json() == first.json()

    run.end("finished", now)
    assert program.send(f"/campaigns/runs/{run.pk}/stop").status_code == 202
    Run.objects.update(stop_requested_at=None)
    answer = program.send(f"/campaigns/runs/{run.pk}/stop")
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")


def test_a_run_tells_of_each_action_with_its_reason(program, account):
    campaign, now = a_campaign(account), FakeClock().now()
    run = campaign.runs.create(
        account=account, status="ended", outcome="finished", fence=1, started_at=now, heartbeat_at=now, to_do=2,
        skipped=[{"contact": "x", "name": "Grace Hopper", "occasion": "birthday 2026", "reason": "wished already"}],
    )  # fmt: skip
    for name, status in (("Ada Lovelace", "done"), ("Hedy Lamarr", "unknown")):
        campaign.actions.create(
            account=account, contact=a_contact(name, campaign), occasion="birthday 2026", due_on=now, expires_on=now,
            run=run, status=status, reason="why not",
        )  # fmt: skip
    seen = program.get(f"/campaigns/runs/{run.pk}").json()
    assert [(one["name"], one["status"]) for one in seen["actions"]] == [
        ("Ada Lovelace", "done"), ("Hedy Lamarr", "unknown"), ("Grace Hopper", "skipped"),
    ]  # fmt: skip
    counted = {name: seen["progress"][name] for name in ("planned", "done", "failed", "unknown", "left")}
    assert counted == {"planned": 2, "done": 1, "failed": 0, "unknown": 1, "left": 0}


def test_a_dry_run_tells_its_plan(program, account):
    campaign, now = a_campaign(account), FakeClock().now()
    plan = [
        {"contact": "x", "name": "Ada", "occasion": "o", "status": "planned", "text": "Hello", "reason": ""}
    ]
    run = campaign.runs.create(
        account=account, status="ended", outcome="finished", fence=1, started_at=now, heartbeat_at=now,
        is_dry_run=True, plan=plan,
    )  # fmt: skip
    assert program.get(f"/campaigns/runs/{run.pk}").json()["actions"] == plan


def test_the_status_tells_what_waits_for_a_person(program, account):
    campaign, now = a_campaign(account, needs_approval=True), FakeClock().now()
    for number, status in enumerate(["planned", "unknown", "done"]):
        campaign.actions.create(
            account=account, contact=a_contact(f"Person {number}", campaign), occasion="o", due_on=now,
            expires_on=now, status=status, text="Hello",
        )  # fmt: skip
    last = campaign.runs.create(
        account=account, status="ended", outcome="finished", fence=1, started_at=now, heartbeat_at=now
    )
    program.send("/campaigns/birthday")
    [told] = program.get("/campaigns/status").json()["accounts"]
    assert (told["planned"], told["waiting_for_approval"], told["in_doubt"]) == (1, 1, 1)
    assert (told["active_run"]["status"], told["last_run"]["id"]) == ("queued", last.pk)


class WatchedClock(FakeClock):
    """Something happens while the watcher sleeps."""

    def __init__(self, happens=lambda: None):
        super().__init__()
        self.happens = happens

    def sleep(self, seconds):
        super().sleep(seconds)
        self.happens()


def follow(run, clock):
    _, text = ApiKey.objects.make("a program", ["run"])
    factory = APIRequestFactory(headers={"X-API-Key": text, "Accept": "text/event-stream"})
    answer = RunViewSet.as_view({"get": "events"}, clock=clock)(factory.get("/x"), pk=run.pk)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


@pytest.fixture
def run(account):
    now = FakeClock().now()
    return a_campaign(account).runs.create(
        account=account, status="running", fence=1, started_at=now, heartbeat_at=now
    )


def test_a_watcher_hears_of_each_change_until_the_end(run):
    clock = WatchedClock(lambda: run.end("stopped", FakeClock().now(), "it was asked to stop"))
    heard = follow(run, clock)
    assert [(one["status"], one["outcome"]) for one in heard] == [("running", ""), ("ended", "stopped")]


def test_a_stream_ends_before_a_server_would_end_it(run):
    clock = WatchedClock()
    assert follow(run, clock)
    assert clock.slept <= STREAM_SECONDS + 15


def test_whom_no_thread_can_be_spared_for_gets_one_event_and_asks_again(run):
    for _ in range(LONG_STREAMS):
        assert places.acquire(blocking=False)
    try:
        clock = WatchedClock()
        assert [one["status"] for one in follow(run, clock)] == ["running"]
        assert clock.slept == 0
    finally:
        places.release(LONG_STREAMS)
    assert follow(run, clock := WatchedClock())
    assert clock.slept > 0


def test_a_watcher_who_leaves_makes_room_for_the_next_one(run):
    for _ in range(2 * LONG_STREAMS):
        watched = lines(run, WatchedClock())
        assert next(watched) == "retry: 1000\n\n"
        watched.close()


def test_who_does_not_accept_a_stream_is_told_how_far_it_is(run, program):
    answer = program.get(f"/campaigns/runs/{run.pk}/events")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["status"] == "running"


def test_a_repeated_request_gets_the_first_answer_and_starts_nothing(program):
    first = program.send("/campaigns/birthday", {"limit": 1}, **{"Idempotency-Key": "monday"})
    again = program.send("/campaigns/birthday/", {"limit": 1}, **{"Idempotency-Key": "monday"})
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Run.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(program):
    program.send("/campaigns/birthday", {"limit": 1}, **{"Idempotency-Key": "monday"})
    for address, body in (("/campaigns/birthday", {"limit": 2}), ("/campaigns/invitations", {"limit": 1})):
        answer = program.send(address, body, **{"Idempotency-Key": "monday"})
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Run.objects.count() == 1


def test_another_programs_key_is_another_key(program):
    program.send("/campaigns/birthday", **{"Idempotency-Key": "monday"})
    assert Program(a_key()).send("/campaigns/birthday", **{"Idempotency-Key": "monday"}).status_code == 409
    assert Program(None).send("/campaigns/birthday", **{"Idempotency-Key": "monday"}).status_code == 403
    assert Program("wrong").send("/campaigns/birthday", **{"Idempotency-Key": "monday"}).status_code == 403


def test_a_refusal_is_not_kept_so_that_it_may_be_tried_again(program):
    assert told_fields(program.send("/campaigns/birthday", {"limit": 0}, **{"Idempotency-Key": "monday"}))
    assert (
        program.send("/campaigns/birthday", {"limit": 1}, **{"Idempotency-Key": "monday"}).status_code == 202
    )


def test_after_a_day_a_key_may_be_used_again(program):
    program.send("/campaigns/birthday", {"limit": 1}, **{"Idempotency-Key": "monday"})
    GivenAnswer.objects.update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (
        program.send("/campaigns/birthday", {"limit": 2}, **{"Idempotency-Key": "monday"}).status_code == 409
    )


@pytest.mark.parametrize("key", ["", "a" * 256, "é", "a\tb"])
def test_a_key_that_is_no_key_is_named(program, key):
    assert told_fields(program.send("/campaigns/birthday", **{"Idempotency-Key": key})) == {"Idempotency-Key"}


def test_a_body_that_is_too_long_is_refused_before_it_is_remembered(program):
    answer = program.send("/campaigns/birthday", {"account": "a" * 300_000}, **{"Idempotency-Key": "monday"})
    assert told_fields(answer) == {"body"}
    assert not GivenAnswer.objects.exists()


def test_an_answer_under_way_is_waited_for_unless_its_process_died():
    now = FakeClock().now()
    given, is_ours = GivenAnswer.objects.reserve("key a", "monday", "request", now)
    assert is_ours
    assert str(given) == "the answer to monday of key a"
    assert GivenAnswer.objects.reserve("key a", "monday", "request", now)[1] is False
    later = now + GivenAnswer.STALE_AFTER
    assert GivenAnswer.objects.reserve("key a", "monday", "request", later)[1] is True
    assert GivenAnswer.objects.reserve("key a", "monday", "request", later)[1] is False
    given.keep(200, {}, "")
    assert GivenAnswer.objects.reserve("key a", "monday", "request", later + timedelta(hours=1))[1] is False


def test_who_repeats_too_early_is_told_so(program):
    program.send("/campaigns/birthday", **{"Idempotency-Key": "monday"})
    GivenAnswer.objects.update(status=None, body="")
    answer = program.send("/campaigns/birthday", **{"Idempotency-Key": "monday"})
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (
        409,
        "in_progress",
        "1",
    )


def test_what_is_kept_of_an_answer_names_nobody(program, account):
    campaign = a_campaign(account, needs_approval=True)
    contact, now = a_contact("Ada Lovelace", campaign), FakeClock().now()
    a_template()
    action = campaign.actions.create(
        account=account, contact=contact, occasion="o", due_on=now, expires_on=now, text="Hello Ada"
    )
    key = {"Idempotency-Key": "a"}
    program.send(f"/approvals/{action.pk}/approve", {"text_sha256": action.text_sha256}, **key)
    for number, address in enumerate(["/do-not-contact", "/export", "/erase", "/campaigns/birthday"]):
        body = {} if "birthday" in address else {"person": contact.profile_url}
        assert program.send(address, body, **{"Idempotency-Key": f"{number}"}).status_code < 300
    kept = " ".join(str(row) for row in GivenAnswer.objects.values_list())
    assert GivenAnswer.objects.count() == 4
    assert "ovelace" not in kept
    assert "Hello" not in kept
    assert Contact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_starts_one_is_accepted_and_63_are_told_of_it(shared_database):
    def prepare():
        Account.objects.all().delete()
        a_campaign(an_account("ada"))
        return a_key()

    [key] = in_threads([prepare])
    answers = in_threads([lambda: Program(key).send("/campaigns/birthday") for _ in range(64)])

    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 63
    [accepted] = [answer.json() for answer in answers if answer.status_code == 202]
    named = {answer.json()["run"] for answer in answers if answer.status_code == 409}
    assert named == {accepted["url"]}


def test_a_database_that_does_not_answer_is_503_and_tells_nothing_of_itself(program):
    def fails(execute, *arguments):
        raise OperationalError("could not connect to server db.internal")

    with connection.execute_wrapper(fails):
        answer = program.get("/contacts")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, PROBLEM)
    assert b"internal" not in answer.content
    assert answer.headers["Retry-After"]
