"""The demonstration, as a newcomer starts it: twice."""

import pytest
from django.core.management import call_command

from tests.journeys.stage import UNMEASURED

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def demonstrate(settings, tmp_path, monkeypatch, capfd):
    """The command in this process; what it starts, it starts with these settings. Returns what it printed."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "linkedin_bot.settings")
    monkeypatch.setenv("CHROME_BINARY", settings.CHROME_BINARY)
    for name in UNMEASURED:
        monkeypatch.delenv(name, raising=False)

    def demonstrate():
        call_command("demo")
        return capfd.readouterr().out

    return demonstrate


def test_the_demonstration_wishes_everybody_once_and_the_second_one_says_so(demonstrate):
    first = demonstrate()

    assert "messages arrived" in first
    assert "there is no name to call them by" in first
    assert "login demo" in first
    assert "Nothing was sent again" in demonstrate()
