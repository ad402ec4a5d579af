"""REQUIRE_OTP: who has not shown a second factor sees the page on which one is set up, and nothing else."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django_otp import user_has_device

from linkedin_bot.staff.second_factor import was_shown

OPEN = frozenset({
    "admin:login", "admin:logout", "admin:jsi18n", "set_language",
    "admin:otp_totp_totpdevice_mine", "admin:otp_totp_totpdevice_begin", "admin:otp_totp_totpdevice_confirm",
})  # fmt: skip


class RequireSecondFactor:
    """After the middleware that knows the user, and whether this session has shown a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.REQUIRE_OTP or not request.user.is_authenticated or was_shown(request.user):
            return self.get_response(request)
        name = _name_of(request)
        if name in OPEN and not user_has_device(request.user):
            return self.get_response(request)
        if name.startswith("admin:"):
            return self._sent_away(request)
        request.user = AnonymousUser()
        return self.get_response(request)

    def _sent_away(self, request: HttpRequest) -> HttpResponse:
        """To the page that sets it up; a session from before that was done signs in anew."""
        if not user_has_device(request.user):
            return redirect("admin:otp_totp_totpdevice_mine")
        logout(request)
        return redirect("admin:login")


def _name_of(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
