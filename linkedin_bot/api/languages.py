"""Programs are answered in English, whatever they accept; pages that people read are in the person's language."""

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from linkedin_bot.api.answers import PAGES

OF_PROGRAMS = "en"


class LanguageOfPages(LocaleMiddleware):
    """A browsable page of the API turns back to the person's language when it is rendered (StaffPagesRenderer)."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(PAGES):
            super().process_request(request)
            return
        translation.activate(OF_PROGRAMS)
        request.LANGUAGE_CODE = OF_PROGRAMS
