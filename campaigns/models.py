"""Campaign, Run and Action; their state machines live here and only here."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.db.models.functions import Now

from campaigns.criteria import check_criteria
from campaigns.installation import Installation, keep_outside
from campaigns.keep_list import canonical_keep_list
from campaigns.outside import OutsideFile
from campaigns.processes import ProcessIdentity
from campaigns.search_urls import LONGEST_SEARCH, canonical_search
from campaigns.sourcing_models import SearchedPage, SourcedProfile
from campaigns.templates import MessageTemplate
from contacts.models import Contact, Interaction
from engine.errors import AccountPaused, LeaseLost, NothingSent

__all__ = [
    "Action", "Busy", "Campaign", "HeldBack", "Installation", "MessageTemplate", "NotNeeded", "OptedOut", "Run",
    "SearchedPage", "SourcedProfile",
]  # fmt: skip


class Busy(Exception):  # noqa: N818 - it names a state
    """Another run of this account is active."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        super().__init__(
            f"run {run.pk} of the account {run.account} is active since {run.started_at:%H:%M} UTC{run.in_the_way}"
        )


class NotNeeded(NothingSent):
    """The action is not to be done: it is skipped, with its permit given back."""

    code = "not_needed"


class OptedOut(NotNeeded):
    """The person may not be contacted (any more)."""

    code = "do_not_contact"


class HeldBack(NothingSent):
    """A person has to approve the action first; the text says why."""

    code = "waits_for_approval"


class Campaign(models.Model):
    """A kind plus its configuration, for one account."""

    class Kind(models.TextChoices):
        BIRTHDAY = "birthday"
        SOURCING = "sourcing"
        INVITATIONS = "invitations"

    # What a contact has experienced once an action of the kind is done.
    EXPERIENCES: ClassVar = {
        Kind.BIRTHDAY: Interaction.Type.BIRTHDAY_SENT,
        Kind.SOURCING: Interaction.Type.PROFILE_VISIT,
        Kind.INVITATIONS: Interaction.Type.INVITATION_WITHDRAWN,
    }

    name = models.SlugField(help_text="What you call it in commands; unique per account.")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    account = models.ForeignKey("engine.Account", on_delete=models.CASCADE, related_name="campaigns")
    is_active = models.BooleanField(default=True)
    needs_approval = models.BooleanField(
        default=False, help_text="Nothing is sent before a person approved its exact text."
    )
    sends_late = models.BooleanField(
        default=True, help_text="Also wish those whose birthday was a few days ago."
    )
    late_days = models.PositiveSmallIntegerField(
        default=10, validators=[MaxValueValidator(60)], help_text="How many days late at most."
    )
    reply_guard_days = models.PositiveSmallIntegerField(
        default=3,
        validators=[MaxValueValidator(60)],
        help_text="A wish waits for approval when the person wrote within so many days; 0: never.",
    )
    search_url = models.CharField(
        max_length=LONGEST_SEARCH,
        blank=True,
        help_text="The address of a people search, as the browser shows it.",
    )
    reads_details = models.BooleanField(
        default=False, help_text="Also read the pages that show a profile's sections in full: slower."
    )
    criteria = models.JSONField(default=dict, blank=True, help_text="What the fit score looks for.")
    withdraw_after_days = models.PositiveSmallIntegerField(
        default=90,
        validators=[MinValueValidator(14), MaxValueValidator(1_000)],
        help_text="Invitations certainly older than so many days are withdrawn.",
    )
    keep_list = models.TextField(
        blank=True,
        help_text="Whose invitations are never withdrawn: profile addresses and tags, one a line, "
        "such as tag:family.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="campaign_name_uniq")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Search and keep list take their canonical form. Raises ValidationError naming what is wrong."""
        wrong: dict[str, str | list[str]] = {}
        try:
            check_criteria(self.criteria)
        except ValidationError as error:
            wrong["criteria"] = error.messages
        for name, form in (("search_url", canonical_search), ("keep_list", canonical_keep_list)):
            try:
                setattr(self, name, form(getattr(self, name)))
            except ValueError as error:
                wrong[name] = str(error)
        if wrong:
            raise ValidationError(wrong)


class RunManager(models.Manager["Run"]):
    def start(self, campaign: Campaign, process: ProcessIdentity, now: datetime) -> "Run":
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
        such a run may have left is killed when the next one opens its world, before any page is read.
        """
        for run in self.filter(account=account_id, status=Run.Status.RUNNING):
            if run.is_stale(now) and run.process.is_gone():
                silent = self.filter(pk=run.pk, heartbeat_at=run.heartbeat_at)
                Run.end_each(silent, Run.Outcome.CRASHED, now, "its process ended without a word")


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

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="runs")
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

    def is_stale(self, now: datetime) -> bool:
        """Whether it gave no sign of life for longer than any step could hide it."""
        return now - self.heartbeat_at > self.STALE_AFTER

    @property
    def in_the_way(self) -> str:
        """Why it holds up the next run, where it is not simply at work."""
        if self.process.is_of_another_host():
            return f", on another host ({self.process.node}); should it be gone, manage.py doctor says what to do"
        if self.process.is_gone():
            return f"; its process is gone: it is taken over {self.STALE_AFTER.seconds} s after its last heartbeat"
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

    @classmethod
    def end_each(cls, runs: "models.QuerySet[Run]", outcome: str, now: datetime, reason: str) -> int:
        """End those of the runs that are still running; how many were."""
        return runs.filter(status=cls.Status.RUNNING).update(
            status=cls.Status.ENDED, outcome=outcome, reason=reason, ended_at=now
        )

    def note(self, text: str) -> None:
        self.notes.append(text)
        self.save(update_fields=["notes"])


class ActionQuerySet(models.QuerySet["Action"]):
    def taken(self) -> "ActionQuerySet":
        """Those that hold their occasion: it is planned, under way, done or in doubt."""
        return self.exclude(status__in=Action.FREE)

    def holding_a_claim(self) -> "ActionQuerySet":
        return self.filter(status__in=[Action.Status.CLAIMED, Action.Status.SENDING])

    def in_doubt(self) -> "ActionQuerySet":
        return self.filter(status=Action.Status.UNKNOWN)


class Action(models.Model):
    """One thing to do to one contact, at most once per occasion; what one run leaves, the next one does."""

    class Status(models.TextChoices):
        PLANNED = "planned"
        CLAIMED = "claimed"
        SENDING = "sending"
        DONE = "done"
        UNKNOWN = "unknown"
        FAILED = "failed"
        SKIPPED = "skipped"
        EXPIRED = "expired"

    FREE: ClassVar = (Status.FAILED, Status.SKIPPED, Status.EXPIRED)
    # A failed occasion is planned once more, and then no more.
    MAX_ATTEMPTS: ClassVar = 2

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="actions")
    account = models.ForeignKey("engine.Account", on_delete=models.PROTECT, related_name="actions")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="actions")
    occasion = models.CharField(max_length=100, help_text="Such as birthday 2026: the year of the birthday.")
    due_on = models.DateField()
    expires_on = models.DateField(help_text="The last day on which it may be done.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    reason = models.TextField(blank=True)
    held = models.TextField(blank=True, help_text="Why it waits for approval though its campaign needs none.")
    template = models.ForeignKey(MessageTemplate, on_delete=models.SET_NULL, null=True, blank=True)
    text = models.TextField(blank=True, help_text="The exact text that is, or was, sent.")
    days_late = models.PositiveSmallIntegerField(default=0, help_text="What the text was rendered for.")
    approved_sha256 = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "auth.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    attempt_id = models.UUIDField(null=True, blank=True)
    evidence = models.JSONField(default=dict, help_text="What was seen: page, recipient, proof.")
    absent_read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the whole thread was first read without the text."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ActionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "contact", "occasion"],
                condition=~Q(status__in=["failed", "skipped", "expired"]),
                name="action_occasion_uniq",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "status", "due_on"], name="action_campaign_status_idx"),
            models.Index(fields=["run"], name="action_run_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion}: {self.contact}"

    # Each mutator is one conditional UPDATE and says whether this process made the move.

    def _move(self, to: "Action.Status", *origins: "Action.Status", **changes: Any) -> bool:
        moved = Action.objects.filter(pk=self.pk, status__in=origins).update(status=to, **changes)
        self.refresh_from_db()
        return bool(moved)

    def hold(self, reason: str) -> bool:
        """Back to planned, until a person approves it; nothing has left. An earlier approval is none any more."""
        return self._move(
            self.Status.PLANNED, self.Status.CLAIMED, self.Status.PLANNED,
            held=reason, reason=f"waits for approval: {reason}",
            attempt_id=None, approved_sha256="", approved_at=None, approved_by=None,
        )  # fmt: skip

    def rewrite(self, template: MessageTemplate, text: str, days_late: int) -> bool:
        """Give a planned action a new text; what was approved before is approved no more."""
        return self._move(
            self.Status.PLANNED, self.Status.PLANNED, template=template, text=text, days_late=days_late,
            approved_sha256="", approved_at=None, approved_by=None,
        )  # fmt: skip

    def approve(self, by: AbstractBaseUser | AnonymousUser | None, now: datetime | Now) -> bool:
        """A person approves exactly this text for this recipient."""
        return self._move(
            self.Status.PLANNED, self.Status.PLANNED,
            approved_sha256=self.text_sha256, approved_at=now, approved_by=by,
        )  # fmt: skip

    def claim(self, run: Run, attempt_id: UUID, now: datetime) -> bool:
        """Reserve the action for this run; nobody else performs it."""
        return self._move(
            self.Status.CLAIMED,
            self.Status.PLANNED,
            run=run,
            attempt_id=attempt_id,
            claimed_at=now,
            reason="",
        )

    def release(self, reason: str) -> bool:
        """Back to planned: nothing can have left."""
        return self._move(self.Status.PLANNED, self.Status.CLAIMED, reason=reason, attempt_id=None)

    def start_sending(self, run: Run, evidence: Mapping[str, object], now: datetime) -> None:
        """Commit that the click is next. Raises OptedOut, LeaseLost or NotKeptOutside: then nothing is clicked.

        The generation grows in the same transaction and is noted outside the database after it, so that a backup
        from before this click is always behind what stands outside.
        """
        with transaction.atomic(durable=True):
            if reason := self.contact.why_not_contact(lock=True):
                raise OptedOut(f"{self.contact} may not be contacted: {reason}")
            holders = Run.objects.select_for_update().filter(
                pk=run.pk, status=Run.Status.RUNNING, fence=run.fence
            )
            if not holders.exists():
                raise LeaseLost(f"{run} was ended from elsewhere")
            moved = Action.objects.filter(pk=self.pk, status=self.Status.CLAIMED, run=run).update(
                status=self.Status.SENDING, sending_at=now, evidence=dict(evidence), absent_read_at=None
            )
            if not moved:
                raise LeaseLost(f"{self} is no longer claimed by {run}")
            installation = Installation.objects.advance()
        self.refresh_from_db()
        if run.outside:
            keep_outside(run.outside, installation)

    def complete(
        self, evidence: Mapping[str, object], now: datetime | Now, told: Mapping[str, object] | None = None
    ) -> bool:
        """It happened, with proof; the contact's history gets it in the same transaction.

        `told`: what the history keeps of it besides the occasion and the text.
        """
        with transaction.atomic():
            moved = self._move(
                self.Status.DONE, self.Status.SENDING, self.Status.UNKNOWN,
                ended_at=now, reason="", evidence={**self.evidence, **evidence},
            )  # fmt: skip
            if moved:
                Interaction.objects.create(
                    contact=self.contact,
                    account=self.account,
                    type=Campaign.EXPERIENCES[Campaign.Kind(self.campaign.kind)],
                    happened_at=self.sending_at or now,
                    payload={
                        "occasion": self.occasion,
                        "text": self.text,
                        "action": self.pk,
                        **(told or {}),
                    },
                    source_key=f"action:{self.pk}",
                )
        return moved

    def fail(self, reason: str, now: datetime | Now) -> bool:
        """Nothing left the machine; the occasion is free again."""
        return self._move(
            self.Status.FAILED, self.Status.CLAIMED, self.Status.SENDING, self.Status.UNKNOWN,
            reason=reason, ended_at=now,
        )  # fmt: skip

    def mark_unknown(self, reason: str) -> bool:
        """Something may have left: nothing is repeated until the thread was read or a person settled it."""
        return self._move(self.Status.UNKNOWN, self.Status.SENDING, reason=reason)

    def find_done(self, run: Run, text: str, sent_at: datetime | None, now: datetime) -> bool:
        """It was done before a backup was restored, with this text: the conversation shows it.

        Its record is lost, so it takes on paper the steps that it took then.
        """
        with transaction.atomic():
            return (
                self._move(self.Status.CLAIMED, self.Status.PLANNED, run=run, claimed_at=now)
                and self._move(self.Status.SENDING, self.Status.CLAIMED, text=text, sending_at=sent_at or now)
                and self.complete({"proof": "found in the thread after a backup was restored"}, now)
            )

    def find_free(self, now: datetime) -> bool:
        """The whole conversation shows that it was not done before a backup was restored."""
        return self._move(self.Status.PLANNED, self.Status.PLANNED, absent_read_at=now)

    def adopt(self, run: Run) -> bool:
        """This run looks into the doubt that an earlier one left."""
        return self._move(self.Status.UNKNOWN, self.Status.UNKNOWN, run=run)

    def mark_absent(self, now: datetime) -> bool:
        """The whole thread was read a first time and lacks the text."""
        return self._move(self.Status.UNKNOWN, self.Status.UNKNOWN, absent_read_at=now)

    def skip(self, reason: str, now: datetime | Now) -> bool:
        return self._move(
            self.Status.SKIPPED, self.Status.PLANNED, self.Status.CLAIMED, reason=reason, ended_at=now
        )

    def expire(self, now: datetime) -> bool:
        """Its last day is over."""
        reason = f"its last day was {self.expires_on}"
        return self._move(self.Status.EXPIRED, self.Status.PLANNED, reason=reason, ended_at=now)

    @property
    def text_sha256(self) -> str:
        return hashlib.sha256(f"{self.contact_id}\0{self.text}".encode()).hexdigest()

    @property
    def needs_approval(self) -> bool:
        return bool(self.held) or self.campaign.needs_approval

    @property
    def is_approved(self) -> bool:
        return bool(self.approved_sha256) and self.approved_sha256 == self.text_sha256


def plan_action(
    campaign: Campaign,
    contact: Contact,
    *,
    occasion: str,
    due_on: date,
    expires_on: date,
    template: MessageTemplate | None = None,
    text: str = "",
    days_late: int = 0,
) -> Action | None:
    """Plan it, or None when its occasion is taken already (the constraint decides, also between processes)."""
    try:
        with transaction.atomic():
            return Action.objects.create(
                campaign=campaign, account=campaign.account, contact=contact, occasion=occasion, due_on=due_on,
                expires_on=expires_on, template=template, text=text, days_late=days_late,
            )  # fmt: skip
    except IntegrityError:
        return None
