"""What a list of contacts or interactions can be narrowed down to; a value that is not understood is refused."""

import re
from datetime import UTC, datetime
from typing import Any, ClassVar

import django_filters
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db.models import Q, QuerySet
from django.forms import CharField
from django_filters.fields import IsoDateTimeField

from contacts.access import accounts_of
from contacts.models import Contact, Interaction

_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MOST_ID = 2**63 - 1


class DayField(CharField):
    """A day of any year, as (month, day)."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = _DAY.fullmatch(text)
        month, day = map(int, found.groups()) if found and text.isascii() else (0, 0)
        if not (1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1]):
            raise ValidationError("is a day such as 02-29, month first")
        return month, day


class DayFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = DayField


class ContactFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.ChoiceFilter(choices=Contact.Status.choices)
    min_score = django_filters.NumberFilter(
        method="fits", min_value=0, max_value=100, decimal_places=0,
        help_text="Those whom a search's campaign scored at least so high.",
    )  # fmt: skip
    q = django_filters.CharFilter(
        method="search", validators=[MinLengthValidator(2), MaxLengthValidator(100)],
        help_text="In name, company, position, e-mail or address.",
    )  # fmt: skip
    birthday_from = DayFilter(
        method="leave_it", help_text="A day such as 12-25. A window may go over New Year."
    )
    birthday_to = DayFilter(method="leave_it", help_text="The window's last day, such as 01-05.")
    account = django_filters.CharFilter(
        method="of_account", max_length=50, help_text="The name of whose connections."
    )
    tag = django_filters.CharFilter(field_name="tags__name", max_length=100)
    ordering = django_filters.OrderingFilter(fields=["id", "created_at"])

    class Meta:
        model = Contact
        fields: ClassVar[list[str]] = []

    def filter_queryset(self, queryset: "QuerySet[Contact]") -> "QuerySet[Contact]":
        narrowed: QuerySet[Contact] = super().filter_queryset(queryset)
        first = self.form.cleaned_data.get("birthday_from")
        last = self.form.cleaned_data.get("birthday_to")
        return narrowed.filter(_born_between(first, last)) if first or last else narrowed

    def leave_it(self, queryset: "QuerySet[Contact]", name: str, value: Any) -> "QuerySet[Contact]":
        return queryset  # both ends are needed: see filter_queryset

    def of_account(self, queryset: "QuerySet[Contact]", name: str, value: str) -> "QuerySet[Contact]":
        return queryset.filter(accounts__name=value)

    def fits(self, queryset: "QuerySet[Contact]", name: str, value: int) -> "QuerySet[Contact]":
        scored = apps.get_model("campaigns", "SourcedProfile")._default_manager.filter(score__gte=value)
        account_ids = accounts_of(self.request)
        if account_ids is not None:
            scored = scored.filter(campaign__account__in=account_ids)
        return queryset.filter(pk__in=scored.values("contact"))

    def search(self, queryset: "QuerySet[Contact]", name: str, value: str) -> "QuerySet[Contact]":
        places = ("name", "company", "position", "email", "profile_url")
        found = Q(pk__in=[])
        for place in places:
            found |= Q(**{f"{place}__icontains": value})
        return queryset.filter(found)


def _born_between(first: tuple[int, int] | None, last: tuple[int, int] | None) -> Q:
    """Both days included. A window that ends before it begins goes over New Year."""
    from_month, from_day = first or (1, 1)
    to_month, to_day = last or (12, 31)
    since = Q(birth_month__gt=from_month) | Q(birth_month=from_month, birth_day__gte=from_day)
    until = Q(birth_month__lt=to_month) | Q(birth_month=to_month, birth_day__lte=to_day)
    if (from_month, from_day) > (to_month, to_day):
        return Q(birth_month__isnull=False) & (since | until)
    return Q(birth_month__gte=from_month, birth_month__lte=to_month) & since & until


class InstantField(IsoDateTimeField):  # type: ignore[misc]
    """A moment, in UTC: PostgreSQL knows no offset of 16 hours or more, which ISO 8601 allows."""

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("is out of range") from error


class InstantFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    field_class = InstantField


class InteractionFilter(django_filters.FilterSet):  # type: ignore[misc]
    type = django_filters.ChoiceFilter(choices=Interaction.Type.choices)
    contact = django_filters.NumberFilter(
        field_name="contact_id", min_value=1, max_value=MOST_ID, decimal_places=0, help_text="Their id."
    )
    since = InstantFilter(field_name="happened_at", lookup_expr="gte")
    ordering = django_filters.OrderingFilter(fields=["id", "happened_at"])

    class Meta:
        model = Interaction
        fields: ClassVar[list[str]] = []
