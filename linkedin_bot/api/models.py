"""Who may use the API, who tried with wrong keys, and the answers that are given again."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q, Subquery
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager

# As BaseAPIKeyManager makes them; nothing else is asked of the database, a NUL least of all.
_FINGERPRINT = "linkedin_bot.api.idempotency"  # keyed: a request may name a person who is erased by it
_KEY = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")


class ApiKeyManager(BaseAPIKeyManager):
    def make(
        self, name: str, scopes: Iterable[str], expires_at: datetime | None = None
    ) -> "tuple[ApiKey, str]":
        """A new key for every account, and its text, which is kept nowhere."""
        granted = {f"can_{scope}": scope in scopes for scope in ApiKey.SCOPES}
        made, text = self.create_key(name=name, expiry_date=expires_at, **granted)
        return cast(ApiKey, made), text

    def find(self, key: str, locked_at: Subquery) -> "ApiKey | None":
        """The key, whether or not it may be used (see `ApiKey.is_usable`), and when its address was locked out."""
        if not _KEY.fullmatch(key):
            return None
        found: ApiKey | None = self.filter(prefix=key.partition(".")[0]).annotate(locked_at=locked_at).first()
        return found if found and found.is_valid(key) else None


class ApiKey(AbstractAPIKey):
    """A program's key: only its hash is kept, and the key itself is shown once."""

    SCOPES: ClassVar = ("read", "write", "run")

    can_read = models.BooleanField("read", default=True, help_text="Look at contacts, campaigns and runs.")
    can_write = models.BooleanField(
        "write", default=False, help_text="Approve texts, keep people from being contacted, erase them."
    )
    can_run = models.BooleanField("run", default=False, help_text="Start, follow and stop runs.")
    accounts = models.ManyToManyField(
        "engine.Account", related_name="+", blank=True, help_text="Whose data it sees; none: everybody's."
    )

    objects: ClassVar[ApiKeyManager] = ApiKeyManager()  # type: ignore[assignment]

    locked_at: datetime | None  # annotated by `find`

    class Meta(AbstractAPIKey.Meta):
        verbose_name = "API key"
        verbose_name_plural = "API keys"

    def clean(self) -> None:
        super().clean()
        if not self.scopes:
            raise ValidationError(_("A key that may do nothing is no use: give it a scope."))

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(scope for scope in self.SCOPES if getattr(self, f"can_{scope}"))

    @cached_property
    def account_ids(self) -> frozenset[int] | None:
        """The accounts it is for; None: all of them."""
        return frozenset(self.accounts.values_list("pk", flat=True)) or None

    def is_usable(self, now: datetime) -> bool:
        return not self.revoked and (self.expiry_date is None or now < self.expiry_date)


class WrongKeysManager(models.Manager["WrongKeys"]):
    def locked_at(self, address: str, now: datetime) -> Subquery:
        """When the window began in which this address was locked out; for an annotation."""
        return Subquery(self._locked(address, now).values("since")[:1])

    def wait_seconds(self, address: str, now: datetime) -> int:
        """How long this address is still locked out; 0: it is not."""
        row = self._locked(address, now).first()
        return wait_seconds(row.since, now) if row else 0

    def count_one(self, address: str, now: datetime) -> None:
        """Another wrong key from this address; windows that are over are forgotten."""
        with transaction.atomic():
            self.filter(since__lte=now - WrongKeys.WINDOW).delete()
            if self.filter(address=address).update(count=F("count") + 1):
                return
            try:
                with transaction.atomic():
                    self.create(address=address, since=now, count=1)
            except IntegrityError:  # another request was first
                self.filter(address=address).update(count=F("count") + 1)

    def _locked(self, address: str, now: datetime) -> "models.QuerySet[WrongKeys]":
        return self.filter(address=address, count__gte=WrongKeys.MOST, since__gt=now - WrongKeys.WINDOW)


def wait_seconds(since: datetime, now: datetime) -> int:
    """Until the window that began then is over; at least a second."""
    return max(1, round((since + WrongKeys.WINDOW - now).total_seconds()))


class WrongKeys(models.Model):
    """How many wrong keys came from one address since its window began."""

    MOST: ClassVar = 20
    WINDOW: ClassVar = timedelta(minutes=10)

    address = models.CharField(max_length=45, unique=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    objects: ClassVar[WrongKeysManager] = WrongKeysManager()

    class Meta:
        verbose_name_plural = "wrong keys"

    def __str__(self) -> str:
        return f"{self.count} wrong keys from {self.address}"


class Conflict(Exception):  # noqa: N818 - it names a state
    """The Idempotency-Key was used for another request."""


class GivenAnswerManager(models.Manager["GivenAnswer"]):
    def reserve(self, owner: str, key: str, request: str, now: datetime) -> "tuple[GivenAnswer, bool]":
        """The row of this key, and whether it is this request's to answer. Raises Conflict.

        One that is not finished after STALE_AFTER belongs to a process that died, and is taken over.
        """
        self.filter(created_at__lte=now - GivenAnswer.KEPT_FOR).delete()
        fingerprint = salted_hmac(_FINGERPRINT, request, algorithm="sha256").hexdigest()
        try:
            with transaction.atomic():
                return self.create(owner=owner, key=key, fingerprint=fingerprint, created_at=now), True
        except IntegrityError:
            given = self.get(owner=owner, key=key)
        if given.fingerprint != fingerprint:
            raise Conflict
        stale = self.filter(pk=given.pk, status=None, created_at__lte=now - GivenAnswer.STALE_AFTER)
        return given, bool(stale.update(created_at=now))


class GivenAnswer(models.Model):
    """The first answer to an Idempotency-Key, given again to whoever repeats the request."""

    KEPT_FOR: ClassVar = timedelta(hours=24)
    STALE_AFTER: ClassVar = timedelta(seconds=120)

    owner = models.CharField(max_length=160, help_text="Whose key it is: an API key's prefix, or a user.")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty: it is not answered yet.")
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    objects: ClassVar[GivenAnswerManager] = GivenAnswerManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="given_answer_uniq"),
            models.CheckConstraint(condition=Q(status=None) | Q(status__lt=300), name="given_answer_is_good"),
        ]

    def __str__(self) -> str:
        return f"the answer to {self.key} of {self.owner}"

    def keep(self, status: int, headers: dict[str, Any], body: str) -> None:
        self.status, self.headers, self.body = status, headers, body
        self.save(update_fields=["status", "headers", "body"])
