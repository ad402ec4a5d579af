"""The two addresses that tell a monitor whether this installation works."""

import json
import os
import re
import socket
import subprocess
import sys
from datetime import timedelta
from threading import Event
from wsgiref.util import setup_testing_defaults

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import RequestFactory
from health_check.base import HealthCheck

from campaigns.models import Campaign, Run, Worker
from campaigns.processes import ProcessIdentity
from engine.models import Account
from engine.pace import SystemClock
from engine.ratelimit.gated import breaker_of_this_process
from linkedin_bot.health import Questions, ReadyView
from linkedin_bot.readiness import BrowserFound, DiskHasRoom, RedisAnswers
from tests.builders import a_campaign
from tests.redis_server import RedisServer
from tests.waiting import until

NEEDED_BY_A_PROCESS = ("PATH", "HOME", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_FILE")


@pytest.fixture
def executable(tmp_path):
    """Makes an executable file of the given name and returns its path."""

    def make(name):
        path = tmp_path / name
        path.write_text("#!/bin/sh\n")
        path.chmod(0o700)
        return str(path)

    return make


@pytest.fixture
def whole(settings, tmp_path, executable):
    """An installation where everything a run needs is there."""
    settings.REDIS_URL = settings.SELENIUM_REMOTE_URL = ""
    settings.DRIVER_DOWNLOADS = False
    settings.CHROME_BINARY = executable("chromium")
    settings.CHROMEDRIVER = executable("chromedriver")
    settings.DATA_DIR = tmp_path
    return settings


@pytest.fixture
def silent_port():
    """A port of this machine where something accepts connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def ask(*checks, accept="*/*"):
    """The answer of a view that makes only these checks."""
    view = ReadyView.as_view(checks=checks, facts={}, answer_within_seconds=30)
    answer = view(RequestFactory().get("/ready", headers={"accept": accept}))
    content = json.loads(answer.content)
    # What a check says and what follows from it agree.
    worst = {503: "not ready", 200: "ready" if set(content["checks"].values()) == {"ok"} else "degraded"}
    assert content["status"] == worst[answer.status_code]
    return answer.status_code, content["checks"]


def ask_patiently(client, address="/ready"):
    """The answer once every check gave its own: the first on a loaded machine may come too late for one."""
    answers = []

    def is_told():
        answers.append(client.get(address))
        return b"in time" not in answers[-1].content

    until(is_told)
    return answers[-1]


def ask_a_fresh_process(data_dir, ending="", times=50, **environment):
    """The answer of an installation that was just unpacked and given this environment."""
    code = (
        "import time, django; django.setup(); from django.test import Client; "
        "client = Client(HTTP_HOST='localhost'); client.get('/health'); began = time.monotonic(); "
        "answer = client.get('/ready'); took = time.monotonic() - began; "
        f"answers = (client.get('/ready') for _ in range({times}) if b'in time' in answer.content)\n"
        "for answer in answers: pass\n"
        f"print(answer.status_code, took, answer.content.decode(), flush=True); {ending}"
    )
    kept = {name: os.environ[name] for name in NEEDED_BY_A_PROCESS if name in os.environ}
    own = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATA_DIR": str(data_dir)}
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, **own, **environment},
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    status, took, content = told.stdout.split(maxsplit=2)
    return int(status), float(took), content


@pytest.mark.parametrize("address", ["/health", "/health/"])
def test_a_living_process_says_so_without_asking_the_database(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.json() == {"status": "alive"}


@pytest.mark.django_db  # the end of a request closes stale connections
def test_it_is_served_by_wsgi():
    from linkedin_bot.wsgi import application

    answered = []
    environ = {"HTTP_HOST": "localhost", "PATH_INFO": "/health"}
    setup_testing_defaults(environ)
    response = application(environ, lambda status, headers: answered.append(status))
    assert (answered, b"".join(response)) == (["200 OK"], b'{"status": "alive"}')
    response.close()


@pytest.mark.django_db
def test_it_is_served_by_asgi():
    from linkedin_bot.asgi import application

    scope = {"type": "http", "path": "/health", "method": "GET", "headers": [(b"host", b"localhost")]}

    async def exchange():
        served = ApplicationCommunicator(application, scope)
        await served.send_input({"type": "http.request"})
        answer = await served.receive_output(), await served.receive_output()
        await served.wait()
        return answer

    head, body = async_to_sync(exchange)()
    assert (head["status"], body["body"]) == (200, b'{"status": "alive"}')


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/ready", "/ready/"])
def test_a_whole_installation_is_ready(client, whole, address):
    answer = ask_patiently(client, address)
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "browser": "ok", "disk": "ok", "worker": "ok"},
        "pacing": "paced by the database",
        "accounts_paused": 0,
        "workers": 0,
    }
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("accept", ["nonsense", "text/html", ";;;,,,/", "application/json;q=9", "\x00", ""])
def test_whatever_a_monitor_accepts_it_gets_json(whole, accept):
    assert ask(DiskHasRoom, accept=accept) == (200, {"disk": "ok"})


def test_readiness_is_only_read(client):
    assert client.post("/ready").status_code == 405


def test_a_fresh_installation_misses_its_migrations_and_nothing_else_of_the_database(tmp_path):
    status, _, content = ask_a_fresh_process(tmp_path)
    checks = json.loads(content)["checks"]
    assert status == 503
    assert json.loads(content)["status"] == "not ready"
    assert re.fullmatch(r"\d+ not applied; run manage\.py migrate", checks["migrations"])
    assert checks["database"] == "ok"


def test_a_dead_database_is_told_without_its_address_user_or_password(tmp_path, closed_port):
    url = f"postgres://somebody:canary@127.0.0.1:{closed_port}/hidden"
    status, _, content = ask_a_fresh_process(tmp_path, DATABASE_URL=url)
    assert status == 503
    assert json.loads(content)["checks"]["database"] == "does not answer"
    assert json.loads(content)["checks"]["migrations"] == "the database does not answer"
    assert json.loads(content)["checks"]["worker"] == "the database does not say"
    for secret in ("canary", "somebody", "hidden", "127.0.0.1", str(closed_port)):
        assert secret not in content


def test_with_everything_hanging_or_gone_the_answer_does_not_wait_for_it(tmp_path, silent_port):
    """A database and a Redis that take the connection and never say a word; nothing else is there either."""
    status, took, content = ask_a_fresh_process(
        tmp_path / "data",
        times=0,
        ending="import os; os._exit(0)",  # its threads still wait for the database
        DATABASE_URL=f"postgres://somebody:canary@127.0.0.1:{silent_port}/hidden?connect_timeout=60",
        REDIS_URL=f"redis://:canary@127.0.0.1:{silent_port}/0",
        CHROME_BINARY=str(tmp_path / "nowhere"),
    )
    told = json.loads(content)
    assert status == 503
    assert told["checks"] == {
        "database": "does not answer in time",
        "migrations": "does not answer in time",
        "browser": "no Chromium or Chrome found where it is looked for",
        "disk": "ok",
        "cache": "does not answer in time",
        "worker": "does not answer in time",
    }
    assert (told["accounts_paused"], told["workers"]) == (None, None)
    assert "canary" not in content
    assert took < 10  # 0.8 s, on a machine that has nothing else to do


def test_what_hangs_is_not_asked_again_while_it_does():
    asked, over = Questions(), Event()
    hanging = asked.ask("database", lambda: over.wait(30))
    assert asked.ask("database", lambda: "asked again") is hanging
    over.set()
    assert hanging.result(30) is True
    assert asked.ask("database", lambda: "asked again").result(30) == "asked again"


class Broken(HealthCheck):
    name = "broken"

    def run(self):
        raise RuntimeError("canary")


def test_nobody_knows_a_fact_that_cannot_be_asked(whole):
    view = ReadyView.as_view(checks=(), facts={"broken": Broken().run})
    answer = view(RequestFactory().get("/ready"))
    assert (answer.status_code, json.loads(answer.content)["broken"]) == (200, None)


def test_a_check_that_breaks_is_not_ready_and_says_no_more(whole):
    assert ask(Broken) == (503, {"broken": "could not be asked"})


@pytest.mark.django_db(transaction=True)
def test_a_paused_account_is_told_and_makes_nothing_less_ready(client, whole):
    Account.objects.update(state=Account.State.PAUSED)
    Account.objects.create(name="ada", state=Account.State.PAUSED)
    Account.objects.create(name="bo")
    told = ask_patiently(client)
    assert (told.status_code, told.json()["accounts_paused"]) == (200, Account.objects.count() - 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("starts_in", "is_alive", "said"),
    [
        (-1, False, "none lives, and 1 queued; run manage.py run_worker"),
        (-1, True, "ok"),
        (60, False, "ok"),  # nobody waits for it yet
    ],
)
def test_a_worker_is_missed_where_a_run_waits_for_it(client, whole, starts_in, is_alive, said):
    now, campaign = SystemClock().now(), a_campaign()
    starts_at = now + timedelta(minutes=starts_in)
    Run.objects.create(
        campaign=campaign, account=campaign.account, status=Run.Status.QUEUED, fence=1,
        started_at=now, heartbeat_at=now, queued_at=now, starts_at=starts_at,
    )  # fmt: skip
    Worker.objects.arrive(ProcessIdentity.own(), now - timedelta(minutes=0 if is_alive else 5))
    answer = ask_patiently(client)
    told = answer.json()
    assert (answer.status_code, told["checks"]["worker"], told["workers"]) == (200, said, int(is_alive))
    assert told["status"] == ("ready" if said == "ok" else "degraded")


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_missed_where_a_schedule_was_due_and_nobody_came(client, whole):
    campaign = a_campaign(schedule="0 * * * *")
    Campaign.objects.filter(pk=campaign.pk).update(created_at=SystemClock().now() - timedelta(hours=3))
    told = ask_patiently(client).json()
    said = "none lives, and 1 not started when its schedule was due; run manage.py run_worker"
    assert (told["status"], told["checks"]["worker"]) == ("degraded", said)


@pytest.fixture(scope="module")
def redis_server():
    server = RedisServer()
    yield server
    server.close()


def pacing(*checks):
    view = ReadyView.as_view(checks=checks, facts={}, answer_within_seconds=30)
    answer = view(RequestFactory().get("/ready"))
    return json.loads(answer.content)["pacing"]


def test_a_living_redis_paces_together_with_the_database(with_redis, redis_server):
    with_redis(redis_server.url)
    assert ask(RedisAnswers) == (200, {"cache": "ok"})
    assert pacing(RedisAnswers) == "paced by Redis and the database"


def test_a_dead_redis_degrades_only_and_its_address_stays_out_of_the_answer(with_redis, closed_port):
    with_redis(f"redis://:canary@127.0.0.1:{closed_port}/0")
    assert ask(RedisAnswers, DiskHasRoom) == (200, {"cache": "Redis does not answer", "disk": "ok"})
    assert pacing(RedisAnswers) == "paced by the database"


def test_with_a_dead_redis_what_a_run_needs_may_still_be_missing(with_redis, closed_port):
    with_redis(f"redis://127.0.0.1:{closed_port}/0")
    status, checks = ask(RedisAnswers, (DiskHasRoom, {"needed_mb": 10**12}))
    assert (status, checks["cache"]) == (503, "Redis does not answer")


def test_a_redis_that_stays_silent_holds_up_nothing(with_redis, silent_port):
    with_redis(f"redis://127.0.0.1:{silent_port}/0")
    view = ReadyView.as_view(checks=(RedisAnswers,), facts={})
    assert b"does not answer in time" in view(RequestFactory().get("/ready")).content
    until(lambda: not breaker_of_this_process().is_closed)
    until(lambda: ask(RedisAnswers) == (200, {"cache": "Redis does not answer"}))


def test_without_a_redis_there_is_none_to_miss(whole):
    assert ask(RedisAnswers, DiskHasRoom) == (200, {"disk": "ok"})


def test_a_browser_that_is_not_where_it_was_configured_is_missed(whole, tmp_path):
    whole.CHROME_BINARY = str(tmp_path / "nowhere")
    assert ask(BrowserFound) == (503, {"browser": "no Chromium or Chrome found where it is looked for"})


def test_a_driver_that_is_not_where_it_was_configured_is_missed(whole, tmp_path):
    whole.CHROMEDRIVER = str(tmp_path / "nowhere")
    assert ask(BrowserFound) == (503, {"browser": "no chromedriver found where it is looked for"})


def test_a_driver_that_may_be_downloaded_is_not_missed(whole, tmp_path):
    whole.CHROMEDRIVER = str(tmp_path / "nowhere")
    whole.DRIVER_DOWNLOADS = True
    assert ask(BrowserFound) == (200, {"browser": "ok"})


def test_browsers_on_a_grid_need_none_on_this_machine(whole, tmp_path):
    whole.CHROME_BINARY = str(tmp_path / "nowhere")
    whole.SELENIUM_REMOTE_URL = "http://grid.example.org:4444"
    assert ask(BrowserFound) == (200, {"browser": "ok"})


def test_a_full_disk_is_not_ready(whole):
    status, checks = ask((DiskHasRoom, {"needed_mb": 10**12}))
    assert status == 503
    assert re.fullmatch(r"\d+ MB free, 1000000000000 MB needed", checks["disk"])


def test_a_data_directory_that_is_gone_is_not_ready(whole, tmp_path):
    whole.DATA_DIR = tmp_path / "gone"
    assert ask(DiskHasRoom) == (503, {"disk": "the data directory cannot be read"})
