"""A person's page with its lazy cards, and the pages of details behind each card."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from engine.sandbox.addresses import compose_href
from engine.sandbox.exchange import Answer, Request, as_json, redirect
from engine.sandbox.framing import frame, framed, neighbours, strangers
from engine.sandbox.markup import Markup
from engine.sandbox.people import Person
from engine.sandbox.sections import SECTIONS, section
from engine.sandbox.town import Town

ON_CARD = {"experience": 3, "education": 2, "certifications": 2, "skills": 2, "languages": 2}
DETAILS_PAGE_SIZE = 5


def profile(town: Town, markup: Markup, request: Request, slug: str) -> Answer:
    if wanted := town.faults.text("redirect_profile"):
        if wanted != slug:
            return redirect(f"/in/{quote(wanted)}/")
    elif slug == "me":
        return redirect(f"/in/{quote(town.own.slug)}/")
    shown = town.by_slug(town.faults.text("profile_shows") or slug)
    if shown and town.by_slug(slug):
        answer = framed(town, markup, _template(town, "profile"), **profile_context(town, shown))
        return _about_to_change(town, answer)
    return elsewhere(town, slug)


def _about_to_change(town: Town, answer: Answer) -> Answer:
    """A page on which another person's profile takes over, as a slow navigation within the page would do it."""
    slug = town.faults.text("profile_becomes")
    if not slug:
        return answer
    script = f'<script src="/static/turning.js" data-slug="{quote(slug)}" defer></script></head>'
    return replace(answer, body=answer.body.replace("</head>", script, 1))


def details(town: Town, markup: Markup, request: Request, slug_and_kind: str) -> Answer:
    slug, _, kind = slug_and_kind.partition("/details/")
    person = town.by_slug(slug)
    if person is None:
        return elsewhere(town, slug)
    whole = [section(town, person, kind, len(getattr(person.career, kind)))]
    context = {"kind": kind, "title": town.words[kind], "whole": whole, **profile_context(town, person)}
    return framed(town, markup, _template(town, "details"), **context)


def cards(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """The lazy cards of a profile: `part` is "above" (About) or "below" (the rest)."""
    person = town.by_slug(request.query.get("slug", ""))
    if person is None:
        return as_json({"error": "no such member"}, 404)
    part = request.query.get("part", "")
    sections = [] if part == "above" else [section(town, person, kind, ON_CARD[kind]) for kind in SECTIONS]
    context = {"about": person.career.about if part == "above" else "", "sections": sections}
    html = markup.render("profile_cards.html", **frame(town), **reference(town, person), **context)
    return as_json({"html": html})


def more_details(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """The next entries of a page of details."""
    person, kind = town.by_slug(request.query.get("slug", "")), request.query.get("kind", "")
    start = request.query.get("start", "0")
    if person is None or kind not in SECTIONS or not start.isdecimal():
        return as_json({"error": "no such page"}, 404)
    whole = section(town, person, kind, DETAILS_PAGE_SIZE + int(start))
    shown = replace(whole, entries=whole.entries[int(start) :])
    html = markup.render("entries.html", **frame(town), **reference(town, person), section=shown)
    answer = {"html": html, "count": len(shown.entries), "has_more": not whole.is_whole}
    return as_json({**answer, "more": town.words["show_more"]})


def elsewhere(town: Town, slug: str) -> Answer:
    renamed = town.by_old_slug(slug)
    return redirect(f"/in/{quote(renamed.slug)}/" if renamed else "/404/")


def _template(town: Town, name: str) -> str:
    return f"ember_{name}.html" if town.generation_of("profile") == "ember" else f"{name}.html"


def profile_context(town: Town, person: Person) -> dict[str, Any]:
    name, words = town.name(person), town.words
    offer = town.offer(person)
    written_to = town.by_slug(town.faults.text("message_link_of")) or person
    return {
        **reference(town, person),
        "w_title": f"{name} | LinkedIn",
        "degree": words[f"degree_{person.degree}"],
        "hidden_degree": words["degree_2" if person.degree == 1 else "degree_1"],
        "offer": offer,
        "menu": "connect" if person.menu == "pending" and person not in town.invited else person.menu,
        "can_message": person.degree == 1 or offer == "follow",
        "compose_href": compose_href(written_to, screenContext="NON_SELF_PROFILE_VIEW"),
        "mutual": [one for one in town.people if one.slug in person.mutual],
        "people": strangers(town),
        "neighbours": [(one, compose_href(one)) for one in neighbours(town, person)],
        "sections": [section(town, person, kind, ON_CARD[kind]) for kind in SECTIONS],
        "about": person.career.about,
    }


def reference(town: Town, person: Person) -> dict[str, Any]:
    """How the cards of a profile are told apart; some builds say it in another attribute."""
    attribute = "id" if town.faults.get("ref_in_id") else "componentkey"
    return {
        "person": person,
        "name": town.name(person),
        "ref_attribute": attribute,
        "ref": f"com.linkedin.sdui.profile.card.ref{person.member_id}",
    }
