"""Campaign, and the models of the files beside it: runs, actions, templates, what a search found, the installation."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from campaigns.actions import Action, HeldBack, NotNeeded, OptedOut, plan_action
from campaigns.channels import Notice, NoticeChannel, NoticeDelivery
from campaigns.criteria import check_criteria
from campaigns.decisions import Decision
from campaigns.installation import Installation
from campaigns.keep_list import canonical_keep_list
from campaigns.runs import Busy, Run
from campaigns.search_urls import LONGEST_SEARCH, canonical_search
from campaigns.sourcing_models import SearchedPage, SourcedProfile
from campaigns.templates import MessageTemplate
from campaigns.timetable import check_schedule
from campaigns.workers import Worker
from contacts.models import Interaction

__all__ = [
    "Action", "Busy", "Campaign", "Decision", "HeldBack", "Installation", "MessageTemplate", "NotNeeded", "Notice",
    "NoticeChannel", "NoticeDelivery", "OptedOut", "Run", "SearchedPage", "SourcedProfile", "Worker", "plan_action",
]  # fmt: skip


class Campaign(models.Model):
    """A kind plus its configuration, for one account."""

    class Kind(models.TextChoices):
        BIRTHDAY = "birthday"
        SOURCING = "sourcing"
        INVITATIONS = "invitations"

    EXPERIENCES: ClassVar[dict[Kind, Interaction.Type]] = {
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
    schedule = models.CharField(
        max_length=100,
        blank=True,
        validators=[check_schedule],
        help_text="When a worker starts it: five fields of cron in the account's time zone, such as 0 9 * * *.",
    )
    schedule_seen = models.CharField(max_length=100, blank=True, editable=False)
    schedule_seen_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Times of that schedule up to this are dealt with."
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

    @property
    def experience(self) -> Interaction.Type:
        """What a contact has experienced once an action of this campaign is done."""
        return self.EXPERIENCES[self.Kind(self.kind)]
