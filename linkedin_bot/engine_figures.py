"""Accounts, permits, selectors and the browser's work in figures, as the database knows them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Sum

from engine import measures
from engine.models import Account, LinkedInSelector, Measure, SpentPermit, StoredSession
from engine.ratelimit.windows import BUCKETS, LONGEST, windows_of
from linkedin_bot.families import Family, counter, gauge, histogram

OF_WINDOW = ("account", "bucket", "window")


def engine_figures(now: datetime) -> Iterator[Family]:
    """Five queries, however many accounts there are."""
    accounts = list(Account.objects.order_by("name"))
    yield from account_states(accounts)
    yield from permits(accounts, now)
    yield from selectors()
    yield from measured()


def account_states(accounts: Iterable[Account]) -> Iterator[Family]:
    paused = gauge("account_paused", "1 while the account waits for a person.", "account")
    ends = gauge("session_expires_timestamp_seconds", "When the stored session ends.", "account")
    for account in accounts:
        paused.add_metric([account.name], int(account.state == Account.State.PAUSED))
    for name, at in StoredSession.objects.values_list("account__name", "expires_at"):
        if at:
            ends.add_metric([name], at.timestamp())
    yield from (paused, ends)


def permits(accounts: Iterable[Account], now: datetime) -> Iterator[Family]:
    """Of the windows that slide; the one of a run ends with it."""
    left = gauge("permits_left", "Permits that the window still holds.", *OF_WINDOW)
    limit = gauge("permits_limit", "How many it holds in all, as of now.", *OF_WINDOW)
    taken = _taken(now)
    for account in accounts:
        for bucket in BUCKETS:
            for window in windows_of(account, bucket, now, is_rehearsal=settings.REHEARSAL):
                if window.span:
                    labels = [account.name, bucket, window.name]
                    spent = sum(at > now - window.span for at in taken[account.pk, bucket])
                    limit.add_metric(labels, window.limit)
                    left.add_metric(labels, max(0, window.limit - spent))
    yield from (left, limit)


def _taken(now: datetime) -> Mapping[tuple[int, str], list[datetime]]:
    found: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    counting = SpentPermit.objects.filter(given_back_at=None, taken_at__gt=now - LONGEST)
    for account, bucket, at in counting.values_list("account_id", "bucket", "taken_at"):
        found[account, bucket].append(at)
    return found


def selectors() -> Iterator[Family]:
    failed = counter("selector_failures", "Readings in which a way to find the element did not.", "key")
    met = counter("selector_successes", "Readings in which a way to find the element did.", "key")
    sums = LinkedInSelector.objects.values_list("key").annotate(Sum("failures"), Sum("successes"))
    for key, failures, successes in sums.order_by("key"):
        failed.add_metric([key], failures)
        met.add_metric([key], successes)
    yield from (failed, met)


def measured() -> Iterator[Family]:
    rows: dict[str, list[Measure]] = defaultdict(list)
    for row in Measure.objects.order_by("label"):
        rows[row.kind].append(row)
    for kind, family in (
        (measures.PAGE, counter("pages_seen", "Readings of pages, by what page it was.", "page")),
        (measures.LAYOUT, counter("layout_changes", "Pages that lacked what they must have.", "key")),
        (measures.BREAKER, counter("breaker_at_run_end", "In what state runs left their breaker.", "state")),
    ):
        for row in rows[kind]:
            family.add_metric([row.label], row.count)
        yield family
    yield steps(rows[measures.STEP])


def steps(rows: Iterable[Measure]) -> Family:
    """Prometheus's buckets count all that is below their end, so ours are added up."""
    family = histogram("step_seconds", "Seconds that the browser's steps took.", "step")
    parts: dict[str, dict[str, Measure]] = defaultdict(dict)
    for row in rows:
        parts[row.label][row.bucket] = row
    for step, found in parts.items():
        total, buckets = 0, []
        for end in measures.ENDS:
            total += found[end].count if end in found else 0
            buckets.append((end, total))
        family.add_metric([step], buckets, sum(row.seconds for row in found.values()))
    return family
