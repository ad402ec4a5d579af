"""What page is this? Every navigation ends here; whatever is not expected pauses the account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Evidence = Mapping[str, Any]


class PageKind(StrEnum):
    """The pages that can be told apart; those up to CONNECTIONS are pages of the signed-in network."""

    FEED = "feed"
    BIRTHDAYS = "birthdays"
    PROFILE = "profile"
    SEARCH = "people_search"
    MESSAGING = "messaging"
    INVITATIONS = "invitations"
    CONNECTIONS = "connections"
    LOGIN = "login"
    AUTHWALL = "authwall"
    CHECKPOINT = "checkpoint"
    CHOOSER = "chooser"
    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate_limited"
    REDIRECT_LOOP = "redirect_loop"
    BROWSER_ERROR = "browser_error"
    EMPTY = "empty"
    UNKNOWN = "unknown"


SIGNED_IN = frozenset(list(PageKind)[:7])

# The screens of the SDUI generations, by the end of their name, and the path each of them stands at.
SCREENS = {
    "CatchUpBirthday": PageKind.BIRTHDAYS,
    "profile.Profile": PageKind.PROFILE,
    "SearchResultsPeople": PageKind.SEARCH,
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
    if host is not None and urlsplit(str(seen["address"])).netloc.lower() != host.lower():
        return PageKind.UNKNOWN
    if _is_checkpoint(seen):
        return PageKind.CHECKPOINT
    if seen["status"] in (429, 999) or _says(seen["bare_text"], THROTTLED):
        return PageKind.RATE_LIMITED
    return _sign_in(seen)


THROTTLED = ("too many requests", "rate limit", "slow down", "try again later", "trop de requêtes")


def _says(text: str, words: Collection[str]) -> bool:
    folded = text.replace("’", "'").lower()
    return any(word in folded for word in words)


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
        or any(seen[sign] for sign in ("has_captcha_form", "has_captcha_frame", "has_pin"))
    )


def _challenge(seen: Evidence) -> str:
    is_captcha_key = any("captcha" in key.lower() for key in seen["page_keys"])
    if seen["has_captcha_form"] or seen["has_captcha_frame"] or is_captcha_key:
        return "captcha"
    return "pin" if seen["has_pin"] else "other"


def _sign_in(seen: Evidence) -> PageKind | None:
    parts = segments(str(seen["address"]))
    if parts[:1] == ["authwall"] or parts[:2] == ["signup", "cold-join"]:
        return PageKind.AUTHWALL
    if any(key.startswith("auth_wall") for key in seen["page_keys"]):
        return PageKind.AUTHWALL
    if _is_signed_in(seen):
        return None
    if seen["has_join_form"]:
        return PageKind.AUTHWALL
    if seen["has_chooser"]:
        return PageKind.CHOOSER
    is_at_login = parts[:1] in (["login"], ["uas"]) or parts[:2] in (["m", "login"], ["checkpoint", "lg"])
    return PageKind.LOGIN if is_at_login or seen["has_login_form"] or seen["has_password"] else None


def _page(seen: Evidence) -> PageKind:
    if _is_unavailable(seen):
        return PageKind.UNAVAILABLE
    if seen["body_length"] == 0 or (seen["has_main"] and seen["main_length"] == 0):
        return PageKind.EMPTY
    if not _is_signed_in(seen):
        return PageKind.UNKNOWN
    by_path, by_screen = _kind_by_path(str(seen["address"])), _kind_by_screen(seen["screens"])
    if by_path is PageKind.PROFILE and not (seen["has_top_card"] or by_screen is PageKind.PROFILE):
        return PageKind.UNKNOWN
    # A screen that contradicts the address is the page before, still mounted.
    return by_path if by_path and by_screen in (None, by_path) else PageKind.UNKNOWN


UNAVAILABLE = (
    "page doesn't exist", "page not found", "profile not found", "profile is not available",
    "profile isn't available", "page n'existe pas", "page introuvable", "profil introuvable",
    "profil n'est pas disponible", "seite existiert nicht", "seite nicht gefunden", "profil ist nicht verfügbar",
    "página no existe", "perfil no está disponible", "pagina non trovata", "pagina non esiste",
    "profilo non disponibile", "página não existe", "perfil não está disponível", "pagina bestaat niet",
)  # fmt: skip


def _is_unavailable(seen: Evidence) -> bool:
    parts = segments(str(seen["address"]))
    if parts[:1] == ["404"] or parts[:2] == ["in", "unavailable"] or seen["status"] == 404:
        return True
    is_elsewhere = _kind_by_path(str(seen["address"])) not in (None, PageKind.PROFILE)
    return not (seen["has_top_card"] or is_elsewhere) and _says(
        seen["main_text"] or seen["bare_text"], UNAVAILABLE
    )


def _kind_by_path(address: str) -> PageKind | None:
    parts = segments(address)
    for path, kind in PATHS:
        if tuple(parts[: len(path)]) == path and (kind is not PageKind.PROFILE or len(parts) > 1):
            return kind
    return None


def _kind_by_screen(screens: Collection[str]) -> PageKind | None:
    kinds = {kind for end, kind in SCREENS.items() for screen in screens if screen.endswith(end)}
    return kinds.pop() if len(kinds) == 1 else None


def _generation(seen: Evidence, kind: PageKind) -> str | None:
    """Which of the markups of the network this is, in the words of the captures."""
    if kind is PageKind.AUTHWALL:
        return "guest"
    if kind is PageKind.CHECKPOINT:
        return "checkpoint"
    if kind is PageKind.LOGIN:
        return "login page (2025)" if seen["has_login_form"] else "login page (2026)"
    if seen["screens"] or seen["nav"]["is_sdui"] or (seen["component_keys"] and not seen["is_ember"]):
        return "sdui1" if seen["view_names"] else "sdui2"
    return "ember" if seen["is_ember"] else None
