"""Errors as RFC 9457 problem details, one shape for whatever went wrong and wherever."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from rest_framework import exceptions

MEDIA_TYPE = "application/problem+json"
BODY = "body"
NO_FIELD = ("non_field_errors", "__all__")
_UNAVAILABLE = "the database does not answer; try again"


def problem(
    status: int,
    detail: str = "",
    *,
    code: str = "",
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JsonResponse:
    """The answer that tells of it; `code` is what a program looks at, `errors` names each wrong field."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    content["code"] = code or title.lower().replace(" ", "_")
    content |= {"errors": errors} if errors else {}
    return JsonResponse(content | more, status=status, headers=headers, content_type=MEDIA_TYPE)


def answer_problem(error: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """REST framework's EXCEPTION_HANDLER; what nobody foresaw stays a 500."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return problem(503, _UNAVAILABLE, headers={"Retry-After": "10"})
    if isinstance(error, Http404):
        return problem(404, "there is nothing under this address, or it is not for this key")
    if isinstance(error, PermissionDenied):
        return problem(403, str(error))
    if isinstance(error, exceptions.APIException):
        return _of_api(error)
    return None


def _of_api(error: exceptions.APIException) -> JsonResponse:
    told = getattr(error, "told", {})
    wait = getattr(error, "wait", None)
    headers = {"Retry-After": f"{wait:.0f}"} if wait else None
    if isinstance(error, exceptions.ValidationError):
        errors = list(_each(error.detail))
        detail = "; ".join(f"{one['field']}: {one['reason']}" for one in errors)
        return problem(error.status_code, detail, code="invalid", errors=errors)
    code = getattr(error, "code", "") or str(error.default_code)
    return problem(error.status_code, str(error.detail), code=code, headers=headers, **told)


def _each(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Each reason with the path of its field, such as criteria.weights."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name in NO_FIELD else str(name)
            yield from _each(inner, ".".join(filter(None, (field, own))))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _each(inner, field)
    else:
        yield {"field": field or BODY, "reason": str(detail)}
