"""The anonymised captures, as they were saved and as the XHTML that keeps their nested links."""

import json
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen
from xml.sax.saxutils import escape, quoteattr

from selenium.webdriver.remote.webdriver import WebDriver

FOLDER = Path(__file__).parent
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def expected(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))


def as_html(name: str) -> bytes:
    return (FOLDER / f"{name}.html").read_bytes()


def as_xhtml(name: str) -> bytes:
    writer = _Writer()
    writer.feed(as_html(name).decode())
    return "".join(writer.parts).encode()


class _Writer(HTMLParser):
    """Writes the tags down as they stand: a browser's HTML parser would take links inside links apart."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs if not name.startswith("xmlns")}
        if tag in ("html", "svg"):
            given["xmlns"] = f"http://www.w3.org/{'1999/xhtml' if tag == 'html' else '2000/svg'}"
        written = "".join(f" {name}={quoteattr(value)}" for name, value in given.items())
        self.parts.append(f"<{tag}{written}{'/' if tag in VOID else ''}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(escape(data))


def page(body: str, head: str = "") -> bytes:
    return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}</head>{body}</html>'.encode()


NAV = '<header data-testid="primary-nav"><nav><a href="/messaging/">M</a><a href="/notifications/">N</a></nav></header>'


class Shelf:
    """Serves captures (/NAME.html, /NAME.xhtml) and the pages that a test puts into `pages`, by path."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.statuses: dict[str, int] = {}
        self.requests: list[str] = []

    def __enter__(self) -> "Shelf":
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shelf.answer(self)

            def log_message(self, *args: Any) -> None:
                """Nothing to say."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def clear(self) -> None:
        for kept in (self.pages, self.redirects, self.statuses, self.requests):
            kept.clear()

    def clear_after(self, driver: WebDriver) -> None:
        """Clear when no request of the page before can still arrive: it is left, and a later one is answered."""
        driver.get("about:blank")
        self.pages["/later"] = b""
        with urlopen(f"{self.url}/later"):  # noqa: S310 - its own address
            self.clear()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.split("?")[0]
        if path != "/favicon.ico":
            self.requests.append(path)
        status = self.statuses.get(path, 302 if path in self.redirects else 200)
        body, kind = self.content(path)
        handler.send_response(status if body is not None or status != 200 else 404)
        if path in self.redirects:
            handler.send_header("Location", self.redirects[path])
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        handler.wfile.write(body or b"")

    def content(self, path: str) -> tuple[bytes | None, str]:
        name, _, ending = path.strip("/").rpartition(".")
        if path not in self.pages and name and (FOLDER / f"{name}.html").exists():
            if ending == "xhtml":
                return as_xhtml(name), "application/xhtml+xml"
            return as_html(name), "text/html; charset=utf-8"
        return self.pages.get(path), "text/html; charset=utf-8"
