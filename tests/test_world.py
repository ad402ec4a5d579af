"""The world is built from the settings, costs nothing before its first page, and ends with the run."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from engine import processes
from engine.errors import NoSession
from engine.models import Account, BrowserProcess, SpentPermit
from engine.pace import FairDice, SystemClock
from engine.ratelimit.gated import GatedLimiter
from engine.ratelimit.limiter import DatabaseLimiter
from engine.world import limiter_of, open_browser, open_world
from tests.fakes import FakeClock

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def account(db, settings):
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]
    return Account.objects.create(name="ada")


@pytest.fixture
def rehearsal(settings):
    settings.REHEARSAL, settings.NETWORK_URL = True, "http://127.0.0.1:9"


@pytest.fixture
def bystander(account):
    """A process that is recorded as the account's browser."""
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    processes.record(account, process.pid, SystemClock())
    yield process
    process.kill()
    process.wait()


def test_a_run_gets_the_machines_clock_and_fair_dice_unless_it_brings_its_own(account):
    clock = FakeClock()
    with open_world(account) as world:
        assert isinstance(world.clock, SystemClock)
        assert isinstance(world.dice, FairDice)
        assert not world.is_rehearsal
    with open_world(account, clock=clock) as world:
        assert world.clock is clock
        assert world.limiter.clock is clock


def test_a_world_whose_network_is_not_used_starts_no_browser_and_needs_no_session(account):
    with open_world(account):
        assert not BrowserProcess.objects.exists()


def test_the_first_page_asks_for_the_session_before_anything_starts(account):
    with (
        open_browser(account, SystemClock()) as browser,
        pytest.raises(NoSession, match="log_in --account ada"),
    ):
        browser.driver.get("https://www.linkedin.com/feed/")
    assert not BrowserProcess.objects.exists()


def test_what_an_earlier_run_left_running_is_killed_first(account, bystander):
    with open_world(account):
        assert bystander.wait(30) < 0
        assert BrowserProcess.objects.get().ended_at


def test_a_rehearsal_says_so_and_pauses_shortly(account, rehearsal):
    clock = FakeClock()
    with open_world(account, clock=clock) as world, transaction.atomic():
        assert world.is_rehearsal
        world.limiter.acquire(account.pk, "message", uuid4(), 1)
    assert 0.2 <= SpentPermit.objects.get().spacing_seconds <= 0.6


def test_only_with_a_redis_that_is_no_rehearsals_a_gate_stands_in_front(account, settings):
    assert type(limiter_of(FakeClock(), FairDice())) is DatabaseLimiter
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": settings.REDIS_URL}
    }
    assert type(limiter_of(FakeClock(), FairDice())) is GatedLimiter
    settings.REHEARSAL = True
    assert type(limiter_of(FakeClock(), FairDice())) is DatabaseLimiter


def test_another_address_than_the_networks_opens_no_world(account, settings):
    settings.NETWORK_URL = "https://www.linkedin.com.example.net"
    with pytest.raises(ImproperlyConfigured), open_world(account):
        pass
    settings.REHEARSAL, settings.NETWORK_URL = True, "https://www.linkedin.com"
    with pytest.raises(ImproperlyConfigured), open_world(account):
        pass


@pytest.mark.browser
def test_a_rehearsal_needs_no_session_and_its_browser_ends_with_it(account, rehearsal):
    with open_browser(account, SystemClock()) as browser:
        browser.driver.get("data:text/html,<title>stage</title>")
        assert browser.driver.title == "stage"
        assert BrowserProcess.objects.get().ended_at is None
    assert BrowserProcess.objects.get().ended_at


def test_importing_the_world_imports_no_selenium():
    script = "import django; django.setup(); import engine.world, sys; print('selenium' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]
