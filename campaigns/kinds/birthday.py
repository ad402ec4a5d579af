"""The birthday campaign: who has a birthday today or had one lately, and the one wish they get."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from campaigns import duplicates, policies
from campaigns.kinds import Finding, Kind, Options, Proposal, Verdict, recipient_of
from campaigns.kinds.wishes import Wishes
from campaigns.models import Action, Campaign, HeldBack, NotNeeded, Run
from campaigns.replies import note_replies
from campaigns.reply_guard import Dated, Rules, why_hold, why_keep_draft, wished_by_hand
from contacts import due
from contacts.birthdays import days_due
from contacts.harvest import remember_cards
from contacts.models import Contact, Interaction
from engine.ports import Thread, World

# More than any account may send in a week: what one plan leaves out, a later one comes to.
MOST_CHOSEN = 250


class BirthdayKind(Kind):
    bucket = "message"
    doing = "writing to"

    def __init__(self) -> None:
        self._suggested: set[str] = set()

    def harvest(self, campaign: Campaign, world: World, today: date) -> list[str]:
        """Read the network's own birthday list into contacts and birthdays."""
        listed = world.network.birthdays(today)
        self._suggested |= {card.prefill for card in listed.cards if card.prefill}
        campaign.account.learn_language(listed.language)
        leap_day = settings.LEAP_DAY_IN_COMMON_YEARS
        merge = partial(duplicates.merge, now=world.clock.now())
        notes = remember_cards(listed.cards, campaign.account_id, today, leap_day, merge)
        if not listed.is_complete:
            notes.append(f"the end of the birthday list was not proved after {len(listed.cards)} cards")
        return notes

    def plan(self, campaign: Campaign, options: Options, today: date) -> Iterator[Proposal]:
        """Today's birthdays first, then the late ones, the most recent first; no more than MOST_CHOSEN to wish."""
        sends_late = campaign.sends_late if options.sends_late is None else options.sends_late
        window = (campaign.late_days if options.late_days is None else options.late_days) if sends_late else 0
        wishes, chosen = Wishes(campaign), 0
        days = days_due(today, window, settings.LEAP_DAY_IN_COMMON_YEARS)
        for page in due.pages(campaign.account_id, days):
            wishes.recall(contact for _, contact in page)
            for birthday, contact in page:
                last_day = birthday + timedelta(days=window)
                yield (proposal := self._propose(wishes, contact, birthday, last_day, today))
                chosen += proposal.is_chosen
                if chosen == MOST_CHOSEN:
                    return

    def usual_limit(self, campaign: Campaign) -> int:
        return campaign.account.messages_per_run

    def in_order(self, actions: Iterable[Action]) -> list[Action]:
        """Today's first, then the most recent."""
        return sorted(actions, key=lambda action: action.due_on, reverse=True)

    def why_wait(self, action: Action, options: Options, today: date) -> str:
        sends_late = action.campaign.sends_late if options.sends_late is None else options.sends_late
        if action.due_on < today and not sends_late:
            return "late wishes are off"
        return policies.why_wait(action, today)

    def look_for(self, action: Action, world: World) -> Finding:
        """By reading the thread: nothing follows from one that is not whole, or not certainly theirs alone."""
        thread = world.network.read_thread(recipient_of(action.contact))
        note_replies(thread, action, world.clock.now())
        if not (thread.is_theirs and thread.is_one_to_one):
            return Finding(Verdict.UNREADABLE, "the thread is not certainly theirs alone")
        if thread.has_own(action.text):
            return Finding(Verdict.DONE, evidence={"proof": "found in the thread afterwards"})
        if not thread.is_complete:
            return Finding(Verdict.UNREADABLE, "the thread could not be read to its beginning")
        return Finding(Verdict.ABSENT, "the whole thread lacked the text")

    def perform(self, action: Action, run: Run, world: World) -> None:
        def look(thread: Thread) -> None:
            note_replies(thread, action, world.clock.now())
            if not thread.has_own(action.text):
                guard(action, thread, world, self._suggested)

        draft = world.network.write(recipient_of(action.contact), action.text, look)
        action.start_sending(run, draft.evidence, world.clock.now())
        if draft.already_sent:
            action.complete({"proof": "the thread showed this very text before the click"}, world.clock.now())
            return
        proof = draft.send()
        action.complete(proof.evidence, world.clock.now())

    def _propose(
        self, wishes: Wishes, contact: Contact, birthday: date, last_day: date, today: date
    ) -> Proposal:
        occasion = f"birthday {birthday.year}"
        late = (today - birthday).days
        planned, reason = wishes.planned_or_why_not(contact, occasion, birthday)
        chosen = None
        if not reason and not (planned and planned.days_late == late):
            chosen, reason = wishes.choose_text(contact, late, birthday)
        template, text = chosen or (None, planned.text if planned else "")
        return Proposal(
            contact=contact, occasion=occasion, due_on=birthday, expires_on=last_day, days_late=late,
            template=template, text=text, reason=reason, planned=planned,
        )  # fmt: skip


def guard(action: Action, thread: Thread, world: World, suggested: Collection[str] = ()) -> None:
    """Judge the conversation before anything is typed into it. Raises NotNeeded, HeldBack.

    `suggested`: what the network offers to send, which is nobody's own.
    """
    now = world.clock.now()
    rules = _rules(action, now)
    if wish := wished_by_hand(thread, rules):
        _record_by_hand(action, wish, world)
        raise NotNeeded(f"a wish was sent by hand already: {wish.quote}")
    if reason := why_hold(thread, rules):
        raise HeldBack(reason)
    reason = why_keep_draft(thread.unsent, {*suggested, *_texts_for(action)})
    # Whoever approved the wish for this very reason knew what it replaces.
    if reason and not (action.is_approved and action.held == reason):
        raise HeldBack(reason)


def _texts_for(action: Action) -> QuerySet[Action, str]:
    """What an interrupted attempt may have left in their composer."""
    theirs = Action.objects.filter(account=action.account_id, contact=action.contact_id)
    return theirs.exclude(text="").values_list("text", flat=True)


def _rules(action: Action, now: datetime) -> Rules:
    recorded = Interaction.objects.filter(contact=action.contact, account=action.account_id)
    approved_at = action.approved_at if action.is_approved else None
    return Rules(
        birthday=action.due_on,
        zone=action.account.zone,
        now=now,
        days=action.campaign.reply_guard_days,
        known={str(payload.get("text", "")) for payload in recorded.values_list("payload", flat=True)},
        approved_at=approved_at,
        knows_undated=bool(approved_at and action.held),
    )


def _record_by_hand(action: Action, wish: Dated, world: World) -> None:
    """The contact's history and the account's quota get it, once, as what it is: nothing of this program."""
    key, now = f"by hand:{action.account_id}:{action.contact_id}:{action.occasion}", world.clock.now()
    # The page's clock is not this machine's: no record may be of a time that is still to come.
    at = min(wish.message.sent_at or now, now)
    with transaction.atomic():
        Interaction.objects.get_or_create(
            source_key=key,
            defaults={
                "contact": action.contact, "account": action.account, "type": Interaction.Type.BIRTHDAY_SENT,
                "happened_at": at,
                "payload": {"occasion": action.occasion, "text": wish.message.text, "by_hand": True},
            },
        )  # fmt: skip
        world.limiter.count_by_hand(action.account_id, BirthdayKind.bucket, at, key)
