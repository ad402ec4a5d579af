"""What the lists of invitations and connections hold, with the names that `read_page` gives it."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.pages import connections, invitations

NOT_FOUND = "the page has no such list"
NO_TOTAL = "the page shows no count that is understood"


def describe_invitations(page: Mapping[str, Any]) -> dict[str, Any]:
    """The sent invitations in their order, and how many rows could not be read."""
    return _list(page, invitations.describe) | {"unread": page["unread"]}


def describe_connections(page: Mapping[str, Any]) -> dict[str, Any]:
    """The connections in their order; their days as YYYY-MM-DD."""
    return _list(page, _connection)


def _connection(item: Mapping[str, Any]) -> dict[str, Any]:
    found = connections.describe(item)
    day = found["connected_on"]
    return {**found, "connected_on": day.isoformat() if day else None}


def _list(page: Mapping[str, Any], describe: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    items = [describe(item) for item in page["items"]] if page["has_list"] else None
    absent = {"items": NOT_FOUND} if items is None else {}
    if page["total"] is None:
        absent["total"] = NO_TOTAL
    return {"count": len(items or ()), "items": items, "total": page["total"], "reasons": absent}
