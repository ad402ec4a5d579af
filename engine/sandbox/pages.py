"""The pages a person reads: sign-in, feed, birthdays, and the walls in between."""

from engine.sandbox import session
from engine.sandbox.birthday_list import cards
from engine.sandbox.exchange import Answer, Request, as_json, redirect
from engine.sandbox.framing import frame, framed, strangers
from engine.sandbox.markup import Markup
from engine.sandbox.town import Town


def login(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return _sign_in_page(markup, request.query.get("session_redirect", ""))


def submit_login(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    if session.has_right_password(request.form):
        return session.sign_in(request.form)
    return _sign_in_page(markup, request.form.get("session_redirect", ""), is_wrong=True)


def _sign_in_page(markup: Markup, target: str, *, is_wrong: bool = False) -> Answer:
    return Answer(markup.render("login.html", session_redirect=target, is_wrong=is_wrong))


def authwall(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return Answer(markup.render("authwall.html", session_redirect=request.query.get("sessionRedirect", "")))


def checkpoint(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return Answer(markup.render("checkpoint.html"))


def captcha_frame(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return Answer(markup.render("captcha_frame.html"))


def verify(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """A person answered the question."""
    for name in ("checkpoint_after", "checkpoint_at"):
        town.faults.pop(name, None)
    town.is_challenged = False
    return redirect("/feed/")


def to_feed(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return redirect("/feed/")


def feed(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    template = "ember_feed.html" if town.generation_of("feed") == "ember" else "feed.html"
    return framed(town, markup, template, w_title=town.words["feed_title"], people=strangers(town))


def not_found(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return framed(town, markup, "not_found.html", status=404, w_title=town.words["not_found_title"])


def preload(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return Answer(markup.render("preload.html"))


def never(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return Answer(hangs=True)


def birthdays(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    shown, has_more = cards(town, 0)
    title = town.words["catch_up_title"]
    return framed(town, markup, "birthdays.html", w_title=title, cards=shown, has_more=has_more)


def more_birthdays(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    start = request.query.get("start", "0")
    shown, has_more = cards(town, int(start) if start.isdecimal() else 0)
    html = markup.render("cards.html", **frame(town), cards=shown)
    return as_json({"html": html, "has_more": has_more, "count": len(shown)})
