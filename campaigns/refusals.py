"""Why a request is refused for now, as an answer of the API: 409 with a code, and what a person can do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.reverse import reverse

from campaigns.approvals import Refused
from campaigns.models import Busy, Run
from engine.errors import AccountPaused


class NotNow(APIException):
    status_code = 409
    default_code = "conflict"

    def __init__(self, detail: str, code: str, **told: Any) -> None:
        super().__init__(detail)
        self.code, self.told = code, told

    @classmethod
    def busy(cls, request: Request, run: Run, reason: Exception) -> "NotNow":
        """Another run of the account is under way: it is named."""
        return cls(str(reason), "busy", run=address_of(run, request))

    @classmethod
    def paused(cls, pause: AccountPaused) -> "NotNow":
        return cls(f"the account is paused: {pause.reason}", "account_paused", advice=pause.advice)


@contextmanager
def refusals_told(request: Request) -> Iterator[None]:
    """What the rules refuse within becomes the answer to the request."""
    try:
        yield
    except Busy as busy:
        raise NotNow.busy(request, busy.run, busy) from busy
    except AccountPaused as pause:
        raise NotNow.paused(pause) from pause
    except Refused as refusal:
        raise NotNow(str(refusal), refusal.code) from refusal


def address_of(run: Run, request: Request) -> str:
    return str(reverse("run-detail", kwargs={"pk": run.pk}, request=request)).removesuffix("/")
