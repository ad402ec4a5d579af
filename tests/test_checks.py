"""A mistake in the configuration is told before anything runs."""

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from engine.checks import browser_dies_with_us, check_network_url


def errors() -> set[str]:
    return {found.id for found in run_checks() if str(found.id).startswith("linkedin_bot.")}


def test_the_defaults_are_no_mistake():
    assert errors() == set()
    check_network_url("https://www.linkedin.com", False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://www.linkedin.com",
        "https://linkedin.com",
        "https://fr.linkedin.com",
        "https://www.linkedin.com:443",
        "https://www.linkedin.com/",
        "https://WWW.linkedin.com",
        "https://www.linkedin.com.example.net",
        "https://somebody@www.linkedin.com",
        "https://example.net\\@www.linkedin.com",
        "https://www.linkedin.com\n",
        "https://www.linkedın.com",
        "http://127.0.0.1:8000",
    ],
)
def test_only_the_networks_own_address_is_real(url):
    with pytest.raises(ImproperlyConfigured):
        check_network_url(url, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://127.255.0.3",
        "http://[::1]:8000",
        "http://localhost:1",
        "http://localhost:65535",
    ],
)
def test_a_rehearsal_plays_on_loopback(url):
    check_network_url(url, True)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com",
        "https://127.0.0.1:8000",
        "http://128.0.0.1:8000",
        "http://127.0.0.1.example.net",
        "http://127.1:8000",
        "http://2130706433",
        "http://127.0.0.01",
        "http://localhost.example.net",
        "http://localhost:0",
        "http://localhost:65536",
        "http://localhost:",
        "http://localhost:８000",
        "http://me@localhost:8000",
        "http://example.net\\@localhost:8000",
        "http://localhost:8000/in",
        "http://localhost\n",
        "http://[::2]:8000",
        "file:///etc/passwd",
    ],
)
def test_a_rehearsal_plays_nowhere_else(url):
    with pytest.raises(ImproperlyConfigured):
        check_network_url(url, True)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("NETWORK_URL", "https://example.net", "linkedin_bot.E001"),
        ("REHEARSAL", True, "linkedin_bot.E001"),
        ("SESSION_KEYS", [Fernet.generate_key().decode(), "short"], "linkedin_bot.E002"),
        ("SESSION_KEYS", ["é" * 44], "linkedin_bot.E002"),
        ("LEAP_DAY_IN_COMMON_YEARS", "02-29", "linkedin_bot.E003"),
        ("SETTLE_SECONDS", 59, "linkedin_bot.E004"),
        ("SAME_TEXT_DAYS", 0, "linkedin_bot.E005"),
        ("SELENIUM_REMOTE_URL", "grid.example:4444", "linkedin_bot.E006"),
        ("SELENIUM_REMOTE_URL", "http://grid.example:port", "linkedin_bot.E006"),
        ("SELENIUM_REMOTE_URL", "http://", "linkedin_bot.E006"),
    ],
)
def test_each_mistake_has_its_own_id(settings, name, value, error):
    setattr(settings, name, value)
    assert errors() == {error}


def test_what_is_right_is_not_refused(settings):
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    settings.LEAP_DAY_IN_COMMON_YEARS = "03-01"
    settings.SELENIUM_REMOTE_URL = "https://grid.example:4444/wd/hub"
    assert errors() == set()


def test_a_rehearsal_settles_doubts_at_once(settings):
    settings.REHEARSAL, settings.NETWORK_URL, settings.SETTLE_SECONDS = True, "http://127.0.0.1:8000", 1
    assert errors() == set()


def test_a_system_that_lets_a_browser_outlive_its_run_is_refused(settings):
    assert [found.id for found in browser_dies_with_us("Darwin")] == ["linkedin_bot.E007"]
    settings.SELENIUM_REMOTE_URL = "http://grid.example:4444"
    assert list(browser_dies_with_us("Darwin")) == []
