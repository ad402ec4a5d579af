"""What every page of the admin loads besides django-unfold's own files, so that none holds a style or an eval."""

from django.http import HttpRequest
from django.templatetags.static import static


def without_inline_style(request: HttpRequest) -> dict[str, None]:
    """django-unfold would write its colours into each page; they come in a file."""
    return {"colors": None}


def colours(request: HttpRequest) -> str:
    return static("linkedin_bot/admin/colours.css")


def expressions(request: HttpRequest) -> str:
    return static("linkedin_bot/admin/expressions.js")


def labels(request: HttpRequest) -> str:
    return static("linkedin_bot/admin/labels.js")
