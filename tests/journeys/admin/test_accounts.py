"""Staff give an account its session, pause it, and resume it after a checkpoint; its limits stay below their caps."""

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.urls import reverse
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as shown

from engine import sessions
from engine.models import StoredSession
from engine.pace import SystemClock
from tests.builders import an_account
from tests.journeys.admin.acts import click, press, read, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "AQEDAcanary"


@pytest.fixture
def cookie_file(tmp_path, settings):
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    ends = (SystemClock().now() + timedelta(days=30)).timestamp()
    cookies = [{"name": "li_at", "value": SECRET, "domain": ".linkedin.com", "path": "/", "expires": ends}]
    path = tmp_path / "cookies.json"
    path.write_text(json.dumps(cookies))
    return path


def test_an_account_gets_its_session_and_is_paused_and_resumed(office, cookie_file):
    account = an_account()
    driver, wait = office(reverse("admin:engine_account_change", args=[account.pk]))
    read(wait, "NOBODY HAS SIGNED IN")
    choose(wait, cookie_file)
    press(wait, "Import")
    read(wait, "Not imported: say first that you know what the network forbids.")
    assert not StoredSession.objects.exists()
    choose(wait, cookie_file)
    click(wait, By.NAME, "terms")
    press(wait, "Import")
    read(wait, "The session is stored, encrypted.")
    read(wait, "SIGNED IN")
    assert sessions.load(account, SystemClock().now())[0]["value"] == SECRET
    assert SECRET not in driver.page_source

    press(wait, "Pause")
    read(wait, "Paused: nothing runs on it until somebody resumes it.")
    account.refresh_from_db()
    assert (account.state, account.paused_reason) == ("paused", "paused by admin")
    resume(wait, "password")
    account.refresh_from_db()
    assert account.state == "active"

    account.pause("a security check", "Answer it in your own browser.", SystemClock().now())
    driver.refresh()
    read(wait, "Answer it in your own browser.")
    resume(wait, "guessed", "That is not your password, so it stays paused.")
    account.refresh_from_db()
    assert account.state == "paused"
    resume(wait, "password")
    account.refresh_from_db()
    assert (account.state, account.paused_reason) == ("active", "")

    write(wait, "#id_messages_per_day", "51")
    press(wait, "Save")
    read(wait, "Ensure this value is less than or equal to 50.")
    account.refresh_from_db()
    assert account.messages_per_day == 15


def choose(wait, path):
    wait.until(shown.presence_of_element_located((By.NAME, "cookies"))).send_keys(str(path))


def resume(wait, password, told="Resumed: runs start again, by their schedules too."):
    write(wait, "#resume_password", password)
    press(wait, "Resume")
    read(wait, told)
