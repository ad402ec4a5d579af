"""Which installation a database belongs to and how far it has come, so that a restored or copied one is noticed."""

import errno
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F

from campaigns.outside import Kept, OutsideFile
from engine.errors import NothingSent, StopRun

ADVICE = "see “Backup and restore” in docs/operations.md, then run: manage.py doctor --reconcile"


class Restored(StopRun):
    """The database, or the data directory, is not the one that was used last."""

    outcome = "restored"


class NotKeptOutside(StopRun, NothingSent):
    """What is about to be sent could not be noted outside the database, so it is not sent."""

    outcome = code = "disk_full"


class InstallationManager(models.Manager["Installation"]):
    def current(self) -> "Installation":
        return self.get_or_create(pk=Installation.ONLY)[0]

    def advance(self) -> "Installation":
        """One generation on, in the caller's transaction: together with the `sending` that it counts."""
        one_on = {"generation": F("generation") + 1}
        if not self.filter(pk=Installation.ONLY).update(**one_on):
            self.current()
            self.filter(pk=Installation.ONLY).update(**one_on)
        return self.current()


class Installation(models.Model):
    """The only row of its table."""

    ONLY: ClassVar = 1

    identity = models.UUIDField(default=uuid4)
    generation = models.PositiveBigIntegerField(
        default=0, help_text="Grows with every action that begins to send; kept outside the database as well."
    )
    reconciled_at = models.DateTimeField(
        null=True, blank=True,
        help_text="When a person said that this is a restored copy, and the only one in use. "
        "Whoever was due by then is wished only after their conversation was read.",
    )  # fmt: skip
    clock_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person said that the clock is right …"
    )
    clock_record_at = models.DateTimeField(
        null=True, blank=True, help_text="… and this record, of later, is wrong."
    )

    objects: ClassVar[InstallationManager] = InstallationManager()

    def __str__(self) -> str:
        return f"installation {self.identity}, generation {self.generation}"

    def trusts_clock(self, now: datetime, record_at: datetime) -> bool:
        """Whether a person called records as late as this one wrong, and the clock has not gone back since."""
        if self.clock_confirmed_at is None or self.clock_record_at is None:
            return False
        return record_at <= self.clock_record_at and now >= self.clock_confirmed_at

    def confirm_clock(self, now: datetime, record_at: datetime) -> None:
        """A person says that the clock is right and the record is not."""
        self.clock_confirmed_at, self.clock_record_at = now, record_at
        self.save(update_fields=["clock_confirmed_at", "clock_record_at"])


def checked_outside() -> OutsideFile | None:
    """Where generations are noted, None in a rehearsal. Raises Restored when it and the database do not agree."""
    outside = OutsideFile.of_settings()
    if outside:
        kept = outside.read()  # first: a `sending` is counted in the database before it is noted outside
        inside = Installation.objects.current()
        if reason := why_another(inside, kept):
            raise Restored(f"{reason}; {ADVICE}")
        keep_outside(outside, inside)
    return outside


def why_another(inside: Installation, kept: Kept | None) -> str:
    """What speaks against this being the installation as it was used last; empty when nothing does."""
    if kept is None:
        is_new = inside.generation == 0 and inside.reconciled_at is None
        return (
            ""
            if is_new
            else "what is kept of this installation in the data directory is missing, or cannot be read"
        )
    if kept.identity != inside.identity:
        return "the data directory belongs to another database than this one"
    if kept.generation > inside.generation:
        lost = kept.generation - inside.generation
        return f"the database was restored from a backup made {lost} sendings ago"
    return "the data directory was copied or restored since it was used last" if kept.is_copy else ""


def keep_outside(outside: OutsideFile, inside: Installation) -> None:
    """Note the generation outside; it has to stand there before anything is clicked. Raises NotKeptOutside."""
    try:
        outside.write(inside.identity, inside.generation)
    except OSError as error:
        words = "disk full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error.strerror).lower()
        raise NotKeptOutside(
            f"{words}: {outside.path.name} could not be written in the data directory"
        ) from error


def reconcile(outside: OutsideFile, now: datetime) -> int:
    """A person says that this database and data directory are the only ones in use from now on.

    Gives how many sendings the database lost, as far as that is known.
    """
    kept, inside = outside.read(), Installation.objects.current()
    is_ours = kept is not None and kept.identity == inside.identity
    lost = max(0, kept.generation - inside.generation) if kept and is_ours else 0
    inside.generation = max(inside.generation, kept.generation if kept else 0) + 1
    inside.reconciled_at = now
    inside.save(update_fields=["generation", "reconciled_at"])
    outside.forget()
    keep_outside(outside, inside)
    return lost
