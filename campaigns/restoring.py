"""After a backup was restored: whoever may have been wished since it was made is looked up before any wish."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from campaigns.installation import Installation
from campaigns.kinds import recipient_of
from campaigns.models import Action, Campaign, MessageTemplate, Run
from campaigns.replies import note_replies
from contacts import names
from contacts.models import Interaction
from engine.errors import NothingSent, StopRun
from engine.ports import Message, Thread, World, same_text

LONGEST_WINDOW_DAYS = 60
UNCLEAR = (
    "a backup was restored, and the conversation does not show for certain that they were not wished before"
)


def is_to_be_looked_up(action: Action) -> bool:
    """Whether a wish may have left without a record: its day had come when the backup was restored."""
    if action.campaign.kind != Campaign.Kind.BIRTHDAY:
        return False
    reconciled_at = Installation.objects.current().reconciled_at
    if reconciled_at is None:
        return False
    if action.due_on > reconciled_at.astimezone(action.account.zone).date():
        return False
    was_looked_up = action.absent_read_at is not None and action.absent_read_at > reconciled_at
    return not (was_looked_up or (action.held and action.is_approved))


def look_up(action: Action, run: Run, world: World) -> bool:
    """Whether the wish may be sent. Found in the conversation: done. Not certainly absent: a person approves it."""
    try:
        thread = world.network.read_thread(recipient_of(action.contact))
    except NothingSent as error:
        if isinstance(error, StopRun):
            raise
        run.note(f"{action} is left: a backup was restored, and the conversation could not be read ({error})")
        return False
    note_replies(thread, action, world.clock.now())
    own = [message for message in thread.messages if message.is_own] if _is_theirs_alone(thread) else []
    if wish := next((message for message in own if _is_the_wish(message, action)), None):
        action.find_done(run, _as_rendered(wish, action) or wish.text, wish.sent_at, world.clock.now())
        return False
    if not _is_theirs_alone(thread) or not thread.is_complete or _unexplained(own, action):
        action.hold(UNCLEAR)
        return False
    return action.find_free(world.clock.now())


def _is_theirs_alone(thread: Thread) -> bool:
    return thread.is_theirs and thread.is_one_to_one


def _is_the_wish(message: Message, action: Action) -> bool:
    """Any message of ours since the birthday; without a date, one that reads as a wish and is not on record."""
    if message.sent_at:
        first_day = action.due_on - timedelta(days=1)  # the network rounds its times
        return message.sent_at.astimezone(action.account.zone).date() >= first_day
    return _as_rendered(message, action) is not None and bool(_unexplained([message], action))


def _unexplained(own: Iterable[Message], action: Action) -> list[str]:
    """Texts of ours without a date that the record does not know: each may be the wish."""
    undated = Counter(_folded(message.text) for message in own if message.sent_at is None)
    recorded = Interaction.objects.filter(contact=action.contact_id, account=action.account_id)
    return list((undated - Counter(_folded(text) for text in _texts_of(recorded))).elements())


def _texts_of(recorded: Iterable[Interaction]) -> Iterator[str]:
    for interaction in recorded:
        yield str(interaction.payload.get("text", ""))


def _as_rendered(message: Message, action: Action) -> str | None:
    """The text as a template makes it for this person, on the day or late, where the message is one."""
    return next((text for text in _renderings(action) if same_text(text, message.text)), None)


def _renderings(action: Action) -> Iterator[str]:
    contact = action.contact
    values = {
        "name": names.call_name(contact.name, contact.first_name),
        "full_name": names.clean(contact.name),
    }
    yield action.text
    for template in MessageTemplate.objects.all():
        days = range(1, LONGEST_WINDOW_DAYS + 1) if "{days_late}" in template.text else range(1)
        for late in days:
            yield template.render({**values, "days_late": late})


def _folded(text: str) -> str:
    """As a page may show it: with its white space folded."""
    return " ".join(text.split())
