"""Staff see accounts and what the engine wrote down; sessions are shown to nobody."""

import gzip
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission
from django.urls import reverse

from engine import sessions, snapshots
from engine.browser_profiles import LastingProfile
from engine.models import Account, BrowserProcess, LinkedInSelector, Snapshot, SpentPermit, StoredSession

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = "AQEDAcanary"


@pytest.fixture
def account(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    account = Account.objects.create(name="ada", messages_per_day=7)
    cookie = {"name": "li_at", "value": SECRET, "expires": (NOW + timedelta(days=30)).timestamp()}
    sessions.store(account, [cookie], NOW, "156.0")
    return account


@pytest.fixture
def records(account):
    browser = BrowserProcess.objects.create(
        account=account, host="desk", group_id=42, leader_started=1.0, started_at=NOW
    )
    selector = LinkedInSelector.objects.create(key="composer.send", value="button[type=submit]")
    permit = SpentPermit.objects.create(
        account=account, bucket="message", attempt_id=uuid4(), run_id=1, taken_at=NOW, spacing_seconds=90
    )
    return [browser, selector, permit]


def list_of(model) -> str:
    return reverse(f"admin:engine_{model._meta.model_name}_changelist")


def page_of(thing) -> str:
    return reverse(f"admin:engine_{thing._meta.model_name}_change", args=[thing.pk])


def act(client, name, *accounts):
    data = {"action": name, "_selected_action": [one.pk for one in accounts]}
    return client.post(list_of(Account), data, follow=True)


def test_the_list_says_how_each_account_is(admin_client, account):
    Account.objects.create(name="mary")
    account.pause("a security check", "Sign in yourself.", NOW)
    text = admin_client.get(list_of(Account)).content.decode()
    for words in ("a security check", "07:00–19:00 Europe/Paris", "2026-06-03 12:00 UTC"):
        assert words in text
    assert "nobody has signed in" in text


def test_staff_see_the_quotas_as_they_are_now(admin_client, account):
    gentle = "3 in one run, 1 in 24 hours, 20 in 7 days (day 1 of 14 of the gentle start)"
    assert gentle in admin_client.get(list_of(Account)).content.decode()
    Account.objects.update(gentle_since=NOW - timedelta(days=300))
    assert (
        "15 in one run, 7 in 24 hours, 100 in 7 days<" in admin_client.get(list_of(Account)).content.decode()
    )


def test_a_session_that_names_no_end_is_shown_as_such(admin_client, account):
    StoredSession.objects.update(expires_at=None)
    assert "it does not say" in admin_client.get(list_of(Account)).content.decode()


def test_a_new_account_can_be_added(admin_client, db):
    page = admin_client.get(reverse("admin:engine_account_add"))
    assert page.status_code == 200
    assert "Import a session file" not in page.content.decode()


def test_staff_pause_accounts_from_the_list(admin_client, account):
    assert "1 paused" in act(admin_client, "pause", account).content.decode()
    account.refresh_from_db()
    assert (account.state, account.paused_reason) == ("paused", "paused by admin")
    assert "0 paused" in act(admin_client, "pause", account).content.decode()


def test_the_state_is_no_field_that_a_form_can_set(admin_client, account):
    account.pause("a security check", "", NOW)
    form = admin_client.get(page_of(account)).context["adminform"].form
    assert {"state", "paused_reason", "paused_at", "terms_acknowledged_at"}.isdisjoint(form.fields)


def test_a_stored_session_can_be_deleted_and_is_never_shown(admin_client, account):
    stored = account.session
    for address in (list_of(StoredSession), page_of(stored)):
        text = admin_client.get(address).content.decode()
        assert "156.0" in text
        assert SECRET not in text
        assert bytes(stored.ciphertext).decode()[:20] not in text
    assert admin_client.get(reverse("admin:engine_storedsession_add")).status_code == 403
    assert admin_client.post(page_of(stored), {"account": account.pk}).status_code == 403
    delete = reverse("admin:engine_storedsession_delete", args=[stored.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 302
    assert not StoredSession.objects.exists()


def test_what_the_engine_wrote_down_is_read_only(admin_client, records):
    for record in records:
        name = record._meta.model_name
        assert admin_client.get(list_of(record)).status_code == 200
        assert admin_client.get(page_of(record)).status_code == 200
        assert admin_client.get(reverse(f"admin:engine_{name}_add")).status_code == 403
        assert admin_client.post(page_of(record), {}).status_code == 403
        assert admin_client.post(reverse(f"admin:engine_{name}_delete", args=[record.pk])).status_code == 403


def test_lists_can_be_searched(admin_client, records):
    for model, words in ((Account, "ada"), (LinkedInSelector, "composer"), (SpentPermit, "0")):
        assert admin_client.get(list_of(model), {"q": words}).status_code == 200


@pytest.mark.parametrize("way", ["one", "chosen"])
def test_with_a_session_goes_the_profile_that_holds_it_too(admin_client, account, way):
    folder = LastingProfile(account).folder
    folder.mkdir(parents=True)
    if way == "one":
        delete = reverse("admin:engine_storedsession_delete", args=[account.session.pk])
        admin_client.post(delete, {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [account.session.pk], "post": "yes"}
        admin_client.post(list_of(StoredSession), chosen)
    assert not StoredSession.objects.exists()
    assert not folder.exists()


HOSTILE = "<script>alert('hostile')</script></pre><img src=x onerror=alert(1)>"


@pytest.fixture
def snapshot(account):
    taken = Snapshot(account=account, reason=f"no Send button {HOSTILE}", page_kind="profile", taken_at=NOW)
    return snapshots._kept(taken, gzip.compress(HOSTILE.encode()), b"\x89PNG")


def file_of(snapshot, part: str) -> str:
    return reverse(f"admin:engine_snapshot_{part}", args=[snapshot.pk])


def test_a_snapshot_is_shown_as_text_and_picture(admin_client, snapshot):
    listed = admin_client.get(list_of(Snapshot)).content.decode()
    shown = admin_client.get(page_of(snapshot)).content.decode()
    for text in (listed, shown):
        assert "no Send button" in text
        assert "<script>alert(" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert(&#x27;hostile&#x27;)&lt;/script&gt;&lt;/pre&gt;" in shown
    assert f'<img src="{file_of(snapshot, "image")}"' in shown
    assert f'href="{file_of(snapshot, "html")}"' in shown
    assert admin_client.post(page_of(snapshot), {}).status_code == 403
    assert admin_client.get(list_of(Snapshot), {"q": "button"}).status_code == 200


@pytest.mark.parametrize(
    ("part", "content", "kind"),
    [("html", HOSTILE.encode(), "text/plain; charset=utf-8"), ("image", b"\x89PNG", "image/png")],
)
def test_the_files_of_a_snapshot_are_saved_and_never_opened(admin_client, snapshot, part, content, kind):
    answer = admin_client.get(file_of(snapshot, part))
    assert answer.content == content
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith('attachment; filename="snapshot-')
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_only_who_is_allowed_sees_a_snapshot(client, snapshot, django_user_model):
    clerk = django_user_model.objects.create_user("grace", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_snapshot"))
    client.force_login(clerk)
    addresses = [list_of(Snapshot), page_of(snapshot), file_of(snapshot, "html"), file_of(snapshot, "image")]
    assert [client.get(address).status_code for address in addresses] == [403] * 4
    clerk.user_permissions.add(Permission.objects.get(codename="view_snapshot"))
    assert [client.get(address).status_code for address in addresses] == [200] * 4
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [302] * 4


def test_a_snapshot_without_files_says_so(admin_client, account):
    bare = Snapshot.objects.create(account=account, reason="the browser hung", taken_at=NOW)
    assert admin_client.get(page_of(bare)).content.decode().count("not kept") == 2
    assert admin_client.get(file_of(bare, "html")).status_code == 404
    assert admin_client.get(file_of(bare, "image")).status_code == 404
    assert admin_client.get(reverse("admin:engine_snapshot_html", args=[0])).status_code == 404
