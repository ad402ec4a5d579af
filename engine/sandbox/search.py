"""People search: who is found, ten to a page, and what stands between the results."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from engine.sandbox.exchange import Answer, Request, redirect
from engine.sandbox.framing import framed
from engine.sandbox.markup import Markup
from engine.sandbox.people import Person
from engine.sandbox.town import Town

PAGE_SIZE = 10
LIMITED_SIZE = 2
MOST_BUTTONS = 10
TEMPLATES = {"sdui2": "search.html", "sdui1": "search_sdui1.html", "ember": "ember_search.html"}


@dataclass(frozen=True)
class Result:
    """One person as a search shows them."""

    person: Person
    name: str
    href: str
    degree: str
    badge: str
    action: str
    snippet: str
    mutual: list[Person]
    has_upsell_after: bool


@dataclass(frozen=True)
class Pager:
    page: int
    pages: int

    @property
    def numbers(self) -> list[int]:
        first = max(1, min(self.page - MOST_BUTTONS // 2, self.pages - MOST_BUTTONS + 1))
        return list(range(first, min(first + MOST_BUTTONS, self.pages + 1)))

    @property
    def has_previous(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages


def search(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """A page past the last one is empty, as the network's is."""
    query, number = request.query.get("keywords", ""), request.query.get("page", "1")
    page = int(number) if number.isdecimal() and number != "0" else 1
    found = [one for one in _candidates(town) if _matches(town, one, query)]
    town.searches += 1
    limit = town.faults.number("commercial_limit", -1)
    is_limited = town.faults.has("commercial_limit") and town.searches > limit
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE][: LIMITED_SIZE if is_limited else None]
    pager = Pager(page, 1 if is_limited else -(-len(found) // PAGE_SIZE))
    return framed(
        town,
        markup,
        TEMPLATES[town.generation_of("search")],
        w_title=town.words["search_title"],
        query=query,
        is_limited=is_limited,
        results=[_result(town, one, place, query) for place, one in enumerate(shown)],
        total=len(found),
        pager=pager,
        degrees=[_degree(town, number) for number in (1, 2, 3)],
        state=_said(town.words["page_of"], page=page, pages=pager.pages),
        heading=_said(
            town.words["search_heading"], query=query, count=len(found), page=page, pages=pager.pages
        ),
    )


def headless(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """Where the link of somebody out of reach leads: back to a search."""
    return redirect("/search/results/people/?" + urlencode({"keywords": request.query.get("keywords", "")}))


def _candidates(town: Town) -> Iterator[Person]:
    """Strangers and connections in turns, the owner among them where their words match too."""
    yield from sorted(town.everyone, key=lambda one: one.number)


def _matches(town: Town, person: Person, query: str) -> bool:
    told = _plain(f"{person.name} {person.headline} {person.company} {person.location}")
    return all(word in told for word in _plain(query).split())


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def _result(town: Town, person: Person, place: int, query: str) -> Result:
    degree = town.words["you"] if person.is_own else town.words[f"degree_{person.degree}"].removeprefix("· ")
    roles = [f"{role.title} – {one.company}" for one in person.career.experience for role in one.roles]
    own_address = f"https://www.linkedin.com/in/{person.slug}"
    away = urlencode({"origin": "GLOBAL_SEARCH_HEADER", "keywords": query})
    return Result(
        person=person,
        name=town.name(person),
        href=own_address
        if person.name
        else f"https://www.linkedin.com/search/results/people/headless?{away}",
        degree=f"• {degree}",
        badge="Premium" if person.number % 5 == 0 else "Verified" if person.number % 5 == 1 else "",
        action="" if person.is_own or not person.name else town.offer(person),
        snippet=roles[0] if roles else "",
        mutual=[one for one in town.people if one.slug in person.mutual],
        has_upsell_after=place == 1,
    )


def _degree(town: Town, number: int) -> dict[str, str]:
    text = town.words[f"degree_{number}"].removeprefix("· ")
    return {"text": text, "label": _said(town.words["filter_by"], degree=text)}


def _said(pattern: str, **values: object) -> str:
    for name, value in values.items():
        pattern = pattern.replace("{" + name + "}", str(value))
    return pattern
