"""A real Redis of the test's own, which may be stopped, killed, emptied or slowed down."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.retry import Retry


class RedisServer:
    """On a socket in a folder of its own; nothing is written to disk, so a restart is an empty Redis."""

    def __init__(self, *options: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")  # a socket's path may not be long
        self.socket = str(Path(self._folder.name) / "s")
        self.options = options
        self.start()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", *self.options],
            cwd=self._folder.name,
            stdout=subprocess.DEVNULL,
        )
        patient = Redis(
            unix_socket_path=self.socket,
            retry=Retry(ConstantBackoff(0.05), 600, (NotConnected,)),
        )
        with patient:
            patient.ping()

    def client(self, timeout: float = 1) -> Redis:
        return Redis(unix_socket_path=self.socket, socket_timeout=timeout, retry=None)

    def pause(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.kill()
        self._folder.cleanup()
