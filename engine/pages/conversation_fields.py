"""What a composer and the thread above it say, with the names that `read_page` gives it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.pages import messaging
from engine.pages.gate import Gate
from engine.pages.groups import is_group
from engine.pages.message_times import moment

READER = messaging.READER
NOBODY: Mapping[str, Any] = {"slugs": [], "ids": []}


def describe_conversation(page: Mapping[str, Any], gate: Gate, today: date) -> dict[str, Any]:
    """The one open composer and its thread; of several only their recipients, of none why."""
    composers = page["composers"]
    if len(composers) != 1:
        why = "no composer is open" if not composers else f"{len(composers)} composers are open"
        fields = dict.fromkeys(("recipient", "conversation", "composer", "messages"))
        everybody = [_recipient(each) for each in composers]
        return {**fields, "recipients": everybody, "reasons": dict.fromkeys(fields, why)}
    [composer] = composers
    recipient = _recipient(composer)
    thread = page["thread"]
    kind = _kind(composer, thread["messages"])
    messages = [_message(each, today) for each in thread["messages"]] if thread["has_list"] else None
    reasons = _why_absent(recipient, composer["send"])
    if not kind:
        reasons["conversation"] = "the composer does not say whom it writes to"
    if any(message["sent_at"] is None for message in messages or ()):
        reasons["messages.sent_at"] = "the thread does not say for certain on which day and at what time"
    return {
        "recipient": recipient,
        "conversation": kind,
        "composer": _composer(composer),
        "messages": messages,
        "reasons": reasons | ({} if messages is not None else {"messages": "no thread is shown"}),
    }


def _recipient(composer: Mapping[str, Any]) -> dict[str, Any]:
    said = composer["recipient"]
    return {
        "name": said["name"],
        "slug": said["slugs"][0] if len(said["slugs"]) == 1 else None,
        "member_id": said["ids"][0] if len(said["ids"]) == 1 else None,
        "pills": said["pills"],
        "named_in": said["where"],
    }


def _why_absent(recipient: Mapping[str, Any], send: Mapping[str, Any]) -> dict[str, str]:
    reasons = {
        f"recipient.{name}": "the composer does not say it, or not of one person"
        for name in ("name", "slug", "member_id", "named_in")
        if not recipient[name]
    }
    if send["by"] is None:
        reasons["composer.sends_by"] = "; ".join(send["reasons"]) or "nothing certainly sends"
    return reasons


def _kind(composer: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> str | None:
    if is_group(composer, messages):
        return "group"
    said = composer["recipient"]
    return "one_to_one" if said["slugs"] or said["ids"] else None


def _composer(composer: Mapping[str, Any]) -> dict[str, Any]:
    send = composer["send"]
    return {
        "container": composer["container"],
        "tag": composer["box"]["tag"],
        "text": composer["box"]["text"],
        "is_empty": not composer["box"]["text"].strip(),
        "can_send": send["by"] is not None,
        "sends_by": send["by"],
        "send_reasons": send["reasons"],
        "send_labels": send["labels"],
    }


def _message(message: Mapping[str, Any], today: date) -> dict[str, Any]:
    """`sent_at` has no zone where the page says the time in words."""
    sent_at = moment(message, today)
    shown = {key: message[key] for key in ("is_own", "text", "is_undelivered", "is_pending")}
    return {**shown, "sent_at": sent_at.isoformat() if sent_at else None}
