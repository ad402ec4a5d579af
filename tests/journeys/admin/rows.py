"""A row of every kind of record that the admin shows, with a year of invented history."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db import models

from campaigns.models import Action, Run

MADE = datetime(2026, 11, 20, 9, tzinfo=UTC)
BY_NAME = {"profile_url": "https://www.linkedin.com/in/invented-alias/", "language": "en"}
BY_KIND: dict[type[models.Field], Any] = {
    models.DateTimeField: MADE, models.DateField: date(2026, 11, 20), models.TimeField: time(9),
    models.UUIDField: UUID(int=1), models.IntegerField: 1, models.FloatField: 1.0,
    models.JSONField: {"args": [], "kwargs": {}}, models.BinaryField: b"x",
    models.CharField: "x", models.TextField: "x",
}  # fmt: skip


def fill(contacts: int = 15) -> None:
    """What `seed_demo` makes, and one row of whatever it makes none of."""
    call_command("seed_demo", contacts=contacts, verbosity=0)
    # A long list shows nothing that a short one does not.
    Run.objects.filter(pk__lt=Run.objects.last().pk - 15, actions=None).delete()
    waiting, doubted = Action.objects.order_by("-pk")[:2]
    waiting.status, waiting.held, waiting.approved_sha256 = (
        Action.Status.PLANNED,
        "the birthday was read twice",
        "",
    )
    doubted.status = Action.Status.UNKNOWN
    Action.objects.bulk_update([waiting, doubted], ["status", "held", "approved_sha256"])
    admin.autodiscover()
    for model in admin.site._registry:
        some(model)


def some(model: type[models.Model]) -> models.Model:
    """A row of this kind, made if there is none."""
    if row := model._default_manager.last():
        return row
    return model._default_manager.create(**{
        field.name: some(apps.get_model(field.related_model._meta.label)) if field.is_relation else _value(field)
        for field in model._meta.fields
        if not (field.primary_key and field.has_default()) and _is_needed(field)
    })  # fmt: skip


def _is_needed(field: models.Field) -> bool:
    is_given = field.has_default() and field.default is not None
    return not (isinstance(field, models.AutoField) or is_given or field.null or field.blank)


def _value(field: models.Field) -> Any:
    if field.choices:
        return field.choices[0][0]
    if field.name in BY_NAME:
        return BY_NAME[field.name]
    return next(value for kind, value in BY_KIND.items() if isinstance(field, kind))
