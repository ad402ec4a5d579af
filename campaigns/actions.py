"""Action: one thing to do to one contact, at most once per occasion; its state machine lives here and only here."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from campaigns.installation import Installation, keep_outside
from campaigns.runs import Run
from campaigns.templates import MessageTemplate
from contacts.models import Contact, Interaction
from engine.errors import AccountPaused, LeaseLost, NothingSent

if TYPE_CHECKING:
    from campaigns.models import Campaign


# Whoever approved a text knew what was so then; so many days later nobody does.
APPROVAL_LASTS = timedelta(days=7)


class NotNeeded(NothingSent):
    """The action is not to be done: it is skipped, with its permit given back."""

    code = "not_needed"


class OptedOut(NotNeeded):
    """The person may not be contacted (any more)."""

    code = "do_not_contact"


class HeldBack(NothingSent):
    """A person has to approve the action first; the text says why."""

    code = "waits_for_approval"


class ActionQuerySet(models.QuerySet["Action"]):
    def taken(self) -> "ActionQuerySet":
        """Those that hold their occasion: it is planned, under way, done or in doubt."""
        return self.exclude(status__in=Action.FREE)

    def holding_a_claim(self) -> "ActionQuerySet":
        return self.filter(status__in=[Action.Status.CLAIMED, Action.Status.SENDING])

    def in_doubt(self) -> "ActionQuerySet":
        return self.filter(status=Action.Status.UNKNOWN)

    def forget_stale_approvals(self, now: datetime) -> int:
        """What was approved too long ago waits for approval again; how many those are."""
        stale = self.filter(status=Action.Status.PLANNED, approved_at__lte=now - APPROVAL_LASTS)
        return stale.update(approved_sha256="", approved_at=None, approved_by=None)


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

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="actions")
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
    rejected_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person decided that it is not to be done on this occasion."
    )
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    attempt_id = models.UUIDField(null=True, blank=True)
    evidence = models.JSONField(default=dict, help_text="What was seen: page, recipient, proof.")
    absent_read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the whole thread was first read without the text."
    )
    replied = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether they answered; unknown until the conversation is read again.",
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
            # Whom a campaign reached, each once.
            models.Index(fields=["campaign", "contact"], name="action_campaign_contact_idx"),
            models.Index(fields=["run"], name="action_run_idx"),
            # What waits and what is in doubt is counted on every page of the admin.
            models.Index(fields=["status"], name="action_status_idx"),
            models.Index(
                fields=["sending_at"], name="action_replied_idx", condition=Q(replied__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion}: {self.contact}"

    # Each mutator is one conditional UPDATE and says whether this process made the move.

    def _move(self, to: "Action.Status", *origins: "Action.Status", **changes: Any) -> bool:
        """Of the attempt that this process knows only: what another run has claimed since is not its to move."""
        known = Action.objects.filter(pk=self.pk, attempt_id=self.attempt_id)
        moved = known.filter(status__in=origins).update(status=to, **changes)
        self._reload()
        return bool(moved)

    def _reload(self) -> None:
        """As the database says now, with contact, campaign and account in the same query: each step asks for them."""
        self.refresh_from_db(from_queryset=Action.objects.select_related("contact", "campaign", "account"))

    def hold(self, reason: str) -> bool:
        """Back to planned, until a person approves it; nothing has left. An earlier approval is none any more."""
        return self._move(
            self.Status.PLANNED, self.Status.CLAIMED, self.Status.PLANNED,
            held=reason, reason=f"waits for approval: {reason}",
            attempt_id=None, approved_sha256="", approved_at=None, approved_by=None,
        )  # fmt: skip

    def rewrite(self, template: MessageTemplate | None, text: str, days_late: int) -> bool:
        """Give a planned action a new text; what was approved before is approved no more."""
        return self._move(
            self.Status.PLANNED, self.Status.PLANNED, template=template, text=text, days_late=days_late,
            approved_sha256="", approved_at=None, approved_by=None,
        )  # fmt: skip

    def approve(self, by: AbstractBaseUser | AnonymousUser | None, now: datetime | Now) -> bool:
        """A person approves exactly this text for this recipient; False where it is another text by now."""
        moved = Action.objects.filter(pk=self.pk, status=self.Status.PLANNED, text=self.text).update(
            approved_sha256=self.text_sha256, approved_at=now, approved_by=by
        )
        self._reload()
        return bool(moved)

    def reject(self, reason: str, now: datetime | Now) -> bool:
        """A person decides against it: on this occasion it is not planned again."""
        return self._move(
            self.Status.SKIPPED, self.Status.PLANNED, reason=reason, ended_at=now, rejected_at=now,
            approved_sha256="", approved_at=None, approved_by=None,
        )  # fmt: skip

    def claim(self, run: Run, attempt_id: UUID, now: datetime) -> bool:
        """Reserve the action for this run; nobody else performs it. Never a text that waits for approval."""
        moved = (
            self._approved_where_asked(now)
            .filter(status=self.Status.PLANNED)
            .update(status=self.Status.CLAIMED, run=run, attempt_id=attempt_id, claimed_at=now, reason="")
        )
        self._reload()
        return bool(moved)

    def _approved_where_asked(self, now: datetime) -> ActionQuerySet:
        """This action with the text that this process knows, if nobody has to approve that or somebody did lately.

        Asked by the UPDATE itself: a run pauses for minutes between reading its queue and coming to an action, and
        meanwhile a text may be edited, an approval may go, and a campaign may begin to ask for approvals.
        """
        asking = type(self.campaign)._default_manager.filter(pk=OuterRef("campaign"), needs_approval=True)
        approved = Q(approved_sha256=self.text_sha256, approved_at__gt=now - APPROVAL_LASTS)
        return Action.objects.filter(Q(~Exists(asking), held="") | approved, pk=self.pk, text=self.text)

    def release(self, reason: str) -> bool:
        """Back to planned: nothing can have left."""
        return self._move(self.Status.PLANNED, self.Status.CLAIMED, reason=reason, attempt_id=None)

    def start_sending(self, run: Run, evidence: Mapping[str, object], now: datetime) -> None:
        """Commit that the click is next. Raises OptedOut, HeldBack, LeaseLost, AccountPaused or NotKeptOutside:
        nothing is clicked.

        The generation grows in the same transaction and is noted outside the database after it, so that a backup
        from before this click is always behind what stands outside.
        """
        with transaction.atomic(durable=True):
            if reason := self.contact.why_not_contact(lock=True):
                raise OptedOut(f"{self.contact} may not be contacted: {reason}")
            holders = Run.objects.select_for_update().filter(
                pk=run.pk, status=Run.Status.RUNNING, fence=run.fence
            )
            is_paused = holders.annotate(is_paused=self._is_account_paused()).values_list(
                "is_paused", flat=True
            )
            if not (asked := list(is_paused)):
                raise LeaseLost(f"{run} was ended from elsewhere")
            if asked[0]:
                self.account.refresh_from_db()
                raise AccountPaused(self.account.paused_reason, self.account.paused_advice)
            claimed = Action.objects.filter(status=self.Status.CLAIMED, run=run)
            moved = (claimed & self._approved_where_asked(now)).update(
                status=self.Status.SENDING, sending_at=now, evidence=dict(evidence), absent_read_at=None
            )
            if not moved and claimed.filter(pk=self.pk).exists():
                raise HeldBack("its exact text is not approved, or was approved too long ago")
            if not moved:
                raise LeaseLost(f"{self} is no longer claimed by {run}")
            installation = Installation.objects.advance()
        self.status, self.sending_at, self.absent_read_at = self.Status.SENDING, now, None
        self.evidence = dict(evidence)
        if run.outside:
            keep_outside(run.outside, installation)

    def _is_account_paused(self) -> Exists:
        """Asked beside the run, and not locked: whoever erases a person holds the account and waits for them."""
        account = type(self.account)
        return Exists(account._default_manager.filter(pk=OuterRef("account"), state=account.State.PAUSED))

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
                    type=self.campaign.experience,
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

    def note_reply(self, *, is_answered: bool) -> bool:
        """What a later reading of the conversation shows: an answer stays one, whatever is read after it."""
        unknown = Q(replied=None) | Q(replied=False) if is_answered else Q(replied=None)
        done = Action.objects.filter(unknown, pk=self.pk, status=self.Status.DONE)
        return bool(done.update(replied=is_answered))

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
    campaign: "Campaign",
    contact: Contact,
    *,
    occasion: str,
    due_on: date,
    expires_on: date,
    template: MessageTemplate | None = None,
    text: str = "",
    days_late: int = 0,
) -> Action | None:
    """Plan it, or None when its occasion is taken (the constraint decides, also between processes) or was rejected."""
    past = Action.objects.filter(account=campaign.account_id, contact=contact, occasion=occasion)
    if past.exclude(rejected_at=None).exists():
        return None
    try:
        with transaction.atomic():
            return Action.objects.create(
                campaign=campaign, account=campaign.account, contact=contact, occasion=occasion, due_on=due_on,
                expires_on=expires_on, template=template, text=text, days_late=days_late,
            )  # fmt: skip
    except IntegrityError:
        return None
