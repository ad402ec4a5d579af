"""The dashboard and the alert rules: each of their queries asks for figures that are scraped."""

import configparser
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import yaml
from django.conf import settings as real_settings

from campaigns.models import Action, Run
from campaigns.processes import ProcessIdentity
from campaigns.workers import Worker
from engine.measures import BREAKER, LAYOUT, PAGE, keeping
from engine.models import LinkedInSelector, SpentPermit, StoredSession
from engine.pace import SystemClock
from tests.builders import a_campaign, an_account
from tests.fakes import FakeClock
from tests.test_metrics import TOKEN, a_run, samples_of

DEPLOY = real_settings.BASE_DIR / "deploy"
# What is no figure's name in a query: its functions, its keywords; `up` is Prometheus's own.
WORDS = {
    "and", "by", "histogram_quantile", "increase", "max", "on", "or", "rate", "sum", "time", "topk", "unless",
    "without",
}  # fmt: skip
OF_PROMETHEUS = {"up": {"job"}}
SELECTOR = re.compile(r"([a-z_]\w*)\s*(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')


def panels():
    return json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())["panels"]


def rules():
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    return group["rules"]


def queries():
    yield from (
        (f"panel {panel['title']}", target["expr"]) for panel in panels() for target in panel["targets"]
    )
    yield from ((f"alert {rule['alert']}", rule["expr"]) for rule in rules())


def figures_asked(query):
    """The names a query asks for, each with its matchers; and the labels that it groups by."""
    grouped = set(re.findall(r"\w+", " ".join(re.findall(r"\b(?:by|on|without) \(([^)]*)\)", query))))
    bare = re.sub(r"\b(?:by|on|without) \([^)]*\)|\[\w+\]", "", query)
    asked = [
        (name, MATCHER.findall(matchers)) for name, matchers in SELECTOR.findall(bare) if name not in WORDS
    ]
    return asked, grouped


@pytest.fixture
def scraped(client, settings, db, with_redis, closed_port):
    """What is scraped of an installation where everything happened once: the labels of each name."""
    clock, now = FakeClock(), SystemClock().now()
    campaign = a_campaign()
    a_run(campaign, status=Run.Status.QUEUED)
    a_run(
        a_campaign(campaign.account, name="sourcing", kind="sourcing"),
        fence=2,
        status="ended",
        outcome="finished",
    )
    a_run(a_campaign(an_account("bo")), status=Run.Status.RUNNING)
    SpentPermit.objects.create(
        account=campaign.account, bucket="message", attempt_id=uuid4(), taken_at=now, spacing_seconds=1
    )
    StoredSession.objects.create(
        account=campaign.account, ciphertext=b"x", stored_at=now, expires_at=now + timedelta(days=1)
    )
    LinkedInSelector.objects.create(key="composer.send", value=".a", failures=1)
    Worker.objects.arrive(ProcessIdentity.own(), now)
    with keeping(is_rehearsal=False) as measures:
        for kind, label in ((PAGE, "profile"), (LAYOUT, "composer.send"), (BREAKER, "closed")):
            measures.count(kind, label)
        with measures.timed("composer.click", clock):
            pass
    settings.METRICS_TOKEN = TOKEN
    with_redis(f"redis://127.0.0.1:{closed_port}/0")
    client.get("/health")
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    labels = {}
    for name, own in samples_of(answer.content.decode()):
        labels.setdefault(name, []).append(dict(own))
    return labels


def test_each_query_asks_for_figures_and_labels_that_are_scraped(scraped):
    """Labels by their name; values where one is asked for exactly, of those that are always told."""
    wrong = []
    for where, query in queries():
        asked, grouped = figures_asked(query)
        known = set()
        for name, matchers in asked:
            samples = scraped.get(name, [])
            names = OF_PROMETHEUS.get(name) or {label for sample in samples for label in sample}
            known |= names
            if not samples and name not in OF_PROMETHEUS:
                wrong.append((where, f"nothing is called {name}"))
            wrong += [(where, f"{name} has no {label}") for label, _, _ in matchers if label not in names]
        if not asked or not grouped <= known:
            wrong.append((where, f"groups by {grouped - known}" if asked else "asks for nothing"))
    assert wrong == []


def test_values_that_are_asked_for_exist():
    outcomes, statuses = set(Run.Outcome.values), {*Action.Status.values, *Run.Status.values}
    known = {"outcome": outcomes, "status": statuses | {"500"}, "state": {"closed", "open", "half-open"}}
    known |= {"kind": {"birthday", "sourcing", "invitations"}, "job": {"linkedin_bot"}}
    asked = [
        (label, value)
        for _, query in queries()
        for _, matchers in figures_asked(query)[0]
        for label, _, values in matchers
        for value in values.split("|")
    ]
    assert len(asked) > 10
    assert [(label, value) for label, value in asked if value not in known[label]] == []


def test_every_figure_of_ours_is_shown_or_watched(scraped):
    asked = {name for _, query in queries() for name, _ in figures_asked(query)[0]}
    ours = {name for name in scraped if name.startswith("linkedin_bot_") and not name.endswith("_created")}
    assert len(ours) > 15
    assert ours - asked == set()


def test_a_query_for_what_is_not_there_is_noticed():
    asked, grouped = figures_asked(
        'sum by (key, le) (rate(some_total{kind="x", other=~"a|b"}[5m])) > bool_total'
    )
    assert asked == [("some_total", [("kind", "=", "x"), ("other", "=~", "a|b")]), ("bool_total", [])]
    assert grouped == {"key", "le"}


def test_each_panel_and_each_alert_can_be_told_apart():
    assert (
        len({panel["id"] for panel in panels()})
        == len({panel["title"] for panel in panels()})
        == len(panels())
    )
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()}
    assert len(places) == len(panels())
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"]["summary"]


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda path: path.name)
def test_each_unit_starts_something_that_exists(unit):
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read(unit)
    command = read["Service"]["ExecStart"].split()
    if "manage.py" in command:
        name = command[command.index("manage.py") + 1]
        places = real_settings.BASE_DIR.glob(f"*/management/commands/{name}.py")
        assert list(places)
    else:
        assert "python:linkedin_bot.serving" in command
        assert (real_settings.BASE_DIR / "linkedin_bot" / "serving.py").exists()
