"""The sign-in form: a name, a password, and the code of whoever has set up a second factor."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from linkedin_bot.staff import second_factor

TOO_MANY_REQUESTS = 429
CODE_LOOKS = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 8}


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    code = forms.CharField(
        required=False,
        max_length=8,
        label=gettext_lazy("Code of your authenticator app"),
        help_text=gettext_lazy("Only if you have set up a second factor."),
        widget=UnfoldAdminTextInputWidget(attrs=CODE_LOOKS),
    )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except forms.ValidationError:
            if getattr(self.request, "axes_locked_out", False):
                raise forms.ValidationError(told_when_locked_out(), code="locked_out") from None
            raise
        user = self.get_user()
        if user is not None:
            user.otp_device = self._device_of(user)
        return cleaned

    def _device_of(self, user: AbstractBaseUser) -> TOTPDevice | None:
        """What proved the second factor; None where the user has none. Raises ValidationError."""
        with transaction.atomic():  # which keeps a failure on record, too
            device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
            refusal = why_not(device, self.cleaned_data.get("code", "")) if device else ""
        if not refusal:
            return device
        if self.cleaned_data.get("code"):
            # Whoever guesses codes is locked out like whoever guesses passwords.
            name = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=name, request=self.request)
        raise forms.ValidationError(refusal, code="second_factor")


def why_not(device: TOTPDevice, code: str) -> str:
    """Why this code is not taken; empty where it is, and then it is used up."""
    if not code:
        return _("Enter the code that your authenticator app shows.")
    if not device.verify_is_allowed()[0]:
        return _("Too many wrong codes: wait a little before you try again.")
    return "" if second_factor.is_code_of(device, code) else _("That is not the code that it shows now.")


def told_when_locked_out() -> str:
    minutes = max(1, int(settings.AXES_COOLOFF_TIME.total_seconds() // 60))
    told = ngettext(
        "Too many attempts: wait %(count)d minute, or ask an administrator to lift the lockout.",
        "Too many attempts: wait %(count)d minutes, or ask an administrator to lift the lockout.",
        minutes,
    )
    return told % {"count": minutes}


def answer_locked_out(
    request: HttpRequest, answer: HttpResponse, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The sign-in page with what it says, as a program understands it too."""
    answer.status_code = TOO_MANY_REQUESTS
    answer.headers["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return answer
