"""What every page of the admin loads besides django-unfold's own files, so that none holds a style or an eval."""

import json
from typing import Any

from django.http import HttpRequest
from django.template import Library
from django.templatetags.static import static

from linkedin_bot.first_steps import FIRST_STEPS

register = Library()


def without_inline_style(request: HttpRequest) -> dict[str, None]:
    """django-unfold would write its colours into each page; they come in a file."""
    return {"colors": None}


def icon(request: HttpRequest) -> str:
    return static("linkedin_bot/icon.svg")


def colours(request: HttpRequest) -> str:
    return static("linkedin_bot/admin/colours.css")


def expressions(request: HttpRequest) -> str:
    return static("linkedin_bot/admin/expressions.js")


def labels(request: HttpRequest) -> str:
    return static("linkedin_bot/admin/labels.js")


@register.filter
def indented(field: Any) -> str:
    """A JSON field that is only read, as text: django-unfold would colour it by style attributes."""
    model_field, _name, value = field.resolved_field
    return json.dumps(value, indent=2, ensure_ascii=False, cls=model_field.encoder)


@register.filter
def is_narrowed(changes: Any) -> bool:
    """Whether an empty list is so by what was searched for or filtered by."""
    return bool(changes.query or changes.get_filters_params())


@register.filter
def first_step(changes: Any) -> str:
    return str(FIRST_STEPS.get(changes.opts.label_lower, ""))
