"""The texts: templates with fixed placeholders, validated at save, rendered by plain replacement."""

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext as _

PLACEHOLDERS = {
    "name": "what to call the person: their first name",
    "full_name": "the whole name",
    "days_late": "how many days ago the birthday was; in late wishes only",
}
_FIELD = re.compile(r"\{(\w+)\}")
_BRACED = re.compile(r"\{[^{}]*\}|[{}]")
# The network refuses longer messages; a wish is far shorter.
MAX_TEXT_LENGTH = 2_000


def check_placeholders(text: str) -> None:
    """Raises ValidationError that names each unknown placeholder with its line and column (from 1)."""
    errors = []
    for found in _BRACED.finditer(text):
        field = _FIELD.fullmatch(found.group())
        if field is None or field.group(1) not in PLACEHOLDERS:
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            words = _("line %(line)d, column %(column)d: %(found)s is no placeholder; known are %(known)s")
            told = {"line": line, "column": column, "found": found.group()[:40], "known": known}
            errors.append(words % told)
    if errors:
        raise ValidationError(errors)


def render(text: str, values: Mapping[str, object]) -> str:
    """Replace each placeholder once. What a value brings along, braces included, stays as it is."""
    check_placeholders(text)
    return _FIELD.sub(lambda found: str(values[found.group(1)]), text)


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    def for_wish(self, *, is_late: bool, language: str) -> "MessageTemplateQuerySet":
        """The active templates for this wish, in the language; in English where that language has none."""
        purpose = MessageTemplate.Purpose.BIRTHDAY_LATE if is_late else MessageTemplate.Purpose.BIRTHDAY
        active = self.filter(purpose=purpose, is_active=True).order_by("pk")
        in_language = active.filter(language=language)
        return in_language if in_language.exists() else active.filter(language="en")


class MessageTemplate(models.Model):
    """A text with placeholders, for one purpose and language."""

    class Purpose(models.TextChoices):
        BIRTHDAY = "birthday"
        BIRTHDAY_LATE = "birthday_late", "birthday, late"

    name = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    language = models.CharField(max_length=2, validators=[RegexValidator(r"^[a-z]{2}$")])
    text = models.TextField(
        validators=[check_placeholders, MaxLengthValidator(MAX_TEXT_LENGTH)],
        help_text="; ".join(f"{{{name}}}: {meaning}" for name, meaning in PLACEHOLDERS.items()),
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = MessageTemplateQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["purpose", "language"], name="template_purpose_lang_idx")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.full_clean()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        if self.purpose == self.Purpose.BIRTHDAY and "{days_late}" in self.text:
            raise ValidationError({"text": _("{days_late} is for late wishes only.")})
        if not self.text.strip():
            raise ValidationError({"text": _("The text is empty.")})

    def render(self, values: Mapping[str, object]) -> str:
        return render(self.text, values)


def not_yet_sent(
    templates: Iterable[MessageTemplate], values: Mapping[str, object], texts_sent: set[str]
) -> list[tuple[MessageTemplate, str]]:
    """Each template with its rendered text, without the texts that this person had already."""
    rendered = ((template, template.render(values)) for template in templates)
    return [(template, text) for template, text in rendered if text not in texts_sent]
