"""Entry: one thing that somebody changed here, bound to the entry before it; Head: where the chain ends."""

import hashlib
import json
from typing import Any, ClassVar

from django.db import models

NOTHING_BEFORE = "0" * 64


class Entry(models.Model):
    """Written once. It holds numbers, verbs and names of fields, never what stands in them.

    Neither is a user referred to by a key: the entry outlives whoever it is about.
    """

    class Way(models.TextChoices):
        ADMIN = "admin"
        API = "api"
        COMMAND = "command"
        SIGN_IN = "sign_in", "sign-in"

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    way = models.CharField(max_length=10, choices=Way.choices)
    who = models.CharField(max_length=200, help_text="Such as user nina, key Zk3aR8pQ, or shell backup.")
    verb = models.CharField(max_length=100, help_text="The page, the route or the command.")
    about = models.JSONField(default=dict, help_text="Numbers of the rows it was about, by model.")
    wrote = models.JSONField(default=dict, help_text="What was added, changed (which fields) or deleted.")
    previous = models.CharField(max_length=64, unique=True, help_text="The hash of the entry before.")
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        verbose_name_plural = "audit log"
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["at"], name="audit_at_idx")]

    def __str__(self) -> str:
        return f"{self.number}: {self.verb} by {self.who}"

    def digest(self) -> str:
        """SHA-256 of everything in it but its own hash, in one form that no database changes."""
        told: dict[str, Any] = {
            "number": self.number, "at": self.at.isoformat(timespec="microseconds"), "way": str(self.way),
            "who": self.who, "verb": self.verb, "about": self.about, "wrote": self.wrote, "previous": self.previous,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Head(models.Model):
    """The one row that every writer locks: how long the chain is, and the hash of its last entry."""

    ONLY: ClassVar = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=NOTHING_BEFORE)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.count} entries, {self.hash}"
