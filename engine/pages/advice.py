"""Why a page stops everything, and what the person does first: a reason and an advice of its own for each kind."""

from engine.pages.gate import Gate, PageKind

ADVICE = {
    PageKind.LOGIN: ("The network asks to sign in", "Sign in again with log_in, then resume."),
    PageKind.AUTHWALL: (
        "The network shows its wall for guests",
        "The session is gone: run log_in, then resume.",
    ),
    PageKind.COLD_JOIN: (
        "The network asks to join, as it asks strangers",
        "The session is not known there any more: run log_in, then resume.",
    ),
    PageKind.GUEST_HOME: (
        "The network shows its home page for guests",
        "The session ended: run log_in, then resume.",
    ),
    PageKind.CHECKPOINT: (
        "The network asks for a security check",
        "Answer it yourself in a browser, then resume.",
    ),
    PageKind.CHOOSER: (
        "The network asks which account to use",
        "Run log_in and choose the account, then resume.",
    ),
    PageKind.INTERSTITIAL: (
        "The network asks to agree to something first",
        "Read it in your own browser and decide there, then resume.",
    ),
    PageKind.RESTRICTED: (
        "The network has restricted the account",
        "Read its notice in your own browser and wait until it is lifted; do not resume before.",
    ),
    PageKind.RATE_LIMITED: (
        "The network refuses more requests (429)",
        "Wait a day, lower the limits, then resume.",
    ),
    PageKind.REDIRECT_LOOP: (
        "The network redirects in circles",
        "The session is broken: run log_in, then resume.",
    ),
    PageKind.BROWSER_ERROR: ("The browser could not load the page", "Check the connection, then resume."),
    PageKind.EMPTY: ("The network shows an empty page", "Look at it in your own browser, wait, then resume."),
    PageKind.UNAVAILABLE: (
        "The network says this page does not exist",
        "Look where it has gone, then resume.",
    ),
}
CHALLENGES = {
    "captcha": (
        "The network asks for a security check (captcha)",
        "Answer it yourself in a browser: solve the puzzle there, then resume.",
    ),
    "pin": (
        "The network asks for a security check (pin)",
        "Answer it yourself in a browser: type the code that was sent to you there, then resume.",
    ),
}
NOT_RECOGNISED = ("The page is not recognised", "Look at it in your own browser, then resume.")


def advice_for(gate: Gate) -> tuple[str, str]:
    """The reason, and what to do first. A page that is only not expected here is "not recognised"."""
    if gate.kind is PageKind.CHECKPOINT and gate.challenge in CHALLENGES:
        return CHALLENGES[gate.challenge]
    reason, advice = ADVICE.get(gate.kind, NOT_RECOGNISED)
    return (f"{reason} ({gate.challenge})" if gate.challenge else reason), advice
