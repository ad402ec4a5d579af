"""Who asks: the key in X-API-Key, looked up once in a request and never told apart from why it is refused."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from engine.pace import SystemClock
from linkedin_bot.api.models import ApiKey, WrongKeys, wait_seconds

HEADER = "X-API-Key"


class WrongKey(AuthenticationFailed):
    default_detail = "the key in X-API-Key is unknown, revoked or expired"
    default_code = "wrong_key"


class LockedOut(Throttled):
    default_detail = "too many wrong keys came from this address"
    default_code = "locked_out"


class ApiKeyAuthentication(BaseAuthentication):
    """A missing key is nobody, a wrong one is refused: both 403, because no `WWW-Authenticate` is offered."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        key = key_of(request._request)
        return (AnonymousUser(), key) if key else None


def key_of(request: HttpRequest) -> ApiKey | None:
    """The usable key of this request. Raises WrongKey or LockedOut, the same each time it is asked."""
    if not hasattr(request, "_api_key"):
        given = request.headers.get(HEADER)
        request._api_key = _judge(given, address_of(request)) if given is not None else None  # type: ignore[attr-defined]
    found: ApiKey | WrongKey | LockedOut | None = request._api_key  # type: ignore[attr-defined]
    if isinstance(found, Exception):
        raise found
    return found


def _judge(given: str, address: str) -> ApiKey | WrongKey | LockedOut:
    """One query for a right key from an address that is not locked out."""
    now = SystemClock().now()
    key = ApiKey.objects.find(given, WrongKeys.objects.locked_at(address, now))
    if key and key.locked_at:
        return LockedOut(wait_seconds(key.locked_at, now))
    if key and key.is_usable(now):
        return key
    if wait := WrongKeys.objects.wait_seconds(address, now):
        return LockedOut(wait)
    WrongKeys.objects.count_one(address, now)
    return WrongKey()


def address_of(request: HttpRequest) -> str:
    """The client's address: as the nearest of the proxies in front that can be trusted saw it."""
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    seen.append(request.META.get("REMOTE_ADDR", ""))
    return str(seen[max(-len(seen), -1 - settings.PROXIES_IN_FRONT)])[:45]
