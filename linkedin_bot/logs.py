"""The lines of the log: JSON for programs, colours for a terminal, and no secret in either."""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TextIO

from campaigns.log_context import WITHHELD, context_of, log_context

FORMS = ("auto", "json", "console")
Event = MutableMapping[str, Any]


class Lines(logging.Formatter):
    """One line a record, by structlog, which is imported with the first of them: cron's first query needs none."""

    def __init__(self, form: str = "auto") -> None:
        super().__init__()
        if form not in FORMS:
            raise ValueError(f"LOG_FORMAT is one of {', '.join(FORMS)}, not {form!r}")
        is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self.is_json = form == "json" or (form == "auto" and not is_terminal)

    def format(self, record: logging.LogRecord) -> str:
        return self._formatter.format(record)

    @cached_property
    def _formatter(self) -> logging.Formatter:
        import structlog
        from django.conf import settings

        from linkedin_bot.redaction import Redaction, secrets_in

        redaction = Redaction(secrets_in(settings))

        def redact(logger: Any, method: str, event: Event) -> Event:
            """Last before it is written, when the exception is text already."""
            withheld = event.pop(WITHHELD, ())
            return {name: redaction.value(name, value, withheld) for name, value in event.items()}

        shared: list[Any] = [structlog.contextvars.merge_contextvars, _add_context]
        ending: list[Any] = [structlog.processors.format_exc_info, redact]
        if self.is_json:
            ending += [structlog.processors.JSONRenderer(sort_keys=False, default=str)]
        else:
            plain = structlog.dev.plain_traceback
            ending += [_on_one_line, structlog.dev.ConsoleRenderer(exception_formatter=plain)]
        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[_add_origin, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
            keep_exc_info=False,
        )


class Stderr(logging.StreamHandler[TextIO]):
    """The standard library would print a line that could not be made as it was given, secrets included."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        with suppress(OSError, ValueError):
            kind = getattr(sys.exc_info()[0], "__name__", "")
            place = f"{record.name} {record.module}:{record.lineno}"
            self.stream.write(f"a line of the log could not be made ({kind}), of {place}\n")


def _add_context(logger: Any, method: str, event: Event) -> Event:
    error = event["_record"].exc_info[1] if event.get("_record") and event["_record"].exc_info else None
    return {**event, **(context_of(error) if error else {}), **log_context()}


def _add_origin(logger: Any, method: str, event: Event) -> Event:
    """When, how grave and from where, as the record has it: both structlog's and the standard library's lines."""
    record: logging.LogRecord = event["_record"]
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    origin = {"timestamp": at, "level": record.levelname.lower(), "logger": record.name}
    return {**origin, **event}


def _on_one_line(logger: Any, method: str, event: Event) -> Event:
    """Text from a page commands no terminal; only a traceback has several lines."""
    return {
        name: "".join(c if c.isprintable() or (c == "\n" and name == "exception") else " " for c in value)
        if isinstance(value, str)
        else value
        for name, value in event.items()
    }
