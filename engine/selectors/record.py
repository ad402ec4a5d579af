"""What was counted is added to the rows of the candidates, and what was proposed becomes rows for a person to judge."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, FloatField, IntegerField, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Greatest, Sqrt

from engine.models import LinkedInSelector, Snapshot
from engine.selectors import days

Z = 1.96  # 95 %
# So many undecided proposals of a key are enough for a person to look at.
MOST_PROPOSALS = 5
Way = tuple[str, str, str]  # key, kind, value
Proposals = Mapping[Way, dict[str, Any]]


def write(
    successes: Counter[Way],
    failures: Counter[Way],
    looks: Mapping[Way, dict[str, str]],
    proposals: Proposals,
    now: datetime,
) -> None:
    """Within the caller's transaction: one UPDATE for all counts, however many there are, and the day's rows."""
    ways = {*successes, *failures}
    rows = _rows(ways)
    new = [LinkedInSelector(key=key, kind=kind, value=value) for key, kind, value in sorted(ways - {*rows})]
    if new:
        LinkedInSelector.objects.bulk_create(new, ignore_conflicts=True)
        rows = _rows(ways)
    if ways:
        counts = {rows[way].pk: (successes[way], failures[way]) for way in ways}
        _update(counts, now)
        days.add(counts, now)
    _keep_looks([(rows[way], seen) for way, seen in looks.items() if way in rows], now)
    _keep_proposals(proposals, now)


def _rows(ways: Iterable[Way]) -> dict[Way, LinkedInSelector]:
    keys = {key for key, _, _ in ways}
    return {(row.key, row.kind, row.value): row for row in LinkedInSelector.objects.filter(key__in=keys)}


def _update(counts: Mapping[int, tuple[int, int]], now: datetime) -> None:
    """Add to whatever the rows hold by now, since other browsers count too."""

    def added(which: int) -> Case:
        alike: dict[int, list[int]] = {}
        for pk, pair in counts.items():
            alike.setdefault(pair[which], []).append(pk)
        whens = [When(pk__in=pks, then=Value(count)) for count, pks in alike.items() if count]
        return Case(*whens, default=Value(0), output_field=IntegerField())

    def moved(which: int, name: str) -> Case:
        pks = [pk for pk, pair in counts.items() if pair[which]]
        return Case(When(pk__in=pks, then=Value(now)), default=F(name), output_field=DateTimeField())

    successes, failures = F("successes") + added(0), F("failures") + added(1)
    LinkedInSelector.objects.filter(pk__in=counts).update(
        successes=successes,
        failures=failures,
        score=_wilson_of(Cast(successes, FloatField()), Cast(failures, FloatField())),
        last_success_at=moved(0, "last_success_at"),
        last_failure_at=moved(1, "last_failure_at"),
    )


def _wilson_of(successes: Cast, failures: Cast) -> "ExpressionWrapper[CombinedExpression]":
    """`wilson`, by the database; nothing is updated that was not tried."""
    trials = Greatest(successes + failures, Value(1.0))
    spread = Z * Sqrt(successes * failures / trials + Z * Z / 4)
    return ExpressionWrapper((successes + Z * Z / 2 - spread) / (trials + Z * Z), output_field=FloatField())


def _keep_looks(pairs: list[tuple[LinkedInSelector, dict[str, str]]], now: datetime) -> None:
    """What the element looked like when it was last found, to know it again; only where that changed."""
    changed = []
    for row, looks in pairs:
        if row.evidence.get("looks") != looks:
            row.evidence = {**row.evidence, "looks": looks, "looked_at": now.isoformat()}
            changed.append(row)
    LinkedInSelector.objects.bulk_update(changed, ["evidence"])


def _keep_proposals(proposals: Proposals, now: datetime) -> None:
    """New ones only: what a person refused or accepted stays as they decided."""
    rows = []
    undecided = Counter(
        LinkedInSelector.objects.filter(state=LinkedInSelector.State.PROPOSED).values_list("key", flat=True)
    )
    for (key, kind, value), proposal in proposals.items():
        if undecided[key] >= MOST_PROPOSALS:
            continue
        undecided[key] += 1
        evidence = {
            "why": proposal["why"],
            "before": _last_fragment(key),
            "after": proposal["after"],
            "snapshot": _last_snapshot(key),
            "proposed_at": now.isoformat(),
        }
        rows.append(
            LinkedInSelector(
                key=key,
                kind=kind,
                value=value,
                name=proposal["name"],
                origin=LinkedInSelector.Origin.PROPOSED,
                state=LinkedInSelector.State.PROPOSED,
                evidence=evidence,
            )
        )
    LinkedInSelector.objects.bulk_create(rows, ignore_conflicts=True)


def _last_fragment(key: str) -> str | None:
    rows = LinkedInSelector.objects.filter(key=key, last_success_at__isnull=False).order_by(
        "-last_success_at"
    )
    return next((row.evidence["looks"]["fragment"] for row in rows if "looks" in row.evidence), None)


def _last_snapshot(key: str) -> int | None:
    return (
        Snapshot.objects.filter(selector_key=key).order_by("-taken_at").values_list("pk", flat=True).first()
    )
