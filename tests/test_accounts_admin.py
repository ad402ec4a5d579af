"""An account's page: how it stands, its session file, pausing, and resuming with one's own password."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engine import sessions
from engine.admin.standing import Standing
from engine.models import Account, SpentPermit, StoredSession
from engine.pace import SystemClock

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = "AQEDAcanary"
PASSWORD = "password"  # of pytest-django's admin


@pytest.fixture
def account(db, settings):
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    return Account.objects.create(
        name="ada", terms_acknowledged_at=NOW, gentle_since=NOW - timedelta(days=300)
    )


@pytest.fixture
def looker(client, django_user_model):
    """May look at accounts; signed in to `client`."""
    user = django_user_model.objects.create_user("grace", password=PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_account"))
    client.force_login(user)
    return user


def address_of(account, change: str = "change") -> str:
    return reverse(f"admin:engine_account_{change}", args=[account.pk])


def a_file(expires: datetime | None = None, content: bytes | None = None) -> SimpleUploadedFile:
    ends = (expires or SystemClock().now() + timedelta(days=30)).timestamp()
    cookies = [{"name": "li_at", "value": SECRET, "domain": ".linkedin.com", "path": "/", "expires": ends}]
    return SimpleUploadedFile("cookies.json", json.dumps(cookies).encode() if content is None else content)


def send(client, account, file=None, **form):
    return client.post(address_of(account, "session"), {"cookies": file or a_file(), **form}, follow=True)


def press(client, account, button, **form):
    page = client.post(address_of(account, button), form, follow=True)
    account.refresh_from_db()
    return page.content.decode()


def test_a_session_file_is_stored_encrypted_and_shown_to_nobody(admin_client, account):
    text = send(admin_client, account).content.decode()

    assert "The session is stored, encrypted. Delete the file now" in text
    assert sessions.load(account, SystemClock().now())[0]["value"] == SECRET
    assert SECRET not in text
    assert SECRET.encode() not in bytes(StoredSession.objects.get().ciphertext)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (a_file(expires=NOW - timedelta(days=3_000)), "the session expired on"),
        (a_file(content=b"[{"), "no whole JSON"),
        (a_file(content=b"[" * 100_000), "nested too deeply"),
        (a_file(content=b"[]" + b" " * 2_000_000), "bytes is no cookie file"),
        (
            a_file(content=b'[{"name":"li_at","value":"x","domain":"evil.example"}]'),
            "no cookie of linkedin.com",
        ),
        (a_file(content=b"<script>alert(1)</script>"), "is no cookie"),
        (a_file(content=b""), "one that is not empty"),
    ],
)
def test_what_is_no_session_is_refused_with_the_reason(admin_client, account, file, why):
    file.seek(0)

    text = send(admin_client, account, file).content.decode()

    assert why in text
    assert "<script>alert(1)" not in text
    assert not StoredSession.objects.exists()


def test_without_keys_no_session_is_kept(admin_client, account, settings):
    settings.SESSION_KEYS = []

    assert "SESSION_KEYS is empty" in send(admin_client, account).content.decode()
    assert not StoredSession.objects.exists()


def test_the_first_session_needs_the_terms_acknowledged_once(admin_client, account):
    Account.objects.update(terms_acknowledged_at=None)
    asked = "agreement forbids automated access"

    assert asked in admin_client.get(address_of(account)).content.decode()
    assert "say first that you know" in send(admin_client, account).content.decode()
    assert not StoredSession.objects.exists()
    assert asked not in send(admin_client, account, terms="on").content.decode()
    account.refresh_from_db()
    assert account.terms_acknowledged_at is not None


def test_only_who_may_change_sessions_imports_one(client, looker, account):
    assert "Import a session file" not in client.get(address_of(account)).content.decode()
    assert send(client, account).status_code == 403
    looker.user_permissions.add(Permission.objects.get(codename="change_storedsession"))
    assert client.get(address_of(account, "session")).status_code == 405
    assert "The session is stored" in send(client, account).content.decode()


def test_an_import_is_on_record_without_anything_of_the_session(admin_client, account):
    send(admin_client, account)

    history = admin_client.get(reverse("admin:engine_account_history", args=[account.pk])).content.decode()

    assert "imported a session" in history
    assert SECRET not in history


@pytest.mark.parametrize(
    ("expires_at", "state"),
    [
        (NOW - timedelta(minutes=1), ("danger", "expired")),
        (NOW + timedelta(days=6), ("warning", "ends soon")),
        (NOW + timedelta(days=30), ("success", "signed in")),
        (None, ("success", "signed in")),
    ],
)
def test_the_session_says_how_long_it_holds(account, expires_at, state):
    StoredSession.objects.create(account=account, ciphertext=b"x", expires_at=expires_at, stored_at=NOW)

    assert Standing(account, NOW).session_state == state


def test_an_account_without_a_session_says_so(admin_client, account):
    assert Standing(account, NOW).session_state == ("danger", "nobody has signed in")
    assert "nobody has signed in" in admin_client.get(address_of(account)).content.decode()


def test_a_button_pauses_and_keeps_the_first_reason(admin_client, account):
    assert "none starts until somebody resumes it" in admin_client.get(address_of(account)).content.decode()

    assert "nothing runs on it until somebody resumes it" in press(admin_client, account, "pause")
    assert (account.state, account.paused_reason) == ("paused", "paused by admin")
    assert "It was paused already" in press(admin_client, account, "pause")


def test_an_account_is_resumed_with_the_password_of_who_does_it(admin_client, account):
    account.pause("a <b>security</b> check", "Sign in yourself.", NOW)
    page = admin_client.get(address_of(account)).content.decode()
    assert "a &lt;b&gt;security&lt;/b&gt; check" in page
    assert "Sign in yourself." in page

    for wrong in ({}, {"password": ""}, {"password": "guessed"}):
        assert "not your password, so it stays paused" in press(admin_client, account, "resume", **wrong)
        assert account.state == "paused"
    assert "Resumed: runs start again" in press(admin_client, account, "resume", password=PASSWORD)
    assert (account.state, account.paused_reason) == ("active", "")
    assert "It was not paused" in press(admin_client, account, "resume", password=PASSWORD)


def test_the_list_resumes_nothing(admin_client, account):
    account.pause("a security check", "", NOW)
    data = {"action": "resume", "_selected_action": [account.pk]}

    admin_client.post(reverse("admin:engine_account_changelist"), data)

    account.refresh_from_db()
    assert account.state == "paused"


@pytest.mark.parametrize("button", ["pause", "resume"])
def test_only_who_is_allowed_pauses_and_resumes_and_only_by_the_button(client, looker, account, button):
    before = "paused" if button == "resume" else "active"
    if button == "resume":
        account.pause("a security check", "", NOW)
    form = {"password": PASSWORD}

    assert address_of(account, button) not in client.get(address_of(account)).content.decode()
    assert client.post(address_of(account, button), form).status_code == 403
    account.refresh_from_db()
    assert account.state == before
    looker.user_permissions.add(Permission.objects.get(codename="change_account"))
    assert client.get(address_of(account, button)).status_code == 405
    assert client.post(address_of(account, button), form).status_code == 302
    account.refresh_from_db()
    assert account.state != before


def take(account, bucket="message", **fields):
    values = {"attempt_id": uuid4(), "run_id": 1, "taken_at": NOW - timedelta(hours=1), "spacing_seconds": 90}
    return SpentPermit.objects.create(account=account, bucket=bucket, **values | fields)


def test_the_bars_count_what_each_window_still_holds(account):
    take(account)
    take(account, taken_at=NOW - timedelta(hours=30))
    take(account, given_back_at=NOW)
    take(account, bucket="visit")

    messages, visits, withdrawals = Standing(account, NOW).quotas

    assert [(bar.window.name, bar.taken, bar.left) for bar in messages.bars] == [
        ("24 hours", 1, 14),
        ("7 days", 2, 98),
    ]
    assert [bar.taken for bar in visits.bars] == [1]
    assert [bar.taken for bar in withdrawals.bars] == [0]
    assert not messages.bars[0].is_ramped


def test_during_the_gentle_start_a_bar_shows_what_is_let_out_now_and_later(admin_client, account):
    account.gentle_since = NOW - timedelta(days=5)
    standing = Standing(account, NOW)

    bar = standing.quotas[0].bars[0]
    assert (bar.window.limit, bar.full, bar.is_ramped) == (7, 15, True)
    assert standing.gentle_day == 6
    Account.objects.update(gentle_since=SystemClock().now())
    assert "(later 15)" in admin_client.get(address_of(account)).content.decode()


def test_a_window_that_is_spent_has_nothing_left_also_when_the_limit_was_lowered_since(account):
    account.messages_per_day = 1
    take(account)
    take(account)

    assert Standing(account, NOW).quotas[0].bars[0].left == 0


@pytest.mark.parametrize(("zone", "is_open"), [("Europe/Paris", True), ("Asia/Tokyo", False)])
def test_the_hours_are_those_of_the_accounts_own_zone(account, zone, is_open):
    account.time_zone = zone

    assert Standing(account, NOW).is_working_hour is is_open


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("messages_per_day", "51", "less than or equal to 50"),
        ("hours_end", "06:00", "The working hours end before they start"),
        ("time_zone", "Mars/Olympus", "no IANA time zone"),
        ("pause_min_seconds", "600", "The shortest pause is longer than the longest"),
    ],
)
def test_limits_and_hours_out_of_bounds_are_refused(admin_client, account, field, value, told):
    initial = admin_client.get(address_of(account)).context["adminform"].form.initial
    form = {name: given for name, given in initial.items() if given not in (None, False)}

    page = admin_client.post(address_of(account), {**form, field: value})

    assert told in page.content.decode()


def test_the_page_costs_the_same_queries_whatever_was_spent(admin_client, account):
    def queries_of_page():
        admin_client.get(address_of(account))
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address_of(account)).status_code == 200
        return len(queries)

    few = queries_of_page()
    for _ in range(5):
        take(account, taken_at=SystemClock().now())

    assert queries_of_page() == few


def test_an_account_that_is_not_there_is_said_to_be_missing(admin_client, db):
    page = admin_client.get(reverse("admin:engine_account_change", args=[4711]), follow=True)

    assert "doesn’t exist" in page.content.decode()
