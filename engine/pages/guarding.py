"""What became of a click under guard (guard.js): the page heard of it, or of parts of it, or certainly of nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from selenium.common.exceptions import WebDriverException

from engine.driver import first_line
from engine.errors import NothingSent, ProofMissing


def certain_stop(page: Mapping[str, Any]) -> str | None:
    """Why the guard stopped the click before the page heard anything of it: then certainly nothing was done."""
    seen = page["guard"]
    return seen["stopped"] if seen and seen["is_certain"] else None


def partial_stop(page: Mapping[str, Any]) -> str | None:
    """Why the guard stopped the rest of a click of which the page had heard the beginning."""
    seen = page["guard"]
    return seen["stopped"] if seen and not seen["is_certain"] else None


@contextmanager
def in_doubt() -> Iterator[None]:
    """After the click no surprise of the page or the driver says that nothing was done."""
    try:
        yield
    except (NothingSent, WebDriverException) as error:
        raise ProofMissing(f"after the click: {first_line(error)}") from error
