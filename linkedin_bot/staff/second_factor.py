"""A person's own authenticator: set up with a code to scan, in force once it has shown that it works."""

from base64 import b32encode
from typing import Any

import qrcode
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

NAME = "authenticator app"
QUIET_ZONE = 4  # modules of white around the code, as its standard asks for


def begin(user: Any) -> TOTPDevice:
    """A new secret, of no use before `confirm`; one that was begun before is forgotten."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


def begun(user: Any) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def was_shown(user: Any) -> bool:
    """In this very session; the middleware of django_otp knows."""
    return bool(user.is_verified())


def in_force(user: Any) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def is_code_of(device: TOTPDevice, code: str) -> bool:
    """As people type what the app shows, with its spaces; a code that is right is used up."""
    return bool(device.verify_token(code.replace(" ", "")))


def confirm(user: Any, code: str) -> TOTPDevice | None:
    """From now on this device is asked for; None where the code is not the one that it shows."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or not is_code_of(device, code):
            return None
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    return device


def remove(user: Any) -> None:
    TOTPDevice.objects.filter(user=user).delete()


def secret_of(device: TOTPDevice) -> str:
    """As people type it into an app that cannot scan: groups of four letters."""
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def drawn(text: str) -> dict[str, Any]:
    """The QR code of a text as an SVG's size and path: it needs no image, and nothing of anybody else's."""
    code = qrcode.QRCode(border=QUIET_ZONE)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return {"size": len(rows), "path": "".join(dark)}
