"""The sandbox as a server on this machine's own address."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from engine.sandbox.exchange import Answer, read_request
from engine.sandbox.faults import Faults, FaultValue
from engine.sandbox.ledger import Ledger, Withdrawal, WrongClick, beside
from engine.sandbox.markup import Markup
from engine.sandbox.messages import MessageLog, Received
from engine.sandbox.people import Person, load_people
from engine.sandbox.residents import residents
from engine.sandbox.site import Site
from engine.sandbox.town import COMPOSERS, GENERATIONS, Town
from engine.sandbox.words import WORDS

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'"


class Sandbox:
    """A small network to rehearse on; serves while it is entered, from its own threads."""

    def __init__(
        self,
        people: Sequence[Person] | None = None,
        *,
        today: date,
        language: str = "en",
        seed: int = 1,
        composer: str = "shadow",
        generation: str = "mixed",
        mutation: int | str | None = None,
        log_path: Path | None = None,
        faults: Mapping[str, FaultValue] | None = None,
        port: int = 0,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """`clock` dates the messages; without it they follow one another from nine o'clock of `today`.

        `mutation` is a seed, or the names of mutations; the knob of that name changes it while it runs.
        """
        _check(language, WORDS)
        _check(composer, COMPOSERS)
        _check(generation, GENERATIONS)
        self.people = list(people) if people is not None else load_people()
        self.faults = Faults(faults or {})
        if mutation is not None:
            self.faults["mutation"] = mutation
        self._town = Town(
            self.people,
            today,
            language,
            composer,
            self.faults,
            MessageLog(log_path),
            clock,
            residents=residents(seed, self.people) if people is None else (),
            generation=generation,
            withdrawals=Ledger(Withdrawal, beside(log_path, "withdrawals")),
            wrong_clicks=Ledger(WrongClick, beside(log_path, "wrong_clicks")),
        )
        self._stopping = Event()
        self._site = Site(self._town, Markup(seed, language), self._stopping)
        self._port = port

    def __enter__(self) -> Self:
        self._server = Server(("127.0.0.1", self._port), Handler)
        self._server.site, self._server.stopping = self._site, self._stopping
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def messages(self) -> list[Received]:
        return list(self._town.log.messages)

    @property
    def withdrawals(self) -> list[Withdrawal]:
        return list(self._town.withdrawals.entries)

    @property
    def wrong_clicks(self) -> list[WrongClick]:
        return list(self._town.wrong_clicks.entries)

    @property
    def invited(self) -> list[Person]:
        """Who has not answered an invitation and whose invitation was not withdrawn, the newest first."""
        return self._town.invited

    @property
    def residents(self) -> list[Person]:
        """The people that only a search finds."""
        return list(self._town.residents)

    @property
    def requests(self) -> list[str]:
        return list(self._town.requests)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    site: Site
    stopping: Event

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that was killed leaves broken pipes behind: nobody needs to hear of those."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        cookies = self.headers.get("Cookie", "")
        answer = self.server.site.answer(read_request(self.command, self.path, cookies, body))
        if answer.hangs:
            self.server.stopping.wait()
            return
        self._write(answer)

    def _write(self, answer: Answer) -> None:
        content = answer.body.encode("utf-8", "surrogatepass")
        self.send_response(answer.status)
        headers = (
            ("Content-Type", answer.kind),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", POLICY),
        )
        for name, value in (*headers, *answer.headers, ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gave it
        """Nothing: the requests are kept, and printed nowhere."""


def _check(value: str, known: Any) -> None:
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
