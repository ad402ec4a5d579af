"""What page is this? Every navigation ends here; whatever is not expected pauses the account."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from engine.pages.words import says

Evidence = Mapping[str, Any]


class PageKind(StrEnum):
    """The pages that can be told apart; those up to CONNECTIONS are pages of the signed-in network."""

    FEED = "feed"
    BIRTHDAYS = "birthdays"
    PROFILE = "profile"
    PROFILE_DETAILS = "profile_details"
    SEARCH = "people_search"
    MESSAGING = "messaging"
    INVITATIONS = "invitations"
    CONNECTIONS = "connections"
    LOGIN = "login"
    AUTHWALL = "authwall"
    CHECKPOINT = "checkpoint"
    CHOOSER = "chooser"
    COLD_JOIN = "cold_join"
    GUEST_HOME = "guest_home"
    INTERSTITIAL = "interstitial"
    RESTRICTED = "restricted"
    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate_limited"
    REDIRECT_LOOP = "redirect_loop"
    BROWSER_ERROR = "browser_error"
    EMPTY = "empty"
    PROFILE_FRAGMENT = "profile_fragment"  # sections of a profile that somebody saved without their page
    UNKNOWN = "unknown"


SIGNED_IN = frozenset(list(PageKind)[: list(PageKind).index(PageKind.LOGIN)])

# The screens of the SDUI generations, by the end of their name, and the path each of them stands at.
SCREENS = {
    "CatchUpBirthday": PageKind.BIRTHDAYS,
    "profile.Profile": PageKind.PROFILE,
    "profile.ProfileDetails": PageKind.PROFILE_DETAILS,
    "SearchResultsPeople": PageKind.SEARCH,
}
# One screen for each kind of details, as far as they have been named.
DETAILS_SCREEN = re.compile(r"(profile\.ProfileDetails)\w*$")
# The network's own names of its pages, where the markup carries them.
PAGE_KEYS = {
    "d_flagship3_feed": PageKind.FEED,
    "d_flagship3_profile_view_base": PageKind.PROFILE,
    "d_flagship3_search_srp_people": PageKind.SEARCH,
    "d_flagship3_messaging": PageKind.MESSAGING,
}
PATHS = (
    (("feed",), PageKind.FEED),
    (("mynetwork", "catch-up", "birthday"), PageKind.BIRTHDAYS),
    (("in",), PageKind.PROFILE),
    (("search", "results", "people"), PageKind.SEARCH),
    (("messaging",), PageKind.MESSAGING),
    (("mynetwork", "invitation-manager"), PageKind.INVITATIONS),
    (("mynetwork", "invite-connect", "connections"), PageKind.CONNECTIONS),
)


@dataclass(frozen=True)
class Gate:
    """A page's kind and what spoke for it. `is_signed_in`: the network's own navigation stands on it."""

    kind: PageKind
    address: str
    is_signed_in: bool
    lang: str | None
    dom_generation: str | None
    challenge: str | None = None  # captcha, pin or other
    title: str = ""
    seen: Evidence = field(default_factory=dict, compare=False, repr=False)

    def is_one_of(self, allowed: Collection[PageKind]) -> bool:
        return self.is_signed_in and self.kind in allowed


def classify(seen: Evidence, host: str | None = None) -> Gate:
    """The verdict over gate.js's evidence; `host`: the network's own, any other is not a page to read."""
    kind = _trouble(seen, host) or _page(seen)
    return Gate(
        kind=kind,
        address=str(seen["address"]),
        is_signed_in=_is_signed_in(seen),
        lang=str(seen["lang"])[:2].lower() if seen["lang"] else None,
        dom_generation=_generation(seen, kind),
        challenge=_challenge(seen) if kind is PageKind.CHECKPOINT else None,
        title=str(seen["title"]),
        seen=seen,
    )


def segments(address: str) -> list[str]:
    return [unquote(part) for part in urlsplit(address).path.split("/") if part]


def _is_signed_in(seen: Evidence) -> bool:
    nav = seen["nav"]
    return bool(nav["is_sdui"] or nav["is_ember"] or nav["links"] >= 2)


def _trouble(seen: Evidence, host: str | None) -> PageKind | None:
    """Everything that stands in the way, hardest first; None where nothing does."""
    if seen["is_network_error"]:
        return _network_error(str(seen["error_code"] or ""))
    if host is not None and seen["address"] and urlsplit(str(seen["address"])).netloc.lower() != host.lower():
        return PageKind.UNKNOWN
    if _is_checkpoint(seen):
        is_asked = seen["has_captcha_form"] or seen["has_captcha_frame"] or seen["has_pin"]
        return PageKind.RESTRICTED if _is_restricted(seen) and not is_asked else PageKind.CHECKPOINT
    if seen["status"] in (429, 999) or says("throttled", seen["bare_text"]):
        return PageKind.RATE_LIMITED
    if _is_restricted(seen):
        return PageKind.RESTRICTED
    return PageKind.INTERSTITIAL if seen["has_agreement"] else _sign_in(seen)


def _is_restricted(seen: Evidence) -> bool:
    """Told by words alone, so only where next to nothing else stands: a post may hold the same words."""
    parts = segments(str(seen["address"]))
    if parts[:2] == ["checkpoint", "restricted"] or any("ch_restricted" in key for key in seen["page_keys"]):
        return True
    is_elsewhere = _is_signed_in(seen) and _kind_by_path(str(seen["address"])) not in (None, PageKind.FEED)
    text = seen["main_text"] or seen["bare_text"]
    is_members = seen["has_top_card"] or seen["screens"] or (_is_signed_in(seen) and seen["has_posts"])
    return not (is_elsewhere or is_members) and says("restricted", text)


def _network_error(code: str) -> PageKind:
    if "429" in code:
        return PageKind.RATE_LIMITED
    return PageKind.REDIRECT_LOOP if "TOO_MANY_REDIRECTS" in code else PageKind.BROWSER_ERROR


def _is_checkpoint(seen: Evidence) -> bool:
    parts = segments(str(seen["address"]))
    first, second = [*parts, "", ""][:2]
    said = dict(parse_qsl(urlsplit(str(seen["address"])).query)).values()
    by_address = (
        (first in ("checkpoint", "challenge") and second not in ("lg", "rm"))
        or parts[:2] == ["uas", "consumer-email-challenge"]
        or "challenge_global_internal_error" in {*parts, *said}
    )
    by_key = any(key.startswith("d_checkpoint_ch") for key in seen["page_keys"])
    return (
        by_address
        or by_key
        or any(
            seen[sign] for sign in ("has_captcha_form", "has_captcha_frame", "has_challenge_form", "has_pin")
        )
    )


def _challenge(seen: Evidence) -> str:
    is_captcha_key = any("captcha" in key.lower() for key in seen["page_keys"])
    if seen["has_captcha_form"] or seen["has_captcha_frame"] or is_captcha_key:
        return "captcha"
    return "pin" if seen["has_pin"] else "other"


def _sign_in(seen: Evidence) -> PageKind | None:
    """The faces that the network shows to those who are not signed in."""
    parts = segments(str(seen["address"]))
    keys = [key.lower() for key in seen["page_keys"]]
    if parts[:2] == ["signup", "cold-join"] or any(
        "cold-join" in key or "cold_join" in key or "coldjoin" in key for key in keys
    ):
        return PageKind.COLD_JOIN
    if parts[:1] == ["authwall"] or any(key.startswith(("auth_wall", "public_profile")) for key in keys):
        return PageKind.AUTHWALL
    if _is_signed_in(seen):
        return None
    if _is_guest_home(seen, keys):
        return PageKind.GUEST_HOME
    if seen["has_join_form"]:
        return PageKind.AUTHWALL
    return PageKind.CHOOSER if seen["has_chooser"] else _login(seen, keys)


def _is_guest_home(seen: Evidence, keys: Collection[str]) -> bool:
    if any("guest-home" in key or "guest_home" in key or "homepage-guest" in key for key in keys):
        return True
    is_home = bool(seen["address"]) and not segments(str(seen["address"]))
    return is_home and seen["guest_links"] == 2 and not seen["has_login_form"]


def _login(seen: Evidence, keys: Collection[str]) -> PageKind | None:
    parts = segments(str(seen["address"]))
    is_at_login = parts[:1] in (["login"], ["uas"]) or parts[:2] in (["m", "login"], ["checkpoint", "lg"])
    by_key = any(key.startswith("d_checkpoint_lg") for key in keys)
    is_form = seen["has_login_form"] or seen["has_password"]
    return PageKind.LOGIN if is_at_login or by_key or is_form else None


def _page(seen: Evidence) -> PageKind:
    if _is_unavailable(seen):
        return PageKind.UNAVAILABLE
    if seen["body_length"] == 0 or (seen["has_main"] and seen["main_length"] == 0):
        return PageKind.EMPTY
    if not _is_signed_in(seen):
        return PageKind.PROFILE_FRAGMENT if _is_fragment(seen) else PageKind.UNKNOWN
    by_path = _kind_by_path(str(seen["address"])) if seen["address"] else _kind_by_content(seen)
    by_screen = _kind_by_screen(seen["screens"])
    if by_path is PageKind.PROFILE and not (seen["has_top_card"] or by_screen is PageKind.PROFILE):
        return PageKind.UNKNOWN
    # A screen that contradicts the address is the page before, still mounted.
    return by_path if by_path and by_screen in (None, by_path) else PageKind.UNKNOWN


def _is_fragment(seen: Evidence) -> bool:
    return bool(seen["profile_cards"]) and not seen["has_main"] and not seen["title"]


def _kind_by_content(seen: Evidence) -> PageKind | None:
    """What a page whose address is not known says of itself; None where that is nothing, or two things."""
    by_key = {PAGE_KEYS[key] for key in seen["page_keys"] if key in PAGE_KEYS}
    by_screen = {kind for kind in (_kind_by_screen(seen["screens"]),) if kind}
    by_shape = {PageKind(shape) for shape in seen["shapes"]}
    for kinds in (by_screen, by_key, by_shape):
        if kinds:
            return kinds.pop() if len(kinds) == 1 else None
    return None


def _is_unavailable(seen: Evidence) -> bool:
    parts = segments(str(seen["address"]))
    if parts[:1] == ["404"] or parts[:2] == ["in", "unavailable"] or seen["status"] == 404:
        return True
    is_elsewhere = _kind_by_path(str(seen["address"])) not in (None, PageKind.PROFILE)
    is_members = seen["has_top_card"] or (_is_signed_in(seen) and seen["has_posts"])
    text = seen["main_text"] or seen["bare_text"]
    return not (is_members or is_elsewhere) and says("unavailable", text)


def _kind_by_path(address: str) -> PageKind | None:
    parts = segments(address)
    for path, kind in PATHS:
        if tuple(parts[: len(path)]) == path and (kind is not PageKind.PROFILE or len(parts) > 1):
            is_details = kind is PageKind.PROFILE and parts[2:3] == ["details"]
            return PageKind.PROFILE_DETAILS if is_details else kind
    return None


def _kind_by_screen(screens: Collection[str]) -> PageKind | None:
    names = [DETAILS_SCREEN.sub(r"\1", screen) for screen in screens]
    kinds = {kind for end, kind in SCREENS.items() for name in names if name.endswith(end)}
    return kinds.pop() if len(kinds) == 1 else None


def _generation(seen: Evidence, kind: PageKind) -> str | None:
    """Which of the markups of the network this is, in the words of the captures."""
    if kind in (PageKind.AUTHWALL, PageKind.GUEST_HOME, PageKind.COLD_JOIN):
        return "guest"
    if kind is PageKind.CHECKPOINT:
        return "checkpoint"
    if kind is PageKind.LOGIN:
        return "login page (2025)" if seen["has_login_form"] else "login page (2026)"
    if seen["screens"] or seen["nav"]["is_sdui"] or (seen["component_keys"] and not seen["is_ember"]):
        return "sdui1" if seen["view_names"] else "sdui2"
    return "ember" if seen["is_ember"] else None
