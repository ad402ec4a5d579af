"""Idempotency-Key: whoever repeats a request gets the first answer again, and nothing happens twice."""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException

from engine.pace import SystemClock
from linkedin_bot.api.answers import PAGES
from linkedin_bot.api.authentication import key_of
from linkedin_bot.api.bodies import MOST_BYTES
from linkedin_bot.api.models import Conflict, GivenAnswer
from linkedin_bot.api.problems import problem

HEADER = "Idempotency-Key"
LONGEST = 255
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")


class Idempotent:
    """Keeps what succeeded. A refusal changed nothing, so the same request may be tried again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if key is None or request.method != "POST" or request.path_info.startswith(PAGES):
            return self.get_response(request)
        owner = _owner_of(request)
        if not owner or _length(request) > MOST_BYTES:
            return self.get_response(request)  # which refuses it
        if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
            reason = f"is 1 to {LONGEST} printable ASCII characters"
            return problem(
                400, f"{HEADER}: {reason}", code="invalid", errors=[{"field": HEADER, "reason": reason}]
            )
        return self._once(request, owner, key)

    def _once(self, request: HttpRequest, owner: str, key: str) -> HttpResponseBase:
        try:
            given, is_ours = GivenAnswer.objects.reserve(owner, key, _told(request), SystemClock().now())
        except Conflict:
            return problem(422, f"this {HEADER} was used for another request", code="key_reused")
        if is_ours:
            return self._first(request, given)
        if given.status is None:
            return problem(
                409, "the first request with this key is still being answered", code="in_progress",
                headers={"Retry-After": "1"},
            )  # fmt: skip
        return HttpResponse(
            given.body, status=given.status, headers={**given.headers, "Idempotent-Replayed": "true"}
        )

    def _first(self, request: HttpRequest, given: GivenAnswer) -> HttpResponseBase:
        response = self.get_response(request)
        is_kept = "no-store" not in response.headers.get("Cache-Control", "")
        if isinstance(response, HttpResponse) and response.status_code < 300 and is_kept:
            headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            given.keep(response.status_code, headers, response.content.decode())
        else:
            given.delete()
        return response


def _owner_of(request: HttpRequest) -> str:
    """Who asks; empty where nobody is allowed in, which the view then says."""
    try:
        key = key_of(request)
    except APIException:
        return ""
    if key:
        return f"key {key.prefix}"
    return f"user {request.user.pk}" if request.user.is_authenticated else ""


def _length(request: HttpRequest) -> int:
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _told(request: HttpRequest) -> str:
    return json.dumps(
        [request.path_info.rstrip("/"), request.GET.urlencode(), request.body.decode("latin-1")]
    )
