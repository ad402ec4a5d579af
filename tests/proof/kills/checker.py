"""Compares three histories and says in words what is wrong; nothing to say means that the promises held."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tests.proof.kills.histories import Histories

# The life of an action, as docs/action_lifecycle.md draws it.
MOVES = {
    ("", "planned"),
    ("planned", "claimed"), ("planned", "skipped"), ("planned", "expired"),
    ("claimed", "planned"), ("claimed", "sending"), ("claimed", "skipped"), ("claimed", "failed"),
    ("sending", "done"), ("sending", "failed"), ("sending", "unknown"),
    ("unknown", "done"), ("unknown", "failed"),
}  # fmt: skip
MAY_HAVE_LEFT = {"sending", "unknown", "done"}


def complaints(seen: Histories, *, per_day: int = 15, per_week: int = 100) -> list[str]:
    """What is wrong at any moment, also between a kill and the recovery."""
    return [
        *_twice(seen),
        *_without_record(seen),
        *_after_a_no(seen),
        *_impossible_moves(seen),
        *_over_quota(seen, per_day, per_week),
        *_two_runs(seen),
    ]


def complaints_at_rest(seen: Histories, due: Sequence[str] = (), **limits: int) -> list[str]:
    """What is wrong once everything was recovered; whoever is `due` has been wished by now."""
    return [
        *complaints(seen, **limits),
        *_lost_or_phantom(seen),
        *_left_hanging(seen),
        *_forgotten(seen, due),
    ]


def _twice(seen: Histories) -> Iterator[str]:
    """No two deliveries for one person and occasion, and never the same text twice to one address."""
    for (slug, text), count in Counter((one.slug, one.text) for one in seen.deliveries).items():
        if count > 1:
            yield f"{slug} got the same message {count} times: {text!r}"
    for (slugs, occasion), texts in _texts_by_occasion(seen).items():
        got = [one for one in seen.deliveries if one.slug in slugs and one.text in texts]
        if len(got) > 1:
            yield f"{'/'.join(sorted(slugs))} got {len(got)} messages for {occasion}: {[one.text for one in got]}"


def _texts_by_occasion(seen: Histories) -> dict[tuple[frozenset[str], str], set[str]]:
    texts: dict[tuple[frozenset[str], str], set[str]] = {}
    for action in (action for action in seen.actions if action.status in MAY_HAVE_LEFT):
        texts.setdefault((action.slugs, action.occasion), set()).add(action.text)
    return texts


def _without_record(seen: Histories) -> Iterator[str]:
    """Every delivery has its row, byte for byte, in a status that says it may have left."""
    for one in seen.deliveries:
        rows = [row for row in seen.actions if one.slug in row.slugs and row.text == one.text]
        if not any(row.status in MAY_HAVE_LEFT for row in rows):
            known = sorted({row.status for row in rows}) or "no row"
            yield f"{one.slug} got {one.text!r}, which the database knows as {known}"


def _after_a_no(seen: Histories) -> Iterator[str]:
    """No `sending` is committed after the person's no, and before a person took it back."""
    refused: set[int] = set()
    for step in seen.trail:
        if step.kind == "contact":
            (refused.add if step.after != "active" else refused.discard)(step.row)
        elif step.kind == "action" and step.after == "sending" and seen.contact_of.get(step.row) in refused:
            yield f"action {step.row} began to send after its person had said no"


def _impossible_moves(seen: Histories) -> Iterator[str]:
    last: dict[int, str] = {}
    sendings: Counter[int] = Counter()
    for step in (step for step in seen.trail if step.kind == "action"):
        if (step.before, step.after) not in MOVES or last.get(step.row, "") != step.before:
            yield f"action {step.row} went from {step.before or 'nothing'} to {step.after}"
        last[step.row] = step.after
        sendings[step.row] += step.after == "sending"
    for row, count in sendings.items():
        if count > 1:
            yield f"action {row} was about to be clicked {count} times"
    for action in seen.actions:
        if last.get(action.pk) != action.status:
            yield f"action {action.pk} is {action.status}, its trail ends at {last.get(action.pk)}"


def _over_quota(seen: Histories, per_day: int, per_week: int) -> Iterator[str]:
    for what, times in (("permits", seen.permits), ("messages", sorted(one.at for one in seen.deliveries))):
        for limit, span, name in (
            (per_day, timedelta(days=1), "24 hours"),
            (per_week, timedelta(days=7), "7 days"),
        ):
            if (most := most_within(times, span)) > limit:
                yield f"{most} {what} within {name}, where {limit} are allowed"


def most_within(times: Sequence[datetime], span: timedelta) -> int:
    """The largest number of moments in any stretch shorter than `span`."""
    return max((sum(start <= at < start + span for at in times) for start in times), default=0)


def _two_runs(seen: Histories) -> Iterator[str]:
    for account, count in seen.active_runs.items():
        if count > 1:
            yield f"account {account} has {count} active runs"


def _lost_or_phantom(seen: Histories) -> Iterator[str]:
    """At rest every delivery is a wish on record, and every wish on record was delivered."""
    for one in seen.deliveries:
        if sum(one.slug in wish.slugs and wish.text == one.text for wish in seen.wishes) != 1:
            yield f"{one.slug} got {one.text!r}; it is lost: no wish on record has this text"
    for wish in seen.wishes:
        if not any(one.slug in wish.slugs and one.text == wish.text for one in seen.deliveries):
            yield f"{'/'.join(sorted(wish.slugs))} has a phantom on record that never arrived: {wish.text!r}"


def _left_hanging(seen: Histories) -> Iterator[str]:
    for action in seen.actions:
        if action.status in ("claimed", "sending", "unknown"):
            yield f"action {action.pk} of {'/'.join(sorted(action.slugs))} is still {action.status}"
    for run, outcome in seen.outcomes:
        if not outcome:
            yield f"run {run} ended without an outcome"
    for account in seen.active_runs:
        yield f"account {account} has a run that never ended"


def _forgotten(seen: Histories, due: Sequence[str]) -> Iterator[str]:
    got = Counter(one.slug for one in seen.deliveries)
    for slug in due:
        if got[slug] != 1:
            yield f"{slug} was due and got {got[slug]} messages"
