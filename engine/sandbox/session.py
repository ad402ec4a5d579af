"""Who is signed in: the cookie that counts, the sign-in form, and where everybody else is sent."""

import hashlib
from urllib.parse import quote

from engine.sandbox.exchange import Answer, Request, redirect
from engine.sandbox.town import Town

REHEARSAL = "rehearsal"
CREDENTIALS = {"lucie@example.org": "valbreuil", "rehearsal@example.org": "rehearsal"}


def token_of(user: str) -> str:
    return "AQED" + hashlib.sha256(f"sandbox session of {user}".encode()).hexdigest()


TOKENS = {REHEARSAL, *map(token_of, CREDENTIALS)}


def is_signed_in(town: Town, request: Request) -> bool:
    return not town.faults.get("logged_out") and request.cookies.get("li_at") in TOKENS


def has_right_password(form: dict[str, str]) -> bool:
    expected = CREDENTIALS.get(form.get("session_key", ""))
    return expected is not None and form.get("session_password") == expected


def sign_in(form: dict[str, str]) -> Answer:
    """The answer to the right password; the session goes back where it came from, on this site only."""
    target = form.get("session_redirect", "")
    is_local = target.startswith("/") and not target.startswith(("//", "/\\"))
    year = 365 * 24 * 3600
    return redirect(
        target if is_local else "/feed/",
        f"li_at={token_of(form['session_key'])}; Path=/; Max-Age={year}; HttpOnly; SameSite=Lax",
        'JSESSIONID="ajax:4711081500000000"; Path=/; SameSite=Lax',
    )


def send_away(request: Request) -> Answer:
    """Where a visitor without a session ends: the wall in front of profiles, the sign-in form elsewhere."""
    if request.path.startswith("/in/"):
        return redirect(f"/authwall?trk=qf&original_referer=&sessionRedirect={quote(request.path, safe='')}")
    return redirect(f"/login?session_redirect={quote(request.path, safe='')}")
