"""A request and an answer, as far as the sandbox needs them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    body: str = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False


def read_request(method: str, target: str, cookie_header: str, body: bytes) -> Request:
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, unquote(parts.path), query, _cookies(cookie_header), body)


def redirect(location: str, *cookies: str) -> Answer:
    headers = (("Location", location), *(("Set-Cookie", cookie) for cookie in cookies))
    return Answer(status=302, headers=headers)


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value), status, "application/json")


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
