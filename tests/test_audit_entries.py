"""What leaves an entry in the audit log, from the admin, the API and commands, and what the entry tells."""

import getpass
import json
import os
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.models import Action
from contacts.models import Contact
from linkedin_bot.api.models import ApiKey
from linkedin_bot.audit.commands import UNTOLD, AuditedUtility, shell_owner
from linkedin_bot.audit.models import Entry
from tests.builders import (
    a_bit_of_everything,
    a_campaign,
    a_contact,
)
from tests.test_audit import committed, verified

PASSWORD = "a long and good one"


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
