"""A person's own rights: export, erasure, objection; and the key that the list of those who said no depends on."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import load_backend

from campaigns.free_pages import clear_free_pages
from campaigns.management.commands.erase_contact import Command
from campaigns.models import Action, Campaign, Run, SourcedProfile
from campaigns.processes import ProcessIdentity
from contacts import privacy
from contacts.found import remember
from contacts.importing.formats import Format
from contacts.importing.report import Report
from contacts.importing.rows import Row
from contacts.importing.writer import Writer
from contacts.models import Contact, ContactAlias, Erased, Suppression, SuppressionListUnreadable
from engine.browser_profiles import LastingProfile
from engine.models import Account, LinkedInSelector, Snapshot, SpentPermit
from engine.snapshots import path_of
from tests.builders import TODAY, a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db

ADA = "https://www.linkedin.com/in/ada-martin/"
EMAIL = "ada@example.org"
TRACES = ["ada-martin", "ada-before", "ACoAAada123", EMAIL, "Ada Martin", "Happy birthday, Ada"]


@pytest.fixture
def campaign():
    return a_birthday_campaign()


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def known(campaign):
    """Ada with a trace in everything that keeps any, beside Bo with the same; the campaign has run twice."""
    ada = a_contact("Ada Martin", campaign, member_id="ACoAAada123", email=EMAIL)
    ContactAlias.objects.create(contact=ada, profile_url="https://www.linkedin.com/in/ada-before/")
    bo = a_contact("Bo Lindgren", campaign, member_id="ACoAAbo12345")
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock)
    clock.time += timedelta(hours=2)
    run = run_it(campaign, network, clock)
    assert {entry["name"] for entry in run.skipped} == {"Ada Martin", "Bo Lindgren"}
    for contact in (ada, bo):
        leave_traces(contact, campaign, run)
    return ada


def leave_traces(contact, campaign, run):
    run.note(f"{contact.name} in the birthday list: the day was not understood")
    Run.objects.filter(pk=run.pk).update(reason=f"in doubt: birthday 2026: {contact.name}")
    SourcedProfile.objects.create(
        campaign=campaign, contact=contact, search_page=1, search_index=0, profile={"name": contact.name}
    )
    campaign.refresh_from_db()
    Campaign.objects.filter(pk=campaign.pk).update(
        keep_list=f"{campaign.keep_list}\n{contact.profile_url}".strip()
    )
    a_snapshot(campaign, f"<p>Message {contact.name}</p>", contact.name)
    a_snapshot(campaign, "<p>Feed</p>", f"{contact.name} of the address", address=contact.profile_url)
    for number, evidence in enumerate([{}, {"looks": {"label": f"Message {contact.name}"}}]):
        value = f"[data-n='{number}-{contact.pk}']" if evidence else f"[aria-label='Message {contact.name}']"
        LinkedInSelector.objects.create(
            key="profile.message", value=value, origin="proposed", state="proposed", evidence=evidence
        )
    LogEntry.objects.create(
        user_id=a_user(), content_type=ContentType.objects.get_for_model(Contact), object_id=str(contact.pk),
        object_repr=str(contact), action_flag=2, change_message=f"name of {contact.name}",
    )  # fmt: skip


def a_user():
    return apps.get_model("auth", "User").objects.get_or_create(username="staff")[0].pk


def a_snapshot(campaign, html, name, address="", image=b""):
    stem = f"{campaign.account.name}/2026-11-23-{name.replace(' ', '').lower().encode().hex()}-{len(address)}"
    for path, content in (
        (f"{stem}.html.gz", gzip.compress(html.encode()) if html else b""),
        (f"{stem}.png", image),
    ):
        if content:
            path_of(path).parent.mkdir(parents=True, exist_ok=True)
            path_of(path).write_bytes(content)
    return Snapshot.objects.create(
        account=campaign.account, address=address, reason="unexpected", taken_at=datetime(2026, 11, 23, tzinfo=UTC),
        html_path=f"{stem}.html.gz" if html else "", image_path=f"{stem}.png" if image else "",
    )  # fmt: skip


def everything(folder: Path) -> str:
    """Every value of every table, and every file."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            # JSON is stored with or without escapes, as the database likes.
            texts += [
                str(row).encode().decode("unicode_escape", errors="ignore") for row in cursor.fetchall()
            ]
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            texts += [
                str(path),
                (gzip.decompress(content) if path.suffix == ".gz" else content).decode(errors="ignore"),
            ]
    return "\n".join(texts).casefold()


def call(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def erase(settings):
    """The command, but for rewriting the file: inside a test's transaction nothing can."""

    def erase_contact(person, *arguments):
        out = StringIO()
        command = Command(stdout=out)
        command.rewrite = lambda: None
        call_command(command, person, *arguments)
        return out.getvalue()

    return erase_contact


def test_after_an_erasure_no_table_and_no_file_holds_a_trace(known, erase, data_dir):
    before = everything(data_dir)
    assert all(trace.casefold() in before for trace in TRACES)

    told = json.loads(erase("https://fr.linkedin.com/in/Ada-Martin/?x=1", "--yes").splitlines()[0])

    after = everything(data_dir)
    assert [trace for trace in TRACES if trace.casefold() in after] == []
    assert (told["contacts"], told["actions"], told["elsewhere"]["snapshots"]) == (1, 1, 2)
    assert Suppression.objects.filter(effect="erased").count() == 4


def test_an_erasure_leaves_everybody_else_and_every_count_as_it_was(known, erase, campaign, data_dir):
    permits = SpentPermit.objects.count()
    erase(ADA, "--yes")

    assert Action.objects.get().contact.name == "Bo Lindgren"
    assert SpentPermit.objects.count() == permits == 2
    assert Snapshot.objects.count() == 2
    first, second = Run.objects.order_by("pk")
    assert first.notes == ["1 of its actions is not listed: the person was erased"]
    assert [entry["name"] for entry in second.skipped] == ["(erased)", "Bo Lindgren"]
    assert second.notes[0] == "(erased)"
    assert "Bo Lindgren" in second.notes[1]
    campaign.refresh_from_db()
    assert campaign.keep_list == "https://www.linkedin.com/in/bo-lindgren/"
    assert LinkedInSelector.objects.filter(value__contains="Bo Lindgren").exists()
    network = FakeNetwork()
    run_it(campaign, network, FakeClock(datetime(2026, 11, 23, 15, tzinfo=UTC)))
    assert network.sent == []


def test_a_picture_that_cannot_be_searched_goes_with_an_erasure_and_one_that_can_stays(
    known, erase, campaign
):
    blind = a_snapshot(campaign, "", "picture", image=b"png")
    told = a_snapshot(campaign, "<p>Bo</p>", "both", image=b"png")
    erase(ADA, "--yes")
    assert not path_of(blind.image_path).exists()
    assert path_of(told.image_path).exists()


def test_the_export_holds_everything_and_nothing_of_anybody_else(known):
    exported = json.loads(call("export_contact", EMAIL))
    assert exported["contacts"][0]["email"] == EMAIL
    assert exported["contacts"][0]["aliases"][0]["profile_url"].endswith("/ada-before/")
    assert exported["contacts"][0]["interactions"][0]["payload"]["text"] == "Happy birthday, Ada!"
    assert exported["actions"][0]["text"] == "Happy birthday, Ada!"
    assert {len(exported[part]) for part in ("sourced_profiles",)} == {1}
    assert (len(exported["runs"]), len(exported["snapshots"]), len(exported["selectors"])) == (2, 2, 2)
    assert "Bo Lindgren" not in json.dumps(exported).replace("birthday 2026: Bo Lindgren", "")


def test_without_yes_nothing_is_erased(known):
    assert "Would be erased: 1 contacts, 1 actions" in call("erase_contact", ADA)
    assert Contact.objects.count() == 2


def test_nobody_is_erased_while_a_run_may_speak_of_them_but_nobody_writes_to_them_any_more(known, campaign):
    run = Run.objects.start(campaign, ProcessIdentity.own(), FakeClock().now())
    with pytest.raises(CommandError, match="active") as caught:
        call("erase_contact", ADA, "--yes")
    assert caught.value.returncode == 75
    known.refresh_from_db()
    assert known.why_not_contact() == "Do Not Contact: asked to be erased"
    run.end(Run.Outcome.FINISHED, FakeClock().now())


def test_who_is_not_known_can_be_kept_out_too(campaign, erase):
    assert '"contacts": 0' in erase(ADA, "--yes")
    assert Suppression.objects.filter(effect="erased").count() == 1


@pytest.mark.parametrize("given", ["Ada Martin", "https://example.org/in/ada", "a@example.org b@example.org"])
@pytest.mark.parametrize("command", ["export_contact", "erase_contact", "suppress_contact"])
def test_a_name_or_a_foreign_address_says_not_who_is_meant(known, command, given):
    with pytest.raises(CommandError) as caught:
        call(command, given)
    assert caught.value.returncode == 64


def test_an_e_mail_of_two_people_is_not_guessed(known, campaign):
    Contact.objects.filter(name="Bo Lindgren").update(email=EMAIL)
    with pytest.raises(CommandError, match="bo-lindgren"):
        call("erase_contact", EMAIL, "--yes")
    assert Contact.objects.count() == 2


def test_whoever_has_the_e_mail_of_an_erased_person_is_not_contacted(known, erase):
    Contact.objects.filter(name="Bo Lindgren").update(email=EMAIL)
    erase(ADA, "--yes")
    assert Contact.objects.get().why_not_contact()
    assert not Contact.objects.get().allow_contact()


def test_an_objection_and_its_end(known):
    assert (
        call("suppress_contact", ADA, "--reason", "asked by phone")
        == "On the list; 1 contacts were not on it before.\n"
    )
    known.refresh_from_db()
    assert known.why_not_contact() == "Do Not Contact: asked by phone"
    assert (
        call("suppress_contact", "https://www.linkedin.com/in/ada-before", "--lift")
        == "4 entries taken off the list.\n"
    )
    known.refresh_from_db()
    assert known.why_not_contact() == ""


def test_the_list_holds_nothing_but_keyed_hashes(known, settings):
    known.do_not_contact("asked")
    digests = set(Suppression.objects.values_list("digest", flat=True))
    assert {len(digest) for digest in digests} == {64}
    settings.PRIVACY_KEY = "another"
    from contacts.suppression import digest_of

    assert digests.isdisjoint({digest_of("profile:ada-martin")})


def test_a_list_of_another_key_lets_nobody_be_recorded_or_contacted(known, campaign, settings):
    known.do_not_contact("asked")
    settings.PRIVACY_KEY = "another"
    bo = Contact.objects.get(name="Bo Lindgren")
    for attempt in (
        bo.why_not_contact,
        lambda: a_contact("Cy Ortega", campaign),
        lambda: Writer(campaign.account_id, Report()).write("f", Format.CSV, [Row(1, ADA, "Ada")]),
    ):
        with pytest.raises(SuppressionListUnreadable, match="PRIVACY_KEY"):
            attempt()


def test_the_key_is_the_secret_key_unless_it_is_given(tmp_path):
    from tests.test_settings import read_settings

    assert read_settings(tmp_path, "PRIVACY_KEY", SECRET_KEY="s")["PRIVACY_KEY"] == "s"
    assert read_settings(tmp_path, "PRIVACY_KEY", SECRET_KEY="s", PRIVACY_KEY="p")["PRIVACY_KEY"] == "p"


def test_who_said_no_before_there_was_a_list_is_put_on_it_by_the_migration(known):
    from importlib import import_module
    from types import SimpleNamespace

    known.do_not_contact("asked")
    before = set(Suppression.objects.values_list("digest", "key_id", "effect"))
    Suppression.objects.all().delete()
    migration = import_module("contacts.migrations.0002_suppression")
    migration.put_on_the_list(apps, SimpleNamespace(connection=connection))
    assert set(Suppression.objects.values_list("digest", "key_id", "effect")) == before
    assert len(before) == 4


def test_a_wish_planned_before_the_no_is_not_sent(campaign):
    ada = a_contact("Ada Martin", campaign, born=TODAY)
    network = FakeNetwork(on_write=lambda recipient: privacy.suppress(privacy.identity_of(ADA), "asked"))
    run_it(campaign, network)
    assert network.sent == []
    assert Action.objects.get(contact=ada).status == "skipped"


def test_the_check_before_the_click_locks_the_contact(campaign, django_assert_num_queries):
    from django.db import transaction
    from django.test.utils import CaptureQueriesContext

    ada = a_contact("Ada Martin", campaign)
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        assert ada.why_not_contact(lock=True) == ""
    locks = connection.features.has_select_for_update
    assert any("FOR UPDATE" in query["sql"] for query in queries) == locks
    # SQLite has no row locks: its writers take turns from BEGIN on.
    assert locks or connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.fixture
def file_database(tmp_path):
    """A database in a file, as installations have it, that has just deleted somebody."""
    wrapper = load_backend("django.db.backends.sqlite3").DatabaseWrapper
    options = {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA secure_delete=OFF;"}
    settings_of_it = {
        **connections.settings[DEFAULT_DB_ALIAS],
        "NAME": str(tmp_path / "db"),
        "OPTIONS": options,
    }
    database = wrapper({**settings_of_it, "ENGINE": "django.db.backends.sqlite3"}, "file")
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE person (name TEXT)")
        cursor.executemany("INSERT INTO person VALUES (%s)", [("Ada Martin",)] * 1_000)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("DELETE FROM person")
    yield database
    database.close()


def bytes_in(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_an_erased_person_lies_in_no_free_page_of_the_database_file_either(file_database, tmp_path):
    assert b"Ada Martin" in bytes_in(tmp_path)
    clear_free_pages(file_database)
    assert b"Ada Martin" not in bytes_in(tmp_path)


def test_free_pages_that_cannot_be_cleared_now_are_told(file_database):
    with file_database.cursor() as cursor:
        cursor.execute("BEGIN")
        with pytest.raises(CommandError, match="erase again"):
            clear_free_pages(file_database)
        cursor.execute("ROLLBACK")


def test_a_paused_account_does_not_go_on_naming_an_erased_person(known, erase, campaign):
    Account.objects.update(
        paused_reason="at https://www.linkedin.com/in/ada-martin/", paused_advice="ask Ada Martin"
    )
    erase(ADA, "--yes")
    account = Account.objects.get(pk=campaign.account_id)
    assert (account.paused_reason, account.paused_advice) == (
        "at https://www.linkedin.com/(erased)/",
        "ask (erased)",
    )


def test_a_browser_profile_in_use_is_told_for_it_still_may_show_the_person(known, campaign):
    profile = LastingProfile(campaign.account)
    command = Command(stdout=StringIO())
    command.rewrite = lambda: None
    with profile._alone(), pytest.raises(CommandError, match="in use") as caught:
        call_command(command, ADA, "--yes")
    assert caught.value.returncode == 75
    assert not Contact.objects.filter(name="Ada Martin").exists()


def test_an_address_that_is_no_profiles_is_no_reason_to_write_to_somebody(known):
    Contact.objects.filter(pk=known.pk).update(profile_url="https://example.org/ada")
    known.refresh_from_db()
    assert "no profile's" in known.why_not_contact()
    with pytest.raises(ValidationError):
        known.full_clean()


def test_who_is_no_contact_any_more_is_not_written_to(known):
    Contact.objects.filter(pk=known.pk).delete()
    assert known.why_not_contact() == "is no longer among the contacts"


def test_a_person_whom_a_list_shows_is_the_one_known_and_never_the_one_erased(known):
    assert remember("Ada Roux", "https://www.linkedin.com/in/ada-roux/", "ACoAAada123").pk == known.pk
    Suppression.objects.put({"profile:cy-ortega"}, "erased")
    with pytest.raises(Erased):
        remember("Cy Ortega", "https://www.linkedin.com/in/cy-ortega/", "ACoAAcy12345")
    with pytest.raises(Erased):
        remember("Cy Roux", "https://www.linkedin.com/in/cy-roux/", "ACoAAcy12345")
