"""What the lines of a log belong to, a run and an action, and which words of people stay out of them."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from campaigns.models import Action

# The key of the words that the formatter takes out of a line (linkedin_bot/redaction.py).
WITHHELD = "withheld"
TAKEN_ALONG = "log_context"
_context: ContextVar[Mapping[str, Any] | None] = ContextVar("log_context", default=None)


def log_context() -> Mapping[str, Any]:
    """What holds for a line that is written here and now."""
    return _context.get() or {}


@contextmanager
def logged_with(**values: Any) -> Iterator[None]:
    """Within the block each line of the log carries these values; and what is raised in it takes them along.

    An error is logged where it is caught, long after the block: its words may name the same person.
    """
    before = _context.set({**log_context(), **values})
    try:
        yield
    except BaseException as error:
        vars(error).setdefault(TAKEN_ALONG, log_context())
        raise
    finally:
        _context.reset(before)


def context_of(error: BaseException) -> Mapping[str, Any]:
    """What held where it was raised."""
    taken: Mapping[str, Any] = vars(error).get(TAKEN_ALONG, {})
    return taken


def logged_as(action: "Action") -> AbstractContextManager[None]:
    """Within the block the lines name the action by its number, and neither its person nor its text.

    A log outlives an erasure: who is meant stands in the database only.
    """
    words = words_about(action.contact.profile_url, action.contact.name, action.text)
    return logged_with(action=action.pk, **{WITHHELD: words})


def words_about(profile_url: str, name: str, text: str) -> tuple[str, ...]:
    """By which somebody would be known in a line."""
    slug = profile_url.rstrip("/").rsplit("/", 1)[-1]
    return tuple(word for word in (text, name, slug, unquote(slug)) if word)
