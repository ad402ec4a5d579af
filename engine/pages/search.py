"""One page of a people search: the people on it in order, and whether there is another."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from engine.errors import LayoutChanged, LimitReached
from engine.pages.base import WAIT_MS, Reading, Window
from engine.pages.gate import SIGNED_IN, PageKind, segments
from engine.pages.words import words

PATH = "/search/results/people/"
HERE = (PageKind.SEARCH,)
READER = ("wording", "people_list", "search")
PER_PAGE = 10
ABSENT = {
    "slug": "the row's link names a member id",
    "member_id": "neither the row nor its links name a member id",
    "headline": "no line stands below the name",
    "location": "no second line stands below the name",
    "degree": "no badge of a degree is visible",
    "degree_text": "no badge of a degree is visible",
    "open_to_work": "the photo's description is in words that are not known",
    "is_hiring": "the photo's description is in words that are not known",
    "mini_profile_id": "the row's link carries none",
    "member_urn": "the row carries none",
    "badge": "no badge stands beside the name",
    "snippet": "no excerpt of whole words stands below",
    "excerpt": "no excerpt stands below",
}
ABSENT_ON_PAGE = {
    "data_sdui_screen": "the page names no screen",
    "query": "neither the box, the title nor the address says what was searched for",
    "unread_notifications": "the title counts none",
    "viewer_name": "the page does not name who is signed in",
    "location_filter": "no place is marked as chosen",
    "degree_filter": "the page offers no degrees to choose from",
    "pagination": "the page has no pager",
    "next_page": "the pager offers no next page",
    "total_pages": "the pager does not say",
    "limit": "nothing speaks of a limit",
}


@dataclass(frozen=True)
class SearchPage:
    """What one page shows. `next_page` is None on the last; `is_cut`: fewer people than its pager promises."""

    items: list[dict[str, Any]]
    page: int
    next_page: int | None
    total_pages: int | None
    out_of_network: int
    left_out: list[str]  # why each of the rows without an item is nobody
    is_cut: bool
    language: str | None


def read_results(window: Window, search_url: str, page: int = 1) -> SearchPage:
    """Open that page of the search and read it.

    Raises LayoutChanged when the page is neither results nor an empty answer, LimitReached at the
    commercial-use limit, AccountPaused where the gate is shut; ValueError for an address of no people search.
    """
    window.open(page_address(search_url, page))
    seen = _read(window)
    found = describe(seen.page)
    if found["limit"] == "said":
        raise LimitReached("the network's commercial use of the search", _next_month(window.clock.now()))
    if found["state"] == "not_loaded":
        raise LayoutChanged("search.results", "neither results nor an empty answer")
    shown = (found["pagination"] or {}).get("current")
    if shown not in (None, page):
        raise LayoutChanged("search.results", f"page {shown} is shown, page {page} was asked for")
    return SearchPage(
        items=found["items"],
        page=page,
        next_page=page + 1 if found["next_page"] else None,
        total_pages=found["total_pages"],
        out_of_network=found["out_of_network_items"],
        left_out=[row["reason"] for row in found["left_out"]],
        is_cut=found["limit"] == "cut",
        language=seen.gate.lang,
    )


def page_address(search_url: str, page: int) -> str:
    """The address of a page of a search, on the network that is used. Raises ValueError for anything else."""
    if segments(search_url)[:3] != ["search", "results", "people"] or len(segments(search_url)) > 3:
        raise ValueError("not the address of a people search")
    asked = [pair for pair in parse_qsl(urlsplit(search_url).query) if pair[0] != "page"]
    return f"{PATH}?{urlencode([*asked, ('page', str(page))] if page > 1 else asked)}"


def describe(page: dict[str, Any]) -> dict[str, Any]:
    """The reader's page with what follows from it: its state, the way on, and why a field is absent."""
    pager = page["pagination"] or {}
    has_next = bool(pager.get("next_available"))
    current = pager.get("current") or (1 if page["items"] else None)
    found = {
        **page,
        "items": [_with_reasons(item) for item in page["items"]],
        "state": _state(page),
        "next_page": current + 1 if current and has_next else None,
        "total_pages": pager.get("total_pages"),
        "limit": "said" if page["says_limit"] else "cut" if _is_cut(page, has_next) else None,
    }
    return {**found, "reasons": {name: why for name, why in ABSENT_ON_PAGE.items() if found[name] is None}}


def _state(page: dict[str, Any]) -> str:
    """An empty answer is one that says so: nothing at all may simply not have loaded."""
    if page["items"] or page["left_out"]:
        return "results"
    return "empty" if page["says_empty"] and not page["is_busy"] else "not_loaded"


def _is_cut(page: dict[str, Any], has_next: bool) -> bool:
    """Every page but the last is full; the network quietly shows one or two where its limit is reached."""
    return has_next and len(page["items"]) + len(page["left_out"]) < PER_PAGE // 2


def _with_reasons(item: dict[str, Any]) -> dict[str, Any]:
    absent = {name: why for name, why in ABSENT.items() if item[name] is None}
    if item["action"]["kind"] is None:
        has_control = item["action"]["tag"] is not None
        absent["action"] = "the control bears no known label" if has_control else "the row offers none"
    return {**item, "reasons": absent}


def _read(window: Window) -> Reading:
    """Led away to another page of the network is a limit; whatever else is no search stops everything."""
    seen = window.look(*READER, wait_ms=WAIT_MS, words=words())
    parts = segments(seen.gate.address)
    is_shown_out = parts[:1] in (["premium"], ["search"]) and parts[:3] != ["search", "results", "people"]
    if is_shown_out and seen.gate.is_signed_in and seen.gate.kind in {*SIGNED_IN, PageKind.UNKNOWN}:
        raise LimitReached("the network's commercial use of the search", _next_month(window.clock.now()))
    gate = seen.gate
    window.admit(gate, HERE)
    if seen.page is None:
        raise LayoutChanged("search.results", "something stands in front of the page")
    return seen


def _next_month(now: datetime) -> datetime:
    """The network counts searches anew on the first of each month."""
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)
