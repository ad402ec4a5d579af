"""How things stand for each account, in a constant number of queries."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from campaigns.models import Action, Run, Worker

# A new text takes an approval away, so that an empty digest means: not approved.
WAITS = Q(status=Action.Status.PLANNED, approved_sha256="") & (~Q(held="") | Q(campaign__needs_approval=True))


def standing(accounts: Iterable[Any], now: datetime) -> dict[str, Any]:
    """Of these accounts: their state, the run under way, the last one, and what waits for a person."""
    accounts = list(accounts)
    ids = [account.pk for account in accounts]
    runs = Run.objects.filter(account__in=ids).select_related("campaign", "account")
    active = {run.account_id: run for run in runs.filter(status__in=Run.ACTIVE)}
    newest = Run.objects.filter(account__in=ids, status=Run.Status.ENDED).values("account")
    last = {run.account_id: run for run in runs.filter(pk__in=newest.annotate(last=Max("pk")).values("last"))}
    counts = {row["account"]: row for row in _counts(ids)}
    return {
        "workers": Worker.objects.alive(now).count(),
        "accounts": [
            {
                "account": account.name,
                "state": account.state,
                "paused_reason": account.paused_reason,
                "paused_advice": account.paused_advice,
                "active_run": active.get(account.pk),
                "last_run": last.get(account.pk),
                **{name: counts.get(account.pk, {}).get(name, 0) for name in NAMES},
            }
            for account in accounts
        ],
    }


def open_decisions() -> dict[str, int]:
    """How many texts wait for approval, and how many actions are in doubt."""
    undecided = Action.objects.filter(status__in=[Action.Status.PLANNED, Action.Status.UNKNOWN])
    return undecided.aggregate(
        waiting=Count("pk", filter=WAITS), doubts=Count("pk", filter=Q(status=Action.Status.UNKNOWN))
    )


NAMES = ("planned", "waiting_for_approval", "in_doubt")


def _counts(account_ids: list[int]) -> Any:
    open_ones = Action.objects.filter(
        account__in=account_ids, status__in=[Action.Status.PLANNED, Action.Status.UNKNOWN]
    )
    return open_ones.values("account").annotate(
        planned=Count("pk", filter=Q(status=Action.Status.PLANNED)),
        waiting_for_approval=Count("pk", filter=WAITS),
        in_doubt=Count("pk", filter=Q(status=Action.Status.UNKNOWN)),
    )
