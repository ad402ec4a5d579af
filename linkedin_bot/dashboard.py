"""The admin's first page: how things stand today, each figure with the address of the list that it counts."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Run, Worker
from campaigns.silence import missed
from campaigns.standing import standing
from campaigns.timetable import next_due
from contacts.birthdays import days_due
from contacts.models import Contact
from engine.admin.standing import SPOKEN
from engine.models import Account, SpentPermit
from engine.pace import SystemClock
from engine.ports import Clock
from engine.ratelimit.windows import BUCKETS, gentle_day, windows_of
from linkedin_bot.dashboard_charts import activity, outcomes, replies
from linkedin_bot.sidebar import decisions_of

MOST_NAMES = 6
MOST_ACCOUNTS = 50
SOON = timedelta(days=7)


def home(request: HttpRequest, context: dict[str, Any], clock: Clock | None = None) -> dict[str, Any]:
    """What django-unfold's dashboard callback adds; only what this person may look at."""
    now = (clock or SystemClock()).now()
    accounts = list(Account.objects.select_related("session").order_by("-state", "name")[:MOST_ACCOUNTS])
    today = now.astimezone(accounts[0].zone).date() if accounts else now.date()
    may = request.user.has_perm
    told: dict[str, Any] = {"today": today}
    if may("engine.view_account"):
        told["accounts"] = _accounts(accounts, now)
    if may("campaigns.view_campaign"):
        told["next_runs"] = _next_runs(now)
        told["has_workers"] = Worker.objects.alive(now).exists()
        told["missed"] = missed(now)[:MOST_NAMES]
    if may("campaigns.view_action"):
        told["decisions"] = _decisions(request)
        told["replies"] = replies(now)
    if may("contacts.view_contact"):
        told["birthdays"] = _birthdays(today)
    if may("contacts.view_interaction"):
        told["activity"] = activity(today)
    if may("campaigns.view_run"):
        told["outcomes"] = outcomes(now)
    return {**context, "home": told}


def address(name: str, **query: object) -> str:
    """Of a list in the admin, narrowed down."""
    return reverse(f"admin:{name}_changelist") + (f"?{urlencode(query)}" if query else "")


def _accounts(accounts: list[Account], now: datetime) -> list[dict[str, Any]]:
    used = _permits_used(accounts, now)
    standings = {each["account"]: each for each in standing(accounts, now)["accounts"]}
    return [
        {
            "account": account,
            "address": reverse("admin:engine_account_change", args=[account.pk]),
            "is_paused": account.state == Account.State.PAUSED,
            "session": _session(account, now),
            "quotas": list(_quotas(account, used.get(account.pk, {}), now)),
            **{name: standings[account.name][name] for name in ("active_run", "last_run")},
        }
        for account in accounts
    ]


def _permits_used(accounts: list[Account], now: datetime) -> dict[int, dict[str, int]]:
    """Of each account, by bucket and window: what the ledger holds against it."""
    spans = {
        window.span
        for account in accounts[:1]
        for name in BUCKETS
        for window in windows_of(account, name, now, is_rehearsal=settings.REHEARSAL)
    }
    columns = {
        f"{bucket}_{span.days}": Count("pk", filter=Q(bucket=bucket, taken_at__gt=now - span))
        for bucket in BUCKETS for span in spans if span
    }  # fmt: skip
    counted = SpentPermit.objects.filter(given_back_at=None, taken_at__gt=now - SOON, account__in=accounts)
    rows: Any = counted.values("account").annotate(**columns)
    return {row["account"]: row for row in rows}


def _quotas(account: Account, used: dict[str, int], now: datetime) -> Iterable[dict[str, Any]]:
    for bucket in BUCKETS:
        for window in windows_of(account, bucket, now, is_rehearsal=settings.REHEARSAL):
            if window.span is None:
                continue
            spent = used.get(f"{bucket}_{window.span.days}", 0)
            yield {
                "name": capfirst(str(SPOKEN.get(bucket, bucket))),
                "window": _("24 hours") if window.span.days == 1 else _("7 days"),
                "used": spent,
                "limit": window.limit,
                "left": max(0, window.limit - spent),
                "is_spent": spent >= window.limit,
                "note": _gentle(account, now) if window.note else "",
                "address": address(
                    "engine_spentpermit", account__id__exact=account.pk, bucket__exact=bucket,
                    given_back_at__isnull=True, taken_at__gt=(now - window.span).isoformat(),
                ),
            }  # fmt: skip


def _gentle(account: Account, now: datetime) -> str:
    day = gentle_day(account, now)
    return _("day %(day)s of %(days)s of the gentle start") % {"day": day, "days": account.gentle_days}


def _session(account: Account, now: datetime) -> dict[str, Any]:
    session = getattr(account, "session", None)
    if session is None:
        return {"words": _("Nobody has signed in: run manage.py log_in."), "is_bad": True}
    if session.expires_at is None:
        return {"words": _("Signed in; the session does not say until when.")}
    if session.expires_at <= now:
        return {"words": _("The session has expired: sign in again with manage.py log_in."), "is_bad": True}
    days = (session.expires_at - now).days
    return {"words": _("Signed in for %(days)s more days.") % {"days": days}, "is_bad": days < SOON.days}


def _next_runs(now: datetime) -> list[dict[str, Any]]:
    """What is queued, then what a schedule starts next; soonest first."""
    queued = Run.objects.filter(status=Run.Status.QUEUED).select_related("campaign", "account")
    runs: list[dict[str, Any]] = [
        {
            "campaign": run.campaign, "account": run.account, "at": run.starts_at or run.queued_at or now,
            "is_queued": True, "address": reverse("admin:campaigns_run_change", args=[run.pk]),
        }
        for run in queued[:MOST_ACCOUNTS]
    ]  # fmt: skip
    scheduled = Campaign.objects.filter(is_active=True).exclude(schedule="").select_related("account")
    runs += [
        {
            "campaign": campaign, "account": campaign.account, "at": at,
            "is_stopped": campaign.account.state == Account.State.PAUSED,
            "address": reverse("admin:campaigns_campaign_change", args=[campaign.pk]),
        }
        for campaign in scheduled[:MOST_ACCOUNTS]
        if (at := next(next_due(campaign.schedule, now, campaign.account.zone), None))
    ]  # fmt: skip
    return sorted(runs, key=lambda run: run["at"])[:MOST_NAMES]


def _decisions(request: HttpRequest) -> dict[str, Any]:
    return {
        **decisions_of(request),
        "waiting_address": reverse("admin:campaigns_action_approvals"),
        "doubts_address": reverse("admin:campaigns_action_doubts"),
    }


def _birthdays(today: date) -> dict[str, Any]:
    """Today's people by name, and how many there are on each of the seven days."""
    week = sorted(
        days_due(today + SOON - timedelta(days=1), SOON.days - 1, settings.LEAP_DAY_IN_COMMON_YEARS)
    )
    pairs = [pair for _day, each in week for pair in each]
    people = Contact.objects.exclude(status=Contact.Status.GONE)
    rows = people.born_on(pairs).values_list("birth_month", "birth_day").annotate(many=Count("pk"))
    counts = {(month, day): many for month, day, many in rows.order_by()}
    days = [{"on": day, "many": sum(counts.get(pair, 0) for pair in each)} for day, each in week]
    return {
        "people": [
            {
                "name": str(person),
                "address": reverse("admin:contacts_contact_change", args=[person.pk]),
                "person": person,
            }
            for person in people.born_on(week[0][1]).order_by("name", "pk")[:MOST_NAMES]
        ],
        "today": days[0]["many"],
        "more": max(0, days[0]["many"] - MOST_NAMES),
        "days": [{**day, "address": address("contacts_contact", born=f"{day['on']:%m-%d}")} for day in days],
        "week": sum(day["many"] for day in days),
        "today_address": address("contacts_contact", born="today"),
        "week_address": address("contacts_contact", born="week"),
    }
