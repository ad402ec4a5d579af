"""What a person decides about an exact text: approve it, write another one, or reject it for this occasion."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Action, Decision
from campaigns.templates import MAX_TEXT_LENGTH
from contacts.models import Interaction

# Categories of Unicode: controls, formats, surrogates, private use. Joiners hold emoji and words together.
UNSEEN = {"Cc", "Cf", "Cs", "Co"}


class Refused(Exception):  # noqa: N818 - it names what is so
    """Nothing was decided; the code says why, the message says it to a person."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Decider:
    """Who decides: a name that stays on record, and the user where it is one."""

    name: str
    user: Any = None


def approve(action_id: int, seen_sha256: str, by: Decider, now: datetime) -> Action:
    """Approve the text that was looked at for its person. Raises Refused where it is another one by now."""
    with transaction.atomic():
        action = _looked_at(action_id, seen_sha256)
        action.approve(by.user, now)
        keep_decision(action, Decision.Verdict.APPROVED, by, now)
    return action


def edit(action_id: int, seen_sha256: str, text: str, by: Decider, now: datetime) -> Action:
    """Put another text in the place of the one that was looked at; it waits for approval. Raises Refused."""
    with transaction.atomic():
        action = _looked_at(action_id, seen_sha256)
        text = _checked(action, text)
        if text != action.text:
            action.rewrite(action.template, text, action.days_late)
            keep_decision(action, Decision.Verdict.EDITED, by, now)
    return action


def edit_and_approve(action_id: int, seen_sha256: str, text: str, by: Decider, now: datetime) -> Action:
    """Write the text and approve it, both or neither. Raises Refused."""
    with transaction.atomic():
        edited = edit(action_id, seen_sha256, text, by, now)
        return approve(edited.pk, edited.text_sha256, by, now)


def reject(action_id: int, seen_sha256: str, why: str, by: Decider, now: datetime) -> Action:
    """Decide against it: the person gets nothing on this occasion. Raises Refused."""
    with transaction.atomic():
        action = _looked_at(action_id, seen_sha256)
        told = f": {why.strip()}" if why.strip() else ""
        action.reject(f"rejected by {by.name}{told}"[:300], now)
        keep_decision(action, Decision.Verdict.REJECTED, by, now, why)
    return action


def _looked_at(action_id: int, seen_sha256: str) -> Action:
    """The planned action, locked, if its text for its person is still the one that was looked at."""
    locked = Action.objects.select_for_update(of=("self",)).select_related("contact", "campaign", "account")
    action = locked.filter(pk=action_id).first()
    if action is None:
        raise Refused(_("it is gone: the person was erased"), "gone")
    if action.text_sha256 != seen_sha256:
        raise Refused(_("the text is another one by now: look at it again"), "text_changed")
    if action.status != Action.Status.PLANNED:
        raise Refused(_("it is %(status)s by now") % {"status": _spoken(action)}, "not_planned")
    return action


def _spoken(action: Action) -> str:
    """The status within a sentence."""
    return str(action.get_status_display()).lower()


def _checked(action: Action, text: str) -> str:
    """The text as it can be sent. Raises Refused, and for what no text may hold: in words."""
    text = text.replace("\r\n", "\n").strip()
    if not action.text:
        raise Refused(_("there is no text in it to write anew"), "no_text")
    if not text:
        raise Refused(_("the text is empty"), "invalid")
    if len(text) > MAX_TEXT_LENGTH:
        sizes = {"length": f"{len(text):,}", "most": f"{MAX_TEXT_LENGTH:,}"}
        raise Refused(_("the text has %(length)s characters; %(most)s are the most") % sizes, "invalid")
    if any(unicodedata.category(each) in UNSEEN and each not in "\n\u200c\u200d" for each in text):
        raise Refused(_("the text holds a character that cannot be seen"), "invalid")
    if text != action.text and text in _texts_had(action):
        raise Refused(_("this person had this very text already"), "same_text")
    return text


def _texts_had(action: Action) -> set[str]:
    had = Interaction.objects.filter(contact=action.contact_id, account=action.account_id)
    return {str(payload.get("text", "")) for payload in had.values_list("payload", flat=True)}


def keep_decision(action: Action, verdict: str, by: Decider, now: datetime, reason: str = "") -> None:
    """Put it on record, in the transaction that acts on it."""
    Decision.objects.create(
        action=action, verdict=verdict, text=action.text, text_sha256=action.text_sha256,
        reason=reason.strip()[:300], by=by.user, by_name=by.name[:150], at=now,
    )  # fmt: skip
