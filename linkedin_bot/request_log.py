"""A line for each request, with an id that all lines of the request carry; imported by what serves only."""

# django-structlog's types need the settings of a project.
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from linkedin_bot.logs import _add_context


class RequestLogMiddleware(RequestMiddleware):
    """Tells method and path: a query can hold a person's name."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                _add_context,
                structlog.stdlib.PositionalArgumentsFormatter(),
                structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
            ],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=True,
        )

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
