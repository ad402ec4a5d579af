"""Staff see accounts and what the engine wrote down; sessions are shown to nobody."""

import gzip
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
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


WHERE = "form.mine button[type=submit]"


@pytest.fixture
def proposal(db):
    evidence = {"before": "<b>old</b>", "after": "<i>new</i>", "why": {"label": 4, "tag": 0}}
    return LinkedInSelector.objects.create(
        key="composer.send", value=WHERE, origin="proposed", state="proposed", name="Send", evidence=evidence
    )


def decide(client, selector, decision: str):
    address = reverse("admin:engine_linkedinselector_decide", args=[selector.pk])
    page = client.post(address, {"decision": decision}, follow=True)
    selector.refresh_from_db()
    return page.content.decode()


def test_a_proposal_is_accepted_and_refused_on_its_page_with_the_consequence_said(admin_client, proposal):
    page = admin_client.get(page_of(proposal)).content.decode()
    for words in (
        "A click on it cannot be undone",
        "may be clicked where",
        "neither used nor proposed again",
    ):
        assert words in page
    assert "Decided, with your name" in decide(admin_client, proposal, "accept")
    assert (proposal.state, proposal.decided_by) == ("accepted", "admin")
    page = admin_client.get(page_of(proposal)).content.decode()
    assert 'value="accept"' not in page
    assert "Nothing changed" in decide(admin_client, proposal, "accept")
    decide(admin_client, proposal, "refuse")
    assert proposal.state == "refused"
    assert 'value="refuse"' not in admin_client.get(page_of(proposal)).content.decode()


@pytest.mark.parametrize("decision", ["", "both", "pk"])
def test_what_says_neither_yes_nor_no_decides_nothing(admin_client, proposal, decision):
    assert "Say whether" in decide(admin_client, proposal, decision)
    assert proposal.state == "proposed"


def test_what_may_not_be_accepted_has_no_button_for_it_and_the_reason_stands_there(admin_client, proposal):
    LinkedInSelector.objects.update(name="Withdraw")
    page = admin_client.get(page_of(proposal)).content.decode()
    assert "It cannot be accepted: it is called like invitations.withdraw" in page
    assert 'value="accept"' not in page
    assert "is not accepted: it is called like" in decide(admin_client, proposal, "accept")
    assert proposal.state == "proposed"


def test_what_stands_in_the_file_is_not_for_a_person_to_decide(admin_client, records):
    selector = records[1]
    assert "Your decision" not in admin_client.get(page_of(selector)).content.decode()
    decide(admin_client, selector, "refuse")
    assert selector.state == "active"


def test_only_who_is_allowed_decides_and_only_by_the_button(client, proposal, django_user_model):
    looker = django_user_model.objects.create_user("grace", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_linkedinselector"))
    client.force_login(looker)
    address = reverse("admin:engine_linkedinselector_decide", args=[proposal.pk])
    assert "Your decision" not in client.get(page_of(proposal)).content.decode()
    assert client.post(address, {"decision": "accept"}).status_code == 403
    looker.user_permissions.add(Permission.objects.get(codename="change_linkedinselector"))
    assert client.get(address).status_code == 405
    assert client.post(address, {"decision": "accept"}).status_code == 302


def test_the_page_that_was_met_stands_beside_a_proposal_for_those_who_may_see_it(
    admin_client, client, proposal, snapshot, django_user_model
):
    proposal.evidence["snapshot"] = snapshot.pk
    proposal.save()
    text = admin_client.get(page_of(proposal)).content.decode()
    assert f'<img src="{file_of(snapshot, "image")}"' in text
    assert "<script>alert(" not in text
    looker = django_user_model.objects.create_user("grace", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_linkedinselector"))
    client.force_login(looker)
    assert file_of(snapshot, "image") not in client.get(page_of(proposal)).content.decode()
    snapshot.delete()
    assert admin_client.get(page_of(proposal)).status_code == 200


def test_the_health_of_every_key_is_one_page(admin_client, proposal):
    healthy = admin_client.get(reverse("admin:engine_linkedinselector_health"))
    assert "Every key has a candidate that works" in healthy.content.decode()
    assert "1 proposal waits for you" in healthy.content.decode()
    known = next(key for key, _ways in healthy.context["keys"] if key.key == "composer.send")
    for way in known.candidates:
        LinkedInSelector.objects.create(
            key="composer.send", kind=way.kind, value=way.value, failures=3, last_failure_at=NOW,
            successes=1, last_success_at=NOW - timedelta(days=1),
        )  # fmt: skip
    ill = admin_client.get(reverse("admin:engine_linkedinselector_health")).content.decode()
    assert "1 key has no healthy candidate" in ill
    assert "found 1, not found 3 · last found 3 May 2026, 12:00" in ill


def test_only_who_may_see_selectors_sees_their_health(client, django_user_model, db):
    client.force_login(django_user_model.objects.create_user("grace", is_staff=True))
    assert client.get(reverse("admin:engine_linkedinselector_health")).status_code == 403


@pytest.mark.unmeasured
def test_lists_cost_the_same_queries_whatever_the_rows(admin_client, account, proposal):
    def queries_of(address):
        admin_client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address).status_code == 200
        return len(queries)

    addresses = [list_of(Account), list_of(LinkedInSelector), reverse("admin:engine_linkedinselector_health")]
    few = [queries_of(address) for address in addresses]
    for number in range(5):
        sessions.store(Account.objects.create(name=f"more-{number}"), [{"name": "li_at", "value": "x"}], NOW)
        LinkedInSelector.objects.create(key="composer.send", value=f"button.n{number}")
    assert [queries_of(address) for address in addresses] == few


def test_a_selector_that_is_not_there_is_said_to_be_missing(admin_client, db):
    page = admin_client.get(reverse("admin:engine_linkedinselector_change", args=[4711]), follow=True)
    assert "doesn’t exist" in page.content.decode()
