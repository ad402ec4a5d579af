"""What a database that fails in the middle of a run means for it."""

from django.db import InterfaceError, OperationalError, connection

from campaigns.models import Run

# Raised by both databases for what lies outside the program: unreachable, locked, read-only, full.
DATABASE_FAILED = (OperationalError, InterfaceError)
_FULL = ("database or disk is full", "no space left on device", "disk full")


def what_failed(error: BaseException) -> tuple[str, str]:
    """The outcome of the run, and its reason in words."""
    words = (str(error).splitlines() or [type(error).__name__])[0]
    if any(sign in str(error).lower() for sign in _FULL):
        return Run.Outcome.DISK_FULL, f"disk full: {words}"
    return Run.Outcome.DATABASE_UNREACHABLE, f"database unreachable: {words}"


def drop_broken_connection() -> None:
    """Let the next statement connect anew; within somebody's transaction there is nothing to mend."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
