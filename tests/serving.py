"""gunicorn as `make serve` starts it, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from tests.test_health import NEEDED_BY_A_PROCESS
from tests.waiting import until


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[str]"
    port: int

    def opened(self, path: str, **headers: str):
        """The answer, opened: whoever reads it to its end waits for that."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        return urllib.request.urlopen(asked, timeout=60)  # noqa: S310

    def get(self, path: str, **headers: str) -> str:
        with self.opened(path, **headers) as answer:
            return answer.read().decode()

    @property
    def is_up(self) -> bool:
        try:
            return bool(self.get("/health"))
        except OSError:
            return False


@contextmanager
def served(folder, **variables: str) -> Iterator[Server]:
    """A server whose data and temporary files are in this folder; ended afterwards, with all its processes."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "--no-control-socket", "--config", "python:linkedin_bot.serving",
            "--bind", f"127.0.0.1:{port}", "linkedin_bot.wsgi",
        ],
        cwd=settings.BASE_DIR,
        env={
            **{name: os.environ[name] for name in NEEDED_BY_A_PROCESS if name in os.environ},
            "DATA_DIR": str(folder / "data"), "TMPDIR": str(folder), "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
            **variables,
        },
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    server = Server(process, port)
    try:
        until(lambda: server.is_up, process)
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=60)
