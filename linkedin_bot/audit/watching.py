"""What is written while somebody does something: models and fields, as the database itself is told of them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import post_save

# What the software notes for itself.
UNTOLD: Final = frozenset({
    "admin.logentry", "api.givenanswer", "api.wrongkeys", "audit.entry", "audit.head", "auth.permission",
    "axes.accessattempt", "axes.accessattemptexpiration", "axes.accessfailurelog", "axes.accesslog",
    "contenttypes.contenttype", "sessions.session", "staff.shippedright",
})  # fmt: skip
MOST_NUMBERS: Final = 50
_STATEMENT = re.compile(r'\s*(INSERT|UPDATE|DELETE)(?: OR IGNORE)?(?: INTO| FROM)? "(\w+)"', re.IGNORECASE)
_SET = re.compile(r'(?:\bSET |, )"(\w+)" = ')
_DID: Final = {"INSERT": "added", "UPDATE": "changed", "DELETE": "deleted"}
# A number, or the public beginning of an API key's.
_NUMBER = re.compile(r"\d{1,19}$|[A-Za-z0-9]{8}(?=\.)")

_watching: ContextVar["Written | None"] = ContextVar("_watching", default=None)


class Written:
    """What was committed: of each model what was done, with the fields that changed, and the numbers of its rows."""

    def __init__(self) -> None:
        self.wrote: dict[str, dict[str, list[str]]] = {}
        self.about: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        return bool(self.wrote)

    def note(self, model: str, what: str, fields: list[str]) -> None:
        known = self.wrote.setdefault(model, {}).setdefault(what, [])
        known[:] = sorted({*known, *fields})

    def note_row(self, model: str, key: Any) -> None:
        found, known = _NUMBER.match(str(key)), self.about.setdefault(model, [])
        if found and found[0] not in known and len(known) < MOST_NUMBERS:
            known.append(found[0])
        if not known:
            del self.about[model]


@contextmanager
def watched() -> Iterator[Written]:
    """Notes what this thread writes to the database; what is rolled back is not noted."""
    written = Written()

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(sql, params, many, context)
        if told := _told(sql, context["cursor"].rowcount):
            transaction.on_commit(lambda: written.note(*told))
        return answer

    token = _watching.set(written)
    try:
        with connection.execute_wrapper(look):
            yield written
    finally:
        _watching.reset(token)


def _told(sql: str, rows: int) -> tuple[str, str, list[str]] | None:
    """Model, what was done to it, and which fields changed; None for what is not told."""
    found = _STATEMENT.match(sql)
    model = _models().get(found[2]) if found else None
    if not found or not model:
        return None
    what = _DID[found[1].upper()]
    # SQLite counts what INSERT … RETURNING did only after its rows were fetched.
    if rows == 0 and (what != "added" or "RETURNING" not in sql):
        return None
    return model, what, _SET.findall(sql) if what == "changed" else []


@cache
def _models() -> dict[str, str]:
    every = apps.get_models(include_auto_created=True)
    return {
        each._meta.db_table: each._meta.label_lower for each in every if each._meta.label_lower not in UNTOLD
    }


def _saved(sender: type[Model], instance: Model, **given: Any) -> None:
    written, model = _watching.get(), sender._meta.label_lower
    if written is not None and model not in UNTOLD:
        transaction.on_commit(lambda: written.note_row(model, instance.pk))


def begin() -> None:
    """A row's number is known where it is saved; the statements tell of models only."""
    post_save.connect(_saved, dispatch_uid="audit.saved")
