"""What a people search found: where each person stood in it, what their profile said, and how well it fits."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from campaigns.criteria import Criteria
from campaigns.scoring import score
from campaigns.search_urls import LONGEST_SEARCH


class SourcedProfileQuerySet(models.QuerySet["SourcedProfile"]):
    def read(self) -> "SourcedProfileQuerySet":
        """Those whose profile was visited and read."""
        return self.filter(read_at__isnull=False)

    def outdated(self, criteria: Criteria) -> "SourcedProfileQuerySet":
        """Those whose score is of other criteria."""
        return self.read().exclude(criteria_sha256=criteria.sha256)

    def ranked(self) -> "SourcedProfileQuerySet":
        """The best fit first; equals, and those without a score, in the order of the search."""
        return self.order_by(F("score").desc(nulls_last=True), "search_page", "search_index", "pk")

    def older_than(self, then: datetime) -> "SourcedProfileQuerySet":
        """Those read, or found and never read, before that time."""
        return self.alias(taken_at=Coalesce("read_at", "found_at")).filter(taken_at__lt=then)


class SourcedProfile(models.Model):
    """One person whom a campaign's search found; read and scored once visited."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="sourced_profiles"
    )
    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, related_name="sourced_profiles")
    search_page = models.PositiveIntegerField(help_text="The page of the search, from 1.")
    search_index = models.PositiveSmallIntegerField(help_text="The place on that page, from 0.")
    found_at = models.DateTimeField(auto_now_add=True)
    found_on = models.ForeignKey(
        "campaigns.SearchedPage", on_delete=models.SET_NULL, null=True, blank=True, related_name="people"
    )
    read_at = models.DateTimeField(null=True, blank=True, help_text="When the profile was visited and read.")
    profile = models.JSONField(
        default=dict, blank=True, help_text="What the profile showed, as read_page prints it."
    )
    is_open = models.GeneratedField(
        expression=Case(When(profile__open_to_work=True, then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text="To work, as the profile said: kept by the database, whoever writes the profile.",
    )
    score = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="0 to 100: the sum of the parts' points."
    )
    parts = models.JSONField(
        default=list, blank=True, help_text="The score's parts, each with its quoted evidence."
    )
    criteria_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the criteria that the score is of; empty: not known."
    )
    reason = models.TextField(blank=True, help_text="Why the profile was not read.")

    objects: ClassVar = SourcedProfileQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "contact"], name="sourced_profile_uniq"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=100), name="sourced_profile_score_at_most_100"
            ),
        ]
        indexes: ClassVar = [
            # Who fits, and who is open to work, is counted and found without a look at the profiles.
            models.Index(fields=["score", "contact"], name="sourced_profile_fit_idx"),
            models.Index(fields=["is_open", "contact"], name="sourced_profile_is_open_idx"),
            models.Index(fields=["read_at"], name="sourced_profile_read_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} in {self.campaign}"

    def rate(self, criteria: Criteria) -> bool:
        """Score what was read, as of the day it was read; True where score or parts changed. Saves nothing."""
        if self.read_at is None:
            raise ValueError(f"{self} was not read")
        before = self.score, self.parts
        rated = score(self.profile, criteria, self.read_at.astimezone(self.campaign.account.zone).date())
        self.score, self.parts = rated.total, [part.as_json() for part in rated.parts]
        self.criteria_sha256 = criteria.sha256
        return before != (self.score, self.parts)


class SearchedPage(models.Model):
    """A page of a search that was read, with all its people: what a stopped session goes on from."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="searched_pages"
    )
    search_url = models.CharField(max_length=LONGEST_SEARCH)
    began_on = models.DateField(help_text="The first day of this pass over the search.")
    page = models.PositiveIntegerField()
    next_page = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: it was the last.")
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "search_url", "began_on", "page"], name="searched_page_uniq"
            )
        ]

    def __str__(self) -> str:
        return f"page {self.page} of {self.campaign}, {self.began_on}"
