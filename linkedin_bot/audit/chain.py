"""The chain: one writer at a time puts an entry at its end, and anybody can check it from its start."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from engine.pace import SystemClock
from engine.ports import Clock
from linkedin_bot.audit.models import NOTHING_BEFORE, Entry, Head

log = logging.getLogger(__name__)
LONGEST_WHO, LONGEST_VERB = 200, 100
CHUNK = 2_000


@dataclass(frozen=True)
class Verdict:
    """How many entries stand in the chain, the hash of the last one, and what is wrong; nothing where all is well.

    `is_whole`: it was followed to its end, not only as far as the time was enough for.
    """

    count: int
    hash: str
    wrong: str = ""
    is_whole: bool = True


def record(
    way: Entry.Way,
    who: str,
    verb: str,
    about: Mapping[str, Any] | None = None,
    wrote: Mapping[str, Any] | None = None,
) -> None:
    """Put it on record once the transaction under way, if any, has committed; where it rolls back nothing happened.

    So no row is locked while anybody waits for the chain. What cannot be written goes to the log, in full: the change
    that it tells of is made by then.
    """
    entry = Entry(
        at=SystemClock().now().astimezone(UTC), way=way, who=who[:LONGEST_WHO], verb=verb[:LONGEST_VERB],
        about=dict(about or {}), wrote=dict(wrote or {}),
    )  # fmt: skip
    transaction.on_commit(partial(_put, entry))


def _put(entry: Entry) -> None:
    try:
        append(entry)
    except DatabaseError:
        log.critical(
            "not in the audit log: %s, %s, %s, about %s, wrote %s",
            entry.who, entry.verb, entry.at, entry.about, entry.wrote, exc_info=True,
        )  # fmt: skip


def append(entry: Entry) -> Entry:
    """Never inside another transaction, which would hold the others up until it ends."""
    with transaction.atomic(durable=True):
        Head.objects.get_or_create(pk=Head.ONLY)
        head = Head.objects.select_for_update().get(pk=Head.ONLY)
        entry.number, entry.previous = head.count + 1, head.hash
        entry.hash = entry.digest()
        entry.save(force_insert=True)
        head.count, head.hash = entry.number, entry.hash
        head.save(update_fields=["count", "hash"])
    return entry


def verify(
    after: int = 0, within: timedelta | None = None, clock: Clock | None = None, chunk: int = CHUNK
) -> Verdict:
    """From the first entry, or the one after `after`, to the last; or as far as one comes `within` that time.

    Entries that come in meanwhile belong to the chain as well. Whoever goes on from `after` has verified up to there.
    """
    clock = clock or SystemClock()
    ends_at = clock.now() + within if within else None
    head = Head.objects.filter(pk=Head.ONLY).first() or Head()
    number, previous = _begin(after)
    at_head = previous if number == head.count else NOTHING_BEFORE
    for entry in Entry.objects.filter(number__gt=number).order_by("number").iterator(chunk_size=chunk):
        if wrong := _wrong_with(entry, number + 1, previous):
            return Verdict(number, previous, wrong)
        number, previous = entry.number, entry.hash
        at_head = previous if number == head.count else at_head
        if ends_at and number % chunk == 0 and clock.now() > ends_at:
            return Verdict(number, previous, is_whole=False)
    return Verdict(number, previous, _wrong_at_end(number, at_head, head))


def _begin(after: int) -> tuple[int, str]:
    """That entry with its hash; from the start where there is no such entry."""
    known = Entry.objects.filter(number=after).values_list("number", "hash").first()
    return known or (0, NOTHING_BEFORE)


def _wrong_with(entry: Entry, number: int, previous: str) -> str:
    told = {"number": number}
    if entry.number != number:
        return _("entry %(number)s is missing") % told
    if entry.previous != previous:
        return _("entry %(number)s does not follow the one before it") % told
    return "" if entry.hash == entry.digest() else _("entry %(number)s is not what was written") % told


def _wrong_at_end(number: int, at_head: str, head: Head) -> str:
    if number and not Head.objects.filter(pk=Head.ONLY).exists():
        return _("the head, which tells how long the chain is, is missing")
    if number < head.count:
        told = {"number": number + 1, "last": head.count}
        return _("entry %(number)s is missing, and all up to %(last)s") % told
    if at_head != head.hash:
        return _("entry %(last)s is not the one that the head tells of") % {"last": head.count}
    return ""


def holds(kept: str) -> bool:
    """Whether this hash, kept elsewhere, still stands in the chain."""
    return kept == NOTHING_BEFORE or Entry.objects.filter(hash=kept).exists()
