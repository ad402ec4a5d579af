"""The frame that every signed-in page stands in: the words, the owner's name, and the generation of its markup."""

from typing import Any

from engine.sandbox.exchange import Answer
from engine.sandbox.markup import Markup
from engine.sandbox.people import Person
from engine.sandbox.town import Town

PROPOSED = 10


def framed(town: Town, markup: Markup, template: str, *, status: int = 200, **context: Any) -> Answer:
    return Answer(markup.render(template, **frame(town), **context), status)


def frame(town: Town) -> dict[str, Any]:
    """What every page and every part of a page may name."""
    return {"w": town.words, "own": town.own, "own_name": town.name(town.own), "triggers": town.triggers}


def strangers(town: Town) -> list[Person]:
    """People whom the network proposes beside a page: a few, however many live in the town."""
    return [one for one in town.people if one.degree > 1][:PROPOSED]


def neighbours(town: Town, person: Person) -> list[Person]:
    """Other people beside a page: links to write to them stand right there."""
    return [one for one in town.people if one.degree == 1 and one.name and not one.is_own and one != person][
        :3
    ]
