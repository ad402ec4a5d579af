"""One page as the engine sees it, whatever page it is: a plain object with a reason for all that is absent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from engine.pages import conversation_fields
from engine.pages.advice import advice_for
from engine.pages.base import Reading, Window
from engine.pages.gate import SIGNED_IN, Gate, PageKind, classify
from engine.pages.readers import READERS, Fields
from engine.pages.words import words

NETWORK = "https://www.linkedin.com"
_OWN = re.compile(r"https://(?:[a-z]{2,3}\.)?linkedin\.com(?=[/?#]|$)", re.ASCII)
REASONS = {
    "lang": "the page names no language, and its words are not enough to tell",
    "dom_generation": "no sign of a known generation of the markup",
    "address": "the page does not say where it stood: give it with --as",
    "h1": "the page has no h1",
    "meta_pageKey": "the page does not name itself",
    "data_sdui_screen": "the page names no screen",
    "active_pill": "no pill is marked as the current one",
    "remember_me_checked": "there is no such box",
    "form": "there is no such form",
}
PAGE_MS = 10_000


def network_address(text: str) -> str | None:
    """An address or a path, rebuilt onto the network's own host; None for what stands anywhere else."""
    if re.search(r"[\\\x00-\x20\x7f]", text):
        return None
    if text.startswith("/") and not text.startswith("//"):
        return NETWORK + text
    found = _OWN.match(text)
    return NETWORK + (text[found.end() :] or "/") if found else None


def read_page(window: Window, today: date, *, address: str | None = None, is_live: bool = False) -> Fields:
    """Look at the page that is open: first what it is, then all that its reader extracts.

    `address`: where a saved page stood; without it only what the page itself says of that counts.
    """
    first = window.look("wording", "facts", words=words(), is_counted=False, **_place(address, is_live))
    gate, facts = first.gate, first.page
    if address is None and not is_live:
        address = next(filter(None, map(network_address, facts["addresses"])), None)
        gate = classify({**gate.seen, "address": address}) if address else gate
    gate = replace(gate, lang=gate.lang or facts["language"])
    place = _place(address, is_live)
    fields, found = _read(window, gate, today, place, is_live)
    if gate.kind in SIGNED_IN and gate.kind is not PageKind.MESSAGING and _has_composer(facts):
        fields["open_conversation"] = _conversation(window, gate, place, today)
    stood_at = gate.address if is_live else address or fields.get("profile_url")
    return _whole(gate, facts, fields, stood_at) | _guesses(found)


def _place(address: str | None, is_live: bool) -> dict[str, Any]:
    """What a reader is told of the address: for a page that does not say, only the host that its links mean."""
    if is_live:
        return {}
    return {"address": address or f"{NETWORK}/", "is_address_known": address is not None}


def _read(
    window: Window, gate: Gate, today: date, place: Mapping[str, Any], is_live: bool
) -> tuple[dict[str, Any], Sequence[Mapping[str, Any]]]:
    """The fields of the page's own reader, and how it found its elements; here it may guess."""
    reader = READERS.get(gate.kind)
    if reader is None:
        return {"reasons": {}}, ()
    options = {**reader.options, **(reader.walk if is_live else {}), "words": words(), **place}
    reading = window.look(*reader.parts, wait_ms=PAGE_MS if is_live else 0, may_guess=True, **options)
    if reading.page is None:
        return {"reasons": {"page": "something stands in front of the page"}}, ()
    return reader.describe(reading.page, gate, today), reading.found


def _guesses(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The keys that no candidate found and something alike was read for, and the new candidates proposed."""
    proposals = {each["key"]: each["proposal"] for each in found if each["proposal"]}
    return {"guessed": [each["key"] for each in found if each["is_heuristic"]], "proposals": proposals}


def _has_composer(facts: Mapping[str, Any]) -> bool:
    return bool(facts["selectors"].get("composer.box", {}).get("elements"))


def _conversation(window: Window, gate: Gate, place: Mapping[str, Any], today: date) -> Fields | None:
    look: Reading = window.look(*conversation_fields.READER, **conversation_fields.NOBODY, **place)
    if look.page is None or not look.page["composers"]:
        return None
    return conversation_fields.describe_conversation(look.page, gate, today)


def _whole(
    gate: Gate, facts: Mapping[str, Any], fields: Mapping[str, Any], address: str | None
) -> dict[str, Any]:
    is_fragment = gate.kind is PageKind.PROFILE_FRAGMENT
    whole = {
        "page_kind": str(gate.kind),
        "lang": gate.lang,
        "dom_generation": gate.dom_generation,
        "title": gate.title,
        "address": address,
        "h1": facts["h1"],
        "meta_pageKey": facts["meta_pageKey"],
        "data_sdui_screen": _screen(gate),
        "logged_in": None if is_fragment else gate.is_signed_in,
        "challenge": gate.challenge or False,
        **_stop(gate),
        "selectors": _selectors(gate, facts["selectors"]),
        **_facts(gate, facts),
        **fields,
    }
    absent = {key: REASONS[key] for key, value in whole.items() if value is None and key in REASONS}
    whole["reasons"] = {**absent, **fields.get("reasons", {})}
    return whole


def _screen(gate: Gate) -> str | None:
    screens: list[str] = gate.seen["screens"]
    known = [screen for screen in screens if ".flagshipnav." in screen]
    return next(iter(known or screens), None)


def _stop(gate: Gate) -> dict[str, Any]:
    """Why nobody may act on this page, where that is so."""
    if gate.kind in SIGNED_IN and gate.is_signed_in:
        return {"needs_human": False}
    reason, advice = advice_for(gate)
    return {"needs_human": gate.kind is not PageKind.PROFILE_FRAGMENT, "reason": reason, "advice": advice}


def _selectors(gate: Gate, found: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of this kind of page, and those of composers, which open on any."""
    pages = {str(gate.kind).split("_")[0], str(gate.kind), *KEYS.get(gate.kind, ())}
    return {key: seen for key, seen in found.items() if key.split(".")[0] in pages}


KEYS: Mapping[PageKind, tuple[str, ...]] = {
    PageKind.SEARCH: ("search",),
    PageKind.PROFILE: ("composer", "thread"),
    PageKind.MESSAGING: ("composer", "thread"),
    PageKind.BIRTHDAYS: ("composer",),
}


def _facts(gate: Gate, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the walls hold; on a checkpoint `selectors` are the signs of it that are there."""
    if gate.kind is PageKind.BIRTHDAYS:
        return {"active_pill": facts["active_pill"]}
    names = {
        PageKind.CHECKPOINT: "challenge",
        PageKind.LOGIN: "login",
        PageKind.CHOOSER: "login",
        PageKind.GUEST_HOME: "login",
        PageKind.AUTHWALL: "wall",
        PageKind.COLD_JOIN: "wall",
    }
    found: Mapping[str, Any] = facts[names[gate.kind]] if gate.kind in names else {}
    return found


def path_of(address: str) -> str:
    """The path and query of an address, which is where a window opens it on its own network."""
    url = urlsplit(address)
    return f"{url.path or '/'}{'?' * bool(url.query)}{url.query}"
