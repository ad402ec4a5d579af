"""Notices on their way: to whom they may go, signed, tried again, and given up in the end."""

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
from campaigns.diagnosis import undelivered
from campaigns.models import Notice, NoticeChannel, NoticeDelivery
from tests.builders import a_channel, an_ended_run
from tests.fakes import FakeClock


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
    run = an_ended_run(campaign, clock)

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
    an_ended_run(campaign, clock)
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
    an_ended_run(campaign, clock)
    notices.collect(clock)
    assert not list(undelivered(clock.now()))

    delivery.deliver(clock)
    [finding] = undelivered(clock.now())
    assert (finding.what, finding.needs_person) == ("1 notice not delivered", False)

    clock.time += timedelta(minutes=1)
    delivery.deliver(clock)
    assert not list(undelivered(clock.now()))


def test_of_two_processes_one_attempts_a_delivery(campaign, clock):
    a_channel(clock)
    an_ended_run(campaign, clock)
    notices.collect(clock)
    mine, theirs = NoticeDelivery.objects.get(), NoticeDelivery.objects.get()

    assert delivery._attempt(mine, clock)
    assert not delivery._attempt(theirs, clock)
    assert len(mail.outbox) == 1


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
    an_ended_run(campaign, clock)
    notices.collect(clock)

    assert delivery.deliver(clock) == 0
    assert NoticeDelivery.objects.get().last_error == "ConnectionRefusedError"


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
