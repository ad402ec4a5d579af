"""What every reader yields: a row about one person, or the reason why there is none."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from contacts.birthdays import Birthday
from contacts.identities import Identity


@dataclass(frozen=True)
class Row:
    """What one entry of a file says about one person; empty where it says nothing."""

    line: int  # where the entry starts, counted from 1
    profile_url: str | None = None  # canonical
    name: str = ""
    first_name: str = ""
    emails: tuple[str, ...] = ()  # lower-case
    company: str = ""
    position: str = ""
    connected_on: date | None = None
    birthday: Birthday | None = None
    tags: tuple[str, ...] = ()  # canonical
    remark: str = ""  # what the entry also holds, but was not understood

    @property
    def email(self) -> str:
        return self.emails[0] if self.emails else ""

    @cached_property
    def identity(self) -> Identity:
        return Identity.of([self.profile_url] if self.profile_url else [], emails=self.emails)


@dataclass(frozen=True)
class Refused:
    """An entry that could not be read."""

    line: int
    reason: str
