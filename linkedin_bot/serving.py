"""gunicorn's configuration (--config python:linkedin_bot.serving): processes of threads, counted together."""

import os
import shutil
import tempfile
from typing import Any

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# An event stream keeps its thread for as long as it lasts (campaigns/streams.py leaves some for others).
worker_class, threads = "gthread", 8
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

# prometheus_client decides with its first import whether it counts in files: the workers import it, after on_starting.


def on_starting(server: Any) -> None:
    """A fresh folder for each start: what was counted before it is the monitor's to remember."""
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="linkedin-bot-metrics-")


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)
