"""What is not allowed in so many words is refused: by a key's scopes, or by a staff user's own permissions."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from linkedin_bot.api.models import ApiKey

# What a staff user needs instead of a key's scope, where a view asks for nothing else.
VERBS = {"read": "view", "write": "change", "run": "change"}

# The view has no such method, and answers 405.
NO_METHOD = (None, "metadata")


class HasScope(BasePermission):
    """One of the scopes that the view's `scopes` names for the action; a view without them answers nobody."""

    message = "the key does not have the scope for this"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_known(request):
            return False
        if view.action in NO_METHOD:
            return True
        scopes = getattr(view, "scopes", {}).get(view.action, ())
        if isinstance(request.auth, ApiKey):
            is_open = request.auth.account_ids is None or view.action not in getattr(view, "unrestricted", ())
            return is_open and bool(request.auth.scopes & {*scopes})
        return any(request.user.has_perm(_permission(view, scope)) for scope in scopes)


class IsKnown(BasePermission):
    """Any key that works, and staff."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return is_known(request)


def is_known(request: Request) -> bool:
    return isinstance(request.auth, ApiKey) or bool(request.user.is_active and request.user.is_staff)


def _permission(view: Any, scope: str) -> str:
    meta = view.queryset.model._meta
    verb = getattr(view, "staff_verbs", {}).get(view.action, VERBS[scope])
    return f"{meta.app_label}.{verb}_{meta.model_name}"
