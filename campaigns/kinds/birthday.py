"""The birthday campaign: who has a birthday today or had one lately, and the one wish they get."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings

from campaigns import policies
from campaigns.kinds import Finding, Kind, Options, Proposal, Verdict, recipient_of
from campaigns.models import Action, Campaign, HeldBack, MessageTemplate, NotNeeded, Run
from campaigns.policies import DAYS_BETWEEN_WISHES, why_not_contact
from campaigns.reply_guard import Dated, Rules, why_hold, wished_by_hand
from campaigns.templates import not_yet_sent
from contacts import names
from contacts.birthdays import days_due
from contacts.harvest import remember_cards
from contacts.models import Contact, Interaction
from engine.ports import Thread, World


class BirthdayKind(Kind):
    bucket = "message"
    doing = "writing to"
    order = ("-due_on", "pk")  # today's first, then the most recent

    def harvest(self, campaign: Campaign, world: World, today: date) -> list[str]:
        """Read the network's own birthday list into contacts and birthdays."""
        listed = world.network.birthdays(today)
        campaign.account.learn_language(listed.language)
        notes = remember_cards(listed.cards, campaign.account_id, today, settings.LEAP_DAY_IN_COMMON_YEARS)
        if not listed.is_complete:
            notes.append(f"the end of the birthday list was not proved after {len(listed.cards)} cards")
        return notes

    def plan(self, campaign: Campaign, options: Options, today: date) -> Iterator[Proposal]:
        """Today's birthdays first, then the late ones, the most recent first."""
        sends_late = campaign.sends_late if options.sends_late is None else options.sends_late
        window = (campaign.late_days if options.late_days is None else options.late_days) if sends_late else 0
        for birthday, days in days_due(today, window, settings.LEAP_DAY_IN_COMMON_YEARS):
            people = Contact.objects.of_account(campaign.account_id).born_on(days)
            for contact in people.prefetch_related("aliases").order_by("name", "pk").iterator(chunk_size=500):
                yield self._propose(campaign, contact, birthday, birthday + timedelta(days=window), today)

    def usual_limit(self, campaign: Campaign) -> int:
        return campaign.account.messages_per_run

    def why_wait(self, action: Action, options: Options, today: date) -> str:
        sends_late = action.campaign.sends_late if options.sends_late is None else options.sends_late
        if action.due_on < today and not sends_late:
            return "late wishes are off"
        return policies.why_wait(action, today)

    def look_for(self, action: Action, world: World) -> Finding:
        """By reading the thread: nothing follows from one that is not whole, or not certainly theirs alone."""
        thread = world.network.read_thread(recipient_of(action.contact))
        if not (thread.is_theirs and thread.is_one_to_one):
            return Finding(Verdict.UNREADABLE, "the thread is not certainly theirs alone")
        if thread.has_own(action.text):
            return Finding(Verdict.DONE, evidence={"proof": "found in the thread afterwards"})
        if not thread.is_complete:
            return Finding(Verdict.UNREADABLE, "the thread could not be read to its beginning")
        return Finding(Verdict.ABSENT, "the whole thread lacked the text")

    def perform(self, action: Action, run: Run, world: World) -> None:
        draft = world.network.write(recipient_of(action.contact), action.text)
        if not draft.already_sent:
            guard(action, draft.thread, world.clock.now())
        action.start_sending(run, draft.evidence, world.clock.now())
        if draft.already_sent:
            action.complete({"proof": "the thread showed this very text before the click"}, world.clock.now())
            return
        proof = draft.send()
        action.complete(proof.evidence, world.clock.now())

    def _propose(
        self, campaign: Campaign, contact: Contact, birthday: date, last_day: date, today: date
    ) -> Proposal:
        occasion = f"birthday {birthday.year}"
        late = (today - birthday).days
        planned, reason = _planned_or_why_not(campaign, contact, occasion, birthday)
        chosen = None
        if not reason and not (planned and planned.days_late == late):
            chosen, reason = _choose_text(campaign, contact, late, birthday)
        template, text = chosen or (None, planned.text if planned else "")
        return Proposal(
            contact=contact, occasion=occasion, due_on=birthday, expires_on=last_day, days_late=late,
            template=template, text=text, reason=reason, planned=planned,
        )  # fmt: skip


def guard(action: Action, thread: Thread, now: datetime) -> None:
    """Read the conversation before anything is sent into it. Raises NotNeeded, HeldBack."""
    rules = _rules(action, now)
    if wish := wished_by_hand(thread, rules):
        _record_by_hand(action, wish, now)
        raise NotNeeded(f"a wish was sent by hand already: {wish.quote}")
    if reason := why_hold(thread, rules):
        raise HeldBack(reason)


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


def _record_by_hand(action: Action, wish: Dated, now: datetime) -> None:
    """The contact's history gets it, once, as what it is: nothing of this program."""
    Interaction.objects.get_or_create(
        source_key=f"by hand:{action.account_id}:{action.contact_id}:{action.occasion}",
        defaults={
            "contact": action.contact, "account": action.account, "type": Interaction.Type.BIRTHDAY_SENT,
            "happened_at": wish.message.sent_at or now,
            "payload": {"occasion": action.occasion, "text": wish.message.text, "by_hand": True},
        },
    )  # fmt: skip


def _planned_or_why_not(
    campaign: Campaign, contact: Contact, occasion: str, birthday: date
) -> tuple[Action | None, str]:
    """The action planned before, if any, and why this person gets no (other) wish."""
    if reason := why_not_contact(contact):
        return None, reason
    actions = Action.objects.filter(account=campaign.account_id, contact=contact)
    taken = actions.taken().filter(due_on__gt=birthday - timedelta(days=DAYS_BETWEEN_WISHES)).first()
    if taken and taken.status == Action.Status.PLANNED and taken.campaign_id == campaign.pk:
        return taken, ""
    if taken:
        return None, _why_taken(taken)
    if wished := _wished_on(campaign, contact, birthday):
        return None, f"already wished on {wished}"
    failed = actions.filter(occasion=occasion, status=Action.Status.FAILED)
    if failed.count() >= Action.MAX_ATTEMPTS:
        return None, f"failed {Action.MAX_ATTEMPTS} times: {failed.latest('pk').reason}"
    return None, ""


def _why_taken(taken: Action) -> str:
    if taken.status == Action.Status.DONE and taken.ended_at:
        return f"already wished on {taken.ended_at.astimezone(taken.account.zone):%Y-%m-%d}"
    if taken.status == Action.Status.UNKNOWN:
        return "in doubt: a wish may have left; nothing is repeated before it is settled"
    return f"is {taken.status} in the campaign {taken.campaign}"


def _wished_on(campaign: Campaign, contact: Contact, birthday: date) -> date | None:
    """The day of a wish recorded without an action: by hand, or in an earlier application."""
    since = birthday - timedelta(days=DAYS_BETWEEN_WISHES)
    wish = Interaction.objects.filter(
        contact=contact, account=campaign.account_id, type=Interaction.Type.BIRTHDAY_SENT,
        happened_at__date__gte=since,
    ).first()  # fmt: skip
    return wish.happened_at.astimezone(campaign.account.zone).date() if wish else None


def _choose_text(
    campaign: Campaign, contact: Contact, late: int, birthday: date
) -> tuple[tuple[MessageTemplate, str] | None, str]:
    """A template with its text for this person, the same at every asking; or why there is none."""
    name = names.call_name(contact.name, contact.first_name)
    if name is None:
        return None, "there is no name to call them by"
    language = contact.language or campaign.account.language or "en"
    templates = MessageTemplate.objects.for_wish(is_late=late > 0, language=language)
    values = {"name": name, "full_name": names.clean(contact.name), "days_late": late}
    fresh = not_yet_sent(templates, values, _texts_sent(campaign, contact, birthday))
    if not fresh:
        return None, f"no active {'late ' * (late > 0)}template in {language} that they have not had already"
    return fresh[(contact.pk + birthday.year) % len(fresh)], ""


def _texts_sent(campaign: Campaign, contact: Contact, birthday: date) -> set[str]:
    """Every text this person had, or may have had, lately."""
    since = birthday - timedelta(days=settings.SAME_TEXT_DAYS)
    recorded = Interaction.objects.filter(
        contact=contact, account=campaign.account_id, happened_at__date__gte=since
    )
    actions = Action.objects.filter(account=campaign.account_id, contact=contact, sending_at__date__gte=since)
    return {payload.get("text", "") for payload in recorded.values_list("payload", flat=True)} | set(
        actions.exclude(status=Action.Status.FAILED).values_list("text", flat=True)
    )
