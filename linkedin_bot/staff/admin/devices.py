"""Second factors: everybody's own page to set one up, and the list of who has one."""

from typing import Any, ClassVar

import django_otp
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from engine.admin.records import RecordAdmin
from linkedin_bot.staff import second_factor
from linkedin_bot.staff.sign_in import CODE_LOOKS

admin.site.unregister(TOTPDevice)


class PasswordForm(forms.Form):
    """Whoever sits at an unlocked screen is not necessarily who may change how one signs in."""

    password = forms.CharField(
        label=gettext_lazy("Your own password here"), strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=8, label=gettext_lazy("The code that the app shows"),
        widget=UnfoldAdminTextInputWidget(attrs=CODE_LOOKS),
    )  # fmt: skip


@admin.register(TOTPDevice)
class DeviceAdmin(RecordAdmin):
    """Its secret is shown once, to its owner; deleting a device lets somebody in who has lost it."""

    list_display: ClassVar = ("user", "confirmed", "created_at", "last_used_at")
    list_filter = ("confirmed",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user", "confirmed", "created_at", "last_used_at", "throttling_failure_count")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_urls(self) -> list[URLPattern]:
        """Their own: whoever may sign in to the admin may have a second factor."""
        views = {
            "mine": never_cache(require_safe(self.mine)), "begin": require_POST(self.begin),
            "confirm": require_POST(self.confirm), "remove": require_POST(self.remove),
        }  # fmt: skip
        own = [
            path(
                f"mine/{'' if name == 'mine' else name + '/'}",
                self.admin_site.admin_view(view),
                name=f"otp_totp_totpdevice_{name}",
            )
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def mine(self, request: HttpRequest) -> HttpResponse:
        begun = second_factor.begun(request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Your second factor"),
            "opts": self.opts,
            "device": second_factor.in_force(request.user),
            "code": second_factor.drawn(begun.config_url) if begun else None,
            "secret": second_factor.secret_of(begun) if begun else "",
            "password_form": PasswordForm(),
            "code_form": CodeForm(),
        }
        return TemplateResponse(request, "admin/staff/second_factor.html", context)

    def begin(self, request: HttpRequest) -> HttpResponse:
        if second_factor.in_force(request.user) and not second_factor.was_shown(request.user):
            messages.error(request, _("Sign in anew with the code of the one you have, then replace it."))
        elif _knows_password(request):
            second_factor.begin(request.user)
        return _back()

    def confirm(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        device = second_factor.confirm(request.user, form.cleaned_data["code"]) if form.is_valid() else None
        if device:
            django_otp.login(request, device)
            messages.success(request, _("Done: from now on the sign-in asks for its code."))
        else:
            messages.error(request, _("That is not the code that it shows now: wait for the next one."))
        return _back()

    def remove(self, request: HttpRequest) -> HttpResponse:
        if second_factor.in_force(request.user) and not second_factor.was_shown(request.user):
            messages.error(request, _("Sign in anew with its code first: only then it can be removed."))
        elif _knows_password(request):
            second_factor.remove(request.user)
            messages.success(request, _("Removed: your password alone lets you in."))
        return _back()


def _knows_password(request: HttpRequest) -> bool:
    form = PasswordForm(request.POST)
    knows = form.is_valid() and request.user.check_password(form.cleaned_data["password"])
    if not knows:
        messages.error(request, _("That is not your password, so nothing was changed."))
    return knows


def _back() -> HttpResponse:
    return redirect("admin:otp_totp_totpdevice_mine")
