"""The people of the sandbox's small town; all of them are invented."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from engine.sandbox.careers import Career, make_career

PEOPLE_FILE = Path(__file__).with_name("people.json")


@dataclass(frozen=True)
class Earlier:
    """A message that was there before the rehearsal began."""

    is_own: bool
    days_ago: int
    time: str
    text: str


@dataclass(frozen=True)
class Person:
    """One member; `birthday` is an offset in days from today, so that the list is always current."""

    slug: str
    name: str = ""
    birthday: int | None = None
    is_listed: bool = True
    is_own: bool = False
    degree: int = 1
    headline: str = ""
    company: str = ""
    school: str = ""
    pronouns: str = ""
    email: str = ""
    has_button: bool = False
    composer: str = ""
    old_slugs: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    location: str = "Valbreuil, France"
    career: Career = field(default_factory=Career)
    is_open_to_work: bool = False
    action: str = ""  # what the profile's bar offers; empty: what the degree suggests
    menu: str = ""  # "connect" or "pending" where only the menu says so
    invited_days: int | None = None  # how long ago the account's owner invited them
    connected_days: int = 400
    mutual: tuple[str, ...] = ()  # slugs of connections in common

    known_member_id: str = ""  # of a person who was brought along; the others get one made from their slug

    @property
    def member_id(self) -> str:
        return self.known_member_id or "ACoAA" + _digest("member", self.slug, 34)

    @property
    def number(self) -> int:
        """The member's number, which some older pages show in place of the id."""
        return int(hashlib.sha256(self.slug.encode()).hexdigest()[:8], 16)

    @property
    def offer(self) -> str:
        """What can be done on their page: message, connect or follow, or pending once they were invited."""
        if self.invited_days is not None and not self.menu:
            return "pending"
        return self.action or {1: "message", 2: "connect"}.get(self.degree, "follow")

    @property
    def thread_id(self) -> str:
        return f"2-{_digest('thread', self.slug, 40)}=="

    @property
    def first_name(self) -> str:
        """As the network cuts it: a leading emoji stays with the word that follows."""
        words = self.name.split()
        return " ".join(words[:2] if words and not any(map(str.isalpha, words[0])) else words[:1])

    def birthday_on(self, today: date) -> date | None:
        return None if self.birthday is None else today + timedelta(days=self.birthday)


def load_people(source: Path | None = None) -> list[Person]:
    """The people of a JSON file; the bundled one unless another is named."""
    return [make_person(entry) for entry in json.loads((source or PEOPLE_FILE).read_text(encoding="utf-8"))]


def make_person(entry: Mapping[str, Any]) -> Person:
    fields = dict(entry)
    return Person(
        is_own=fields.pop("own", False),
        known_member_id=fields.pop("member_id", ""),
        is_listed=fields.pop("listed", True),
        has_button=fields.pop("cta", "link") == "button",
        old_slugs=tuple(fields.pop("old_slugs", ())),
        earlier=tuple(_earlier(fields.pop("thread", ()))),
        career=make_career(fields.pop("career", {})),
        is_open_to_work=fields.pop("open_to_work", False),
        mutual=tuple(fields.pop("mutual", ())),
        **fields,
    )


def _earlier(entries: Iterable[Mapping[str, Any]]) -> Iterable[Earlier]:
    for entry in entries:
        yield Earlier(entry["from"] == "me", entry["days_ago"], entry["time"], entry["text"])


def _digest(purpose: str, slug: str, length: int) -> str:
    digest = hashlib.sha512(f"{purpose} {slug}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:length]
