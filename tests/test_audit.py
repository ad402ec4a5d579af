"""The audit log's chain: no entry is changed unseen, written by hand, or waited for."""

import logging
from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linkedin_bot.audit import chain
from linkedin_bot.audit.models import NOTHING_BEFORE, Entry
from tests.builders import (
    a_birthday_campaign,
    a_card,
    run_it,
    statuses,
)
from tests.fakes import FakeClock, FakeNetwork
from tests.threads import in_threads

append_only = import_module("linkedin_bot.audit.migrations.0002_append_only")
committed = pytest.mark.django_db(transaction=True)


def put(verb="erase_contact", **fields):
    """An entry at the end of the chain, as a command leaves it."""
    return chain.append(
        Entry(at=chain.SystemClock().now(), way="command", who="shell ops", verb=verb, **fields)
    )


def verified(*arguments):
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


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


def verify_by_click(client, **given):
    return client.post(reverse("admin:audit_entry_verify"), given)


@pytest.mark.django_db
def test_the_list_verifies_the_chain_and_says_so_in_words(admin_client):
    assert (
        f'action="{reverse("admin:audit_entry_verify")}"'
        in admin_client.get(reverse("admin:audit_entry_changelist")).content.decode()
    )
    put()
    last = put()
    count = Entry.objects.count()
    page = verify_by_click(admin_client).content.decode()
    assert "Yes: the audit log is whole" in page
    assert f"{count} entries are as they were written" in page
    assert last.hash in page


@pytest.mark.django_db
def test_the_list_says_where_the_chain_is_broken(admin_client):
    before = Entry.objects.count()
    put()
    tampered("UPDATE audit_entry SET who = 'user eve' WHERE number = (SELECT max(number) FROM audit_entry)")
    page = verify_by_click(admin_client).content.decode()
    assert "No: the audit log was changed" in page
    assert f"entry {before + 1} is not what was written" in page


class Racing(FakeClock):
    """An hour goes by between two looks."""

    def now(self):
        self.time += timedelta(hours=1)
        return self.time


@pytest.mark.django_db
def test_a_long_log_is_verified_in_steps_that_together_see_all_of_it():
    entries = [put() for _ in range(5)]
    first = chain.verify(0, timedelta(minutes=1), Racing(), chunk=2)
    assert (first.count, first.hash, first.is_whole) == (2, entries[1].hash, False)
    second = chain.verify(2, timedelta(minutes=1), Racing(), chunk=2)
    assert (second.count, second.is_whole, second.wrong) == (4, False, "")
    third = chain.verify(4, timedelta(minutes=1), Racing(), chunk=2)
    assert (third.count, third.hash, third.is_whole, third.wrong) == (5, entries[4].hash, True, "")
    tampered("UPDATE audit_entry SET who = 'user eve' WHERE number = 4")
    assert chain.verify(2, timedelta(minutes=1), Racing(), chunk=2).wrong == "entry 4 is not what was written"


@pytest.mark.django_db
def test_a_step_that_ends_at_the_head_is_whole_and_one_from_nowhere_begins_anew():
    last = [put() for _ in range(3)][-1]
    assert chain.verify(3) == chain.Verdict(3, last.hash)
    assert chain.verify(99) == chain.Verdict(3, last.hash)


@pytest.mark.django_db
def test_what_was_not_seen_in_time_is_offered_to_be_gone_on_with(admin_client):
    put()
    verdict = chain.Verdict(2_000, "a" * 64, is_whole=False)
    page = render_to_string(
        "admin/audit/verdict.html", {"verdict": verdict}, request=RequestFactory().get("/admin/")
    )
    assert "All entries up to 2,000" in page or "All entries up to 2000" in page
    assert 'name="after" value="2000"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30])
def test_from_where_to_go_on_may_be_anything(admin_client, after):
    assert "Yes: the audit log is whole" in verify_by_click(admin_client, after=after).content.decode()
