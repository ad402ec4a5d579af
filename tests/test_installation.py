"""A restored or copied database is noticed before it sends anything, and sends nothing again once it may run."""

import errno
import json
import shutil
from collections import Counter
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import transaction

from campaigns.installation import ADVICE, Installation, NotKeptOutside, keep_outside, reconcile
from campaigns.models import Action, Run
from campaigns.outside import OutsideFile
from contacts.models import Interaction
from engine.errors import LayoutChanged, PersonUnavailable
from engine.ports import Message, Thread
from tests.builders import TODAY, a_birthday_campaign, a_contact, run_it, statuses
from tests.fakes import FakeClock, FakeNetwork, Sent
from tests.proof import seeds

pytestmark = pytest.mark.django_db
PEOPLE = ("Ada Martin", "Bo Lindgren", "Cy Okafor")


@pytest.fixture
def outside(settings, tmp_path):
    settings.DATA_DIR, settings.INSTALLATION_FILE = tmp_path, "installation.json"
    return OutsideFile(tmp_path / "installation.json")


@pytest.fixture
def campaign(outside):
    campaign = a_birthday_campaign()
    for name in PEOPLE:
        a_contact(name, campaign)
    return campaign


class Backup:
    """The database as it was: everything after it is undone by `restore`."""

    def __init__(self):
        self.savepoint = transaction.savepoint()

    def restore(self):
        """The process of a run that was under way when the backup was made is gone by now."""
        transaction.savepoint_rollback(self.savepoint)
        Run.objects.filter(status="running").update(pid=2**22 + 1)


def test_each_sending_is_one_generation_inside_and_outside(campaign, outside):
    seen = []
    network = FakeNetwork(before_click=lambda recipient: seen.append(outside.read().generation))

    run_it(campaign, network)

    assert seen == [1, 2, 3]
    assert Installation.objects.get().generation == 3


def test_a_restored_backup_starts_no_run_before_a_person_said_so(campaign, outside):
    backup, network = Backup(), FakeNetwork()
    run_it(campaign, network)
    backup.restore()

    run = run_it(campaign, network)

    assert (run.outcome, len(network.sent)) == ("restored", 3)
    assert run.reason == f"the database was restored from a backup made 3 sendings ago; {ADVICE}"


MOMENTS = list(product(range(len(PEOPLE)), ("on_write", "before_click", "after_click"), (0, 1, 5)))


@pytest.mark.unmeasured
@pytest.mark.proof
@pytest.mark.parametrize("moment", [MOMENTS[seed * 4 % len(MOMENTS)] for seed in seeds(27, 4)])
def test_whenever_the_backup_was_made_nobody_is_wished_twice_after_it_was_restored(campaign, outside, moment):
    position, step, days = moment
    network, clock, backups = FakeNetwork(), FakeClock(), []

    def back_up(recipient):
        if len(network.sent) >= position + (step == "after_click") and not backups:
            backups.append(Backup())

    setattr(network, step, back_up)
    run_it(campaign, network, clock)
    backups[0].restore()
    clock.time += timedelta(days=days, hours=1)
    lost = outside.read().generation - Installation.objects.get().generation
    assert (run_it(campaign, network, clock).outcome == "restored") == (lost > 0)
    if lost:
        reconcile(outside, clock.now())

    runs = [run_it(campaign, network, clock) for _ in range(2)]

    assert Counter(sent.slug for sent in network.sent) == dict.fromkeys(
        ("ada-martin", "bo-lindgren", "cy-okafor"), 1
    )
    assert sorted(sent.text for sent in network.sent) == sorted(
        wish.payload["text"] for wish in Interaction.objects.all()
    )
    assert set(statuses(campaign).values()) == {"done"}
    assert {run.outcome for run in runs} <= {"finished", "nothing_to_do"}


@pytest.fixture
def restored(campaign, outside):
    """A reconciled database that knows nothing of the wishes that may have left."""
    network, clock = FakeNetwork(), FakeClock()
    Installation.objects.current()
    reconcile(outside, clock.now())
    clock.sleep(3600)
    return campaign, network, clock


def a_thread(*messages, **facts):
    return Thread(
        **{"is_theirs": True, "is_one_to_one": True, "is_complete": True} | facts, messages=messages
    )


def test_whoever_was_not_wished_is_wished_after_one_look(restored):
    campaign, network, clock = restored

    run_it(campaign, network, clock)

    assert len(network.sent) == 3
    assert network.reads.count("ada-martin") == 1


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (Message(True, "Happy  birthday,\nAda!", None), "Happy birthday, Ada!"),
        (Message(True, "Happy belated birthday, Ada!", None), "Happy belated birthday, Ada!"),
        (Message(True, "Bon anniversaire !", FakeClock().now()), "Bon anniversaire !"),
    ],
)
def test_a_wish_found_in_the_conversation_is_recorded_as_done(restored, message, text):
    campaign, network, clock = restored
    network.threads["ada-martin"] = a_thread(message)
    started_at = clock.now()

    run_it(campaign, network, clock)

    assert [sent.slug for sent in network.sent] == ["bo-lindgren", "cy-okafor"]
    assert Action.objects.get(contact__name="Ada Martin").status == "done"
    wish = Interaction.objects.get(contact__name="Ada Martin")
    assert wish.payload["text"] == text
    assert wish.happened_at == (message.sent_at or started_at)


UNCLEAR = [
    a_thread(is_theirs=False),
    a_thread(is_one_to_one=False),
    a_thread(is_complete=False),
    a_thread(Message(True, "A text that nobody knows", None)),
]


@pytest.mark.parametrize("thread", UNCLEAR)
def test_what_is_not_certain_waits_for_a_person_who_looked(restored, thread):
    campaign, network, clock = restored
    network.threads["ada-martin"] = thread
    run_it(campaign, network, clock)
    ada = Action.objects.get(contact__name="Ada Martin")
    assert (ada.status, len(network.sent)) == ("planned", 2)
    assert "a backup was restored" in ada.reason

    ada.approve(None, clock.now())
    run_it(campaign, network, clock)

    assert Sent("ada-martin", "Happy birthday, Ada!") in network.sent


@pytest.mark.parametrize(
    "message",
    [
        Message(False, "Happy birthday, Ada!", FakeClock().now() - timedelta(days=365)),
        Message(True, "Happy belated birthday, Ada!", FakeClock().now() - timedelta(days=365)),
        Message(True, "On record since long", None),
    ],
)
def test_what_was_said_before_is_no_wish_of_this_birthday(restored, message):
    campaign, network, clock = restored
    ada = campaign.account.contacts.get(name="Ada Martin")
    Interaction.objects.create(
        contact=ada, account=campaign.account, type="birthday_sent", source_key="import:1",
        happened_at=clock.now() - timedelta(days=730), payload={"text": "On record since long"},
    )  # fmt: skip
    network.threads["ada-martin"] = a_thread(message)

    run_it(campaign, network, clock)

    assert network.sent[0].slug == "ada-martin"


def test_a_conversation_that_cannot_be_read_leaves_the_wish_for_another_time(restored):
    campaign, network, clock = restored

    def unreadable(recipient):
        raise PersonUnavailable("404")

    network.read_thread = unreadable
    run = run_it(campaign, network, clock)

    assert (network.sent, run.outcome) == ([], "nothing_to_do")
    assert "could not be read" in run.notes[0]
    assert set(statuses(campaign).values()) == {"planned"}


def test_a_changed_layout_while_looking_up_ends_the_run(restored):
    campaign, network, clock = restored

    def changed(recipient):
        raise LayoutChanged("thread.message")

    network.read_thread = changed

    assert run_it(campaign, network, clock).outcome == "layout_changed"
    assert network.sent == []


def test_birthdays_after_the_restore_need_no_look(restored):
    campaign, network, clock = restored
    a_contact("Di Moreau", campaign, born=TODAY + timedelta(days=1))
    run_it(campaign, network, clock)
    network.reads.clear()
    clock.time += timedelta(days=1)

    run_it(campaign, network, clock)

    assert network.sent[-1].slug == "di-moreau"
    assert network.reads == []


def test_a_crash_between_the_commit_and_the_file_is_no_restore(campaign, outside):
    run_it(campaign, FakeNetwork(), limit=1)
    Installation.objects.advance()

    run = run_it(campaign, FakeNetwork())

    assert run.outcome == "finished"
    assert outside.read().generation == Installation.objects.get().generation == 4


def test_what_cannot_be_noted_outside_is_not_sent(campaign, outside):
    network = FakeNetwork(on_write=lambda recipient: shutil.rmtree(outside.path.parent))

    run = run_it(campaign, network)

    assert (network.sent, run.outcome) == ([], "disk_full")
    assert "could not be written" in run.reason
    assert statuses(campaign) == {"Ada Martin": "failed", "Bo Lindgren": "planned", "Cy Okafor": "planned"}


class FullDisk(OutsideFile):
    def write(self, identity, generation):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_called_so(outside):
    with pytest.raises(NotKeptOutside, match=r"^disk full: installation\.json"):
        keep_outside(FullDisk(outside.path), Installation.objects.current())


def spoil(name):
    """A way to make the data directory another one than it was."""

    def rewritten(path, **changes):
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    def copied(path):
        shutil.copy2(path, path.with_name("copy"))
        path.with_name("copy").rename(path)

    ways = {
        "deleted": lambda path: path.unlink(),
        "no JSON": lambda path: path.write_text("{"),
        "not an object": lambda path: path.write_text("[]"),
        "no id": lambda path: rewritten(path, identity="1"),
        "of another database": lambda path: rewritten(path, identity=str(uuid4())),
        "copied": copied,
        "restored in place": lambda path: rewritten(path, written_at=path.stat().st_ctime - 3600),
    }
    return ways[name]


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("deleted", "is missing"),
        ("no JSON", "is missing"),
        ("not an object", "is missing"),
        ("no id", "is missing"),
        ("of another database", "belongs to another database"),
        ("copied", "was copied or restored"),
        ("restored in place", "was copied or restored"),
    ],
)
def test_another_data_directory_is_noticed_and_accepted_by_a_person(campaign, outside, way, reason):
    network, clock = FakeNetwork(), FakeClock()
    run_it(campaign, network, clock, limit=1)
    spoil(way)(outside.path)

    run = run_it(campaign, network, clock)
    assert (run.outcome, len(network.sent)) == ("restored", 1)
    assert reason in run.reason

    reconcile(outside, clock.now())
    assert run_it(campaign, network, clock).outcome == "finished"
    assert len(network.sent) == 3


def test_a_first_start_begins_the_file_for_this_user_alone(campaign, outside):
    run_it(campaign, FakeNetwork(), limit=1)

    assert outside.path.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in outside.path.parent.iterdir()} == {"installation.json", "runs"}
    assert (outside.path.parent / "runs").stat().st_mode & 0o777 == 0o700
    assert not list((outside.path.parent / "runs").iterdir())


def test_a_file_that_cannot_take_its_place_leaves_nothing_behind(outside):
    outside.path.mkdir()

    with pytest.raises(NotKeptOutside, match="is a directory"):
        keep_outside(outside, Installation.objects.current())

    assert list(outside.path.parent.iterdir()) == [outside.path]


def test_reconciling_tells_how_many_sendings_were_lost(campaign, outside):
    backup, clock = Backup(), FakeClock()
    run_it(campaign, FakeNetwork(), clock)
    backup.restore()

    assert reconcile(outside, clock.now()) == 3
    assert Installation.objects.get().generation == 4
    assert outside.read().generation == 4


def test_a_rehearsal_keeps_nothing_outside(settings, outside):
    settings.REHEARSAL = True

    assert OutsideFile.of_settings() is None
