"""The rest of the town, found by searches only: invented from small lists, the same people for the same seed."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.sandbox.careers import Career, Position, Role, Skill
from engine.sandbox.people import Person

SIZE = 64
# fmt: off
FIRST = [
    "Aurèle", "Bettina", "Corentin", "Dagny", "Ewan", "Faustine", "Gaspard", "Hedda",
    "Isidore", "Jonna", "Kieran", "Liselotte", "Magnus", "Nolwenn", "Oriane", "Piers",
]
LAST = [
    "Abrantelle", "Brackenholt", "Coudrevaux", "Dunmarrow", "Estrellane", "Fenwicksen", "Grandvoir", "Haldersby",
    "Jorvanne", "Kestrelmoor",
]
# fmt: on
PLACES = [
    "Valbreuil, France",
    "Corvailles, France",
    "Harrowfield, England, United Kingdom",
    "Merrowick, Scotland",
]
WORK = [
    ("Data engineer", "Python", "Tidewater Data"),
    ("Développeuse C++", "C++", "Logiciels Corvailles"),
    ("Railway surveyor", "Levelling", "Merrowick Rail"),
    ("Software engineer | C# .NET", "C#", "Halyard Systems"),
    ("Go developer", "Go", "Ferrymen & Co"),
    ("Statisticien R", "R", "Institut des Marées"),
    ("Nurse", "Triage", "Clinique du Vieux Moulin"),
    ("JavaScript developer", "JavaScript", "Low Tide Studio"),
]
# Ages of the invitations in days: from this morning to two years, the boundaries of every unit among them.
AGES = [0, 1, 2, 6, 7, 13, 14, 20, 21, 27, 29, 30, 31, 45, 59, 60, 61, 75, 89, 90, 91, 92, 95]
AGES += [100, 119, 120, 150, 179, 180, 200, 240, 300, 364, 365, 500]


def residents(seed: int, acquaintances: Sequence[Person]) -> list[Person]:
    """About sixty people; some invited long ago, some followed only, some who show no name."""
    dice = random.Random(f"residents {seed}")  # noqa: S311 - the town must be the same for the same seed
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    slugs = [one.slug for one in acquaintances if one.degree == 1 and one.name and not one.is_own]
    people = [_resident(dice, name, number, slugs) for number, name in enumerate(dice.sample(names, SIZE))]
    return list(_invited(people))


def _resident(dice: random.Random, name: str, number: int, slugs: Sequence[str]) -> Person:
    headline, skill, company = dice.choice(WORK)
    role = Role(headline.partition(" |")[0], f"{dice.randint(2008, 2024)}-{dice.randint(1, 12):02}")
    return Person(
        slug=_slug(name, dice.randint(1000, 9999)),
        name="" if number % 16 == 7 else name,
        headline=headline,
        company=company,
        degree=1 if number % 9 == 4 else 3 if number % 4 == 3 else 2,
        is_listed=False,
        location=dice.choice(PLACES),
        is_open_to_work=number % 7 == 2,
        mutual=tuple(dice.sample(slugs, min(len(slugs), number % 3))),
        connected_days=dice.randint(1, 3000),
        career=Career(experience=(Position(company, (role,)),), skills=(Skill(skill),)),
    )


def _slug(name: str, number: int) -> str:
    return f"{name.lower().replace('è', 'e').replace(' ', '-')}-{number}"


def _invited(people: Iterable[Person]) -> Iterable[Person]:
    """Every other stranger with a name was invited, until the ages are used up."""
    ages = iter(AGES)
    for number, person in enumerate(people):
        is_stranger = person.degree > 1 and person.name != ""
        age = next(ages, None) if is_stranger and number % 4 != 1 else None
        yield replace(person, invited_days=age)
