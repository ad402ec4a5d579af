"""Where one person shows in what the engine keeps: snapshots, learned selectors, paused accounts, browser profiles."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from engine import snapshots
from engine.browser_profiles import LastingProfile
from engine.models import Account, LinkedInSelector, Snapshot

Words = re.Pattern[str]  # what names or identifies the person, in whatever case
BLANK = "(erased)"


def find(words: Words) -> dict[str, list[Any]]:
    """The snapshots and learned selectors that show the person; those that cannot be searched are not told."""
    shown = [snapshot for snapshot in Snapshot.objects.order_by("pk") if words.search(_text(snapshot))]
    learned = [selector for selector in LinkedInSelector.objects.order_by("pk") if _mentions(selector, words)]
    return {
        "snapshots": [{"taken_at": one.taken_at, "address": one.address} for one in shown],
        "selectors": [{"key": one.key, "value": one.value, "evidence": one.evidence} for one in learned],
    }


def remove(words: Words, account_ids: Collection[int]) -> dict[str, int]:
    """Remove every trace; how many of which kind.

    A picture without a text cannot be searched, so it goes too; and so do the browser profiles of these accounts,
    whose caches cannot be searched either: their session is stored, and is put into a new profile.
    """
    snapshots_gone = 0
    for snapshot in list(_to_remove(words)):
        snapshots.remove(snapshot)
        snapshots_gone += 1
    accounts = Account.objects.filter(pk__in=account_ids)
    return {
        "snapshots": snapshots_gone,
        "selectors": _clear_selectors(words),
        "reasons": sum(_clear_reasons(account, words) for account in Account.objects.all()),
        "profiles_still_in_use": sum(not LastingProfile(account).remove() for account in accounts),
    }


def _to_remove(words: Words) -> Iterator[Snapshot]:
    for snapshot in Snapshot.objects.order_by("pk"):
        has_text = bool(snapshots.text_of(snapshot))
        if words.search(_text(snapshot)) or (snapshot.image_path and not has_text):
            yield snapshot


def _text(snapshot: Snapshot) -> str:
    return f"{snapshot.address}\n{snapshot.reason}\n{snapshots.text_of(snapshot)}"


def _mentions(selector: LinkedInSelector, words: Words) -> bool:
    evidence = json.dumps(selector.evidence, ensure_ascii=False)
    return bool(words.search(f"{selector.value}\n{selector.name}\n{evidence}"))


def _clear_selectors(words: Words) -> int:
    """A selector that names the person is useless without them; of others only the evidence shows somebody."""
    named = [one for one in LinkedInSelector.objects.all() if _mentions(one, words)]
    for selector in named:
        if words.search(f"{selector.value}\n{selector.name}"):
            selector.delete()
        else:
            LinkedInSelector.objects.filter(pk=selector.pk).update(evidence={})
    return len(named)


def _clear_reasons(account: Account, words: Words) -> int:
    reason, advice = (words.sub(BLANK, text) for text in (account.paused_reason, account.paused_advice))
    if (reason, advice) == (account.paused_reason, account.paused_advice):
        return 0
    return Account.objects.filter(pk=account.pk).update(paused_reason=reason, paused_advice=advice)
