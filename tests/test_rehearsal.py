"""The scratch copy that a rehearsal works on."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command

from campaigns.models import Action, MessageTemplate, Run
from campaigns.processes import ProcessIdentity
from campaigns.rehearsal import SCRATCH, _copy_rows, _forget_the_real_world, _population, scratch_connection
from contacts.models import Contact, Interaction
from engine.errors import BrowserFailed
from engine.models import Account, BrowserProcess
from tests.builders import TODAY, a_campaign, a_contact, a_template, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory, django_db_setup, django_db_blocker):
    """Made once: every migration waits for the disk."""
    if settings.MIGRATED_FILE:
        return settings.MIGRATED_FILE
    path = tmp_path_factory.mktemp("migrated") / "scratch.sqlite3"
    with django_db_blocker.unblock(), scratch_connection(path):
        call_command("migrate", database=SCRATCH, verbosity=0)
    return path


@pytest.fixture
def scratch(migrated, tmp_path):
    return shutil.copy(migrated, tmp_path / "scratch.sqlite3")


@pytest.fixture
def campaign():
    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}!")
    return a_campaign()


def test_every_row_that_a_campaign_needs_is_copied_from_any_database(scratch, campaign):
    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())

    with scratch_connection(scratch):
        _copy_rows()
        assert Interaction.objects.using(SCRATCH).get().payload["text"] == "Happy birthday, Ada!"
        assert Action.objects.using(SCRATCH).get().status == "done"
        assert Contact.objects.using(SCRATCH).get().accounts.using(SCRATCH).get().name == "ada"


def test_a_doubt_and_a_run_of_the_real_world_only_hold_their_places(scratch, campaign):
    a_contact("Ada Martin", campaign)

    def fail(recipient):
        raise BrowserFailed("gone")

    run_it(campaign, FakeNetwork(after_click=fail))
    Run.objects.start(campaign, ProcessIdentity.own(), FakeClock().now())
    BrowserProcess.objects.create(
        account=campaign.account, host="here", group_id=1, leader_started=1, started_at=NOW
    )

    with scratch_connection(scratch):
        _copy_rows()
        _forget_the_real_world()
        assert Action.objects.using(SCRATCH).get().status == "done"
        assert not Run.objects.using(SCRATCH).filter(status="running").exists()
        assert not BrowserProcess.objects.using(SCRATCH).exists()
    assert Action.objects.get().status == "unknown"


def test_the_sandbox_is_peopled_with_the_due_contacts_of_the_account(scratch, campaign, tmp_path):
    a_contact("Ada Martin", campaign, born=TODAY.replace(day=20), member_id="ACoAAada")
    a_contact("Bo Lindgren", campaign, born=TODAY.replace(month=5))
    with scratch_connection(scratch):
        _copy_rows()

    options = _population(tmp_path, scratch, "ada", NOW)

    assert options[:4] == ["--today", "2026-11-23", "--lang", "en"]
    ada = json.loads((tmp_path / "people.json").read_text())[1]
    assert ada == {"name": "Ada Martin", "slug": "ada-martin", "member_id": "ACoAAada", "birthday": -3}


def test_without_due_contacts_the_bundled_town_stays(scratch, campaign, tmp_path):
    Account.objects.update(language="fr")
    with scratch_connection(scratch):
        _copy_rows()

    assert _population(tmp_path, scratch, None, NOW) == ["--today", "2026-11-23", "--lang", "fr"]
    assert _population(tmp_path, scratch, "nobody", NOW) == []
