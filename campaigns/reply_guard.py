"""What a conversation says against a wish: one sent by hand, somebody's fresh message, a draft of one's own."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from engine.ports import Message, Thread, same_text

# Whole beginnings of words, without accents; an emoji of a cake says it too.
CONGRATULATION = re.compile(
    r"\b(?:birthday|b-?day|happy returns|anniv|geburtstag|cumple|compleanno|aniversari|parabens|auguri\b|verjaardag"
    r"|gefeliciteerd|fodelsedag|urodzin)|[\U0001f382\U0001f9c1]"
)
# A year in a company is congratulated in nearly the same words.
AT_WORK = re.compile(
    r"professionnel|de travail|work|\bjob\b|beruf|firmen|laboral|profesional|profissional|lavorativ"
)
# What the network puts into the composer of somebody who has a birthday.
SUGGESTED = (
    "Wishing you a very happy birthday!", "Happy belated birthday!", "Je vous souhaite un très joyeux anniversaire.",
    "Joyeux anniversaire avec un peu de retard !",
)  # fmt: skip
LONGEST_QUOTE = 80
# Some wish on the eve.
EARLY = timedelta(days=1)


@dataclass(frozen=True)
class Rules:
    """What a conversation is measured against. `known`: texts of ours on record, which say nothing new."""

    birthday: date
    zone: tzinfo
    now: datetime
    days: int  # a message of theirs within so many days holds the wish back; 0: none does
    known: Collection[str] = ()
    approved_at: datetime | None = None  # whoever approved the wish then knew what had been written
    knows_undated: bool = False


@dataclass(frozen=True)
class Dated:
    """A message and the earliest time it can be from: its own, or that of the dated one before it."""

    message: Message
    since: datetime | None

    @property
    def quote(self) -> str:
        return _quote(self.message.text)


def wished_by_hand(thread: Thread, rules: Rules) -> Dated | None:
    """The congratulation of ours, not on record, that was written for this birthday."""
    eve = datetime.combine(rules.birthday, time(), tzinfo=rules.zone) - EARLY
    for each in _own(thread, rules):
        if is_congratulation(each.message.text) and each.since and each.since >= eve:
            return each
    return None


def why_hold(thread: Thread, rules: Rules) -> str:
    """Why a person should look at the conversation before a wish goes into it; empty when nobody has to."""
    start = datetime.combine(rules.birthday, time(), tzinfo=rules.zone)
    for each in _own(thread, rules):
        if each.since is None and is_congratulation(each.message.text) and not rules.knows_undated:
            return f"the thread holds a congratulation of yours without a date: {each.quote}"
        if each.since and each.since >= start and not _is_known(each, rules):
            return f"you wrote to them on {_day(each.since, rules)}: {each.quote}"
    return _why_reply(thread, rules) if rules.days else ""


def why_keep_draft(unsent: str, replaceable: Collection[str]) -> str:
    """Why what stands unsent in the conversation is not to be replaced by a wish; empty where it may be.

    `replaceable`: texts that are nobody's own; the beginning of one is what an interrupted attempt left.
    """
    found = " ".join(unsent.split())
    if any(" ".join(text.split()).startswith(found) for text in (*SUGGESTED, *replaceable)):
        return ""
    return (
        f"a draft stands in the conversation, which the wish would replace: {_quote(found)}" if found else ""
    )


def is_congratulation(text: str) -> bool:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return bool(CONGRATULATION.search(bare)) and not AT_WORK.search(bare)


def _quote(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text[:LONGEST_QUOTE].rstrip()}{'…' * (len(text) > LONGEST_QUOTE)}”"


def _why_reply(thread: Thread, rules: Rules) -> str:
    theirs = [each for each in _dated(thread) if not each.message.is_own]
    last = theirs[-1] if theirs else None
    if last is None or _is_known(last, rules):
        return ""
    if last.since is None:
        # Below it everything is ours and undated too: whether the conversation is under way is not said.
        is_last = thread.messages[-1] is last.message
        return f"their last message bears no date: {last.quote}" if is_last else ""
    if last.since < rules.now - timedelta(days=rules.days):
        return ""
    return f"they wrote on {_day(last.since, rules)}: {last.quote}"


def _own(thread: Thread, rules: Rules) -> Iterator[Dated]:
    for each in _dated(thread):
        if each.message.is_own and not any(same_text(each.message.text, text) for text in rules.known):
            yield each


def _dated(thread: Thread) -> Iterator[Dated]:
    since = None
    for message in thread.messages:
        since = message.sent_at or since
        yield Dated(message, since)


def _is_known(each: Dated, rules: Rules) -> bool:
    """Whether whoever approved the wish could see this message."""
    if each.since is None:
        return rules.knows_undated
    return rules.approved_at is not None and each.since <= rules.approved_at.astimezone(UTC)


def _day(moment: datetime, rules: Rules) -> str:
    return f"{moment.astimezone(rules.zone):%Y-%m-%d}"
