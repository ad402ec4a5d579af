"""The pages a person reads: sign-in, feed, birthdays, profiles, and the walls in between."""

from typing import Any

from engine.sandbox import session
from engine.sandbox.birthday_list import cards, compose_href
from engine.sandbox.exchange import Answer, Request, as_json, redirect
from engine.sandbox.markup import Markup
from engine.sandbox.people import Person
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
    return _page(town, markup, "feed.html", w_title=town.words["feed_title"], people=strangers(town))


def not_found(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return _page(town, markup, "not_found.html", status=404, w_title=town.words["not_found_title"])


def preload(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return Answer(markup.render("preload.html"))


def never(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    return Answer(hangs=True)


def birthdays(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    shown, has_more = cards(town, 0)
    title = town.words["catch_up_title"]
    return _page(
        town, markup, "birthdays.html", w_title=title, cards=shown, has_more=has_more, triggers=town.triggers
    )


def more_birthdays(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    start = request.query.get("start", "0")
    shown, has_more = cards(town, int(start) if start.isdecimal() else 0)
    html = markup.render("cards.html", w=town.words, cards=shown, triggers=town.triggers)
    return as_json({"html": html, "has_more": has_more, "count": len(shown)})


def profile(town: Town, markup: Markup, request: Request, slug: str) -> Answer:
    if wanted := town.faults.text("redirect_profile"):
        if wanted != slug:
            return redirect(f"/in/{wanted}/")
    elif slug == "me":
        return redirect(f"/in/{town.own.slug}/")
    if person := town.by_slug(slug):
        return _profile_page(town, markup, person)
    renamed = town.by_old_slug(slug)
    return redirect(f"/in/{renamed.slug}/" if renamed else "/404/")


def _profile_page(town: Town, markup: Markup, person: Person) -> Answer:
    name = town.name(person)
    return _page(
        town,
        markup,
        "profile.html",
        w_title=f"{name} | LinkedIn",
        person=person,
        name=name,
        degree=town.words[f"degree_{person.degree}"],
        hidden_degree=town.words["degree_2" if person.degree == 1 else "degree_1"],
        compose_href=compose_href(person, screenContext="NON_SELF_PROFILE_VIEW"),
        people=strangers(town),
        neighbours=[(one, compose_href(one)) for one in _neighbours(town, person)],
    )


def strangers(town: Town) -> list[Person]:
    return [one for one in town.people if one.degree > 1]


def _neighbours(town: Town, person: Person) -> list[Person]:
    """Other people's cards beside a profile: links to write to them stand right there."""
    return [one for one in town.people if one.degree == 1 and one.name and not one.is_own and one != person][
        :3
    ]


def _page(town: Town, markup: Markup, template: str, *, status: int = 200, **context: Any) -> Answer:
    frame = {"w": town.words, "own": town.own, "own_name": town.name(town.own)}
    return Answer(markup.render(template, **frame, **context), status)
