"""The audit log: everything that is changed leaves an entry, and no entry is changed unseen."""

import getpass
import json
import logging
import os
from importlib import import_module
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Action
from contacts.models import Contact
from linkedin_bot.api.models import ApiKey
from linkedin_bot.audit import chain
from linkedin_bot.audit.commands import UNTOLD, AuditedUtility, shell_owner
from linkedin_bot.audit.models import NOTHING_BEFORE, Entry
from tests.builders import (
    a_birthday_campaign,
    a_bit_of_everything,
    a_campaign,
    a_card,
    a_contact,
    run_it,
    statuses,
)
from tests.fakes import FakeNetwork
from tests.threads import in_threads

append_only = import_module("linkedin_bot.audit.migrations.0002_append_only")
committed = pytest.mark.django_db(transaction=True)
PASSWORD = "a long and good one"


def put(verb="erase_contact", **fields):
    """An entry at the end of the chain, as a command leaves it."""
    return chain.append(
        Entry(at=chain.SystemClock().now(), way="command", who="shell ops", verb=verb, **fields)
    )


def verified(*arguments):
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def last():
    return Entry.objects.order_by("number").last()


@pytest.fixture
def nina():
    return User.objects.create_superuser("nina", password=PASSWORD)


@pytest.fixture
def desk(nina):
    """Nina's browser; her sign-in is the first entry."""
    client = Client()
    client.force_login(nina)
    return client


# The chain


@pytest.mark.django_db
def test_each_entry_holds_the_hash_of_the_one_before():
    first, second = put(), put()
    assert (first.number, first.previous) == (1, NOTHING_BEFORE)
    assert (second.number, second.previous) == (2, first.hash)
    assert verified() == f"OK: 2 entries, the last one is {second.hash}\n"


@pytest.mark.django_db
def test_an_empty_log_is_whole():
    assert verified() == f"OK: 0 entries, the last one is {NOTHING_BEFORE}\n"


def tampered(sql):
    """As whoever owns the database can: the triggers are no hindrance to them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_head DISABLE TRIGGER USER")
        else:
            for name in append_only.SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE audit_entry SET who = 'user eve' WHERE number = 2", "entry 2 is not what was written"),
        ("UPDATE audit_entry SET verb = 'log_in' WHERE number = 1", "entry 1 is not what was written"),
        (
            "UPDATE audit_entry SET at = '2020-01-01 00:00:00+00' WHERE number = 3",
            "entry 3 is not what was written",
        ),
        ("DELETE FROM audit_entry WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit_entry WHERE number = 3", "entry 3 is missing"),
        ("UPDATE audit_entry SET hash = 'e' WHERE number = 2", "entry 2 is not what was written"),
        ("UPDATE audit_entry SET previous = 'e' WHERE number = 2", "entry 2 does not follow"),
        ("UPDATE audit_head SET hash = 'e'", "entry 3 is not the one that the head tells of"),
        ("DELETE FROM audit_head", "the head, which tells how long the chain is, is missing"),
    ],
)
def test_whatever_somebody_tampered_with_is_found(sql, told):
    for _ in range(3):
        put(about={"contacts.contact": ["7"]}, wrote={"contacts.contact": {"deleted": []}})
    tampered(sql)
    with pytest.raises(CommandError, match=told):
        verified()


@pytest.mark.django_db
def test_a_chain_that_was_made_anew_does_not_hold_a_hash_that_was_kept_elsewhere():
    kept = put().hash
    assert verified("--kept", kept).startswith("OK: 1")
    tampered("DELETE FROM audit_entry")
    tampered("DELETE FROM audit_head")
    put("something_else")
    assert verified().startswith("OK: 1")
    with pytest.raises(CommandError, match="not in the chain"):
        verified("--kept", kept)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET who = 'user eve'", "DELETE FROM audit_entry", "UPDATE audit_head SET hash = 'e'",
        "UPDATE audit_head SET count = 0", "DELETE FROM audit_head",
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_or_remove_an_entry(sql):
    put()
    with connection.cursor() as cursor:
        if (
            connection.vendor == "sqlite"
        ):  # tests/conftest.py lifted two of them, to be able to empty the tables
            for name in append_only.SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            for statement in append_only.statements("sqlite"):
                cursor.execute(statement)
        with pytest.raises(DatabaseError, match=append_only.SAID), transaction.atomic():
            cursor.execute(sql)
    assert verified().startswith("OK: 1")


@committed
def test_two_who_write_at_once_do_not_fork_the_chain(shared_database):
    in_threads([put] * 8)
    assert in_threads([verified])[0].startswith("OK: 8")


@pytest.mark.django_db
def test_an_entry_that_cannot_be_written_goes_to_the_log_and_disturbs_nobody(
    caplog, django_capture_on_commit_callbacks
):
    def full(execute, sql, *rest):
        if "audit_" in sql:
            raise DatabaseError("the disk is full")
        return execute(sql, *rest)

    committing = django_capture_on_commit_callbacks(execute=True)
    with caplog.at_level(logging.CRITICAL), connection.execute_wrapper(full), committing:
        chain.record(Entry.Way.COMMAND, "shell ops", "import_contacts")
    assert "not in the audit log: shell ops, import_contacts" in caplog.text
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_entry(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        chain.record(Entry.Way.COMMAND, "shell ops", "import_contacts")
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


# What is told


@committed
def test_a_change_in_the_admin_is_told_with_its_fields_and_without_what_stands_in_them(desk):
    campaign = a_campaign()
    person = a_contact("Ada Lovelace", campaign)
    page = reverse("admin:contacts_contact_change", args=[person.pk])
    form = desk.get(page).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    aliases = {f"aliases-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    answer = desk.post(
        page, {**data, **aliases, "company": "Analytical Engines", "accounts": [campaign.account_id]}
    )
    assert answer.status_code == 302
    entry = last()
    assert (entry.who, entry.way, entry.verb) == ("user nina", "admin", "contacts_contact_change")
    assert entry.about["contacts.contact"] == [str(person.pk)]
    assert "company" in entry.wrote["contacts.contact"]["changed"]
    told = json.dumps([entry.about, entry.wrote, entry.verb])
    assert "Ada" not in told
    assert "Analytical" not in told
    assert "ada-lovelace" not in told


@committed
def test_a_decision_tells_who_decided_what_about_which_text(desk):
    campaign = a_campaign(needs_approval=True)
    _contact, _run, action = a_bit_of_everything(campaign)
    chosen = f"{action.pk}:{action.text_sha256}"
    desk.post(
        reverse("admin:campaigns_action_decide"), {"verdict": "reject", "chosen": chosen, "why": "Too long"}
    )
    entry = last()
    assert entry.verb == "campaigns_action_decide reject"
    assert entry.about["campaigns.action"] == [str(action.pk)]
    assert "status" in entry.wrote["campaigns.action"]["changed"]
    assert entry.wrote["campaigns.decision"] == {"added": []}


@committed
def test_a_doubt_that_is_settled_is_told(desk):
    a_bit_of_everything(a_campaign())
    doubt = Action.objects.get(status="unknown")
    desk.post(
        reverse("admin:campaigns_action_settle", args=[doubt.pk]), {"verdict": "not_sent", "looked": "yes"}
    )
    assert last().verb == "campaigns_action_settle not_sent"
    assert last().about["campaigns.action"] == [str(doubt.pk)]


@committed
def test_an_action_on_chosen_rows_tells_which(desk):
    campaign = a_campaign()
    chosen = [a_contact(name, campaign).pk for name in ("Ada Lovelace", "Bo Lindgren")]
    desk.post(
        reverse("admin:contacts_contact_changelist"), {"action": "refuse_contact", "_selected_action": chosen}
    )
    entry = last()
    assert entry.verb == "contacts_contact_changelist refuse_contact"
    assert sorted(entry.about["contacts.contact"]) == sorted(map(str, chosen))
    assert entry.wrote["contacts.contact"] == {"changed": ["status", "status_reason"]}


@committed
@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("contacts_contact_add", {"name": ""}),  # refused by the form
        ("campaigns_messagetemplate_preview", {"text": "Happy birthday, {name}!"}),
        ("contacts_contact_changelist", {"action": "delete_selected"}),  # nothing chosen
    ],
)
def test_what_changed_nothing_leaves_no_entry(desk, address, form):
    before = Entry.objects.count()
    assert desk.post(reverse(f"admin:{address}"), form).status_code in (200, 302)
    assert Entry.objects.count() == before


@committed
def test_a_preview_that_is_undone_leaves_no_entry(desk):
    campaign = a_campaign()
    before = Entry.objects.count()
    file = StringIO("First Name,Last Name,URL\nAda,Lovelace,https://www.linkedin.com/in/ada-lovelace/\n")
    file.name = "Connections.csv"
    answer = desk.post(
        reverse("admin:contacts_contact_import"), {"file": file, "account": campaign.account_id}
    )
    assert answer.context["new"]
    assert Entry.objects.count() == before


@committed
def test_what_a_program_writes_is_told_with_its_key_s_public_part():
    key, text = ApiKey.objects.make("a calendar", ["read", "write"])
    Client(headers={"X-API-Key": text}).post(
        "/do-not-contact",
        {"person": "https://www.linkedin.com/in/ada-lovelace/", "reason": "asked"},
        content_type="application/json",
    )
    entry = last()
    assert (entry.who, entry.way, entry.verb) == (f"key {key.prefix}", "api", "do-not-contact")
    assert entry.wrote == {"contacts.suppression": {"added": []}}
    assert "ada" not in json.dumps([entry.about, entry.wrote])


@committed
def test_a_look_through_the_api_leaves_no_entry():
    _key, text = ApiKey.objects.make("a calendar", ["read"])
    program = Client(headers={"X-API-Key": text})
    assert program.get("/contacts").status_code == 200
    assert program.post(
        "/export", {"person": "nobody@example.org"}, content_type="application/json"
    ).status_code
    assert not Entry.objects.exists()


@committed
def test_a_key_that_is_made_or_revoked_in_the_admin_is_told_without_its_hash(desk):
    key, _text = ApiKey.objects.make("a calendar", ["read"])
    page = reverse("admin:api_apikey_change", args=[key.pk])
    assert desk.post(page, {"name": "a calendar", "can_read": "on", "revoked": "on"}).status_code == 302
    entry = last()
    assert entry.about == {"api.apikey": [key.prefix]}
    assert "revoked" in entry.wrote["api.apikey"]["changed"]
    assert key.hashed_key not in json.dumps([entry.about, entry.wrote, entry.verb])


@committed
def test_sign_ins_are_told_and_a_lockout_once(client, nina):
    address = reverse("admin:login")
    for _ in range(7):
        client.post(address, {"username": "nina", "password": "wrong"})
    client.post(address, {"username": "pa$$word typed here", "password": "x"})
    client.post(address, {"username": "nina", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("admin:logout"))
    told = list(Entry.objects.order_by("number").values_list("who", "verb"))
    assert told == [
        *[("user nina", "sign_in_failed")] * 5,
        ("user nina", "locked_out"),
        ("nobody known", "sign_in_failed"),
        ("user nina", "signed_in"),
        ("user nina", "signed_out"),
    ]
    assert set(Entry.objects.values_list("way", flat=True)) == {"sign_in"}


@committed
def test_a_command_that_wrote_something_is_told_with_whose_shell_it_was():
    AuditedUtility(["manage.py", "create_api_key", "cron box", "--scope", "read"]).execute()
    entry = last()
    assert (entry.who, entry.way, entry.verb) == (f"shell {getpass.getuser()}", "command", "create_api_key")
    assert entry.about == {"api.apikey": [ApiKey.objects.get().prefix]}


def test_a_shell_whose_number_has_no_name_is_told_by_its_number():
    def nobody():
        raise KeyError("getpwuid(): uid not found")

    assert shell_owner(nobody) == str(os.getuid())


@committed
def test_a_command_that_changed_nothing_leaves_no_entry(capsys):
    AuditedUtility(["manage.py", "show_schedule"]).execute()
    with pytest.raises(SystemExit):
        AuditedUtility(["manage.py", "create_api_key", "", "--scope", "read"]).execute()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("name", sorted(UNTOLD - {"runserver", "testserver"}))
def test_runs_wait_for_no_entry(name):
    command = AuditedUtility(["manage.py"]).fetch_command(name)
    assert "execute" not in vars(command)


@committed
def test_an_erasure_leaves_nothing_of_the_person_in_it(desk):
    campaign = a_campaign()
    contact, _run, _action = a_bit_of_everything(campaign)
    desk.post(
        reverse("admin:contacts_contact_silence", args=[contact.pk]), {"reason": "Ada Lovelace said no"}
    )
    name = str(contact)
    answer = desk.post(reverse("admin:contacts_contact_erase", args=[contact.pk]), {"typed": name})
    assert answer.status_code == 302
    assert not Contact.objects.exists()
    assert last().verb == "contacts_contact_erase"
    kept = " ".join(map(str, Entry.objects.values_list("who", "verb", "about", "wrote"))).lower()
    for word in ("lovelace", "ada", "hello", "said no"):
        assert word not in kept
    assert verified().startswith("OK: ")


@pytest.mark.django_db
def test_nobody_writes_it_in_the_admin_not_even_a_superuser(admin_client):
    entry = put(
        about={"contacts.contact": ["7"]}, wrote={"contacts.contact": {"changed": ["notes", "status"]}}
    )
    listed = admin_client.get(reverse("admin:audit_entry_changelist")).content.decode()
    page = reverse("admin:audit_entry_change", args=[entry.pk])
    shown = admin_client.get(page).content.decode()
    for text in (listed, shown):
        assert "contacts.contact changed (notes, status)" in text
        assert "contacts.contact 7" in text
    assert entry.hash in shown
    assert admin_client.post(page, {"who": "user eve"}).status_code == 403
    assert admin_client.get(reverse("admin:audit_entry_add")).status_code == 403
    assert admin_client.post(reverse("admin:audit_entry_delete", args=[entry.pk])).status_code == 403
    assert 'name="_selected_action"' not in listed


@pytest.mark.django_db
def test_its_list_asks_the_same_number_of_questions_however_long_it_is(
    admin_client, django_assert_num_queries
):
    put()
    page = reverse("admin:audit_entry_changelist")
    admin_client.get(page)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(page)
    for _ in range(5):
        put()
    with django_assert_num_queries(len(few)):
        admin_client.get(page)


@pytest.mark.django_db
def test_a_run_touches_no_row_of_the_log():
    """So neither claiming nor sending waits for whoever holds the chain."""
    campaign = a_birthday_campaign()
    asked = []

    def listen(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        run_it(campaign, FakeNetwork(cards=[a_card("Ada Lovelace")]))
    assert statuses(campaign) == {"Ada Lovelace": "done"}
    assert not [sql for sql in asked if "audit_" in sql]
