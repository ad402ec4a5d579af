"""What a database file still holds of rows that were deleted, and how it is rid of them."""

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from contacts import search

TRY_LATER = 75  # EX_TEMPFAIL


def clear_free_pages(database: BaseDatabaseWrapper) -> None:
    """What SQLite deleted still lies in its file's free pages and log; PostgreSQL's autovacuum sees to its own."""
    if database.vendor != "sqlite":
        return
    try:
        search.clear(database)
        with database.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError as error:
        raise CommandError(
            f"erased, but the file's free pages could not be cleared ({error}): erase again",
            returncode=TRY_LATER,
        ) from error
