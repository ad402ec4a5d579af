"""A sourcing campaign's result as a download: what a request chooses of it, and the answer, streamed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict, StreamingHttpResponse

from campaigns.models import Campaign
from campaigns.sourcing_export import USUAL, UnknownColumn, as_csv, as_json, check_columns, exportable
from campaigns.sourcing_models import SourcedProfileQuerySet

Lines = Callable[[SourcedProfileQuerySet, Sequence[str]], Iterator[str]]
FORMATS: Mapping[str, tuple[str, Lines]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
}
HIGHEST_SCORE = 100
WHOLE = re.compile("[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """Which of the people, which of their columns, and how they are written."""

    format: str = "json"
    columns: Sequence[str] = USUAL
    min_score: int = 0  # those without a score only where it is 0


def read_choice(query: QueryDict) -> Choice:
    """Of an address's parameters. Raises ValidationError with everything that is wrong, each by its name."""
    known = [each.name for each in fields(Choice)]
    given = {name: str(query[name]) for name in known if name in query}
    wrong = {name: "is not known here" for name in query if name not in known}
    wrong |= {name: "is given twice" for name, values in query.lists() if len(values) > 1}
    wrong |= {
        name: why for name, text in given.items() if name not in wrong and (why := _why_not(name, text))
    }
    if wrong:
        raise ValidationError(dict(wrong))
    readers: dict[str, Callable[[str], Any]] = {"format": str, "columns": _names, "min_score": int}
    return Choice(**{name: readers[name](text) for name, text in given.items()})


def _why_not(name: str, text: str) -> str:
    """Why this value is none; empty where it is one."""
    if name == "format" and text not in FORMATS:
        return f"is one of {', '.join(FORMATS)}"
    if name == "min_score" and not (WHOLE.fullmatch(text) and int(text) <= HIGHEST_SCORE):
        return f"is a whole number from 0 to {HIGHEST_SCORE}"
    if name == "columns":
        try:
            check_columns(_names(text))
        except UnknownColumn as error:
            return str(error)
    return ""


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def download(campaign: Campaign, choice: Choice, mark: str = "") -> StreamingHttpResponse:
    """The best fit first, without those who may not be contacted. `mark`: what stands before the first line."""
    people = campaign.sourced_profiles.all()
    if choice.min_score:
        people = people.filter(score__gte=choice.min_score)
    content_type, write = FORMATS[choice.format]
    lines = write(exportable(people), choice.columns)
    name = f"people-of-campaign-{campaign.pk}.{choice.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(_marked(mark, lines), content_type=content_type, headers=headers)


def _marked(mark: str, lines: Iterator[str]) -> Iterator[str]:
    if mark:
        yield mark
    yield from lines
