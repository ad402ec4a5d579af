"""Empties a database after a test, as quickly as a test database may be emptied."""

from collections.abc import Sequence

from django.core.management.color import no_style
from django.db import connection, transaction

# What the migrations ship, and their signals would make anew each time: ten times the work of all the deleting.
SHIPPED = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")


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


def count_shipped() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in SHIPPED)  # noqa: S608 - the above
        )
        return list(cursor.fetchone())


def own_tables() -> list[str]:
    """Every table of a model; what the migrations ship is not among them."""
    every = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [name for name in every if name not in SHIPPED]
