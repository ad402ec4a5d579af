"""The settings an installation is given, and the file that documents them."""

import ast
import json
import os
import re
import stat
import subprocess
import sys

from django.conf import settings

ROOT = settings.BASE_DIR
SETTINGS = ROOT / "linkedin_bot" / "settings.py"
READ_WITHOUT_NAMING = {"read_env"}


def variables_read():
    """The first argument of every env.something("NAME") in the settings."""
    for node in ast.walk(ast.parse(SETTINGS.read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("env"), attr=attr), args=[ast.Constant(str(name)), *_]
            ):
                if attr not in READ_WITHOUT_NAMING:
                    yield name


def variables_documented():
    return re.findall(r"^#?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)


def read_settings(data_dir, *names, **environment):
    """The named settings as a fresh process sees them that was given nothing but this environment."""
    code = (
        "import json; from linkedin_bot import settings as s; "
        f"print(json.dumps({{name: getattr(s, name) for name in {names!r}}}, default=str))"
    )
    names_kept = ("PATH", "HOME", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_FILE")
    kept = {name: os.environ[name] for name in names_kept if name in os.environ}
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**kept, "DATA_DIR": str(data_dir), **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout)


def test_every_variable_is_documented_and_none_besides():
    read = list(variables_read())
    assert len(read) > 15
    assert sorted(set(read)) == sorted(variables_documented())


def test_the_example_changes_nothing_as_long_as_it_is_only_copied():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_an_installation_makes_its_own_secret_key_and_keeps_it_to_itself(tmp_path):
    first = read_settings(tmp_path, "SECRET_KEY")["SECRET_KEY"]
    assert len(first) >= 50
    assert read_settings(tmp_path, "SECRET_KEY")["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_secret_key_that_is_given_is_taken(tmp_path):
    assert read_settings(tmp_path, "SECRET_KEY", SECRET_KEY="given")["SECRET_KEY"] == "given"
    assert not (tmp_path / "secret_key").exists()


def test_the_data_directory_is_closed_to_others(tmp_path):
    read_settings(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_without_configuration_the_database_is_a_file_that_waits_for_the_disk(tmp_path):
    found = read_settings(tmp_path / "with a space", "DATABASES")["DATABASES"]["default"]
    assert found["NAME"] == str(tmp_path / "with a space" / "db.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_a_postgresql_address_is_taken_without_what_is_sqlites(tmp_path):
    url = "postgres:///bot?host=/run/postgresql"
    found = read_settings(tmp_path, "DATABASES", DATABASE_URL=url)["DATABASES"]["default"]
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert "transaction_mode" not in found.get("OPTIONS", {})


def test_redis_is_the_cache_only_where_it_is_named_and_is_given_up_after_a_second(tmp_path):
    alone = read_settings(tmp_path, "CACHES")["CACHES"]["default"]
    assert alone["BACKEND"].endswith("LocMemCache")
    shared = read_settings(tmp_path, "CACHES", REDIS_URL="redis://localhost/0")["CACHES"]["default"]
    assert shared["BACKEND"] == "django_redis.cache.RedisCache"
    assert shared["OPTIONS"]["SOCKET_TIMEOUT"] == shared["OPTIONS"]["SOCKET_CONNECT_TIMEOUT"] == 1


def test_https_is_one_switch(tmp_path):
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    assert set(read_settings(tmp_path, *names).values()) == {False}
    assert all(read_settings(tmp_path, *names, HTTPS="true").values())


def test_the_driver_never_logs_what_it_sends_whatever_level_is_asked_for(tmp_path):
    loggers = read_settings(tmp_path, "LOGGING", LOG_LEVEL="DEBUG")["LOGGING"]["loggers"]
    assert loggers["engine"]["level"] == "DEBUG"
    assert {loggers[name]["level"] for name in ("selenium", "urllib3", "WDM")} == {"WARNING"}
