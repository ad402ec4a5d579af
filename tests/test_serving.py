"""Who follows a run holds up nobody else: the real server, as `make serve` starts it."""

import sqlite3
from contextlib import ExitStack, closing

import pytest
from django.db import connection

from campaigns.streams import LONG_STREAMS
from linkedin_bot import serving
from tests.api_client import a_key
from tests.builders import a_campaign
from tests.fakes import FakeClock
from tests.serving import served

STREAM = "text/event-stream"


@pytest.fixture
def database_file(tmp_path):
    """Puts what the test has written into a database file that another process can open."""

    def write():
        path = tmp_path / "db.sqlite3"
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        return path

    return write


@pytest.mark.django_db(transaction=True)  # no copy is made of a transaction that is open
def test_streams_that_are_open_hold_up_neither_the_health_nor_a_page(tmp_path, database_file):
    campaign, key, now = a_campaign(), {"X-API-Key": a_key()}, FakeClock().now()
    run = campaign.runs.create(
        account=campaign.account, status="running", fence=1, started_at=now, heartbeat_at=now
    )
    events = f"/campaigns/runs/{run.pk}/events"
    database = database_file()
    url = f"sqlite:///{database}"
    with served(tmp_path, WEB_CONCURRENCY="1", DATABASE_URL=url) as server, ExitStack() as open_ones:
        for _ in range(LONG_STREAMS):
            stream = open_ones.enter_context(server.opened(events, Accept=STREAM, **key))
            assert stream.readline() == b"retry: 1000\n"
        for _ in range(serving.threads):
            assert server.get(events, Accept=STREAM, **key).startswith("retry: 5000\n")
        assert server.get("/health") == '{"status": "alive"}'
        assert '"results"' in server.get("/contacts", **key)
        # The streams end with their run, and the server need not wait for them.
        with closing(sqlite3.connect(database, timeout=30)) as file, file:
            file.execute(
                "UPDATE campaigns_run SET status = 'ended', outcome = 'stopped', ended_at = ?", [now]
            )
        assert b'"status": "ended"' in stream.read()


def test_a_server_answers_others_while_all_long_streams_are_taken():
    assert serving.threads > LONG_STREAMS
