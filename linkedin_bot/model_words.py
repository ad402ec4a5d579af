"""What models call themselves, their fields and their choices, in the language of whoever reads it.

The models say it in English, without a call around each word; the catalogs hold the same words. Nothing of this
reaches a migration: they are made from what the models were given.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy

NAMES = ("verbose_name", "verbose_name_plural")
# The last two are others' apps, which speak English only.
OURS = ("campaigns", "contacts", "engine", "api", "audit", "django_tasks_database", "otp_totp")
# As their group in the sidebar, where the app's own name says less.
APPS = {
    "contacts": "People",
    "engine": "Accounts and pages",
    "audit": "Administration",
    "django_tasks_database": "Administration",
    "otp_totp": "Administration",
}
# What other projects call by a name that says little to staff: one of them, and many.
MODELS = {
    "axes.accessattempt": (gettext_lazy("lockout"), gettext_lazy("lockouts")),
    "django_tasks_database.dbtaskresult": (gettext_lazy("background task"), gettext_lazy("background tasks")),
    "otp_totp.totpdevice": (gettext_lazy("second factor"), gettext_lazy("second factors")),
}


def name_of_app(label: str) -> str:
    """In plain English."""
    return APPS.get(label) or str(apps.get_app_config(label).verbose_name)


def words_of(model: type[models.Model]) -> Iterator[str]:
    """As they are looked up: plain English."""
    for name in NAMES:
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
            for name in NAMES:
                setattr(model._meta, name, gettext_lazy(getattr(model._meta, name)))
            for field in model._meta.local_fields + model._meta.local_many_to_many:
                _translate(field)
    for label, names in MODELS.items():
        for name, words in zip(NAMES, names, strict=True):
            setattr(apps.get_model(label)._meta, name, words)


def _translate(field: Any) -> None:
    field.verbose_name = gettext_lazy(field.verbose_name)
    if field.help_text:
        field.help_text = gettext_lazy(field.help_text)
    if field.choices:
        field.choices = [(value, _lazily(label)) for value, label in field.flatchoices]


def _lazily(label: Any) -> Any:
    return label if isinstance(label, int) else gettext_lazy(label)
