"""JSON for programs, whatever they accept; browsable pages for browsers that ask for HTML."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request


class StaffPagesRenderer(BrowsableAPIRenderer):
    """Its forms are of raw JSON, the one body that is read; the policy of pages allows no style in their text."""

    def show_form_for_method(self, *args: object) -> bool:
        return False

    def get_context(self, *args: Any, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(*args, **given)
        return context | {"code_style": ""}


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
