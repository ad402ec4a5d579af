"""The chain: one writer at a time puts an entry at its end, and anybody can check it from its start."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Any

from django.db import DatabaseError, transaction

from engine.pace import SystemClock
from linkedin_bot.audit.models import NOTHING_BEFORE, Entry, Head

log = logging.getLogger(__name__)
LONGEST_WHO, LONGEST_VERB = 200, 100


@dataclass(frozen=True)
class Verdict:
    """How many entries stand in the chain, the hash of the last one, and what is wrong; nothing where all is well."""

    count: int
    hash: str
    wrong: str = ""


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


def verify() -> Verdict:
    """From the first entry to the last. Entries that come in meanwhile belong to the chain as well."""
    head = Head.objects.filter(pk=Head.ONLY).first() or Head()
    number, previous, at_head = 0, NOTHING_BEFORE, NOTHING_BEFORE
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2_000):
        if wrong := _wrong_with(entry, number + 1, previous):
            return Verdict(number, previous, wrong)
        number, previous = entry.number, entry.hash
        at_head = previous if number == head.count else at_head
    if number and not Head.objects.filter(pk=Head.ONLY).exists():
        return Verdict(number, previous, "the head, which tells how long the chain is, is missing")
    if number < head.count:
        return Verdict(number, previous, f"entry {number + 1} is missing, and all up to {head.count}")
    if at_head != head.hash:
        return Verdict(number, previous, f"entry {head.count} is not the one that the head tells of")
    return Verdict(number, previous)


def _wrong_with(entry: Entry, number: int, previous: str) -> str:
    if entry.number != number:
        return f"entry {number} is missing"
    if entry.previous != previous:
        return f"entry {number} does not follow the one before it"
    return "" if entry.hash == entry.digest() else f"entry {number} is not what was written"


def holds(kept: str) -> bool:
    """Whether this hash, kept elsewhere, still stands in the chain."""
    return kept == NOTHING_BEFORE or Entry.objects.filter(hash=kept).exists()
