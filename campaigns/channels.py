"""Where notices go, what was told, and the log of each delivery."""

import base64
import ipaddress
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _


class Event(models.TextChoices):
    RUN_FINISHED = "run_finished"
    NEEDS_APPROVAL = "needs_approval"
    ACCOUNT_PAUSED = "account_paused"
    IN_DOUBT = "in_doubt"
    SESSION_ENDS = "session_ends"
    NO_RUN_TODAY = "no_run_today"


def check_webhook(address: str) -> None:
    """Raises ValidationError unless it is https, or http to this machine itself, with nobody's password in it."""
    try:
        parts = urlsplit(address)
        is_plain = parts.username is None and parts.password is None and (parts.port or 1) > 0
    except ValueError as error:
        raise ValidationError(_("This is no address: %(why)s."), params={"why": error}) from error
    readable = address.isascii() and address.isprintable() and not set(' \\"<>') & set(address)
    if not (readable and is_plain and parts.hostname and not parts.fragment):
        raise ValidationError(
            _("Give an address such as https://example.org/notices, without user or password.")
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValidationError(_("Give an https address; http is for this machine itself (127.0.0.1) only."))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_events(events: object) -> None:
    if not isinstance(events, list) or not set(events) <= set(Event.values):
        raise ValidationError(_("A list of these: %(events)s."), params={"events": ", ".join(Event.values)})


class NoticeChannel(models.Model):
    """One receiver of notices, set by the staff."""

    class Kind(models.TextChoices):
        EMAIL = "email", "e-mail"
        WEBHOOK = "webhook"

    name = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.CharField(max_length=500, help_text="An e-mail address, or an https address.")
    account = models.ForeignKey(
        "engine.Account", on_delete=models.CASCADE, null=True, blank=True, related_name="notice_channels",
        help_text="Empty: of all accounts.",
    )  # fmt: skip
    events = models.JSONField(default=list, blank=True, validators=[check_events], help_text="None: all.")
    is_active = models.BooleanField(default=True)
    key_id = models.UUIDField(default=uuid4, help_text="With this installation's key it makes the secret.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for an address that is none of its kind."""
        try:
            (check_webhook if self.kind == self.Kind.WEBHOOK else validate_email)(self.address)
        except ValidationError as error:
            raise ValidationError({"address": error.messages}) from error

    @property
    def signing_key(self) -> bytes:
        """Made anew from SECRET_KEY each time: it stands in no database and in no backup."""
        return salted_hmac("campaigns.channels", str(self.key_id), algorithm="sha256").digest()

    @property
    def secret(self) -> str:
        """The signing key as receivers enter it (standardwebhooks.com)."""
        return f"whsec_{base64.b64encode(self.signing_key).decode()}"

    def wants(self, notice: "Notice") -> bool:
        """Nothing of before it was made, and nothing of other accounts."""
        is_its_account = self.account_id in (None, notice.account_id)
        is_its_event = not self.events or notice.event in self.events
        return is_its_account and is_its_event and notice.happened_at >= self.created_at


class Notice(models.Model):
    """One thing worth telling, told once; it names no contact and holds no message."""

    event = models.CharField(max_length=20, choices=Event.choices)
    account = models.ForeignKey("engine.Account", on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200, unique=True, help_text="What keeps it from being told twice.")
    summary = models.CharField(max_length=500)
    details = models.JSONField(default=dict)
    happened_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["happened_at"], name="notice_happened_idx")]

    def __str__(self) -> str:
        return self.summary


class NoticeDelivery(models.Model):
    """One notice on its way to one channel."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    # After the first attempt, the second, and so on; then it is given up.
    BACKOFF: ClassVar = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440))

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(NoticeChannel, on_delete=models.CASCADE, related_name="deliveries")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=200, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_delivery_uniq")
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="delivery_next_idx", condition=Q(status="waiting"))
        ]
        verbose_name_plural = "notice deliveries"

    def __str__(self) -> str:
        return f"{self.notice} to {self.channel}"

    def claim(self, now: datetime) -> bool:
        """Reserve the next attempt; should this process die in it, the following one is due as after a failure."""
        pause = self.BACKOFF[min(self.attempts, len(self.BACKOFF) - 1)]
        as_read = NoticeDelivery.objects.filter(
            pk=self.pk, status=self.Status.WAITING, attempts=self.attempts
        )
        moved = as_read.update(attempts=F("attempts") + 1, next_at=now + pause, attempted_at=now)
        self.refresh_from_db()
        return bool(moved)

    def succeed(self, now: datetime) -> None:
        NoticeDelivery.objects.filter(pk=self.pk, status=self.Status.WAITING).update(
            status=self.Status.DELIVERED, delivered_at=now, last_error=""
        )

    def fail(self, reason: str) -> None:
        """Keep why; after the last attempt it is given up."""
        is_over = self.attempts > len(self.BACKOFF)
        status = self.Status.GIVEN_UP if is_over else self.Status.WAITING
        NoticeDelivery.objects.filter(pk=self.pk, status=self.Status.WAITING).update(
            status=status, last_error=reason[:200]
        )
