"""A page of contacts as plain values: no object is made for a row, which is what a list costs most."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from contacts.models import Contact

COLUMNS = (
    "id", "profile_url", "name", "first_name", "email", "company", "position", "language", "connected_on",
    "birth_month", "birth_day", "birth_year", "status", "status_reason", "score", "created_at", "updated_at",
)  # fmt: skip


def as_seen(rows: list[dict[str, Any]], accounts: "QuerySet[Any]") -> list[dict[str, Any]]:
    """The rows (of COLUMNS) in the form of ContactSerializer; of their accounts those among the given ones."""
    ids = [row["id"] for row in rows]
    tags = _names(Contact.tags.through._default_manager.filter(contact__in=ids), "tag__name")
    links = Contact.accounts.through._default_manager.filter(contact__in=ids, account__in=accounts)
    owners = _names(links, "account__name")
    return [_seen(row, tags[row["id"]], owners[row["id"]]) for row in rows]


def _names(links: "QuerySet[Any]", name: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    pairs: Iterable[tuple[int, str]] = links.order_by(name).values_list("contact", name)
    for contact, text in pairs:
        found[contact].append(text)
    return found


def _seen(row: dict[str, Any], tags: list[str], accounts: list[str]) -> dict[str, Any]:
    month, day, year = (row.pop(f"birth_{part}") for part in ("month", "day", "year"))
    born = {"month": month, "day": day, "year": year} if month is not None else None
    return {**row, "birthday": born, "tags": tags, "accounts": accounts}
