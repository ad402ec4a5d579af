"""Sign-ins, failed ones, lockouts and the ends of sessions, in the audit log.

From where is not told: addresses are personal data, and an entry stays for ever. The lockouts' own list has them.
"""

from typing import Any

from django.http import HttpRequest

NOBODY = "nobody known"


def signed_in(request: HttpRequest | None, user: Any, **given: Any) -> None:
    _record(f"user {user}", "signed_in")


def signed_out(request: HttpRequest | None, user: Any, **given: Any) -> None:
    if user is not None:
        _record(f"user {user}", "signed_out")


def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **given: Any) -> None:
    """A name that nobody has is not kept: some type their password there. Those who wait are told of once."""
    if getattr(request, "axes_locked_out", False):
        return
    _record(_known(credentials.get("username")), "sign_in_failed")
    if request is not None:
        request.was_told_as_failed = True  # type: ignore[attr-defined]


def locked_out(request: HttpRequest, username: str | None, **given: Any) -> None:
    """With the attempt that was one too many; whoever goes on trying is turned away without an entry."""
    if getattr(request, "was_told_as_failed", False):
        _record(_known(username), "locked_out")


def _known(name: Any) -> str:
    from django.contrib.auth import get_user_model

    users = get_user_model()._default_manager
    is_known = isinstance(name, str) and "\0" not in name and users.filter(username=name).exists()
    return f"user {name}" if is_known else NOBODY


def _record(who: str, verb: str) -> None:
    from linkedin_bot.audit.chain import record
    from linkedin_bot.audit.models import Entry

    record(Entry.Way.SIGN_IN, who, verb)
