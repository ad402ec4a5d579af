"""What models call themselves, their fields and their choices, in the language of whoever reads it.

The models say it in English, without a call around each word; the catalogs hold the same words. Nothing of this
reaches a migration: they are made from what the models were given.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy

# The last two are others' apps, which speak English only, and say little to staff by what they call themselves.
OURS = ("campaigns", "contacts", "engine", "api", "audit", "django_tasks_database", "otp_totp")
APPS = {"django_tasks_database": "Background tasks", "otp_totp": "Second factors"}


def name_of_app(label: str) -> str:
    """In plain English."""
    return APPS.get(label) or str(apps.get_app_config(label).verbose_name)


def words_of(model: type[models.Model]) -> Iterator[str]:
    """As they are looked up: plain English."""
    for name in ("verbose_name", "verbose_name_plural"):
        yield str(getattr(model._meta, name))
    for field in model._meta.get_fields():
        if isinstance(field, models.Field):
            yield from filter(None, (str(field.verbose_name), str(field.help_text)))
            yield from (str(label) for _value, label in field.flatchoices if not isinstance(label, int))


def translate_models() -> None:
    """Once, when the models are known."""
    for label in OURS:
        config = apps.get_app_config(label)
        config.verbose_name = gettext_lazy(name_of_app(label))
        for model in config.get_models():
            for name in ("verbose_name", "verbose_name_plural"):
                setattr(model._meta, name, gettext_lazy(getattr(model._meta, name)))
            for field in model._meta.local_fields + model._meta.local_many_to_many:
                _translate(field)


def _translate(field: Any) -> None:
    field.verbose_name = gettext_lazy(field.verbose_name)
    if field.help_text:
        field.help_text = gettext_lazy(field.help_text)
    if field.choices:
        field.choices = [(value, _lazily(label)) for value, label in field.flatchoices]


def _lazily(label: Any) -> Any:
    return label if isinstance(label, int) else gettext_lazy(label)
