"""log_in: the person says they know the terms, signs in themselves, and the session is kept encrypted."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command

from engine import sessions
from engine.browser import Browser
from engine.browser_paths import find_browser
from engine.browser_profiles import LastingProfile
from engine.errors import NoSession
from engine.models import Account, StoredSession
from engine.pace import SystemClock
from engine.sign_in import wait_for_sign_in

SECRET = "AQEDAcanary"


@pytest.fixture(autouse=True)
def _one_account(db, settings):
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    settings.SELENIUM_REMOTE_URL = ""
    Account.objects.all().delete()
    Account.objects.create(name="ada")


@pytest.fixture
def export(tmp_path):
    ends = (SystemClock().now() + timedelta(days=300)).timestamp()
    cookie = {"name": "li_at", "value": SECRET, "domain": ".www.linkedin.com", "expires": ends}
    path = tmp_path / "cookies.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps([cookie]))
    return path


def log_in(answer: str = "yes\n", **options) -> str:
    out = StringIO()
    call_command("log_in", stdin=StringIO(answer), stdout=out, **options)
    assert SECRET not in out.getvalue()
    return out.getvalue()


def refusal(answer: str = "yes\n", **options) -> str:
    with pytest.raises(CommandError) as refused:
        log_in(answer, **options)
    assert refused.value.returncode == 78
    assert SECRET not in str(refused.value)
    return str(refused.value)


def test_a_cookie_file_is_imported_and_its_end_is_told(export):
    said = log_in(cookies=export)
    assert "forbids automated access" in said
    assert "session of ada is stored; it holds until 20" in said
    assert f"Delete {export}" in said
    account = Account.objects.get()
    assert account.terms_acknowledged_at
    assert sessions.load(account, SystemClock().now())[0]["value"] == SECRET


def test_a_session_that_names_no_end_is_stored_too(export):
    export.write_text(export.read_text().replace("expires", "unknown"))
    assert "for a time it does not say" in log_in(cookies=export)


def test_who_signs_in_for_a_paused_account_is_told_how_to_resume_it(export):
    assert "still paused" not in log_in(cookies=export)
    Account.objects.get().pause("The network asks for a security check", "Answer it.", SystemClock().now())
    said = log_in("", cookies=export)
    assert "ada is still paused: The network asks for a security check" in said
    assert "press Resume" in said
    assert Account.objects.get().state == "paused"


@pytest.mark.parametrize("answer", ["", "no\n", "y\n", "\n"])
def test_only_a_typed_yes_acknowledges_the_terms(export, answer):
    assert "not acknowledged" in refusal(answer, cookies=export)
    assert Account.objects.get().terms_acknowledged_at is None
    assert not StoredSession.objects.exists()


def test_a_script_says_yes_with_an_option_and_nobody_is_asked_twice(export):
    assert "Type yes" not in log_in("", cookies=export, acknowledge_terms=True)
    assert "forbids" not in log_in("", cookies=export)


def test_a_named_account_is_made_when_it_is_new(export):
    log_in(cookies=export, account="grace")
    log_in("", cookies=export, account="grace")
    assert StoredSession.objects.get().account.name == "grace"


def test_a_name_that_is_none_is_refused(export):
    assert "slug" in refusal(cookies=export, account="Grace Hopper!")


def test_among_several_accounts_one_has_to_be_named(export):
    Account.objects.create(name="mary")
    assert "--account (ada, mary)" in refusal(cookies=export)
    Account.objects.all().delete()
    assert "none yet" in refusal(cookies=export)


def test_a_bad_file_is_refused_with_its_reason(export):
    export.chmod(0o604)
    assert "chmod 600" in refusal(cookies=export)


def test_an_expired_file_is_refused(export):
    export.write_text(export.read_text().replace('"expires": ', '"expires": 1000000000, "was": '))
    assert "expired on" in refusal(cookies=export)


def test_without_a_key_the_command_to_make_one_is_named(export, settings):
    settings.SESSION_KEYS = []
    assert "generate_key" in refusal(cookies=export)


def test_a_rehearsal_needs_no_session(settings):
    settings.REHEARSAL, settings.NETWORK_URL = True, "http://127.0.0.1:8000"
    assert "needs no session" in refusal()


def test_without_a_screen_the_way_round_is_named(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert "log_in --cookies FILE" in refusal()


def test_a_browser_that_cannot_be_started_is_told(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("DISPLAY", ":0")
    settings.CHROMEDRIVER = str(tmp_path)
    assert "CHROMEDRIVER is" in refusal()


class SignIn(BaseHTTPRequestHandler):
    """A network whose sign-in page signs its visitor in by itself, after a while."""

    def do_GET(self):
        is_known = "li_at=known" in self.headers.get("Cookie", "")
        self.send_response(200 if self.path != "/feed/" or is_known else 302)
        if self.path == "/enter":
            self.send_header("Set-Cookie", "li_at=known; Path=/; Max-Age=86400; HttpOnly")
        if self.path == "/feed/" and not is_known:
            self.send_header("Location", "/login")
        self.end_headers()
        following = {"/login": "/enter", "/enter": "/feed/"}.get(self.path)
        if following and self.server.lets_in:
            script = f"<script>setTimeout(() => {{ location = '{following}' }}, 50)</script>"
            self.wfile.write(script.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def network():
    with ThreadingHTTPServer(("127.0.0.1", 0), SignIn) as server:
        server.lets_in = True
        Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


class QuickClock:
    """Ten minutes go by in thirty glances."""

    def __init__(self):
        self.real, self.ahead = SystemClock(), timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.real.sleep(seconds / 20)
        self.ahead += timedelta(seconds=seconds * 20)


def wait(network) -> list[sessions.Cookie]:
    address = f"http://127.0.0.1:{network.server_port}"
    clock = QuickClock()
    with Browser(None, clock, network_url=address, is_rehearsal=True, is_attended=True) as browser:
        return wait_for_sign_in(browser, address, clock)


@pytest.mark.browser
def test_the_session_is_taken_once_the_person_has_reached_the_feed(network):
    (li_at,) = wait(network)
    assert (li_at["name"], li_at["value"], li_at["httpOnly"]) == ("li_at", "known", True)
    assert sessions.expires_at([li_at]) > SystemClock().now()


@pytest.mark.browser
def test_who_does_not_sign_in_is_waited_for_ten_minutes(network):
    network.lets_in = False
    with pytest.raises(NoSession, match="within 10 minutes"):
        wait(network)


@pytest.fixture
def certificate(tmp_path):
    """A certificate that nobody signed, and its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    pem = serialization.Encoding.PEM
    kept = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(kept + made.sign(key, hashes.SHA256()).public_bytes(pem))
    return path


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keeps_profile", [False, True])
def test_a_person_signs_in_in_the_window_that_opens(
    network, certificate, monkeypatch, settings, tmp_path, keeps_profile
):
    """The whole command; only the screen is missing, and the network's name leads to this machine."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    network.socket = tls.wrap_socket(network.socket, server_side=True)
    rules = f"MAP * 127.0.0.1:{network.server_port}"
    flags = f"--headless=new --ignore-certificate-errors '--host-resolver-rules={rules}'"
    chromium = tmp_path / "chromium"
    chromium.write_text(f'#!/bin/sh\nexec {find_browser(has_window=True)} {flags} "$@"\n')
    chromium.chmod(0o755)
    settings.CHROME_BINARY = str(chromium)
    monkeypatch.setenv("DISPLAY", ":0")
    settings.DATA_DIR = tmp_path
    Account.objects.update(keeps_profile=keeps_profile)

    assert "The session of ada is stored" in log_in()
    stored = StoredSession.objects.get()
    (cookie,) = sessions.load(stored.account, SystemClock().now())
    assert (cookie["value"], cookie["domain"]) == ("known", "www.linkedin.com")
    assert stored.browser_version
    profile = LastingProfile(stored.account)
    assert profile.folder.exists() == keeps_profile
    assert profile.session == (sessions.fingerprint([cookie]) if keeps_profile else "")
