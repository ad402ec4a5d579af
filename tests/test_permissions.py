"""Who may do what: every address of the admin for every group."""

import gzip
from functools import partial

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tasks_db.models import DBTaskResult

from campaigns.models import Notice, NoticeChannel, NoticeDelivery
from contacts.models import ContactAlias, Interaction, Tag
from engine.models import BrowserProcess, LinkedInSelector, Snapshot, SpentPermit, StoredSession
from engine.pace import SystemClock
from engine.snapshots import path_of
from linkedin_bot.api.models import ApiKey
from linkedin_bot.audit.chain import append
from linkedin_bot.audit.models import Entry
from linkedin_bot.staff.rights import GROUPS
from tests.builders import a_bit_of_everything, a_campaign, a_template

pytestmark = pytest.mark.django_db

# Who may, and with them everybody above; nobody does what the engine alone writes.
EVERYBODY, STAFF, VIEWER, OPERATOR, ADMINISTRATOR, SUPERUSER, NOBODY = range(7)
PEOPLE = {
    "anonymous": EVERYBODY, "clerk": STAFF, "viewer": VIEWER, "operator": OPERATOR, "administrator": ADMINISTRATOR,
    "superuser": SUPERUSER,
}  # fmt: skip

# Of each model: who looks, adds, changes, deletes.
PAGES = {
    "api_apikey": (ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR),
    "audit_entry": (VIEWER, NOBODY, NOBODY, NOBODY),
    "auth_group": (ADMINISTRATOR, SUPERUSER, SUPERUSER, SUPERUSER),
    "auth_user": (ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR),
    "axes_accessattempt": (ADMINISTRATOR, NOBODY, NOBODY, ADMINISTRATOR),
    "campaigns_action": (VIEWER, NOBODY, NOBODY, NOBODY),
    "campaigns_campaign": (VIEWER, OPERATOR, OPERATOR, OPERATOR),
    "campaigns_messagetemplate": (VIEWER, OPERATOR, OPERATOR, OPERATOR),
    "campaigns_notice": (VIEWER, NOBODY, NOBODY, NOBODY),
    "campaigns_noticechannel": (ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR),
    "campaigns_noticedelivery": (VIEWER, NOBODY, NOBODY, NOBODY),
    "campaigns_run": (VIEWER, NOBODY, NOBODY, NOBODY),
    "contacts_contact": (VIEWER, OPERATOR, OPERATOR, NOBODY),
    "contacts_contactalias": (VIEWER, OPERATOR, OPERATOR, OPERATOR),
    "contacts_interaction": (VIEWER, NOBODY, NOBODY, NOBODY),
    "contacts_tag": (VIEWER, OPERATOR, OPERATOR, OPERATOR),
    "django_tasks_database_dbtaskresult": (SUPERUSER, NOBODY, NOBODY, NOBODY),
    "engine_account": (VIEWER, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR),
    "engine_browserprocess": (VIEWER, NOBODY, NOBODY, NOBODY),
    "engine_linkedinselector": (VIEWER, NOBODY, NOBODY, NOBODY),
    "engine_snapshot": (ADMINISTRATOR, NOBODY, NOBODY, NOBODY),
    "engine_spentpermit": (VIEWER, NOBODY, NOBODY, NOBODY),
    "engine_storedsession": (ADMINISTRATOR, NOBODY, NOBODY, ADMINISTRATOR),
    "otp_totp_totpdevice": (ADMINISTRATOR, NOBODY, NOBODY, ADMINISTRATOR),
}
# Who gets an answer to a GET, and to a POST (with what stands in it); None: there is no such method.
OWN_PAGES = {
    "app_list": (VIEWER, VIEWER, {}),
    "audit_entry_verify": (None, VIEWER, {}),
    "auth_user_password_change": (ADMINISTRATOR, ADMINISTRATOR, {}),
    "campaigns_action_approvals": (VIEWER, None, {}),
    "campaigns_action_decide": (None, OPERATOR, {"verdict": "approve"}),
    "campaigns_action_doubts": (VIEWER, None, {}),
    "campaigns_action_settle": (None, OPERATOR, {"verdict": "sent"}),
    "campaigns_action_to_approvals": (STAFF, STAFF, {}),  # which only lead to the pages above
    "campaigns_action_to_doubts": (STAFF, STAFF, {}),
    "campaigns_campaign_export": (VIEWER, None, {}),
    "campaigns_campaign_rescore": (None, OPERATOR, {}),
    "campaigns_campaign_rehearse": (None, OPERATOR, {}),
    "campaigns_campaign_start": (None, OPERATOR, {"mode": "dry_run"}),
    "campaigns_messagetemplate_preview": (None, VIEWER, {}),
    "campaigns_run_stop": (None, OPERATOR, {}),
    "contacts_contact_allow": (None, OPERATOR, {}),
    "contacts_contact_erase": (ADMINISTRATOR, ADMINISTRATOR, {}),
    "contacts_contact_export": (VIEWER, VIEWER, {}),
    "contacts_contact_import": (OPERATOR, OPERATOR, {}),
    "contacts_contact_merge": (ADMINISTRATOR, ADMINISTRATOR, {}),
    "contacts_contact_silence": (None, OPERATOR, {}),
    "contacts_contact_wish": (None, OPERATOR, {}),
    "engine_account_pause": (None, ADMINISTRATOR, {}),
    "engine_account_resume": (None, ADMINISTRATOR, {}),
    "engine_account_session": (None, ADMINISTRATOR, {}),
    "engine_linkedinselector_decide": (None, ADMINISTRATOR, {}),
    "engine_linkedinselector_health": (VIEWER, VIEWER, {}),
    "engine_snapshot_html": (ADMINISTRATOR, ADMINISTRATOR, {}),
    "engine_snapshot_image": (ADMINISTRATOR, ADMINISTRATOR, {}),
    "index": (STAFF, STAFF, {}),
    "jsi18n": (STAFF, None, {}),
    "login": (EVERYBODY, EVERYBODY, {}),
    "otp_totp_totpdevice_begin": (None, STAFF, {}),
    "otp_totp_totpdevice_confirm": (None, STAFF, {}),
    "otp_totp_totpdevice_mine": (STAFF, None, {}),
    "otp_totp_totpdevice_remove": (None, STAFF, {}),
    "password_change": (STAFF, STAFF, {}),
    "password_change_done": (STAFF, None, {}),
    "search": (STAFF, STAFF, {}),
}
# A field's candidates, another site's address (nothing here has one), and the end of the session.
ELSEWHERE = {"autocomplete", "view_on_site", "logout"}
# Of these the pages themselves are made as well, so that none falls over.
RENDERED = {("superuser", "get"), ("viewer", "get")}
# What is offered in a list for the chosen rows.
LIST_ACTIONS = {
    "api_apikey": {"delete_selected": ADMINISTRATOR},
    "auth_group": {"delete_selected": SUPERUSER},
    "auth_user": {"delete_selected": ADMINISTRATOR},
    "axes_accessattempt": {"delete_selected": ADMINISTRATOR},
    "campaigns_campaign": {
        "delete_selected": OPERATOR, "start_chosen": OPERATOR, "dry_run_chosen": OPERATOR,
    },
    "campaigns_messagetemplate": {"delete_selected": OPERATOR},
    "campaigns_noticechannel": {"delete_selected": ADMINISTRATOR},
    "campaigns_run": {"stop": OPERATOR, "end_dead": OPERATOR},
    "contacts_contact": {
        "refuse_contact": OPERATOR, "allow_contact": OPERATOR, "add_tag": OPERATOR, "export_csv": VIEWER,
    },
    "contacts_contactalias": {"delete_selected": OPERATOR},
    "contacts_tag": {"delete_selected": OPERATOR},
    "engine_account": {"delete_selected": ADMINISTRATOR, "pause": ADMINISTRATOR},
    "engine_linkedinselector": {"accept": ADMINISTRATOR, "refuse": ADMINISTRATOR},
    "engine_storedsession": {"delete_selected": ADMINISTRATOR},
    "otp_totp_totpdevice": {"delete_selected": ADMINISTRATOR},
}  # fmt: skip


class Unrendered:
    """Takes a page's answer before its template is filled in: who may see it is decided by then."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        return Blank(status=response.status_code)


class Blank(HttpResponse):
    def render(self):
        return self


@pytest.fixture
def page_file(settings, tmp_path):
    """What the snapshot's row says that it kept."""
    settings.DATA_DIR = tmp_path
    path = path_of("page.gz")
    path.parent.mkdir()
    path.write_bytes(gzip.compress(b"a page"))
    return path.name


def named_patterns(patterns):
    """Every named address of the admin with the names of what stands in it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_patterns(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name, set(pattern.pattern.converters) or set(pattern.pattern.regex.groupindex)


def addresses():
    return dict(named_patterns(get_resolver().namespace_dict["admin"][1].url_patterns))


def a_user(kind):
    user = User.objects.create_user(kind, is_staff=kind != "stranger", is_superuser=kind == "superuser")
    if kind in GROUPS:
        user.groups.add(Group.objects.get(name=kind))
    return user


def a_client(kind):
    client = Client(raise_request_exception=False)
    if kind != "anonymous":
        client.force_login(a_user(kind))
    return client


def rows_of_each_model(page_file):
    """One row of each model with pages, by the name that its addresses begin with; or by a page that needs another."""
    now, campaign = SystemClock().now(), a_campaign()
    account, of = campaign.account, {"account": campaign.account}
    contact, run, action = a_bit_of_everything(campaign)
    notice = Notice.objects.create(**of, event="run_failed", summary="It failed", happened_at=now)
    channel = NoticeChannel.objects.create(name="ops", kind="mail", address="ops@example.org")
    rows = [
        account, campaign, contact, run, action, notice, channel, a_template(),
        ApiKey.objects.make("a calendar", ["read"])[0],
        Group.objects.create(name="a group"),
        User.objects.create_user("somebody"),
        AccessAttempt.objects.create(username="somebody", ip_address="192.0.2.1", failures_since_start=1),
        NoticeDelivery.objects.create(notice=notice, channel=channel, next_at=now),
        ContactAlias.objects.create(contact=contact, profile_url="https://www.linkedin.com/in/ada-before/"),
        Interaction.objects.get(), Tag.objects.create(name="friends"),
        DBTaskResult.objects.create(
            task_path="campaigns.tasks.run", args_kwargs={"args": [], "kwargs": {}}, priority=0, queue_name="runs",
            backend_name="default", run_after=now,
        ),
        BrowserProcess.objects.create(**of, host="here", group_id=1, leader_started=1, started_at=now),
        LinkedInSelector.objects.create(key="profile.name", value="h1"),
        Snapshot.objects.create(
            **of, reason="unexpected", taken_at=now, html_path=page_file, image_path=page_file
        ),
        SpentPermit.objects.create(
            **of, bucket="message", attempt_id="00000000-0000-0000-0000-000000000001", taken_at=now, spacing_seconds=90
        ),
        StoredSession.objects.create(**of, ciphertext=b"", stored_at=now),
        append(Entry(at=now, way="command", who="shell ops", verb="import_contacts")),
        TOTPDevice.objects.create(user=User.objects.get(username="somebody"), name="phone"),
    ]  # fmt: skip
    by_page = {"campaigns_campaign_rescore": a_campaign(account, name="search", kind="sourcing")}
    return by_page | {f"{row._meta.app_label}_{row._meta.model_name}": row for row in rows}


def standard_page(name):
    """Model, and which of its standard pages, where it is one."""
    model, _low_line, page = name.rpartition("_")
    return (
        (model, page)
        if model in PAGES and page in {"changelist", "add", "change", "delete", "history"}
        else None
    )


def expected(name):
    """Who gets an answer to a GET and to a POST, and what stands in the POST."""
    if not (standard := standard_page(name)):
        return OWN_PAGES[name]
    look, add, change, delete = PAGES[standard[0]]
    return {
        "changelist": (look, look, {}), "history": (look, look, {}), "add": (add, add, {}),
        "change": (look, change, {}), "delete": (delete, delete, {}),
    }[standard[1]]  # fmt: skip


def address_of(name, parameters, rows):
    if not parameters:
        return reverse(f"admin:{name}")
    if parameters == {"app_label"}:
        return reverse(f"admin:{name}", args=["contacts"])
    found = max((each for each in rows if f"{name}_".startswith(f"{each}_")), key=len)
    return reverse(f"admin:{name}", args=[rows[found].pk])


def told(answer):
    """What the answer amounts to."""
    if answer.status_code == 302 and answer.headers["Location"].startswith(reverse("admin:login")):
        return "sign in"
    words = {200: "answered", 302: "answered", 403: "refused", 404: "refused", 405: "no such method"}
    return words.get(answer.status_code, answer.status_code)


def wanted(level, least):
    if least is None and level >= STAFF:
        return "no such method"
    if least is not None and level >= least:
        return "answered"
    return "refused" if level >= STAFF else "sign in"


def test_every_address_of_the_admin_is_in_the_tables_above():
    names = set(addresses())
    standard = {
        f"{model}_{page}" for model in PAGES for page in ("changelist", "add", "change", "delete", "history")
    }
    assert {name for name in names if not standard_page(name)} == set(OWN_PAGES) | ELSEWHERE
    assert names - set(OWN_PAGES) - ELSEWHERE == standard


@pytest.mark.unmeasured
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("kind", PEOPLE)
def test_every_address_answers_those_who_may_and_nobody_else(kind, method, settings, page_file):
    if (kind, method) not in RENDERED:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Unrendered"]
    rows, client = rows_of_each_model(page_file), a_client(kind)
    found, right = {}, {}
    for name, parameters in sorted(addresses().items()):
        if name in ELSEWHERE:
            continue
        of_get, of_post, given = expected(name)
        least, ask = (of_get, client.get) if method == "get" else (of_post, partial(client.post, data=given))
        found[name] = told(ask(address_of(name, parameters, rows)))
        right[name] = wanted(PEOPLE[kind], least)
    assert found == right


@pytest.mark.parametrize("kind", [kind for kind in PEOPLE if kind != "anonymous"])
def test_what_is_offered_for_chosen_rows_is_what_one_may_do(kind):
    request = RequestFactory().get("/")
    request.user = a_user(kind)
    offered, right = {}, {}
    for model, model_admin in admin.site._registry.items():
        if not model_admin.has_view_or_change_permission(request):
            continue
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        offered[name] = set(model_admin.get_actions(request))
        allowed = LIST_ACTIONS.get(name, {})
        right[name] = {action for action, least in allowed.items() if PEOPLE[kind] >= least}
    assert offered == right


def test_who_may_not_do_it_does_nothing_by_asking_for_it(page_file):
    rows, client = rows_of_each_model(page_file), a_client("viewer")
    chosen = {"action": "refuse_contact", "_selected_action": [rows["contacts_contact"].pk]}
    client.post(reverse("admin:contacts_contact_changelist"), chosen)
    rows["contacts_contact"].refresh_from_db()
    assert rows["contacts_contact"].status == "active"
