"""Accounts: how each stands, its session, limits and hours; pausing and resuming it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminPasswordWidget

from engine import sessions
from engine.admin.object_pages import ObjectPageAdmin
from engine.admin.standing import Standing
from engine.cookie_files import MAX_BYTES, CookieFileRefused, parse_cookie_file
from engine.errors import NoSession
from engine.models import Account, StoredSession
from engine.pace import SystemClock
from engine.ratelimit.windows import windows_of

TONES = {Account.State.ACTIVE: "success", Account.State.PAUSED: "danger"}


class SessionForm(forms.Form):
    """A file of cookies, and the acknowledgement that `log_in` asks for as well."""

    cookies = forms.FileField(label=gettext_lazy("Cookie file"), widget=UnfoldAdminFileFieldWidget)
    terms = forms.BooleanField(
        required=False,
        label=gettext_lazy(
            "I know that the network’s user agreement forbids automated access, and that it may restrict or close this "
            "account at any time and without a warning."
        ),
    )


class ResumeForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Your own password here"), strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


@admin.register(Account)
class AccountAdmin(ObjectPageAdmin):
    list_display = ("name", "shown_state", "paused_reason", "hours", "limits", "session_expires_at")
    list_filter = ("state", "language")
    search_fields = ("name", "profile_url", "paused_reason")
    readonly_fields = ("gentle_since", "terms_acknowledged_at", "created_at")
    list_select_related = ("session",)
    actions = ("pause",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    change_form_outer_before_template = "admin/engine/account/panel.html"
    fieldsets = (
        (None, {"fields": ("name", "profile_url", "language", "keeps_profile")}),
        (gettext_lazy("Working hours"), {"fields": ("time_zone", ("hours_start", "hours_end"))}),
        (
            gettext_lazy("Messages"),
            {
                "fields": (
                    ("messages_per_run", "messages_per_day", "messages_per_week"),
                    ("pause_min_seconds", "pause_max_seconds"),
                )
            },
        ),
        (
            gettext_lazy("Profile visits"),
            {
                "fields": (
                    ("visits_per_run", "visits_per_day"),
                    ("visit_pause_min_seconds", "visit_pause_max_seconds"),
                )
            },
        ),
        (gettext_lazy("Withdrawals"), {"fields": (("withdrawals_per_run", "withdrawals_per_day"),)}),
        (gettext_lazy("Gentle start"), {"fields": (("gentle_days", "gentle_since"),)}),
        (gettext_lazy("On record"), {"fields": (("terms_acknowledged_at", "created_at"),)}),
    )

    class Media:
        css: ClassVar = {"all": ("engine/admin/engine.css",)}

    def views_below(self) -> dict[str, Callable[..., HttpResponse]]:
        changes = {"pause": self.pause_one, "resume": self.resume_one, "session": self.import_session}
        return {name: require_POST(view) for name, view in changes.items()}

    def told(self, request: HttpRequest, obj: Account) -> dict[str, Any]:
        return {
            "standing": Standing(obj, SystemClock().now()),
            "can_change": self.has_change_permission(request, obj),
            "can_import": self.has_import_permission(request),
            "session_form": SessionForm(auto_id="session_%s"),
            "resume_form": ResumeForm(auto_id="resume_%s"),
        }

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("engine.change_storedsession")

    def pause_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = self._changeable(request, pk)
        if account.pause(*_by(request), SystemClock().now()):
            messages.success(request, _("Paused: nothing runs on it until somebody resumes it."))
        else:
            messages.warning(request, _("It was paused already, and why is kept."))
        return redirect("admin:engine_account_change", pk)

    def resume_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Whoever sits at an unlocked screen is not necessarily who may say that the cause is settled."""
        account = self._changeable(request, pk)
        form = ResumeForm(request.POST)
        if not (form.is_valid() and request.user.check_password(form.cleaned_data["password"])):
            messages.error(request, _("That is not your password, so it stays paused."))
        elif account.resume():
            messages.success(request, _("Resumed: runs start again, by their schedules too."))
        else:
            messages.warning(request, _("It was not paused."))
        return redirect("admin:engine_account_change", pk)

    def import_session(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        account = get_object_or_404(Account, pk=pk)
        form = SessionForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, _("Choose a cookie file first, one that is not empty."))
        elif not (account.terms_acknowledged_at or form.cleaned_data["terms"]):
            messages.error(request, _("Not imported: say first that you know what the network forbids."))
        else:
            self._import(request, account, form.cleaned_data["cookies"])
        return redirect("admin:engine_account_change", pk)

    def _import(self, request: HttpRequest, account: Account, file: "UploadedFile[Any]") -> None:
        now = SystemClock().now()
        try:
            sessions.store(account, parse_cookie_file(file.read(MAX_BYTES + 1)), now)
        except (CookieFileRefused, NoSession) as error:
            messages.error(request, _("Not imported: %(why)s") % {"why": error})
            return
        Account.objects.filter(pk=account.pk, terms_acknowledged_at=None).update(terms_acknowledged_at=now)
        self.log_change(request, account, "imported a session")
        told = _("The session is stored, encrypted. Delete the file now: whoever has it is signed in as you.")
        messages.success(request, told)

    def _changeable(self, request: HttpRequest, pk: int) -> Account:
        account = get_object_or_404(Account, pk=pk)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return account

    @admin.action(
        description=gettext_lazy("Pause: nothing runs until somebody resumes it"), permissions=["change"]
    )
    def pause(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        now = SystemClock().now()
        moved = sum(account.pause(*_by(request), now) for account in accounts)
        told = ngettext("%(count)d paused.", "%(count)d paused.", moved) % {"count": moved}
        self.message_user(request, told, messages.SUCCESS if moved else messages.WARNING)

    @display(description=gettext_lazy("state"), ordering="state", label=TONES)
    def shown_state(self, account: Account) -> tuple[str, str]:
        return account.state, account.get_state_display()

    @display(description=gettext_lazy("working hours"))
    def hours(self, account: Account) -> str:
        return f"{account.hours_start:%H:%M}–{account.hours_end:%H:%M} {account.time_zone}"

    @display(description=gettext_lazy("messages, as of now"))
    def limits(self, account: Account) -> str:
        windows = windows_of(account, "message", SystemClock().now(), is_rehearsal=settings.REHEARSAL)
        note = f" ({windows[0].note})" if windows[0].note else ""
        return ", ".join(f"{window.limit} in {window.name}" for window in windows) + note

    @display(description=gettext_lazy("session holds until"))
    def session_expires_at(self, account: Account) -> str:
        session: StoredSession | None = getattr(account, "session", None)
        if session is None:
            return _("nobody has signed in")
        return f"{session.expires_at:%Y-%m-%d %H:%M} UTC" if session.expires_at else _("it does not say")


def _by(request: HttpRequest) -> tuple[str, str]:
    return f"paused by {request.user}", "Resume it when you are ready."
