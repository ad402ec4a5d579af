"""People that nobody is: two thousand invented contacts, the same for the same seed."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TypeVar

from contacts.models import Contact
from contacts.profile_urls import from_slug

T = TypeVar("T")


def _listed(text: str) -> list[str]:
    return text.split(", ")


FIRST = _listed(
    "Adèle, Amara, Anouk, Bastien, Béatrice, Camille, Chiara, Clément, Dario, Elif, Elsa, Farid, Femke, "
    "Gaspard, Hana, Hugo, Ines, Ivo, Jonas, Jun, Kaya, Lamine, Lena, Léonie, Lucas, Maëlle, Maja, "
    "Marius, Mei, Milan, Nadia, Noa, Nora, Olek, Pia, Quentin, Rania, Rosa, Samir, Sanne, Selma, Tessa, "
    "Théo, Tomás, Ulla, Vera, Wim, Yara, Zélie, Zoran"
)
LAST = _listed(
    "Abendroth, Alvarez-Montel, Arquenne, Barretin, Belcastre, Brunswyck, Calderane, Castrovan, "
    "Dellacourt, Dorvillon, Eikholt, Esperande, Fairbrook, Fontarelle, Garrovan, Halvorset, Ilmarinen, "
    "Jansevelt, Kerouanne, Kowalczek, Lagarrosse, Lindqvarn, Marchetane, Morvallon, Nakagiri, Novotin, "
    "Oyelarin, Pellegrande, Quistorne, Rasmundsen, Rochevine, Santerelle, Silvadore, Tancredane, "
    "Uhlenbeck, Valdemare, Vossbergh, Wintersong, Yildrane, Zamparetti"
)
COMPANIES = _listed(
    "Atelier Nord-Est, Banque Solvande, Brasserie du Quai Vert, Clinique Sainte-Ovine, Data Meridian, "
    "Éditions Palimpse, Fabrik Ostwind, Greenharbour Logistics, Hôtel des Lanternes, Institut Valbreuil, "
    "Juniper & Sons, Kelpline Energy, Lumen Robotics, Mairie de Valbreuil, Northgate Analytics, "
    "Orchidée Conseil, Pontonnier & Fils, Quanta Foods"
)
POSITIONS = _listed(
    "Account manager, Architecte logiciel, Business analyst, Chief of staff, Comptable, Data engineer, Directrice "
    "financière, Engineering manager, Frontend developer, Head of sales, Infirmière coordinatrice, Juriste, Logistics "
    "planner, Product designer, Project manager, Python developer, Recruiter, Responsable marketing, Site reliability "
    "engineer, UX researcher"
)
TAGS = ("family", "key-clients", "old-team", "alumni", "mentors", "conference")


class Draw:
    """Even draws that come out alike for the same seed, whichever of them is asked for first."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def below(self, limit: int, *what: object) -> int:
        digest = blake2b(repr((self._seed, *what)).encode(), digest_size=8).digest()
        return int.from_bytes(digest) % limit

    def of(self, items: Sequence[T], *what: object) -> T:
        return items[self.below(len(items), *what)]

    def is_one_in(self, many: int, *what: object) -> bool:
        return self.below(many, *what) == 0


def people(count: int, draw: Draw) -> Iterator[Contact]:
    """Unsaved; the addresses say that they are the demonstration's."""
    for number in range(count):
        first, last = draw.of(FIRST, "first", number), draw.of(LAST, "last", number)
        slug = f"demo-{number:05}-{last.lower().encode('ascii', 'ignore').decode()}"
        contact = Contact(
            profile_url=from_slug(slug), name=f"{first} {last}", first_name=first,
            company=draw.of(COMPANIES, "company", number), position=draw.of(POSITIONS, "position", number),
            email=f"{slug}@example.org" if draw.below(3, "email", number) else "",
        )  # fmt: skip
        _give_birthday(contact, number, draw)
        if draw.is_one_in(40, "no", number):
            contact.status = Contact.Status.DO_NOT_CONTACT
            contact.status_reason = "asked not to be contacted"
        yield contact


def _give_birthday(contact: Contact, number: int, draw: Draw) -> None:
    if draw.is_one_in(6, "unknown birthday", number):
        return
    contact.birth_month, contact.birth_day = (
        1 + draw.below(12, "month", number),
        1 + draw.below(28, "day", number),
    )
    contact.birthday_source = draw.of(Contact.BirthdaySource.values, "source", number)
