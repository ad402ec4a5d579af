"""The doctor names what is wrong with what to do about it, and exits with 78 when a person is needed."""

import json
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from campaigns.diagnosis import missing_runs, restored
from campaigns.installation import Installation
from campaigns.management.commands import doctor
from campaigns.models import Action, Run
from campaigns.outside import OutsideFile
from campaigns.processes import ProcessIdentity
from engine.models import Account, SpentPermit, StoredSession
from engine.pace import SystemClock
from engine.ratelimit.gated import breaker_of_this_process
from tests.builders import a_campaign, a_contact, an_account
from tests.redis_server import RedisServer

pytestmark = pytest.mark.django_db
DEAD = 2**22 + 1


@pytest.fixture(autouse=True)
def breaker():
    """That of a process which has just begun."""
    breaker_of_this_process.cache_clear()
    yield
    breaker_of_this_process.cache_clear()


@pytest.fixture
def now():
    return SystemClock().now()


@pytest.fixture
def account(now):
    """An account with a session and a campaign that ran today."""
    Account.objects.all().delete()
    account = an_account(time_zone="UTC")
    StoredSession.objects.create(
        account=account, ciphertext=b"", stored_at=now, expires_at=now + timedelta(days=90)
    )
    run_of(a_campaign(account), now).end("finished", now)
    return account


def run_of(campaign, now, **process):
    own = ProcessIdentity.own()
    identity = ProcessIdentity(**{"host": own.host, "pid": own.pid, "started": own.started} | process)
    return Run.objects.start(campaign, identity, now)


def silent_run(account, now, **process):
    run = run_of(account.campaigns.get(), now, **process)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=now - timedelta(hours=1))
    return run


def diagnose(capsys, *arguments):
    """The findings by their code, and the exit code."""
    try:
        call_command("doctor", "--json", *arguments)
        code = 0
    except SystemExit as exit_:
        code = exit_.code
    told = json.loads(capsys.readouterr().out)
    assert told["needs_person"] == (code == 78) == any(found["needs_person"] for found in told["findings"])
    return {found["code"]: found for found in told["findings"]}, code


def test_a_healthy_installation_has_nothing_wrong(account, capsys):
    assert diagnose(capsys) == ({}, 0)

    call_command("doctor")
    assert capsys.readouterr().out == "Nothing is wrong.\n"


def paused(account, now):
    account.pause("security check", "sign in and look", now)


def signed_out(account, now):
    account.session.delete()


def session_over(account, now):
    StoredSession.objects.update(expires_at=now)


def session_ends(account, now):
    StoredSession.objects.update(expires_at=now + timedelta(days=6))


def in_doubt(account, now):
    campaign = account.campaigns.get()
    Action.objects.create(
        campaign=campaign, account=account, contact=a_contact("Ada Martin", campaign), occasion="birthday 2026",
        due_on=now.date(), expires_on=now.date(), status="unknown",
    )  # fmt: skip


def cut_off(account, now):
    in_doubt(account, now)
    Action.objects.update(status="sending", run=Run.objects.get())


def queued_for_nobody(account, now):
    run = Run.objects.queue(
        account.campaigns.get(),
        now,
        starts_at=now - timedelta(minutes=3),
        expires_at=now + timedelta(hours=1),
    )
    assert run.status == "queued"


def one_person_twice(account, now):
    Account.objects.update(profile_url="https://www.linkedin.com/in/ada/")
    an_account("second", profile_url="https://www.linkedin.com/in/Ada")
    an_account("somebody-else")


def from_the_future(account, now):
    Run.objects.update(ended_at=now + timedelta(days=2))


def last_run_failed(account, now):
    Run.objects.update(outcome="layout_changed", reason="composer.send")


CASES = [
    (paused, "account_paused", "ada is paused: security check", "sign in and look; then resume", True),
    (signed_out, "no_session", "ada has no stored session", "log_in --account ada", True),
    (session_over, "no_session", "the session ended on", "log_in --account ada", True),
    (session_ends, "session_ends_soon", "the session ends on", "log_in", False),
    (in_doubt, "in_doubt", "ada: 1 action is in doubt", "decide in the admin", True),
    (cut_off, "cut_off", "ada: 1 action was cut off", "run_campaign KIND_OR_NAME --account ada", False),
    (queued_for_nobody, "no_worker", "no worker gives a sign of life", "run_worker", True),
    (one_person_twice, "one_person_twice", "ada and second are one person", "one account for each", True),
    (from_the_future, "clock_wrong", "clock looks wrong by 2880 min", "--clock-is-right", True),
    (last_run_failed, "last_run", "ended as layout_changed: composer.send", "Outcomes", True),
    (lambda account, now: silent_run(account, now), "stuck_run", "still exists", "kill ", True),
    (lambda account, now: silent_run(account, now, pid=DEAD), "crashed_run", "is gone", "nothing", False),
    (lambda account, now: silent_run(account, now, host="far 1 2"), "another_host", "host, far", "--end-run", True),
]  # fmt: skip


@pytest.mark.parametrize(("arrange", "code", "what", "todo", "needs_person"), CASES)
def test_what_is_wrong_is_named_with_what_to_do(
    account, now, capsys, arrange, code, what, todo, needs_person
):
    arrange(account, now)

    found, exit_code = diagnose(capsys)

    assert list(found) == [code]
    assert what in found[code]["what"]
    assert todo in found[code]["todo"]
    assert (found[code]["needs_person"], exit_code) == (needs_person, 78 if needs_person else 0)


def test_for_people_each_finding_is_followed_by_what_to_do(account, now, capsys):
    paused(account, now)
    session_ends(account, now)

    with pytest.raises(SystemExit):
        call_command("doctor")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "! ada is paused: security check"
    assert lines[1].startswith("  → sign in and look")
    assert lines[2].startswith("- ada: the session ends on")


@pytest.mark.parametrize(("hours_after_start", "is_missing"), [(-0.1, False), (0.9, False), (1.1, True)])
def test_a_birthday_campaign_without_a_run_today_is_missed_an_hour_into_the_day(
    account, now, hours_after_start, is_missing
):
    noon = now.replace(hour=12)
    account.hours_start = (noon - timedelta(hours=hours_after_start)).time()
    Run.objects.update(started_at=noon - timedelta(days=1))

    found = list(missing_runs(account, noon))

    assert bool(found) == is_missing
    if found:
        assert "had no run today (none since" in found[0].what


def test_a_campaign_that_never_ran_is_missed_too(account, now):
    Run.objects.all().delete()
    account.hours_start = now.replace(hour=7).time()

    [found] = missing_runs(account, now.replace(hour=12))

    assert "none ever" in found.what


def test_a_campaign_that_is_switched_off_is_not_missed_and_needs_no_session(account, now, capsys):
    account.campaigns.update(is_active=False)
    account.session.delete()
    Run.objects.all().delete()

    assert diagnose(capsys) == ({}, 0)


def test_a_wrong_configuration_is_found(account, capsys, settings):
    settings.NETWORK_URL, settings.CHROMEDRIVER = "https://example.org", "/nowhere/chromedriver"

    found, code = diagnose(capsys)

    assert code == 78
    assert "check linkedin_bot.E001" in found
    assert "/nowhere/chromedriver" in found["no_browser"]["what"]


def test_a_browser_elsewhere_is_not_looked_for(account, capsys, settings):
    settings.SELENIUM_REMOTE_URL, settings.CHROMEDRIVER = (
        "http://grid.example.org:4444",
        "/nowhere/chromedriver",
    )

    assert diagnose(capsys) == ({}, 0)


def test_a_database_that_does_not_answer_is_a_finding(account, capsys):
    def away(execute, sql, parameters, many, context):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(away):
        found, code = diagnose(capsys)

    assert (list(found), code) == (["database_unreachable"], 78)
    assert "connection refused" in found["database_unreachable"]["what"]


def test_a_redis_that_does_not_answer_needs_nobody(account, capsys, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": settings.REDIS_URL}
    }

    found, code = diagnose(capsys)

    assert (list(found), code) == (["redis_down"], 0)
    assert "ConnectionError" in found["redis_down"]["what"]


def read_only(client):
    client.replicaof("127.0.0.1", "1")


def protected(client):
    client.config_set("requirepass", "a word of the test")


def without_scripts(client):
    client.acl_setuser(
        "default", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-eval", "-evalsha"]
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(read_only, "ReadOnlyError"), (protected, "Authentication"), (without_scripts, "NoPermissionError")],
)
def test_a_redis_that_answers_and_takes_no_permit_is_told_with_its_own_words(
    account, capsys, settings, spoil, words
):
    server = RedisServer()
    settings.REDIS_URL = server.url
    settings.CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": server.url}}
    try:
        with server.client() as client:
            spoil(client)
        found, code = diagnose(capsys)
    finally:
        server.close()

    assert (list(found), code) == (["redis_down"], 0)
    assert words in found["redis_down"]["what"]
    assert "a word of the test" not in found["redis_down"]["what"]


def test_missing_migrations_are_found_before_anything_is_read(account):
    class Executor:
        """Of a database to which two migrations were not applied."""

        class Loader:
            class graph:  # noqa: N801
                leaf_nodes = staticmethod(list)

        loader = Loader

        def migration_plan(self, targets):
            return [1, 2]

    [found] = doctor.migrations(Executor())

    assert (found.code, found.todo) == ("not_migrated", "manage.py migrate")
    assert found.what.startswith("2 migrations")


def test_a_full_disk_is_found():
    usage = namedtuple("usage", "free")

    [found] = doctor.disk(usage(99 * 2**20))
    assert found.what == "99 MB are free in the data directory"
    assert list(doctor.disk(usage(100 * 2**20))) == []


def test_a_run_of_another_host_is_ended_by_a_person_only(account, now, capsys):
    run = silent_run(account, now, host="far 1 2")

    assert diagnose(capsys, "--end-run", str(run.pk)) == ({}, 0)

    run.refresh_from_db()
    assert (run.outcome, run.reason) == ("crashed", "a person said that its process and its browser are gone")


@pytest.mark.parametrize(
    ("process", "silence", "words"),
    [({}, 3600, "lives on this host; stop it: kill"), ({"host": "far 1 2"}, 60, "it is at work")],
)
def test_a_run_that_may_be_at_work_is_not_ended(account, now, process, silence, words):
    run = run_of(account.campaigns.get(), now, **process)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=now - timedelta(seconds=silence))

    with pytest.raises(CommandError, match=words):
        call_command("doctor", "--end-run", str(run.pk))
    with pytest.raises(CommandError, match="no run 0"):
        call_command("doctor", "--end-run", "0")


def test_reconciling_opens_a_restored_database_and_counts_what_was_lost(
    account, now, capsys, settings, tmp_path
):
    settings.DATA_DIR, settings.INSTALLATION_FILE = tmp_path, "installation.json"
    Installation.objects.update(generation=5)
    found, code = diagnose(capsys)
    assert (list(found), code) == (["restored"], 78)
    OutsideFile.of_settings().write(Installation.objects.get().identity, 7)

    found, code = diagnose(capsys, "--reconcile")

    assert (list(found), code) == (["refusals_forgotten"], 0)
    assert "suppress_contact" in found["refusals_forgotten"]["todo"]
    assert Installation.objects.get().generation == 8
    assert SpentPermit.objects.filter(account=account, bucket="message").count() == 2


@pytest.mark.parametrize(("days", "is_said"), [(6.9, True), (7, False)])
def test_what_a_restored_backup_cannot_know_is_said_for_a_week(db, now, days, is_said):
    Installation.objects.current()
    Installation.objects.update(reconciled_at=now - timedelta(days=days))

    assert bool(list(restored(now))) == is_said


def test_a_rehearsal_has_nothing_to_reconcile(account):
    with pytest.raises(CommandError, match="rehearsal"):
        call_command("doctor", "--reconcile")


def test_a_clock_that_is_right_is_believed(account, now, capsys):
    from_the_future(account, now)

    assert diagnose(capsys, "--clock-is-right") == ({}, 0)
