"""What happened over 90 days as the shapes of a chart, drawn by the server: it needs no script."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Action, Run
from contacts.models import Interaction

DAYS, YEAR = 90, 365
# The drawing's own units; the page stretches it.
BAR, GAP, HEIGHT = 8, 2, 120
Kind = Interaction.Type
# What was done, as a stacked bar; replies are not done by anybody here.
SERIES = (Kind.BIRTHDAY_SENT, Kind.PROFILE_VISIT, Kind.INVITATION_WITHDRAWN)


def activity(today: date) -> dict[str, Any]:
    """Messages, visits and withdrawals, a stacked bar for each day of UTC, and their sums."""
    first = today - timedelta(days=DAYS - 1)
    counts = _per_day(first)
    tallest = max((sum(counts[day, kind] for kind in SERIES) for day, _kind in counts), default=0)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return {
        "width": DAYS * (BAR + GAP),
        "height": HEIGHT,
        "bar": BAR,
        "tallest": tallest,
        "bars": [bar for number, day in enumerate(days) for bar in _bars(number, day, counts, tallest)],
        "months": [{"x": number * (BAR + GAP), "on": day} for number, day in enumerate(days) if day.day == 1],
        "series": [_series(kind, counts, first) for kind in SERIES],
        "weeks": list(_weeks(days, counts)),
        "is_empty": not tallest,
    }


def outcomes(now: datetime) -> dict[str, Any]:
    """How the runs of the 90 days ended, the most frequent first."""
    since = now - timedelta(days=DAYS)
    ended = Run.objects.filter(status=Run.Status.ENDED, started_at__gt=since)
    rows = ended.values_list("outcome").annotate(many=Count("pk")).order_by("-many", "outcome")
    labels: dict[Any, Any] = dict(Run._meta.get_field("outcome").flatchoices)
    found = [
        {
            "name": labels.get(outcome, outcome) or _("not told"),
            "many": many,
            "address": _list(
                "campaigns_run", outcome__exact=outcome, status__exact=Run.Status.ENDED.value,
                started_at__gt=since.isoformat(),
            ),
        }
        for outcome, many in rows
    ]  # fmt: skip
    return {"rows": found, "all": sum(int(row["many"]) for row in found)}


def replies(now: datetime) -> dict[str, Any]:
    """Of a year's wishes those whose conversation was read again later, and how many of them were answered."""
    since = now - timedelta(days=YEAR)
    known = Action.objects.filter(replied__isnull=False, sending_at__gt=since)
    counts = known.aggregate(known=Count("pk"), answered=Count("pk", filter=Q(replied=True)))
    told = {"sending_at__gt": since.isoformat()}
    return {
        **counts,
        "address": _list("campaigns_action", replied__exact="1", **told),
        "known_address": _list("campaigns_action", replied__isnull="False", **told),
    }


def _per_day(first: date) -> Counter[tuple[date, str]]:
    happened = Interaction.objects.filter(happened_at__gte=_midnight(first)).annotate(
        on=TruncDate("happened_at", tzinfo=UTC)
    )
    rows = happened.values_list("on", "type").annotate(many=Count("pk")).order_by()
    return Counter({(day, kind): many for day, kind, many in rows})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _bars(number: int, day: date, counts: Counter[tuple[date, str]], tallest: int) -> list[dict[str, Any]]:
    """From the bottom up, whole units so that no line is blurred."""
    bars, bottom = [], HEIGHT
    for kind in SERIES:
        if many := counts[day, kind]:
            height = max(1, round(many / tallest * (HEIGHT - 4)))
            bottom -= height
            bars.append({
                "x": number * (BAR + GAP), "y": bottom, "height": height, "kind": kind.value, "on": day, "many": many,
                "name": _name(kind),
            })  # fmt: skip
    return bars


def _series(kind: Kind, counts: Counter[tuple[date, str]], first: date) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "name": _name(kind),
        "many": sum(many for (_day, each), many in counts.items() if each == kind),
        "address": _happened(kind, first),
    }


def _happened(kind: Kind, first: date, **query: str) -> str:
    return _list(
        "contacts_interaction", type__exact=kind.value, happened_at__gte=str(_midnight(first)), **query
    )


def _weeks(days: list[date], counts: Counter[tuple[date, str]]) -> Any:
    for start in range(0, DAYS, 7):
        week = days[start : start + 7]
        ends = {"happened_at__lt": str(_midnight(week[-1] + timedelta(days=1)))}
        yield {
            "first": week[0],
            "sums": [
                (sum(counts[day, kind] for day in week), _happened(kind, week[0], **ends)) for kind in SERIES
            ],
        }


def _name(kind: Kind) -> str:
    return {
        Kind.BIRTHDAY_SENT: _("Birthday messages"),
        Kind.PROFILE_VISIT: _("Profile visits"),
        Kind.INVITATION_WITHDRAWN: _("Invitations withdrawn"),
    }[kind]


def _list(name: str, **query: str) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode(query)}"
