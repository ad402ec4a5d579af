"""Profiles that nobody has: what a visit would have read of the demonstration's contacts, in English and French."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.demo_people import COMPANIES, Draw
from contacts.models import Contact
from contacts.profile_urls import slug_of
from engine.ports import Profile

Entry = Mapping[str, Any]
# What the search is for.
CRITERIA: dict[str, Any] = {
    "keywords": [
        {"word": "Python", "weight": 3},
        {"word": "Django", "synonyms": ["FastAPI", "Flask"], "weight": 2},
        {"word": "PostgreSQL", "synonyms": ["SQL"]},
        "data engineering",
    ],
    "experience": {"min_years": 5, "seniority": ["senior", "lead", "manager"]},
    "certifications": ["AWS", "Kubernetes"],
    "languages": [{"name": "English", "level": "professional"}, {"name": "French"}],
    "location": ["Valbreuil", "Corvailles"],
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLACES = ("Valbreuil, France", "Corvailles, France", "Port-Solvand, Belgium", "Ostwind, Germany")
SCHOOLS = ("Université de Valbreuil", "Institut polytechnique de Corvailles", "Ostwind University")
LANGUAGES = (
    ("English", "Full professional proficiency"), ("French", "Native or bilingual proficiency"),
    ("German", "Limited working proficiency"), ("English", "Elementary proficiency"),
)  # fmt: skip


@dataclass(frozen=True)
class Trade:
    """What people of one line of work write into their profiles."""

    skills: Sequence[str]
    certificates: Sequence[str]
    about: str
    duties: str


SOFTWARE = Trade(
    ("Python", "Django", "PostgreSQL", "FastAPI", "Docker", "Kubernetes", "Git", "Airflow", "TypeScript", "Linux"),
    ("AWS Certified Developer – Associate", "Certified Kubernetes Administrator", "Professional Scrum Master I"),
    "I build services that other teams like to call, mostly in Python, and look after them afterwards.",
    "Moved the booking service from a monolith to Django and PostgreSQL; data engineering for the forecasts.",
)  # fmt: skip
BUSINESS = Trade(
    ("Negotiation", "Excel", "SQL", "Customer relations", "Budgeting", "Public speaking", "Power BI"),
    ("PRINCE2 Foundation", "Certified ScrumMaster", "TOEIC 945"),
    "Passionnée par les équipes qui se parlent. I like plans that survive their first week.",
    "Led the yearly planning with nine teams, and the figures that came out of it.",
)
CARE = Trade(
    ("Soins infirmiers", "Gestion d’équipe", "Formation", "Droit du travail", "Écoute"),
    ("Diplôme d’État d’infirmier", "AFGSU niveau 2"),
    "Au service des autres depuis quinze ans.",
    "Coordination d’une équipe de douze personnes.",
)
WORDS_OF_SOFTWARE = ("engineer", "developer", "logiciel", "designer", "analyst")
WORDS_OF_CARE = ("Infirmi", "Juriste", "Comptable")


def profile_of(person: Contact, draw: Draw, today: date) -> Profile:
    """As read_page prints it; the same for the same draw."""
    trade = _trade(person.position)
    place = draw.of(PLACES, "place", person.pk)
    return Profile(
        profile_url=person.profile_url, slug=slug_of(person.profile_url), member_id=None, name=person.name,
        headline=_headline(person, draw), location=place, about=trade.about, company=person.company, degree=1,
        school=draw.of(SCHOOLS, "school", person.pk), open_to_work=draw.is_one_in(5, "open", person.pk),
        experience=_experience(person, trade, place, draw, today), language="en",
        education=[{"school": draw.of(SCHOOLS, "school", person.pk), "degree": "Master", "dates": "2008 - 2013"}],
        skills=[{"name": name} for name in _some(trade.skills, "skill", person, draw)],
        certifications=[
            {"name": name, "issuer": "", "dates": f"Issued {draw.of(MONTHS, name, person.pk)} 2023"}
            for name in _some(trade.certificates, "certificate", person, draw)
        ],
        languages=[{"name": name, "level": level} for name, level in _spoken(person, draw)],
    )  # fmt: skip


def _trade(position: str) -> Trade:
    if any(word in position for word in WORDS_OF_SOFTWARE):
        return SOFTWARE
    return CARE if any(word in position for word in WORDS_OF_CARE) else BUSINESS


def _headline(person: Contact, draw: Draw) -> str:
    rank = draw.of(("", "", "Senior ", "Lead "), "rank", person.pk)
    return f"{rank}{person.position} at {person.company}"


def _experience(person: Contact, trade: Trade, place: str, draw: Draw, today: date) -> list[Entry]:
    since = today.year - 1 - draw.below(9, "years", person.pk)
    before = since - 1 - draw.below(6, "years before", person.pk)
    month = draw.of(MONTHS, "month of work", person.pk)
    here = {
        "title": person.position, "dates": f"{month} {since} - Present", "duration": f"{today.year - since} yrs",
        "current": True, "description": trade.duties,
    }  # fmt: skip
    there = {
        "title": person.position, "dates": f"Sep {before} - {month} {since}", "duration": f"{since - before} yrs",
        "current": False, "description": "",
    }  # fmt: skip
    earlier = draw.of(COMPANIES, "company before", person.pk)
    return [
        {"company": person.company, "location": place, "roles": [here]},
        {"company": earlier, "location": None, "roles": [there]},
    ]


def _some(items: Sequence[str], what: str, person: Contact, draw: Draw) -> list[str]:
    return [item for item in items if not draw.is_one_in(2, what, item, person.pk)]


def _spoken(person: Contact, draw: Draw) -> list[tuple[str, str]]:
    """Each language once."""
    first = draw.below(len(LANGUAGES), "language", person.pk)
    return list(dict([LANGUAGES[first], LANGUAGES[first - 2]]).items())
