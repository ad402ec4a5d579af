"""Notices: what is told and that it is told once; signed requests that are tried again, and that hold up nothing."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from campaigns import delivery, notices
from campaigns.channels import Event
from campaigns.diagnosis import missing_runs, undelivered
from campaigns.kinds import Options
from campaigns.models import Action, Notice, NoticeChannel, NoticeDelivery, Run
from campaigns.processes import ProcessIdentity
from campaigns.tasks import request_run
from engine.models import StoredSession
from engine.pace import SystemClock
from tests.builders import a_birthday_campaign, a_contact, an_account, run_it
from tests.fakes import FakeClock, FakeNetwork, raising

PEOPLE = ("Ada Martin", "Bo Lindgren")


class Receiver(BaseHTTPRequestHandler):
    """Answers with the next of the given statuses, then with 204."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments): ...


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/notices?token=s3cret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock():
    return FakeClock(SystemClock().now().replace(hour=10))


@pytest.fixture
def campaign(db):
    return a_birthday_campaign()


def a_channel(clock, **fields):
    values = {"name": "office", "kind": "email", "address": "office@example.org", "events": ["run_finished"]}
    channel = NoticeChannel(**values | fields)
    channel.full_clean()
    channel.save()
    NoticeChannel.objects.filter(pk=channel.pk).update(created_at=clock.now() - timedelta(hours=1))
    channel.refresh_from_db()
    return channel


def told(event=None):
    found = Notice.objects.order_by("pk")
    return [notice.summary for notice in (found.filter(event=event) if event else found)]


def ended(campaign, clock, outcome="finished", **fields):
    run = Run.objects.start(campaign, ProcessIdentity.own(), clock.now())
    run.end(outcome, clock.now())
    Run.objects.filter(pk=run.pk).update(**fields)
    return run


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=c", "https://hooks.example.org:8443", "http://127.0.0.1:9000/x", "http://[::1]/x",
     "http://localhost:1/"],
)  # fmt: skip
def test_https_and_this_machine_itself_are_addresses_for_a_webhook(address):
    NoticeChannel(name="a", kind="webhook", address=address).full_clean(validate_unique=False)


@pytest.mark.parametrize(
    "address",
    ["http://example.org/", "http://127.0.0.1.example.org/", "http://10.0.0.1/", "ftp://example.org/", "example.org",
     "https://", "https://ada:pw@example.org/", "https://example.org\\@127.0.0.1/", "https://exa mple.org/",
     "https://example.org/\r\nX: y", "https://example.org:99999/", "https://example.org/#a", "https://[::1/",
     "file:///etc/passwd", "https://exämple.org/"],
)  # fmt: skip
def test_every_other_address_is_refused_before_anything_is_sent(address):
    channel = NoticeChannel(name="a", kind="webhook", address=address)

    with pytest.raises(ValidationError) as refusal:
        channel.full_clean(validate_unique=False)
    assert "address" in refusal.value.message_dict
    with pytest.raises(ValidationError):
        delivery.post(Notice(), channel, FakeClock().now())


@pytest.mark.parametrize(
    "fields", [{"kind": "email", "address": "nobody"}, {"events": ["birthdays"]}, {"events": "run_finished"}]
)
def test_a_channel_that_would_reach_nobody_is_refused(fields):
    values = {"name": "a", "kind": "webhook", "address": "https://example.org/"} | fields
    with pytest.raises(ValidationError):
        NoticeChannel(**values).full_clean(validate_unique=False)


@pytest.mark.django_db
def test_the_secret_stands_in_no_table_and_depends_on_the_installations_key(clock, settings):
    channel, other = a_channel(clock), a_channel(clock, name="other")
    secret = channel.secret

    assert secret.startswith("whsec_")
    assert secret not in str(NoticeChannel.objects.values())
    assert secret not in (other.secret, "")
    settings.SECRET_KEY = "another"
    assert channel.secret != secret


def test_a_signed_request_is_tried_again_until_it_arrives_and_is_told_once(campaign, clock, receiver, caplog):
    channel = a_channel(clock, kind="webhook", address=receiver.url)
    receiver.answers = [500, 302]
    run = ended(campaign, clock)

    assert (notices.collect(clock), notices.collect(clock)) == (1, 0)
    arrived = []
    for span in (0, 59, 1, 299, 1, 86_400):
        clock.time += timedelta(seconds=span)
        arrived.append(delivery.deliver(clock))

    assert arrived == [0, 0, 0, 0, 1, 0]
    assert len(receiver.got) == 3
    log = NoticeDelivery.objects.get()
    assert (log.status, log.attempts, log.last_error) == ("delivered", 3, "")
    assert "s3cret" not in caplog.text
    assert "HTTP 500" in caplog.text
    for headers, body in receiver.got:
        check_signature(channel, headers, body)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    message = json.loads(receiver.got[0][1])
    assert (message["type"], message["data"]["run"]) == ("run_finished", run.pk)


def check_signature(channel, headers, body):
    """As a receiver does it who knows the secret only."""
    key = base64.b64decode(channel.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_a_receiver_that_is_not_there_is_given_up_in_the_end(campaign, clock, receiver):
    a_channel(clock, kind="webhook", address="http://127.0.0.1:1/")
    ended(campaign, clock)
    notices.collect(clock)

    attempts = 0
    while NoticeDelivery.objects.get().status == "waiting":
        clock.time = NoticeDelivery.objects.get().next_at
        assert delivery.deliver(clock) == 0
        attempts += 1

    log = NoticeDelivery.objects.get()
    assert (log.status, attempts, log.attempts) == ("given_up", 7, 7)
    assert log.last_error == "NewConnectionError"


def test_the_doctor_tells_of_notices_that_did_not_arrive(campaign, clock, receiver):
    a_channel(clock, kind="webhook", address=receiver.url)
    receiver.answers = [500]
    ended(campaign, clock)
    notices.collect(clock)
    assert not list(undelivered(clock.now()))

    delivery.deliver(clock)
    [finding] = undelivered(clock.now())
    assert (finding.what, finding.needs_person) == ("1 notice not delivered", False)

    clock.time += timedelta(minutes=1)
    delivery.deliver(clock)
    assert not list(undelivered(clock.now()))


@pytest.mark.parametrize("fields", [{"is_dry_run": True}, {"outcome": "expired"}, {"status": "queued"}])
def test_a_run_that_was_none_does_not_count_as_the_run_of_the_day(campaign, clock, fields):
    campaign.schedule = "0 9 * * *"
    campaign.save()
    ended(campaign, clock)
    assert not list(missing_runs(campaign.account, clock.now()))
    Run.objects.update(**fields)

    [finding] = missing_runs(campaign.account, clock.now())

    assert finding.code == "no_run_today"
    assert "run_worker" in finding.todo


def test_of_two_processes_one_attempts_a_delivery(campaign, clock):
    a_channel(clock)
    ended(campaign, clock)
    notices.collect(clock)
    mine, theirs = NoticeDelivery.objects.get(), NoticeDelivery.objects.get()

    assert delivery._attempt(mine, clock)
    assert not delivery._attempt(theirs, clock)
    assert len(mail.outbox) == 1


def test_of_two_processes_that_find_the_same_news_one_keeps_it(campaign, clock):
    channel = a_channel(clock)
    ended(campaign, clock)
    [news] = notices.runs_finished(clock.now() - timedelta(days=1))

    assert notices._keep(news, [channel], clock.now())
    assert not notices._keep(news, [channel], clock.now())
    assert NoticeDelivery.objects.count() == 1


def test_a_mail_has_one_line_of_subject_and_all_that_is_known(campaign, clock):
    a_channel(clock, events=["account_paused"])
    campaign.account.pause("security check\r\nBcc: all@example.org", "sign in", clock.now())

    notices.collect(clock)
    assert delivery.deliver(clock) == 1

    [letter] = mail.outbox
    assert letter.subject == "[linkedin_bot] ada is paused: security check Bcc: all@example.org"
    assert letter.to == ["office@example.org"]
    assert '"advice": "sign in"' in letter.body


def test_a_mail_server_that_is_not_there_is_a_failed_delivery(campaign, clock, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    a_channel(clock)
    ended(campaign, clock)
    notices.collect(clock)

    assert delivery.deliver(clock) == 0
    assert NoticeDelivery.objects.get().last_error == "ConnectionRefusedError"


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
    ended(campaign, clock, outcome, **fields)

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
        ended(campaign, clock, "no_session")
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
    ended(campaign, clock)
    assert notices.collect(clock) == 0

    a_channel(clock)
    notices.collect(clock)
    clock.time += notices.KEPT_FOR + timedelta(days=1)
    notices.collect(clock)

    assert not told(Event.RUN_FINISHED)


def test_a_rehearsal_tells_nobody(campaign, clock, settings):
    a_channel(clock)
    ended(campaign, clock)
    notices.collect(clock)
    settings.REHEARSAL = True

    assert (notices.collect(clock), delivery.deliver(clock)) == (0, 0)
    assert mail.outbox == []


def test_the_command_tells_what_is_new(campaign, clock):
    a_channel(clock)
    ended(campaign, clock)
    said = StringIO()

    call_command("send_notices", stdout=said)

    assert said.getvalue().strip().endswith("0 not delivered")
    assert len(mail.outbox) >= 1


def test_a_channel_can_be_tried(campaign, clock, receiver):
    a_channel(clock, kind="webhook", address=receiver.url, account=campaign.account)
    said = StringIO()

    call_command("send_notices", "--try", "office", stdout=said)
    receiver.answers = [410]
    with pytest.raises(CommandError, match="HTTP 410"):
        call_command("send_notices", "--try", "office")
    with pytest.raises(CommandError, match="known: office"):
        call_command("send_notices", "--try", "home")

    assert said.getvalue() == "delivered\n"
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["test", "test"]
    assert not Notice.objects.exists()


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
    ended(campaign, clock)
    notices.collect(clock)
    assert "finished" in staff.get("/admin/campaigns/notice/").content.decode()
    assert "office" in staff.get("/admin/campaigns/noticedelivery/").content.decode()
    assert staff.get("/admin/campaigns/notice/add/").status_code == 403


def test_the_staff_are_told_what_is_wrong_with_an_address(staff):
    form = {"name": "office", "kind": "webhook", "address": "http://10.0.0.1/"}

    page = staff.post("/admin/campaigns/noticechannel/add/", form).content.decode()

    assert "Give an https address" in page
    assert not NoticeChannel.objects.exists()
