"""A saved page, served to the browser from this machine alone: it runs nothing and asks for nothing else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

LARGEST_BYTES = 64_000_000
XHTML = (".xhtml", ".xht", ".xml")
# No script of the page runs, and of its own only the styles count that were saved beside it.
POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'none'"
_REFRESH = re.compile(rb"(http-equiv\s*=\s*[\"']?)refresh", re.IGNORECASE)


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The address, on this machine's loopback, of the page in this file. Raises OSError, ValueError."""
    body = read_file(path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = answer(path, body, urlsplit(self.path).path)
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", content[1] if content else "text/plain")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(content[0] if content else b"")

        def log_message(self, *args: Any) -> None:
            """A saved page's requests are of no interest."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read_file(path: Path) -> bytes:
    """The file's bytes, without the order to go elsewhere that a page may hold."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is no file")
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB")
    return _REFRESH.sub(rb"\1x-refresh", path.read_bytes())


def answer(page: Path, body: bytes, asked: str) -> tuple[bytes, str] | None:
    """The page itself at "/", the styles of the folder that was saved with it, and nothing else."""
    if asked == "/":
        return body, _type_of(page, body)
    folder = page.with_name(f"{page.stem}_files").resolve()
    style = (page.parent / unquote(asked).lstrip("/")).resolve()
    if style.suffix == ".css" and folder in style.parents and style.is_file():
        return style.read_bytes(), "text/css"
    return None


def _type_of(page: Path, body: bytes) -> str:
    if page.suffix.lower() in XHTML:
        return "application/xhtml+xml"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "text/html"
    return "text/html; charset=utf-8"
