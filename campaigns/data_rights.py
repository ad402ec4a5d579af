"""Export and erasure of one person across all apps; what only the engine knows of is found by what is handed in."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import transaction

from campaigns.keep_list import TAG
from campaigns.models import Action, Campaign, Decision, Run, SourcedProfile
from contacts import privacy
from contacts.identities import Identity
from contacts.models import Contact, Tag
from contacts.profile_urls import slug_of

BLANK = "(erased)"
Words = re.Pattern[str]
ASKED = "asked to be erased"


class RunActive(Exception):  # noqa: N818 - it names a state
    """A run that may be speaking of this person is under way; they are not contacted any more, and not erased yet."""

    def __init__(self, run: Run) -> None:
        self.run = run
        super().__init__(
            f"{run} is active: nobody writes to this person any more; erase again after it ended"
        )


@dataclass(frozen=True)
class Erasure:
    """How much was removed, by what it was; nothing in it tells of whom."""

    contacts: int
    actions: int
    records: int
    elsewhere: dict[str, int]


def words_of(contacts: Collection[Contact], identity: Identity) -> Words:
    """What names or identifies the person in a text: addresses, member ids, e-mails, the whole name."""
    paths = {f"in/{slug_of(address)}" for address in identity.addresses}
    plain = paths | identity.member_ids | identity.emails | {contact.name for contact in contacts} - {""}
    forms = {form(word) for word in plain for form in (str, escape, quote)}
    longest_first = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile(rf"(?<![\w])(?:{'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)


def export(given: Identity, find_elsewhere: Callable[[Words], dict[str, Any]]) -> dict[str, Any]:
    """Everything about one person, as Django's JSON encoder takes it. Raises privacy.Unclear."""
    contacts, identity = privacy.everything_of(given)
    words = words_of(contacts, identity)
    actions = Action.objects.filter(contact__in=contacts).order_by("pk")
    profiles = SourcedProfile.objects.filter(contact__in=contacts).order_by("pk")
    return {
        "contacts": [privacy.describe(contact) for contact in contacts],
        "actions": [privacy.fields_of(action) for action in actions],
        "decisions": [privacy.fields_of(each) for each in Decision.objects.filter(action__in=actions)],
        "sourced_profiles": [privacy.fields_of(profile) for profile in profiles],
        "runs": [
            mention for run in Run.objects.order_by("pk").iterator() for mention in _mentions(run, words)
        ],
        **(find_elsewhere(words) if contacts else {}),
    }


def erase(
    given: Identity, now: datetime, remove_elsewhere: Callable[[Words, Collection[int]], dict[str, int]]
) -> Erasure:
    """Remove the person from every table and file, and keep them out. Raises privacy.Unclear, RunActive.

    They are silenced first, in a transaction of its own: from then on nobody writes to them, whatever comes after.
    """
    privacy.suppress(given, ASKED)
    contacts, identity = privacy.everything_of(given)
    words = words_of(contacts, identity)
    account_ids = _accounts_of(contacts)
    for account_id in account_ids:
        Run.objects.sweep(account_id, now)
    with transaction.atomic():
        _check_no_run(account_ids)
        actions = Action.objects.filter(contact__in=contacts)
        removed = actions.count()
        _leave_a_number(actions)
        _clear_admin_log(contacts, words)
        records = sum(_clear(run, words) for run in Run.objects.order_by("pk").iterator())
        tags = {f"{TAG}{tag.name}" for tag in Tag.objects.about(contacts)}
        records += sum(_clear_keep_list(campaign, words, tags) for campaign in Campaign.objects.all())
        privacy.forget(contacts, identity)
    return Erasure(len(contacts), removed, records, remove_elsewhere(words, account_ids))


def _accounts_of(contacts: Collection[Contact]) -> set[int]:
    """Those who know the person, or ever did something to them."""
    linked = Contact.accounts.through.objects.filter(contact__in=contacts)
    acted = Action.objects.filter(contact__in=contacts)
    return {pk for rows in (linked, acted) for pk in rows.values_list("account_id", flat=True)}


def _check_no_run(account_ids: Collection[int]) -> None:
    """Raises RunActive. The locked accounts let no run start before this transaction ends."""
    accounts = apps.get_model("engine", "Account")._default_manager.select_for_update()
    list(accounts.filter(pk__in=account_ids).order_by("pk"))
    run = Run.objects.filter(account__in=account_ids, status=Run.Status.RUNNING).first()
    if run:
        raise RunActive(run)


def _leave_a_number(actions: Any) -> None:
    """The runs still tell how much they did, and no longer to whom."""
    for run in Run.objects.filter(actions__in=actions).distinct():
        done = actions.filter(run=run).count()
        run.note(f"{done} of its actions {'is' if done == 1 else 'are'} not listed: the person was erased")


def _mentions(run: Run, words: Words) -> list[dict[str, Any]]:
    found = [entry for entry in run.skipped if _is_about(entry, words)]
    found += [entry for entry in run.plan if _is_about(entry, words)]
    found += [{"note": note} for note in run.notes if words.search(note)]
    return [{"run": run.pk, "started_at": run.started_at, **entry} for entry in found]


def _is_about(entry: dict[str, str], words: Words) -> bool:
    return any(words.search(value) for value in entry.values())


def _clear(run: Run, words: Words) -> bool:
    """Blank the person out of what the run told; whether it told of them."""
    skipped = [_blanked(entry) if _is_about(entry, words) else entry for entry in run.skipped]
    plan = [_blanked(entry) if _is_about(entry, words) else entry for entry in run.plan]
    notes = [BLANK if words.search(note) else note for note in run.notes]
    reason = words.sub(BLANK, run.reason)
    if (skipped, plan, notes, reason) == (run.skipped, run.plan, run.notes, run.reason):
        return False
    told = {"skipped": skipped, "plan": plan, "notes": notes, "reason": reason}
    return bool(Run.objects.filter(pk=run.pk).update(**told))


def _blanked(entry: dict[str, str]) -> dict[str, str]:
    return entry | {name: BLANK for name in entry if name in ("contact", "name", "reason", "text")}


def _clear_keep_list(campaign: Campaign, words: Words, tags: Collection[str]) -> bool:
    """Without the person, and without the tags that are about nobody else."""
    lines = campaign.keep_list.splitlines()
    kept = [line for line in lines if line not in tags and not words.search(line)]
    if kept == lines:
        return False
    return bool(Campaign.objects.filter(pk=campaign.pk).update(keep_list="\n".join(kept)))


def _clear_admin_log(contacts: Collection[Contact], words: Words) -> None:
    """Who did something in the admin stays on record; to whom does not."""
    ids = {str(contact.pk) for contact in contacts}
    for entry in LogEntry.objects.select_related("content_type").iterator():
        is_theirs = (
            entry.content_type and entry.content_type.model == "contact" and str(entry.object_id) in ids
        )
        if is_theirs or words.search(f"{entry.object_repr}\n{entry.change_message}"):
            LogEntry.objects.filter(pk=entry.pk).update(object_repr=BLANK, change_message="")
