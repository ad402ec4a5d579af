"""The workers that say they live: what a start and `/ready` look at."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models

from campaigns.processes import ProcessIdentity


class WorkerManager(models.Manager["Worker"]):
    def arrive(self, process: ProcessIdentity, now: datetime) -> "Worker":
        """A worker begins; those that were silent for a day are forgotten."""
        self.filter(heartbeat_at__lt=now - Worker.FORGOTTEN_AFTER).delete()
        return self.create(
            pk=uuid4(), host=process.host, pid=process.pid, process_started=process.started,
            started_at=now, heartbeat_at=now,
        )  # fmt: skip

    def alive(self, now: datetime) -> "models.QuerySet[Worker]":
        """Those that gave a sign of life lately and did not say that they leave."""
        return self.filter(heartbeat_at__gt=now - Worker.SILENT_AFTER, left_at=None)


class Worker(models.Model):
    """One process of `manage.py run_worker`."""

    # Six of its signs of life (campaigns/upkeep.py).
    SILENT_AFTER: ClassVar = timedelta(seconds=60)
    FORGOTTEN_AFTER: ClassVar = timedelta(days=1)

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    process_started = models.FloatField(help_text="Start of the process, seconds since the boot.")
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[WorkerManager] = WorkerManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["heartbeat_at"], name="worker_heartbeat_idx")]

    def __str__(self) -> str:
        return f"worker {self.pid} on {self.host.split(' ')[0]}"

    def beat(self, now: datetime) -> None:
        Worker.objects.filter(pk=self.pk).update(heartbeat_at=now)

    def leave(self, now: datetime) -> None:
        Worker.objects.filter(pk=self.pk).update(left_at=now)
