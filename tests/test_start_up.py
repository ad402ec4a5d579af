"""What a start of cron loads before it asks the database: little, as most of them find nobody due."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.test_health import NEEDED_BY_A_PROCESS

# What drives a browser, talks to Redis, serves pages, draws on a terminal or writes a log's line.
NOT_YET = {
    "contacts.admin", "cryptography", "django_prometheus", "django_redis", "django_structlog", "drf_spectacular.views",
    "engine.world", "health_check", "linkedin_bot.urls", "prometheus_client", "redis", "requests",
    "rest_framework.views", "rich", "selenium", "structlog", "webdriver_manager", "yaml",
}  # fmt: skip
TO_THE_FIRST_QUERY = """
import json, sys
from django.core.management import execute_from_command_line
from django.db import connection

class Asked(BaseException):
    pass

def stop(execute, sql, *rest):
    if "PRAGMA" not in sql:
        raise Asked(sql)
    return execute(sql, *rest)

connection.execute_wrappers.append(stop)
try:
    execute_from_command_line(["manage.py", *sys.argv[1:]])
except Asked as asked:
    print(json.dumps({"sql": str(asked), "modules": sorted(sys.modules)}))
"""


def start(data_dir, *command, **environment):
    """The first query of the command, and what was loaded by then."""
    kept = {name: os.environ[name] for name in NEEDED_BY_A_PROCESS if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", TO_THE_FIRST_QUERY, *command],
        env={**kept, "DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings", **environment},
        cwd=settings.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(ended.stdout) if ended.stdout else ended


def test_a_dry_run_asks_the_database_before_anything_heavy_is_loaded(tmp_path):
    told = start(
        tmp_path, "run_campaign", "birthday", "--dry-run",
        REDIS_URL="redis://127.0.0.1:1/0", SESSION_KEYS="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    )  # fmt: skip
    assert "engine_account" in told["sql"]
    assert NOT_YET & set(told["modules"]) == set()


def test_what_it_does_not_load_is_what_serving_does(tmp_path):
    """Else the test above looks for names that nothing has."""
    code = "import json, sys, django; django.setup(); import linkedin_bot.urls, linkedin_bot.wsgi; "
    code += (
        "import campaigns.screens, campaigns.runner, engine.world, engine.network, engine.ratelimit.gated; "
    )
    code += "import webdriver_manager.chrome; print(json.dumps(sorted(sys.modules)))"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings"},
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(json.loads(ended.stdout.splitlines()[-1])) >= NOT_YET


@pytest.mark.parametrize(
    ("name", "value", "known_as"),
    [
        ("NETWORK_URL", "https://example.org", "linkedin_bot.E001"),
        ("SESSION_KEYS", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=,c2hvcnQ=", "linkedin_bot.E002"),
    ],
)
def test_a_mistake_in_the_configuration_still_keeps_it_from_starting(tmp_path, name, value, known_as):
    ended = start(tmp_path, "run_campaign", "birthday", "--dry-run", **{name: value})
    assert ended.returncode == 1
    assert known_as in ended.stderr


def test_the_checks_of_the_admin_find_it_though_no_page_was_asked_for():
    code = (
        "import django; django.setup(); from django.contrib import admin; from django.core import checks; "
        "print(len(admin.site._registry)); checks.run_checks(tags=['admin']); print(len(admin.site._registry))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings"},
    )  # fmt: skip
    before, after = ended.stdout.split()
    assert (before, int(after) > 5) == ("0", True)
