"""Every request that wrote something, from the admin or the API, leaves an entry with who asked for what."""

import re
from collections.abc import Callable
from typing import Any, Final

from axes.signals import user_locked_out
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from linkedin_bot.api.models import ApiKey
from linkedin_bot.audit import sign_ins, watching
from linkedin_bot.audit.chain import record
from linkedin_bot.audit.models import Entry

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Told by the signals of signing in.
SIGN_IN: Final = frozenset({"admin:login", "admin:logout"})
ADMIN: Final = "admin:"
# Where a form says which of several things it asks for, and of which rows.
_CHOICES: Final = ("action", "verdict", "decision", "mode")
_ROWS: Final = ("_selected_action", "chosen")
_WORD = re.compile(r"[a-z_]{1,40}")


class Audited:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        watching.begin()
        user_locked_out.connect(sign_ins.locked_out, dispatch_uid="audit.locked_out")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            return self.get_response(request)
        with watching.watched() as written:
            response = self.get_response(request)
        match = request.resolver_match
        if written and match and match.view_name not in SIGN_IN:
            if model := _model_of(match):
                for key in _rows_of(request, match):
                    written.note_row(model, key)
            way = Entry.Way.ADMIN if match.view_name.startswith(ADMIN) else Entry.Way.API
            record(way, _who(request), _verb(request, match), written.about, written.wrote)
        return response


def _who(request: HttpRequest) -> str:
    key = getattr(request, "_api_key", None)
    if isinstance(key, ApiKey):
        return f"key {key.prefix}"
    return f"user {request.user}" if request.user.is_authenticated else sign_ins.NOBODY


def _verb(request: HttpRequest, match: ResolverMatch) -> str:
    name = match.view_name.removeprefix(ADMIN)
    if name == match.view_name:
        return name
    chosen = (request.POST.get(each, "") for each in _CHOICES)
    return " ".join([name, *(word for word in chosen if _WORD.fullmatch(word))])


def _model_of(match: ResolverMatch) -> str:
    """Whose rows the address tells of: `admin:campaigns_run_stop` of a run, a viewset of what it lists."""
    queryset = getattr(getattr(match.func, "cls", None), "queryset", None)
    if queryset is not None:
        return str(queryset.model._meta.label_lower)
    names = {f"{each._meta.app_label}_{each._meta.model_name}_": each for each in apps.get_models()}
    name = match.view_name.removeprefix(ADMIN)
    found = max((each for each in names if name.startswith(each)), key=len, default="")
    return names[found]._meta.label_lower if found else ""


def _rows_of(request: HttpRequest, match: ResolverMatch) -> list[Any]:
    own = [match.kwargs[name] for name in ("pk", "object_id") if name in match.kwargs]
    if not match.view_name.startswith(ADMIN):
        return own
    return own + [each.partition(":")[0] for name in _ROWS for each in request.POST.getlist(name)]
