"""What may happen to an installation between two runs: each is done in a process of its own."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from campaigns import data_rights, duplicates
from campaigns.installation import reconcile
from campaigns.models import Campaign
from campaigns.outside import OutsideFile
from contacts.identities import Identity
from contacts.models import Contact
from contacts.profile_urls import from_slug
from tests.builders import a_contact
from tests.proof.kills.life import FileClock, Place


def meet(place: Place, name: str, days_ago: int) -> str:
    """Somebody new, with a birthday so many days ago; their slug."""
    born = today(place) - timedelta(days=days_ago)
    a_contact(name, Campaign.objects.get(), born)
    return name.lower().replace(" ", "-")


def today(place: Place) -> date:
    return FileClock(place.folder / "time").now().date()


def whose(slug: str) -> Contact:
    return Contact.objects.get(profile_url=from_slug(slug))


def say_no(place: Place, slug: str) -> None:
    whose(slug).do_not_contact("they asked for it")


def rename(place: Place, slug: str, new: str) -> None:
    whose(slug).rename(from_slug(new))


def merge(place: Place, kept: str, other: str) -> None:
    now = FileClock(place.folder / "time").now()
    duplicates.merge(whose(kept), whose(other), now)


def erase(place: Place, slug: str) -> None:
    now = FileClock(place.folder / "time").now()
    data_rights.erase(Identity.of([from_slug(slug)]), now, lambda words, contacts: {})


def reconcile_installation(place: Place) -> None:
    """What a person says after a restore: this copy is the only one in use."""
    outside = OutsideFile.of_settings()
    assert outside is not None
    reconcile(outside, FileClock(place.folder / "time").now())


def back_up(place: Place, copy: Path) -> None:
    shutil.copy(place.database, copy)


def restore(place: Place, copy: Path) -> None:
    """The database of then takes the place of the one of now; the data directory stays."""
    for left in Path(place.folder).glob("db.sqlite3-*"):
        left.unlink()
    shutil.copy(copy, place.database)
