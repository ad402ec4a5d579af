"""Whatever goes wrong, a run ends with the one outcome that docs/operations.md describes, and with its reason."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import InterfaceError, OperationalError, connection

from campaigns import report
from campaigns.models import Action, Campaign, Run
from contacts.models import Contact, Interaction
from engine.errors import (
    AccountPaused,
    BrowserFailed,
    LayoutChanged,
    LimitReached,
    NoSession,
    PersonUnavailable,
    ProofMissing,
    TextNotWritten,
    WrongPerson,
)
from engine.ports import Thread
from tests.builders import a_birthday_campaign, a_contact, run_it, statuses
from tests.fakes import FakeClock, FakeNetwork, Sent

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    """Ada and Bo have their birthday today; a fault is about to happen."""

    campaign: Campaign
    network: FakeNetwork = field(default_factory=FakeNetwork)
    clock: FakeClock = field(default_factory=FakeClock)
    options: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Run:
        return run_it(self.campaign, self.network, self.clock, **self.options)


def failing(step: str, error: BaseException) -> Callable[[Scene], None]:
    def fail(*_):
        raise error

    return lambda scene: setattr(scene.network, step, fail)


def of_account(**fields: Any) -> Callable[[Scene], None]:
    return lambda scene: type(scene.campaign.account).objects.update(**fields)


def at(hour: int) -> Callable[[Scene], None]:
    return lambda scene: setattr(scene.clock, "time", datetime(2026, 11, 23, hour, tzinfo=UTC))


def on_write(work: Callable[[Scene], object]) -> Callable[[Scene], None]:
    return lambda scene: setattr(scene.network, "on_write", lambda recipient: work(scene))


def unproved(scene: Scene) -> None:
    failing("after_click", ProofMissing("nothing seen"))(scene)
    scene.network.threads["ada-martin"] = Thread(True, True, False, [])


def nobody_due(scene: Scene) -> None:
    Contact.objects.update(birth_month=1, birth_day=1)


def clock_behind(scene: Scene) -> None:
    Interaction.objects.create(
        contact=Contact.objects.earliest("pk"), account=scene.campaign.account, type="profile_visit",
        happened_at=scene.clock.now() + timedelta(hours=2), source_key="visit:1",
    )  # fmt: skip


def clock_jumps(scene: Scene) -> None:
    scene.clock.time += timedelta(hours=2)


def statement(pattern: str, error: Exception) -> Callable[[Scene], None]:
    """The first statement like this fails, as when the database went away for a moment."""
    left = [error]

    def fail_once(execute, sql, parameters, many, context):
        if left and re.match(pattern, sql):
            raise left.pop()
        return execute(sql, parameters, many, context)

    return lambda scene: scene.options.update(wrapper=fail_once)


SENDING = r'UPDATE "campaigns_action" SET "status" = .*"sending_at"'
RECORDING = r'INSERT INTO "contacts_interaction"'
GONE = OperationalError("server closed the connection unexpectedly")
FULL = OperationalError("database or disk is full")
NOTHING, ONE, BOTH = 0, 1, 2

FAULTS = [
    # fault, what happens, outcome, words of the reason, messages that left
    ("nothing is wrong", lambda scene: None, "finished", "", BOTH),
    ("nobody is due", nobody_due, "nothing_to_do", "", NOTHING),
    ("before the hours", at(5), "outside_hours", "working hours are 07:00", NOTHING),
    ("after the hours", at(20), "outside_hours", "it is 21:00 in Europe/Paris", NOTHING),
    ("the limit of a run", of_account(messages_per_run=1), "limit_reached", "the limit 1", ONE),
    ("the limit of a day", of_account(messages_per_day=1), "limit_reached", "the limit 1", ONE),
    ("the limit of this start", lambda scene: scene.options.update(limit=1), "finished", "limit of this start", ONE),
    ("SIGTERM", lambda scene: scene.options.update(should_stop=lambda: True), "stopped", "asked to stop", NOTHING),
    ("a person stops it", on_write(lambda scene: Run.objects.get().request_stop(scene.clock.now())), "stopped",
     "asked to stop", ONE),
    ("ended from elsewhere", on_write(lambda scene: Run.objects.get().end("crashed", scene.clock.now())), "crashed",
     "", NOTHING),
    ("the list: no browser", failing("birthdays", BrowserFailed("gone")), "browser_failed", "gone", NOTHING),
    ("the list: a checkpoint", failing("birthdays", AccountPaused("PIN")), "account_paused", "PIN", NOTHING),
    ("the list: no session", failing("birthdays", NoSession("signed out")), "no_session", "signed out", NOTHING),
    ("the list: changed", failing("birthdays", LayoutChanged("birthdays.card")), "layout_changed", "birthdays.card",
     NOTHING),
    ("the list: throttled", failing("birthdays", LimitReached("of the network")), "limit_reached", "of the network",
     NOTHING),
    ("the page: browser dies", failing("on_write", BrowserFailed("died")), "browser_failed", "died", NOTHING),
    ("the page: a checkpoint", failing("on_write", AccountPaused("PIN", "look")), "account_paused", "look", NOTHING),
    ("the page: signed out", failing("on_write", NoSession("gone")), "no_session", "gone", NOTHING),
    ("a page: changed", failing("on_write", LayoutChanged("composer.box")), "layout_changed", "box", NOTHING),
    ("the page: throttled", failing("on_write", LimitReached("of the network")), "limit_reached", "network", NOTHING),
    ("the page: another person", failing("on_write", WrongPerson("namesake")), "finished", "", NOTHING),
    ("the page: nobody", failing("on_write", PersonUnavailable("404")), "finished", "", NOTHING),
    ("the page: text not taken", failing("on_write", TextNotWritten("cut")), "finished", "", NOTHING),
    ("no click: browser dies", failing("before_click", BrowserFailed("died")), "browser_failed", "died", NOTHING),
    ("no click: a checkpoint", failing("before_click", AccountPaused("PIN")), "account_paused", "PIN",
     NOTHING),
    ("no click: no button", failing("before_click", LayoutChanged("composer.send")), "layout_changed", "composer.send",
     NOTHING),
    ("no click: recipient changed", failing("before_click", WrongPerson("swapped")), "finished", "", NOTHING),
    ("clicked: browser dies", failing("after_click", BrowserFailed("died")), "browser_failed", "died", ONE),
    ("clicked: a checkpoint", failing("after_click", AccountPaused("PIN")), "account_paused", "PIN", ONE),
    ("clicked: proof found later", failing("after_click", ProofMissing("not seen")), "finished", "", BOTH),
    ("clicked: proof never found", unproved, "in_doubt", "Ada Martin", ONE),
    ("the clock is behind", clock_behind, "clock_wrong", "clock looks wrong by 120 min", NOTHING),
    ("the clock jumps", on_write(clock_jumps), "clock_wrong", "clock looks wrong by 120 min", ONE),
    ("the installation is another", lambda scene: scene.options.update(restored=True), "restored",
     "doctor --reconcile", NOTHING),
    ("the database goes away while planning", statement(r'INSERT INTO "campaigns_action"', GONE),
     "database_unreachable", "database unreachable: server closed", NOTHING),
    ("the database goes away before the click", statement(SENDING, GONE), "database_unreachable",
     "database unreachable: server closed", NOTHING),
    ("the database goes away after the click", statement(RECORDING, GONE), "database_unreachable",
     "database unreachable: server closed", ONE),
    ("the database stays locked", statement(SENDING, OperationalError("database is locked")), "database_unreachable",
     "database is locked", NOTHING),
    ("the database is read-only", statement(SENDING, OperationalError("attempt to write a readonly database")),
     "database_unreachable", "readonly", NOTHING),
    ("the connection was closed", statement(SENDING, InterfaceError("connection already closed")),
     "database_unreachable", "already closed", NOTHING),
    ("the disk is full while planning", statement(r'INSERT INTO "campaigns_action"', FULL), "disk_full", "disk full",
     NOTHING),
    ("the disk is full before the click", statement(SENDING, FULL), "disk_full", "disk full", NOTHING),
    ("the disk is full after the click", statement(RECORDING, FULL), "disk_full", "disk full", ONE),
    ("the server's disk is full", statement(SENDING, OperationalError("could not extend: No space left on device")),
     "disk_full", "disk full: could not extend", NOTHING),
]  # fmt: skip


@contextmanager
def fault_of(scene: Scene, settings, tmp_path):
    """What a scene's options say of the world around the run."""
    if scene.options.pop("restored", False):
        settings.DATA_DIR, settings.INSTALLATION_FILE = tmp_path, "installation.json"
        (tmp_path / "installation.json").write_text(
            '{"identity": "00000000-0000-4000-8000-000000000000", "generation": 1, "inode": 1, "written_at": 1}'
        )
    wrapper = scene.options.pop("wrapper", None)
    if wrapper is None:
        yield
        return
    with connection.execute_wrapper(wrapper):
        yield


@pytest.mark.parametrize(
    ("arrange", "outcome", "words", "left"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_fault_ends_the_run_with_its_outcome_and_reason(arrange, outcome, words, left, settings, tmp_path):
    scene = Scene(a_birthday_campaign())
    for name in ("Ada Martin", "Bo Lindgren"):
        a_contact(name, scene.campaign)
    arrange(scene)

    with fault_of(scene, settings, tmp_path):
        run = scene.run()

    assert (run.status, run.outcome) == ("ended", outcome)
    assert words in run.reason
    assert len(scene.network.sent) == left
    assert_all_is_recorded(scene)


def assert_all_is_recorded(scene: Scene) -> None:
    """Each message that left has an action that says so, or that it may have; none left twice."""
    may_have_left = Action.objects.filter(status__in=["done", "sending", "unknown"]).count()
    assert may_have_left >= len(scene.network.sent)
    assert len(set(scene.network.sent)) == len(scene.network.sent)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(ZeroDivisionError("bug"), "internal_error"), (KeyboardInterrupt(), "internal_error")],
)
@pytest.mark.parametrize("step", ["birthdays", "on_write", "before_click", "after_click"])
def test_what_nobody_foresaw_ends_the_run_and_is_raised(step, error, outcome):
    scene = Scene(a_birthday_campaign())
    a_contact("Ada Martin", scene.campaign)
    failing(step, error)(scene)

    with pytest.raises(type(error)):
        scene.run()

    run = Run.objects.get()
    assert run.outcome == outcome
    assert run.reason.startswith(type(error).__name__)
    in_doubt = {"before_click": "unknown", "after_click": "unknown", "on_write": "planned"}
    assert list(statuses(scene.campaign).values()) == ([in_doubt[step]] if step in in_doubt else [])


def test_after_a_database_that_went_away_behind_the_click_the_next_run_finds_the_message():
    scene = Scene(a_birthday_campaign())
    a_contact("Ada Martin", scene.campaign)
    statement(RECORDING, GONE)(scene)
    with connection.execute_wrapper(scene.options.pop("wrapper")):
        scene.run()
    assert not Interaction.objects.exists()

    scene.run()

    assert scene.network.sent == [Sent("ada-martin", "Happy birthday, Ada!")]
    assert Interaction.objects.get().payload["text"] == "Happy birthday, Ada!"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_raises_its_own_error_before_any_click():
    scene = Scene(a_birthday_campaign())
    a_contact("Ada Martin", scene.campaign)
    is_away = []
    scene.network.on_write = is_away.append

    def away(execute, sql, parameters, many, context):
        if is_away:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        scene.run()

    assert scene.network.sent == []
    assert Run.objects.get().status == "running"  # for the next start to sweep


def test_every_outcome_has_an_exit_code_and_is_documented():
    documented = (Path(project.BASE_DIR) / "docs" / "operations.md").read_text()
    for outcome, code in report.EXIT_CODES.items():
        assert re.search(rf"^\| `{outcome}` \|.*\| {code} \|", documented, re.MULTILINE), outcome
    assert set(Run.Outcome) <= set(report.EXIT_CODES)
