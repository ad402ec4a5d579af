"""The stage and the sandbox of each journey."""

from datetime import datetime

import pytest
from filelock import FileLock

from engine.sandbox import Sandbox
from tests.journeys.stage import copy_template, make_template, zone_of_noon


@pytest.fixture(scope="session")
def migrated(tmp_path_factory, worker_id):
    """Made by the first test process that needs it, and copied by all: every migration waits for the disk."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    template = shared / "template.sqlite3"
    with FileLock(shared / "template.lock"):
        if not template.exists():
            make_template(tmp_path_factory.mktemp("template")).rename(template)
    return template


@pytest.fixture
def stage(migrated, tmp_path):
    return copy_template(migrated, tmp_path)


@pytest.fixture
def today():
    return datetime.now(zone_of_noon()).date()


@pytest.fixture
def open_sandbox(stage, today):
    """Opens a sandbox that the stage's commands then talk to."""
    opened = []

    def open_it(people=None, **options):
        sandbox = Sandbox(people, today=today, **options)
        sandbox.__enter__()
        opened.append(sandbox)
        stage.address = sandbox.url.rstrip("/")
        return sandbox

    yield open_it
    for sandbox in opened:
        sandbox.__exit__(None, None, None)
