"""What every answer outside the admin has in common: errors are JSON, and no cache between shares it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from linkedin_bot.api.problems import problem

PAGES = ("/admin/", "/static/")
# Python refuses to read a number of more than 4,300.
_MOST_DIGITS = 18
_KEPT_HEADERS = ("Allow", "Retry-After", "Vary")


class JsonProblems:
    """The outermost middleware: what others answer in HTML becomes a problem in JSON, a 404 of no route too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _has_length(request):
            return problem(400, "Content-Length is no number", code="invalid")
        response = self.get_response(request)
        if request.path_info.startswith(PAGES):
            return response
        if response.status_code >= 400 and "json" not in response.headers.get("Content-Type", ""):
            kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            response = problem(response.status_code, headers=kept)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _has_length(request: HttpRequest) -> bool:
    """What servers hand on is not always the number that whatever comes after here takes it for."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    return given.isascii() and given.isdecimal() and len(given) <= _MOST_DIGITS
