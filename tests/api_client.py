"""A program that talks to the API, and the keys it may have."""

import json
from typing import Any

from django.test import Client

from linkedin_bot.api.models import ApiKey

PROBLEM = "application/problem+json"


def a_key(*scopes: str, accounts=(), **fields: Any) -> str:
    """The text of a new key; with all scopes unless some are named."""
    key, text = ApiKey.objects.make("a program", scopes or ApiKey.SCOPES)
    ApiKey.objects.filter(pk=key.pk).update(**fields)
    key.accounts.set(accounts)
    return text


class Program(Client):
    """Sends its key with each request, and JSON."""

    def __init__(self, key: str | None = None, **headers: str) -> None:
        super().__init__(headers=({"X-API-Key": key} if key else {}) | headers, raise_request_exception=False)

    def send(self, path: str, body: Any = None, **headers: str):
        """POST a body: what is not text yet becomes JSON."""
        data = body if isinstance(body, (str, bytes)) else json.dumps({} if body is None else body)
        return self.post(path, data, content_type="application/json", headers=headers)


def told_fields(answer) -> set[str]:
    """The fields that a refusal names."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM), answer.content
    return {error["field"] for error in answer.json()["errors"]}
