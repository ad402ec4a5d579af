"""The list of connections, the newest first, and the search box above it."""

from datetime import timedelta
from typing import Any

from engine.sandbox.addresses import compose_href
from engine.sandbox.exchange import Answer, Request, as_json
from engine.sandbox.framing import frame, framed
from engine.sandbox.markup import Markup
from engine.sandbox.people import Person
from engine.sandbox.town import Town
from engine.sandbox.words import whole_day

PAGE_SIZE = 10


def connections(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """An older build shows all of them at once."""
    is_ember = town.generation_of("connections") == "ember"
    everyone = _connected(town, "")
    return framed(
        town,
        markup,
        "ember_connections.html" if is_ember else "connections.html",
        w_title=town.words["connections_title"],
        count=town.words["connections_count"].replace("{count}", str(len(everyone))),
        **_cards(town, everyone, 0, len(everyone) if is_ember else PAGE_SIZE),
    )


def more_connections(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """The next cards, of those whose name has the searched word in it."""
    start = request.query.get("start", "0")
    found = _connected(town, request.query.get("q", ""))
    context = _cards(town, found, int(start) if start.isdecimal() else 0, PAGE_SIZE)
    html = markup.render("connection_cards.html", **frame(town), **context)
    return as_json({"html": html, "has_more": context["has_more"], "count": len(context["cards"])})


def _connected(town: Town, word: str) -> list[Person]:
    known = [one for one in town.everyone if one.degree == 1 and not one.is_own]
    found = [one for one in known if word.lower() in town.name(one).lower()]
    return sorted(found, key=lambda one: one.connected_days)


def _cards(town: Town, people: list[Person], start: int, size: int) -> dict[str, Any]:
    cards = [_card(town, one) for one in people[start : start + size]]
    build = town.generation_of("connections")
    return {"cards": cards, "has_more": start + size < len(people), "build": build}


def _card(town: Town, person: Person) -> dict[str, Any]:
    day = whole_day(town.today - timedelta(days=person.connected_days), town.language)
    return {
        "person": person,
        "name": town.name(person),
        "since": town.words["connected_on"].replace("{date}", day),
        "href": compose_href(person),
    }
