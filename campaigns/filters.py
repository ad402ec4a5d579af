"""What a list of runs, campaigns or actions can be narrowed down to."""

from typing import ClassVar

import django_filters

from campaigns.models import Action, Campaign, Run


class CampaignFilter(django_filters.FilterSet):  # type: ignore[misc]
    kind = django_filters.ChoiceFilter(choices=Campaign.Kind.choices)
    account = django_filters.CharFilter(field_name="account__name", max_length=50)
    ordering = django_filters.OrderingFilter(fields=["id"])

    class Meta:
        model = Campaign
        fields: ClassVar[list[str]] = []


class RunFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.ChoiceFilter(choices=Run.Status.choices)
    outcome = django_filters.ChoiceFilter(choices=Run.Outcome.choices)
    kind = django_filters.ChoiceFilter(field_name="campaign__kind", choices=Campaign.Kind.choices)
    account = django_filters.CharFilter(field_name="account__name", max_length=50)
    ordering = django_filters.OrderingFilter(fields=["id", "started_at"])

    class Meta:
        model = Run
        fields: ClassVar[list[str]] = []


class ActionFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.ChoiceFilter(choices=Action.Status.choices)
    ordering = django_filters.OrderingFilter(fields=["id", "due_on"])

    class Meta:
        model = Action
        fields: ClassVar[list[str]] = []
