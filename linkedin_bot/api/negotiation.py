"""JSON for programs, whatever they accept; browsable pages for browsers that ask for HTML."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request


class StaffPagesRenderer(BrowsableAPIRenderer):
    """It only shows: an answer, its filters, where it leads. The policy of pages allows no style in their text."""

    def show_form_for_method(self, *args: object) -> bool:
        return False

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> str:
        """In the language of the person who looks at it."""
        told = renderer_context or {}
        language = translation.get_language_from_request(told["request"])
        told["response"].headers["Content-Language"] = language
        patch_vary_headers(told["response"], ["Accept-Language", "Cookie"])
        with translation.override(language):
            page: str = super().render(data, accepted_media_type, renderer_context)
        return page.replace("<html>", f'<html lang="{language}">', 1)  # which no block of the template holds

    def get_context(self, *args: Any, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(*args, **given)
        return context | {"code_style": "", "options_form": None, "site": settings.UNFOLD["SITE_HEADER"]}


class JsonUnlessAsked(DefaultContentNegotiation):
    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        offered = list(renderers)
        try:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, offered, format_suffix)
        except NotAcceptable:
            return offered[0], offered[0].media_type
        return chosen
