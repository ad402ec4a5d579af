"""What can befall a process at a failpoint: a signal, or a database that suddenly refuses."""

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import suppress

import psycopg
from django.db import connection

PATIENCE_MS = 50  # how long a struck process waits for a lock; the product itself waits 30 s


def _send(number: int) -> None:
    os.kill(os.getpid(), number)


def fill_the_disk() -> None:
    """From now on the database file grows by no page."""
    pages = connection.connection.execute("PRAGMA page_count").fetchone()[0]
    connection.connection.execute(f"PRAGMA max_page_count={pages}")


def write_protect() -> None:
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA query_only=ON")
    elif connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        connection.connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def cut_off() -> None:
    """The server ends this connection; a file is locked by somebody who does not let go."""
    if connection.vendor == "postgresql":
        with suppress(psycopg.OperationalError):
            connection.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return
    connection.connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    connection.settings_dict["OPTIONS"]["timeout"] = (
        PATIENCE_MS / 1000
    )  # also of the connection that comes after it
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    KEPT_OPEN.append(other)
    with suppress(sqlite3.OperationalError):
        other.execute("BEGIN IMMEDIATE")


KEPT_OPEN: list[sqlite3.Connection] = []
STRIKES: dict[str, Callable[[], None]] = {
    "killed": lambda: _send(signal.SIGKILL),
    "stopped": lambda: _send(signal.SIGSTOP),
    "asked to stop": lambda: _send(signal.SIGTERM),
    "disk full": fill_the_disk,
    "read-only database": write_protect,
    "database cut off": cut_off,
}
