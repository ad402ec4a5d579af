"""What a Prometheus is told, of all processes, and who may ask."""

import os
import socket
import subprocess
import sys
import urllib.request
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as real_settings
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from campaigns.models import Action, Run, Worker
from campaigns.processes import ProcessIdentity
from engine.errors import LayoutChanged
from engine.measures import BREAKER, LAYOUT, PAGE, Measures, keeping
from engine.models import LinkedInSelector, Measure, SpentPermit, StoredSession
from engine.network import PagesNetwork
from engine.pace import SystemClock
from tests.builders import a_birthday_campaign, a_campaign, a_contact, an_account, run_it
from tests.fakes import FakeClock, FakeNetwork
from tests.test_health import NEEDED_BY_A_PROCESS
from tests.waiting import until

TOKEN = "a token that only the monitor has"


@pytest.fixture
def scrape(client, settings):
    """Gives the figure of a name and labels, as a Prometheus with the token reads them."""
    settings.METRICS_TOKEN = TOKEN
    settings.REDIS_URL = ""

    def look():
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        samples = samples_of(answer.content.decode())
        return lambda name, **labels: samples.get((name, frozenset(labels.items())))

    return look


def samples_of(text):
    families = text_string_to_metric_families(text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def of_birthdays(**labels):
    return {"account": "ada", "campaign": "birthday", "kind": "birthday", **labels}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (TOKEN, {}),
        (TOKEN, {"authorization": "Bearer another token"}),
        (TOKEN, {"authorization": f"Basic {TOKEN}"}),
        (TOKEN, {"authorization": "Bearer"}),
        (TOKEN, {"authorization": "Bearer é\udcff"}),
        ("", {"authorization": "Bearer "}),
        ("", {}),
    ],
)
def test_who_shows_no_token_is_refused_from_this_machine_too(client, settings, token, shown):
    settings.METRICS_TOKEN = token
    for address in ("/metrics", "/metrics/"):
        answer = client.get(address, headers=shown, REMOTE_ADDR="127.0.0.1")
        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "forbidden"
        assert b"linkedin_bot_" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(("is_staff", "status"), [(True, 200), (False, 403)])
def test_of_those_signed_in_only_staff_see_them(client, is_staff, status):
    client.force_login(User.objects.create_user("bo", is_staff=is_staff))
    answer = client.get("/metrics")
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_they_are_only_read(client, settings):
    settings.METRICS_TOKEN = TOKEN
    assert client.post("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 405


@pytest.mark.django_db
def test_runs_and_actions_are_told_as_the_database_has_them(scrape):
    campaign = a_birthday_campaign()
    for name in ("Ada Martin", "Bo Lindgren"):
        a_contact(name, campaign)
    clock = FakeClock()
    run_it(campaign, FakeNetwork(), clock)
    run_it(campaign, FakeNetwork(), clock)

    figure = scrape()

    assert figure("linkedin_bot_runs_total", **of_birthdays(outcome="finished")) == 1
    assert figure("linkedin_bot_runs_total", **of_birthdays(outcome="nothing_to_do")) == 1
    assert figure("linkedin_bot_runs_total", **of_birthdays(outcome="account_paused")) == 0
    assert figure("linkedin_bot_actions", **of_birthdays(status="done")) == 2
    assert figure("linkedin_bot_actions", **of_birthdays(status="unknown")) == 0
    started = Run.objects.latest("pk").started_at.timestamp()
    assert figure("linkedin_bot_run_last_started_timestamp_seconds", **of_birthdays()) == started
    assert figure("linkedin_bot_database_up") == 1
    assert figure("linkedin_bot_run_active", **of_birthdays(status="running")) is None


@pytest.mark.django_db
def test_a_run_under_way_shows_its_last_sign_of_life(scrape):
    now = FakeClock().now()
    a_run(a_campaign(), status=Run.Status.RUNNING, heartbeat_at=now)

    figure = scrape()

    assert figure("linkedin_bot_run_active", **of_birthdays(status="running")) == 1
    assert figure("linkedin_bot_run_heartbeat_timestamp_seconds", **of_birthdays()) == now.timestamp()


@pytest.mark.django_db
def test_the_workers_that_live_are_counted(scrape):
    now = SystemClock().now()
    for minutes in (0, 5):
        Worker.objects.arrive(ProcessIdentity.own(), now - timedelta(minutes=minutes))
    assert scrape()("linkedin_bot_workers_alive") == 1


def a_run(campaign, **fields):
    now = FakeClock().now()
    usual = {
        "fence": 1,
        "host": "here",
        "pid": 1,
        "process_started": 0,
        "started_at": now,
        "heartbeat_at": now,
    }
    return Run.objects.create(campaign=campaign, account=campaign.account, **usual | fields)


@pytest.mark.django_db
def test_permits_left_are_those_that_the_limiter_would_still_give(scrape):
    account, now = an_account(messages_per_day=15, messages_per_week=100), SystemClock().now()
    for age, given_back in ((1, None), (2, now), (30, None), (24 * 8, None)):
        SpentPermit.objects.create(
            account=account, bucket="message", attempt_id=uuid4(), run_id=1, spacing_seconds=90,
            taken_at=now - timedelta(hours=age), given_back_at=given_back,
        )  # fmt: skip

    figure = scrape()

    def of_messages(name, window):
        return figure(f"linkedin_bot_permits_{name}", account="ada", bucket="message", window=window)

    assert (of_messages("left", "24 hours"), of_messages("limit", "24 hours")) == (14, 15)
    assert (of_messages("left", "7 days"), of_messages("limit", "7 days")) == (98, 100)
    assert figure("linkedin_bot_permits_left", account="ada", bucket="visit", window="24 hours") == 40


@pytest.mark.django_db
def test_an_account_that_starts_gently_has_less_to_give(scrape):
    an_account(gentle_since=None)
    figure = scrape()
    assert figure("linkedin_bot_permits_left", account="ada", bucket="message", window="24 hours") == 3


@pytest.mark.django_db
def test_a_paused_account_and_the_end_of_a_session_are_told(scrape):
    ends = SystemClock().now() + timedelta(days=3)
    for name, state, at in (("ada", "paused", ends), ("bo", "active", None)):
        account = an_account(name, state=state)
        StoredSession.objects.create(account=account, ciphertext=b"x", expires_at=at, stored_at=ends)

    figure = scrape()

    assert figure("linkedin_bot_account_paused", account="ada") == 1
    assert figure("linkedin_bot_account_paused", account="bo") == 0
    assert figure("linkedin_bot_session_expires_timestamp_seconds", account="ada") == ends.timestamp()
    assert figure("linkedin_bot_session_expires_timestamp_seconds", account="bo") is None


@pytest.mark.django_db
def test_the_failures_of_all_ways_to_find_an_element_are_added_up(scrape):
    for value, failures in ((".one", 2), (".other", 3)):
        LinkedInSelector.objects.create(key="composer.send", value=value, failures=failures, successes=7)
    figure = scrape()
    assert figure("linkedin_bot_selector_failures_total", key="composer.send") == 5
    assert figure("linkedin_bot_selector_successes_total", key="composer.send") == 14


@pytest.mark.django_db
def test_what_several_processes_measured_is_added_up(scrape):
    clock = FakeClock()
    for seconds in (0.5, 0.6, 400):
        with keeping(is_rehearsal=False) as measures:  # as each run does
            with measures.timed("composer.click", clock):
                clock.sleep(seconds)
            measures.count(PAGE, "profile")
            measures.count(LAYOUT, "composer.send")
            measures.count(BREAKER, "open")

    figure = scrape()

    def below(end):
        return figure("linkedin_bot_step_seconds_bucket", step="composer.click", le=end)

    assert [below(end) for end in ("0.5", "1.0", "180.0", "+Inf")] == [1, 2, 2, 3]
    assert figure("linkedin_bot_step_seconds_count", step="composer.click") == 3
    assert figure("linkedin_bot_step_seconds_sum", step="composer.click") == pytest.approx(401.1)
    assert figure("linkedin_bot_pages_seen_total", page="profile") == 3
    assert figure("linkedin_bot_layout_changes_total", key="composer.send") == 3
    assert figure("linkedin_bot_breaker_at_run_end_total", state="open") == 3


@pytest.mark.django_db
def test_a_rehearsal_measures_nothing_that_is_kept():
    with keeping(is_rehearsal=True) as measures:
        for _ in range(500):
            measures.count(PAGE, "profile")
        measures.save_if_due()
    assert not Measure.objects.exists()


@pytest.mark.django_db
def test_a_long_run_is_written_now_and_then():
    measures = Measures(is_kept=True)
    measures.count(PAGE, "profile")
    measures.save_if_due()
    assert not Measure.objects.exists()
    for _ in range(200):
        measures.count(PAGE, "profile")
    measures.save_if_due()
    measures.save_if_due()
    assert Measure.objects.get().count == 201


@pytest.mark.django_db
def test_a_database_that_refuses_loses_no_count(caplog):
    measures = Measures(is_kept=True)
    measures.count(PAGE, "profile")
    with connection.execute_wrapper(refusing):
        measures.save()
    assert "what was measured is not written" in caplog.text
    measures.save()
    measures.save()
    assert Measure.objects.get().count == 1


def refusing(execute, sql, *rest):
    raise OperationalError("the server is gone")


@pytest.mark.django_db
def test_a_step_is_timed_however_it_ends_and_a_changed_page_is_counted():
    clock, measures = FakeClock(), Measures(is_kept=True)
    network = PagesNetwork(None, None, clock, base_url="http://127.0.0.1", measures=measures)

    def meet_a_changed_page():
        with network.surprises("invitations.list", is_list=True):
            clock.sleep(3)
            raise LayoutChanged("invitations.row")

    with pytest.raises(LayoutChanged):
        meet_a_changed_page()
    measures.save()
    told = set(Measure.objects.values_list("kind", "label", "bucket", "count", "seconds"))
    assert told == {("step", "invitations.list", "5.0", 1, 3.0), ("layout", "invitations.row", "", 1, 0.0)}


@pytest.mark.django_db
def test_a_database_that_is_gone_is_a_figure_and_no_error(scrape):
    a_campaign()
    with connection.execute_wrapper(refusing):
        figure = scrape()
    assert figure("linkedin_bot_database_up") == 0
    assert figure("linkedin_bot_account_paused", account="ada") is None
    assert figure("django_http_requests_before_middlewares_total") > 0


@pytest.mark.django_db
def test_more_accounts_runs_and_actions_cost_no_further_query(scrape):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            scrape()
        return len(asked)

    few = a_campaign()
    before = queries()
    for number in range(5):
        campaign = a_campaign(an_account(f"account-{number}"))
        a_run(campaign, status=Run.Status.ENDED, outcome="finished")
        Action.objects.create(
            campaign=campaign, account=campaign.account, contact=a_contact(f"Ada {number}"),
            occasion="birthday 2026", due_on="2026-11-23", expires_on="2026-11-23",
        )  # fmt: skip
    assert few.account.name == "ada"
    assert queries() == before
    assert before < 13


@pytest.mark.django_db
def test_a_dead_redis_shows_in_the_breaker(scrape, with_redis, closed_port):
    with_redis(f"redis://127.0.0.1:{closed_port}/0")
    figure = scrape()
    assert figure("linkedin_bot_redis_breaker_state", state="open") == 1
    assert figure("linkedin_bot_redis_breaker_state", state="closed") == 0


def test_the_processes_of_gunicorn_count_their_requests_together(tmp_path):
    """Their database has no tables: what they counted themselves needs none."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "--no-control-socket", "--config", "python:linkedin_bot.serving",
            "--bind", f"127.0.0.1:{port}", "--workers", "2", "linkedin_bot.wsgi",
        ],
        cwd=real_settings.BASE_DIR,
        env={
            **{name: os.environ[name] for name in NEEDED_BY_A_PROCESS if name in os.environ},
            "DATA_DIR": str(tmp_path / "data"), "TMPDIR": str(tmp_path),
            "METRICS_TOKEN": TOKEN, "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
        },
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip

    def get(path):
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return answer.read().decode()

    def is_up():
        try:
            return get("/health")
        except OSError:
            return False

    try:
        until(is_up, server)
        for _ in range(40):
            get("/health")
        samples = samples_of(get("/metrics"))
        counting = list(tmp_path.glob("linkedin-bot-metrics-*/counter_*.db"))
    finally:
        server.terminate()
        server.communicate(timeout=30)

    labels = frozenset({"view": "health", "transport": "http", "method": "GET"}.items())
    assert samples["django_http_requests_total_by_view_transport_method_total", labels] == 41
    assert samples["linkedin_bot_database_up", frozenset()] == 0
    assert len(counting) == 2
    assert list(tmp_path.glob("linkedin-bot-metrics-*")) == []
