"""Who said no, as keyed hashes of what identifies them: the list outlives an erasure and holds nobody's data."""

import hmac
from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_PURPOSE = "contacts.suppression"  # the key may be SECRET_KEY, which signs other things too
KEYS_AT_ONCE = 500  # SQLite takes 999 values in one statement where it is old


class Erased(ValueError):  # noqa: N818 - it names what the person is
    """This person was erased at their own wish and is not recorded again."""

    def __init__(self) -> None:
        super().__init__("this person was erased at their own wish and is not recorded again")


class SuppressionListUnreadable(ImproperlyConfigured):
    """The list was made with another key. Nobody may be recorded or contacted before it can be read."""


def digest_of(key: str) -> str:
    """HMAC-SHA256 of one identity's key, in hexadecimal."""
    return hmac.digest(settings.PRIVACY_KEY.encode(), f"{_PURPOSE}\0{key}".encode(), "sha256").hex()


def key_id() -> str:
    """Says which key made a digest, and nothing about the key."""
    return digest_of("which key is this?")[:16]


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def put(self, keys: Collection[str], effect: str) -> None:
        """Put these on the list. Whoever was erased stays so, and is not merely silenced."""
        self.check_readable()
        rows = [Suppression(digest=digest_of(key), key_id=key_id(), effect=effect) for key in sorted(keys)]
        self.bulk_create(rows, ignore_conflicts=True)
        if effect == Suppression.Effect.ERASED:
            self.filter(digest__in=[row.digest for row in rows]).update(effect=effect)

    def lift(self, keys: Collection[str], *effects: str) -> int:
        """Take these off the list again, by a person's decision; how many were on it."""
        digests = [digest_of(key) for key in keys]
        return self.filter(digest__in=digests, effect__in=effects).delete()[0]

    def effects_on(self, keys: Collection[str]) -> dict[str, str]:
        """The effect on each of the keys that is on the list. Raises SuppressionListUnreadable."""
        if not self.exists():
            return {}
        self.check_readable()
        by_digest = {digest_of(key): key for key in keys}
        digests = list(by_digest)
        found: dict[str, str] = {}
        for start in range(0, len(digests), KEYS_AT_ONCE):
            rows = self.filter(digest__in=digests[start : start + KEYS_AT_ONCE])
            found |= {by_digest[digest]: effect for digest, effect in rows.values_list("digest", "effect")}
        return found

    def effect_on(self, keys: Collection[str]) -> str:
        """The strongest effect on somebody with these keys; empty when they are not on the list."""
        effects = set(self.effects_on(keys).values())
        return next((effect for effect in (Suppression.Effect.ERASED, *effects) if effect in effects), "")

    def check_readable(self) -> None:
        """A digest by an unknown key could be anybody's."""
        if self.exclude(key_id=key_id()).exists():
            raise SuppressionListUnreadable(
                "the list of those who said no was made with another key: set PRIVACY_KEY to the key (or to the "
                "SECRET_KEY) that was in use before; nobody is recorded or contacted until then"
            )


class Suppression(models.Model):
    """One address, member id or e-mail of somebody who said no, as a keyed hash."""

    class Effect(models.TextChoices):
        SILENCED = "silenced", "may be recorded, is never contacted"
        ERASED = "erased", "is not recorded again"

    digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    effect = models.CharField(max_length=10, choices=Effect.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = SuppressionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["digest"], name="suppression_digest_uniq")]

    def __str__(self) -> str:
        return f"{self.effect} {self.digest[:12]}…"
