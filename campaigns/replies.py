"""Replies to earlier wishes, as far as a conversation shows them that is read anyway: nothing is read for them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from campaigns.models import Action, Campaign
from contacts.models import Interaction
from engine.ports import Message, Thread, same_text

# What comes later is about something else.
ANSWER_WITHIN = timedelta(days=30)
# A conversation that is read sooner says nothing of who has not answered yet.
TIME_TO_ANSWER = timedelta(days=1)
# The network rounds its times, and its clock is not this machine's.
ROUNDED_BY = timedelta(days=2)
Answer = tuple[Message, datetime | None]  # with the earliest time it can be from


def note_replies(thread: Thread, action: Action, now: datetime) -> None:
    """Record for each wish that the conversation shows whether they answered it; an answer goes into the history."""
    if not (thread.is_theirs and thread.is_one_to_one):
        return
    done = Action.objects.filter(
        account=action.account_id, contact=action.contact_id, status=Action.Status.DONE,
        campaign__kind=Campaign.Kind.BIRTHDAY, sending_at__isnull=False,
    )  # fmt: skip
    for wish, answer in answers(thread.messages, list(done.select_related("account").order_by("sending_at"))):
        is_time = answer or now - _sent_at(wish) >= TIME_TO_ANSWER
        if is_time and not wish.replied and wish.replied is not bool(answer):
            _keep(wish, answer, now)


def answers(messages: Sequence[Message], wishes: Sequence[Action]) -> Iterator[tuple[Action, Answer | None]]:
    """Of the wishes that stand in the conversation, each with what they wrote after it and before the next."""
    dated = list(_dated(messages))
    places = sorted(
        ((place, wish) for wish in wishes if (place := _place_of(wish, dated)) is not None),
        key=lambda each: each[0],
    )
    ends = [*(place for place, _wish in places), len(dated)][1:]
    for (place, wish), end in zip(places, ends, strict=True):
        yield wish, _answer(wish, dated[place + 1 : end])


def _dated(messages: Sequence[Message]) -> Iterator[Answer]:
    since = None
    for message in messages:
        since = message.sent_at or since
        yield message, since


def _place_of(wish: Action, dated: Sequence[Answer]) -> int | None:
    """Where the wish stands: the last message of ours with its text that can be from its day."""
    for place in reversed(range(len(dated))):
        message = dated[place][0]
        is_its_text = message.is_own and same_text(message.text, wish.text)
        if is_its_text and not (message.sent_at and abs(message.sent_at - _sent_at(wish)) > ROUNDED_BY):
            return place
    return None


def _answer(wish: Action, later: Sequence[Answer]) -> Answer | None:
    first = next((each for each in later if not each[0].is_own), None)
    is_too_late = first and first[1] and first[1] > _sent_at(wish) + ANSWER_WITHIN
    return None if is_too_late else first


def _keep(wish: Action, answer: Answer | None, now: datetime) -> None:
    """Once; what they wrote is their own, and only its day is kept."""
    with transaction.atomic():
        if not wish.note_reply(is_answered=answer is not None) or answer is None:
            return
        at = answer[0].sent_at
        Interaction.objects.get_or_create(
            source_key=f"reply:{wish.pk}",
            defaults={
                "contact_id": wish.contact_id, "account_id": wish.account_id, "type": Interaction.Type.REPLY,
                # No record may be of a time that is still to come; without a time it is that of the reading.
                "happened_at": min(at or now, now),
                "payload": {"occasion": wish.occasion, "action": wish.pk, "day": _day(at, wish)},
            },
        )  # fmt: skip


def _day(at: datetime | None, wish: Action) -> str | None:
    return at.astimezone(wish.account.zone).date().isoformat() if at else None


def _sent_at(wish: Action) -> datetime:
    if wish.sending_at is None:
        raise ValueError(f"{wish} was never sent")
    return wish.sending_at
