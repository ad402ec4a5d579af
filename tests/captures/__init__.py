"""The anonymised captures, as they were saved and as the XHTML that keeps their nested links."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

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
