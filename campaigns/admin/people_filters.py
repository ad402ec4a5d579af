"""How the list of contacts is narrowed down: by birthday, score, campaign and what their profile said."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaigns.models import Action, Campaign, SourcedProfile
from contacts.admin.filters import NONE, BirthdayFilter
from contacts.admin.narrowing import PeopleFilter, row_id
from contacts.birthdays import days_due
from contacts.models import Contact
from engine.pace import SystemClock

_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_SCORES = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")
MOST_CAMPAIGNS = 50


class BirthdayWindowFilter(BirthdayFilter):
    """Days from today on, in the time zone that new accounts have; or one day, such as 02-29."""

    title = _("birthday")
    parameter_name = "born"
    # The first and the last day, counted from today.
    WINDOWS = {"today": (0, 0), "tomorrow": (1, 1), "week": (0, 6), "month": (0, 29), "late": (-10, -1)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("today", _("Today")), ("tomorrow", _("Tomorrow")), ("week", _("The next 7 days")),
            ("month", _("The next 30 days")), ("late", _("The last 10 days")), (NONE, _("Not known")),
        ]  # fmt: skip

    def days(self, value: str) -> Iterator[tuple[int, int]]:
        """Those celebrated in the window."""
        if day := _DAY.fullmatch(value):
            yield int(day[1]), int(day[2])
        elif bounds := self.WINDOWS.get(value):
            first, last = (today() + timedelta(days=days) for days in bounds)
            for _on, pairs in days_due(last, (last - first).days, settings.LEAP_DAY_IN_COMMON_YEARS):
                yield from pairs


class ScoreFilter(PeopleFilter):
    """Two bounds, both included, such as 60-100; those offered are only the usual ones."""

    title = _("score")
    parameter_name = "score"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        bands = [(f"{low}-{high}", f"{low}–{high}") for low, high in ((80, 100), (60, 79), (40, 59), (0, 39))]
        return [*bands, (NONE, _("Not scored"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> "QuerySet[Contact]":
        if self.value() == NONE:
            scores = SourcedProfile.objects.filter(score__isnull=False, contact=OuterRef("pk"))
            return queryset.filter(~Exists(scores))
        return super().queryset(request, queryset)

    def about(self, value: str) -> "tuple[QuerySet[SourcedProfile], str] | None":
        if not (bounds := _SCORES.fullmatch(value)):
            return None
        return SourcedProfile.objects.filter(score__gte=int(bounds[1]), score__lte=int(bounds[2])), "contact"


class CampaignFilter(PeopleFilter):
    """Those whom a campaign has planned, done or left something for."""

    title = _("campaign")
    parameter_name = "campaign"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        campaigns = Campaign.objects.select_related("account").order_by("name", "pk")[:MOST_CAMPAIGNS]
        return [(str(campaign.pk), f"{campaign.name} ({campaign.account.name})") for campaign in campaigns]

    def about(self, value: str) -> "tuple[QuerySet[Action], str] | None":
        campaign = row_id(value)
        return None if campaign is None else (Action.objects.filter(campaign=campaign), "contact")


class OpenToWorkFilter(PeopleFilter):
    title = _("open to work")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Says so on the profile"))]

    def about(self, value: str) -> "tuple[QuerySet[SourcedProfile], str] | None":
        is_open = SourcedProfile.objects.filter(is_open__in=[True])  # SQLite has no index for a bare column
        return (is_open, "contact") if value == "yes" else None


def today() -> date:
    zone = apps.get_model("engine", "Account")().zone
    day: date = SystemClock().now().astimezone(zone).date()
    return day
