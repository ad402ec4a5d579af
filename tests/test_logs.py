"""What the log says of a run, and what it never says."""

import io
import json
import logging
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as real_settings

from campaigns import report
from campaigns.log_context import log_context, logged_with
from campaigns.models import Action
from campaigns.run_log import LogListener, log_report
from engine.errors import LayoutChanged, WrongPerson
from linkedin_bot.logs import Lines, Stderr
from linkedin_bot.redaction import HIDDEN, Redaction, secrets_in
from tests.builders import a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeNetwork

SESSION = "AQEDcanary0123456789abcdefghij"
API_KEY = "aBcDeFgH.canary0123456789canary0123456789"[:41]
FERNET_KEY = "canary-canary-canary-canary-canary-canary-0="


@pytest.fixture
def log():
    """Everything that is logged meanwhile, at DEBUG and as JSON; `lines` reads it."""
    stream = io.StringIO()
    handler = Stderr(stream)
    handler.setFormatter(Lines("json"))
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("contacts", "campaigns", "engine"))]
    levels = [logger.level for logger in loggers]
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def lines(log, name="campaigns.run"):
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in told if line["logger"] == name]


def redacted(text, *secrets, withheld=()):
    return Redaction(secrets).text(text, withheld)


@pytest.mark.django_db
def test_each_line_of_a_run_carries_its_number_and_that_of_its_action(log):
    campaign = a_birthday_campaign()
    for name in ("Ada Martin", "Bo Lindgren"):
        a_contact(name, campaign)

    run = run_it(campaign, FakeNetwork(), listener=LogListener())

    told = lines(log)
    assert {line["run"] for line in told} == {run.pk}
    attempted = [line for line in told if line["event"].startswith("birthday 2026")]
    assert [line["action"] for line in attempted] == list(
        Action.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert attempted[0]["event"] == f"birthday 2026: {HIDDEN}: done "
    assert attempted[0]["level"] == "info"
    assert attempted[0]["timestamp"].endswith("+00:00")
    assert log_context() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("error", [WrongPerson, LayoutChanged, RuntimeError, KeyError])
def test_no_line_of_a_run_holds_a_name_a_text_or_an_address_whatever_fails(log, error):
    """The error's own words hold everything that must not get out."""
    campaign = a_birthday_campaign()
    contact = a_contact("Ada Canary-Martin", campaign)
    words = (
        f"{contact.profile_url} of Ada Canary-Martin shows Happy birthday, Ada!; li_at={SESSION}; "
        f"Cookie: JSESSIONID=\"ajax:canary\"; {{'name': 'bcookie', 'value': 'v=2&canary'}}"
    )
    logger = logging.getLogger("engine.canary")

    def fail(recipient):
        logger.debug("about to fail with %s", words, extra={"text": "canary", "cookies": [SESSION]})
        try:
            raise error(words)
        except error:
            logger.exception("failed")
            raise

    try:
        run_it(campaign, FakeNetwork(on_write=fail), listener=LogListener())
    except (RuntimeError, KeyError):
        logging.getLogger("campaigns.run").exception("an error of this program")

    told = log.getvalue()
    assert "about to fail with" in told
    assert '"exception": "Traceback' in told
    assert {line["action"] for line in lines(log, "engine.canary")} == {Action.objects.get().pk}
    for secret in ("Canary-Martin", "canary-martin", "Happy birthday, Ada", SESSION, "ajax:", "v=2"):
        assert secret not in told


@pytest.mark.django_db
def test_the_end_of_a_run_is_told_with_its_reason_and_names_nobody(log):
    campaign = a_birthday_campaign()
    contact = a_contact("Ada Canary-Martin", campaign)
    run = run_it(campaign, FakeNetwork())
    run.note(f"{contact} at {contact.profile_url} said “{Action.objects.get().text}”")

    log_report(report.of_run(run) | {"reason": f"not seen: {contact}"})

    note, end = (line["event"] for line in lines(log)[-2:])
    assert note == f"note: {HIDDEN} at https://www.linkedin.com/in/{HIDDEN}/ said “{HIDDEN}”"
    assert end.startswith(f"birthday, run {run.pk}: finished (not seen: {HIDDEN}); 1 done")
    assert "anary" not in log.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"li_at={SESSION}",
        f'{{"li_at": "{SESSION}"}}',
        f'{{\\"li_at\\": \\"{SESSION}\\"}}',
        'JSESSIONID="ajax:canary"; Path=/',
        "{'domain': '.linkedin.com', 'name': 'li_rm', 'value': 'canary', 'path': '/'}",
        "{'value': 'canary', 'name': 'li_rm'}",
        "Cookie: a=1; something=canary",
        "Set-Cookie: unheard_of=canary; Secure",
        "headers {'Authorization': 'Bearer canary'}",
        "authorization: Basic Y2FuYXJ5",
        f"X-API-Key: {API_KEY}",
        f"the key {API_KEY} is revoked",
        f"key {FERNET_KEY} decrypts nothing",
        "gAAAAABcanary0123456789canary0123456789==",
        "postgres://somebody:canary@db.example.org/name",
        "redis://:canary@127.0.0.1:6379/0",
        "POST /login?csrf_token=canary&next=/",
        '"GET /contacts?q=canary HTTP/1.1"',
        "<WSGIRequest: GET '/contacts?q=canary'>",
        "password=canary, user=x",
        "SESSION_KEYS=['canary', 'canary2']",
        "https://www.linkedin.com/in/canary-martin-123/details/",
        "member ACoAAcanary0123456789",
        "write to canary@example.org",
        f"bare {SESSION} alone",
    ],
)
def test_a_secret_is_known_by_its_name_or_its_look(text):
    told = redacted(text)
    assert HIDDEN in told
    for secret in ("canary", "Canary", "Y2FuYXJ5", SESSION, API_KEY):
        assert secret not in told


@pytest.mark.parametrize(
    "text",
    [
        "reading the network",
        "15 to do",
        "composer.send: 3 candidates, none met: hidden, covered",
        "account ada paused: a security check: checkpoint at /checkpoint/challenge",
        "the session of ada could not be renewed: BrowserFailed",
        "GET /health",
        "day 2 of 14 of the gentle start",
    ],
)
def test_what_an_operator_needs_stays(text):
    assert redacted(text) == text


def test_the_process_s_own_secrets_are_known_wherever_they_stand():
    settings = SimpleNamespace(DATABASES={"default": {"PASSWORD": "canary-database"}})
    settings.SECRET_KEY, settings.PRIVACY_KEY = "canary of django", "canary of privacy"
    settings.SESSION_KEYS = ["canary-one", "canary-two"]
    settings.METRICS_TOKEN, settings.EMAIL_HOST_PASSWORD = "canary-metrics", "canary-mail"
    settings.REDIS_URL = "redis://:canary%20redis@localhost/0"
    settings.SELENIUM_REMOTE_URL = "http://[broken"
    secrets = list(secrets_in(settings))
    assert len(secrets) == 8
    for secret in secrets:
        assert "canary" not in redacted(f"it says {secret}!", *secrets)


def test_a_short_name_is_withheld_as_a_word_only():
    assert redacted("Al also met Al.", withheld=("Al", " ")) == f"{HIDDEN} also met {HIDDEN}."


def test_structures_are_gone_through():
    given = {"token": "x", "seen": [{"li_at": "y"}, "a@b.org", 3, None, True], 1: {2.5}}
    told = Redaction().value("", given)
    assert told == {"token": HIDDEN, "seen": [{"li_at": HIDDEN}, HIDDEN, 3, None, True], "1": [2.5]}


def test_blocks_add_to_the_context_and_take_back_what_they_added():
    with logged_with(run=1):
        with logged_with(action=2):
            assert log_context() == {"run": 1, "action": 2}
        assert log_context() == {"run": 1}


def record(text, *args, **extra):
    made = logging.LogRecord("engine.pages", logging.WARNING, "base.py", 1, text, args, None)
    made.__dict__.update(extra)
    return made


def test_a_page_s_text_commands_no_terminal_and_begins_no_line_of_its_own():
    line = Lines("console").format(record("found %s", "\x1b[2J\x07fake\n2026 [error] forged\u202e"))
    assert "forged" in line
    assert "\n" not in line
    assert "\x1b[2J" not in line
    assert not {"\x07", "\u202e"} & set(line)


def test_json_is_one_object_a_line_whatever_is_logged():
    line = Lines("json").format(record("a\nb %s", "é\ud800", found={"x": object}))
    assert "\n" not in line
    told = json.loads(line)
    assert told["event"].startswith("a\nb é")
    assert (told["logger"], told["level"]) == ("engine.pages", "warning")


def test_the_form_follows_the_stream_unless_it_is_set():
    assert Lines("auto").is_json == (not sys.stderr.isatty())
    assert not Lines("console").is_json
    with pytest.raises(ValueError, match="LOG_FORMAT is one of auto, json, console, not 'xml'"):
        Lines("xml")


def test_a_line_that_cannot_be_made_is_told_without_its_words():
    stream = io.StringIO()
    handler = Stderr(stream)
    handler.setFormatter(Lines("json"))
    handler.handle(record("canary %d", "canary"))
    assert stream.getvalue() == "a line of the log could not be made (TypeError), of engine.pages base:1\n"


@pytest.mark.django_db
def test_a_request_is_one_line_with_an_id_and_without_its_query(client, log):
    client.get("/health?q=canary", headers={"user-agent": "monitor"})
    (line,) = [line for line in lines(log, "django_structlog.middlewares.request") if "code" in line]
    assert (line["event"], line["code"], line["request"]) == ("request_finished", 200, "GET /health")
    assert len(line["request_id"]) == 36
    assert "canary" not in log.getvalue()


def test_a_run_without_anything_it_needs_tells_no_secret(tmp_path):
    """A real process at DEBUG, with a canary in every secret, and neither Redis nor browser nor session."""
    secrets = {
        "SECRET_KEY": "canary-of-django-that-is-long-enough-for-anybody-who-checks",
        "PRIVACY_KEY": "canary-of-privacy-that-is-long-enough-for-anybody",
        "SESSION_KEYS": Fernet.generate_key().decode(),
        "METRICS_TOKEN": "canary-of-metrics",
        "REDIS_URL": "redis://:canary-of-redis@127.0.0.1:1/0",
    }
    environment = {
        "PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json",
        "CHROME_BINARY": str(tmp_path / "nowhere"), **secrets,
    }  # fmt: skip
    code = (
        "import django; django.setup(); from django.core.management import call_command as call; "
        "import logging; from datetime import time; from engine.models import Account; "
        "call('migrate', verbosity=0); Account.objects.update(hours_start=time(0), hours_end=time(23, 59, 59)); "
        "call('run_campaign', 'birthday', '--json')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings"},
        cwd=real_settings.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["outcome"] in ("no_session", "browser_failed"), ended.stderr
    assert '"run": 1' in ended.stderr
    kept = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    for name, secret in secrets.items():
        word = "canary-of-redis" if name == "REDIS_URL" else secret
        assert word not in ended.stdout + ended.stderr + kept, name
