"""Empties a database after a test, as quickly as a test database may be emptied."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

# What the migrations ship, and their signals would make anew each time: ten times the work of all the deleting.
KEPT = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")


def empty(tables: Sequence[str], *, resets_numbers: bool = False) -> None:
    """Remove every row of these tables, in whatever order: nothing may refer to them from outside."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A TRUNCATE makes new files for each table, which takes longer than most tests.
            cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign keys, no triggers
            cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in tables))  # noqa: S608 - their own
            return
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=resets_numbers)
    connection.ops.execute_sql_flush(statements)


class Shipped:
    """What a database holds once it was migrated: put back after a test that emptied it, for whoever comes next."""

    def __init__(self) -> None:
        self.kept = _rows_kept()
        self.rows = {model: rows for model in _models() if (rows := list(model._base_manager.all()))}

    def put_back(self) -> bool:
        """False where even what is kept was changed: then all of it has to be made anew."""
        if _rows_kept() != self.kept:
            return False
        with transaction.atomic():
            empty([model._meta.db_table for model in _models()])
            for model, rows in self.rows.items():
                model._base_manager.bulk_create(rows)
        return True


def _models() -> list[type[Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and model._meta.db_table not in KEPT]


def _rows_kept() -> list[list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        rows = []
        for table in KEPT:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY id')  # noqa: S608 - the above
            rows.append(cursor.fetchall())
        return rows
