"""Run: one pass over a campaign, the one lease of its account while it lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.db.models.functions import Now

from campaigns.outside import OutsideFile
from campaigns.processes import ProcessIdentity
from campaigns.run_locks import RunLock
from engine.errors import AccountPaused, LeaseLost

if TYPE_CHECKING:
    from campaigns.models import Campaign


class Busy(Exception):  # noqa: N818 - it names a state
    """Another run of this account is active."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        super().__init__(
            f"run {run.pk} of the account {run.account} is active since {run.started_at:%H:%M} UTC{run.in_the_way}"
        )


class RunManager(models.Manager["Run"]):
    def start(self, campaign: "Campaign", process: ProcessIdentity, now: datetime) -> "Run":
        """Take the account's one lease. Raises AccountPaused, or Busy naming the run that holds it."""
        account = campaign.account
        account.refresh_from_db()
        if account.state != account.State.ACTIVE:
            raise AccountPaused(account.paused_reason, account.paused_advice)
        self.sweep(account.pk, now)
        last = self.filter(account=account).aggregate(last=Max("fence"))["last"] or 0
        try:
            with transaction.atomic():
                return self.create(
                    campaign=campaign,
                    account=account,
                    status=Run.Status.RUNNING,
                    fence=last + 1,
                    host=process.host,
                    pid=process.pid,
                    process_started=process.started,
                    started_at=now,
                    heartbeat_at=now,
                )
        except IntegrityError as error:
            holder = self.filter(account=account, status=Run.Status.RUNNING).first()
            if holder is None:
                raise
            raise Busy(holder) from error

    def sweep(self, account_id: int, now: datetime) -> None:
        """End the runs that gave no sign of life for a while and whose process is certainly gone as well.

        Neither suffices: a stopped process wakes up, and what is not seen from here may be alive. The browser that
        such a run may have left here is killed when the next one opens its world, before any page is read; one in
        another container holds the run's lock, and with it the run.
        """
        for run in self.filter(account=account_id, status=Run.Status.RUNNING):
            if run.is_stale(now) and run.is_gone():
                silent = self.filter(pk=run.pk, heartbeat_at=run.heartbeat_at)
                if Run.end_each(silent, Run.Outcome.CRASHED, now, "its process ended without a word"):
                    run.lock.forget()


class Run(models.Model):
    """One pass over a campaign; it ends with exactly one outcome and its counts."""

    class Status(models.TextChoices):
        RUNNING = "running"
        ENDED = "ended"

    # Six heartbeats (campaigns/heartbeat.py), and four times what a step waits for a locked database.
    STALE_AFTER: ClassVar = timedelta(seconds=120)

    class Outcome(models.TextChoices):
        """Documented one by one in docs/operations.md."""

        FINISHED = "finished"
        NOTHING_TO_DO = "nothing_to_do"
        OUTSIDE_HOURS = "outside_hours"
        LIMIT_REACHED = "limit_reached"
        STOPPED = "stopped"
        BROWSER_FAILED = "browser_failed"
        ACCOUNT_PAUSED = "account_paused"
        NO_SESSION = "no_session"
        LAYOUT_CHANGED = "layout_changed"
        IN_DOUBT = "in_doubt"
        CLOCK_WRONG = "clock_wrong"
        RESTORED = "restored"
        DISK_FULL = "disk_full"
        DATABASE_UNREACHABLE = "database_unreachable"
        CRASHED = "crashed"
        INTERNAL_ERROR = "internal_error"

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="runs")
    account = models.ForeignKey("engine.Account", on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=Status.choices)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True, help_text="The outcome in words.")
    notes = models.JSONField(default=list, help_text="What the run found worth telling.")
    skipped = models.JSONField(default=list, help_text="Who was not chosen, and why.")
    fence = models.PositiveBigIntegerField(
        help_text="Grows with each run of the account; older holders act no more."
    )
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    process_started = models.FloatField(help_text="Start of the process, seconds since the boot.")
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    # Where each generation is noted before a click; None where nothing is sent for real.
    outside: OutsideFile | None = None

    objects: ClassVar[RunManager] = RunManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(status="running"), name="run_one_active_per_account"
            ),
            models.UniqueConstraint(fields=["account", "fence"], name="run_fence_uniq"),
        ]
        indexes: ClassVar = [models.Index(fields=["started_at"], name="run_started_idx")]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.campaign}"

    @property
    def process(self) -> ProcessIdentity:
        return ProcessIdentity(self.host, self.pid, self.process_started)

    @property
    def lock(self) -> RunLock:
        return RunLock(Path(settings.DATA_DIR) / "runs" / f"{self.pk}-{self.fence}", self.process)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the run's lock within the block; the file stays where the run could not be ended."""
        try:
            with self.lock.held():
                yield
        finally:
            if self.status == self.Status.ENDED:
                self.lock.forget()

    def is_gone(self) -> bool:
        """True only when it is certain that its process lives no more, here or in another container."""
        return self.process.is_gone() or self.lock.is_held() is False

    def is_stale(self, now: datetime) -> bool:
        """Whether it gave no sign of life for longer than any step could hide it."""
        return now - self.heartbeat_at > self.STALE_AFTER

    @property
    def in_the_way(self) -> str:
        """Why it holds up the next run, where it is not simply at work."""
        if self.is_gone():
            return f"; its process is gone: it is taken over {self.STALE_AFTER.seconds} s after its last heartbeat"
        if self.process.is_of_another_host():
            return f", on another host ({self.process.node}); should it be gone, manage.py doctor says what to do"
        return ""

    def beat(self, now: datetime) -> None:
        """Say that this process is alive. Raises LeaseLost when it no longer holds the run."""
        if not Run.objects.filter(pk=self.pk, status=self.Status.RUNNING).update(heartbeat_at=now):
            raise LeaseLost(f"{self} was ended from elsewhere")

    def request_stop(self, now: datetime | Now) -> bool:
        """Ask the run to stop between two actions."""
        asked = Run.objects.filter(pk=self.pk, status=self.Status.RUNNING, stop_requested_at=None)
        return bool(asked.update(stop_requested_at=now))

    def is_stop_requested(self) -> bool:
        return Run.objects.filter(pk=self.pk, stop_requested_at__isnull=False).exists()

    def end(self, outcome: str, now: datetime, reason: str = "") -> bool:
        """Give the lease back with the one outcome; False if the run had ended already."""
        moved = self.end_each(Run.objects.filter(pk=self.pk), outcome, now, reason)
        self.refresh_from_db()
        return bool(moved)

    def why_not_end(self, now: datetime) -> str:
        """What speaks against a person's ending it; empty when nothing does."""
        if self.status != self.Status.RUNNING:
            return f"run {self.pk} has ended already"
        if not self.is_stale(now):
            return f"run {self.pk} gave a sign of life at {self.heartbeat_at:%H:%M:%S} UTC: it is at work"
        if self.is_gone():
            return ""
        if not self.process.is_of_another_host():
            return f"the process {self.pid} of run {self.pk} lives on this host; stop it: kill {self.pid}"
        if self.lock.is_held():
            return f"run {self.pk} holds its lock: its process or its browser lives in another container; kill that"
        return ""

    def end_by_hand(self, reason: str, now: datetime) -> bool:
        """A person knows that it is dead. The silence is asked again: a sign of life meanwhile prevents it.

        Should they be wrong, its fence lets it click nothing any more.
        """
        silent = Run.objects.filter(pk=self.pk, heartbeat_at=self.heartbeat_at)
        moved = self.end_each(silent, self.Outcome.CRASHED, now, reason)
        self.refresh_from_db()
        if moved:
            self.lock.forget()
        return bool(moved)

    @classmethod
    def end_each(cls, runs: "models.QuerySet[Run]", outcome: str, now: datetime, reason: str) -> int:
        """End those of the runs that are still running; how many were."""
        return runs.filter(status=cls.Status.RUNNING).update(
            status=cls.Status.ENDED, outcome=outcome, reason=reason, ended_at=now
        )

    def note(self, text: str) -> None:
        self.notes.append(text)
        self.save(update_fields=["notes"])
