"""Whose data a request may see."""

from rest_framework.request import Request


def accounts_of(request: Request) -> frozenset[int] | None:
    """The ids of the accounts that the request's key is for; None: all of them."""
    account_ids: frozenset[int] | None = getattr(request.auth, "account_ids", None)
    return account_ids
