"""What speaks for and against a wish: recalled for many people at once, so that planning costs a few queries a page."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings

from campaigns.models import Action, Campaign, MessageTemplate
from campaigns.policies import DAYS_BETWEEN_WISHES
from campaigns.templates import not_yet_sent
from contacts import names
from contacts.models import Contact, Interaction, why_not_contact

Chosen = tuple[MessageTemplate, str]  # a template with its text for one person


class Wishes:
    """A campaign's wishes to the people recalled last, past and possible."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self._templates: dict[tuple[bool, str], list[MessageTemplate]] = {}
        self._reasons: dict[int, str] = {}
        self._actions: defaultdict[int, list[Action]] = defaultdict(list)
        self._interactions: defaultdict[int, list[Interaction]] = defaultdict(list)

    def recall(self, people: Iterable[Contact]) -> None:
        """Load what passed with these people, and whether they may be contacted."""
        self._reasons = why_not_contact(people)
        theirs = {"account": self.campaign.account_id, "contact__in": self._reasons}
        self._actions.clear()
        self._interactions.clear()
        for action in Action.objects.filter(**theirs).select_related("campaign", "account").order_by("pk"):
            self._actions[action.contact_id].append(action)
        for interaction in Interaction.objects.filter(**theirs).order_by("pk"):
            self._interactions[interaction.contact_id].append(interaction)

    def planned_or_why_not(
        self, contact: Contact, occasion: str, birthday: date
    ) -> tuple[Action | None, str]:
        """The action planned before, if any, and why this person gets no (other) wish."""
        if reason := self._reasons[contact.pk]:
            return None, reason
        wishes = [one for one in self._actions[contact.pk] if one.campaign.kind == Campaign.Kind.BIRTHDAY]
        since = birthday - timedelta(days=DAYS_BETWEEN_WISHES)
        taken = next((one for one in wishes if one.status not in Action.FREE and one.due_on > since), None)
        if taken and taken.status == Action.Status.PLANNED and taken.campaign_id == self.campaign.pk:
            return taken, ""
        if taken:
            return None, _why_taken(taken)
        if wished := self._wished_on(contact, since):
            return None, f"already wished on {wished}"
        rejected = [one for one in wishes if one.occasion == occasion and one.rejected_at]
        if rejected:
            return None, rejected[-1].reason
        failed = [one for one in wishes if one.occasion == occasion and one.status == Action.Status.FAILED]
        if len(failed) >= Action.MAX_ATTEMPTS:
            return None, f"failed {Action.MAX_ATTEMPTS} times: {failed[-1].reason}"
        return None, ""

    def choose_text(self, contact: Contact, late: int, birthday: date) -> tuple[Chosen | None, str]:
        """A template with its text for this person, the same at every asking; or why there is none."""
        values = wish_values(contact, late)
        if values is None:
            return None, "there is no name to call them by"
        language = contact.language or self.campaign.account.language or "en"
        templates = self._templates_for(late > 0, language)
        fresh = not_yet_sent(templates, values, self._texts_sent(contact, birthday))
        if not fresh:
            return (
                None,
                f"no active {'late ' * (late > 0)}template in {language} that they have not had already",
            )
        return fresh[(contact.pk + birthday.year) % len(fresh)], ""

    def _wished_on(self, contact: Contact, since: date) -> date | None:
        """The day of a wish recorded without an action: by hand, or in an earlier application."""
        for one in self._interactions[contact.pk]:
            if one.type == Interaction.Type.BIRTHDAY_SENT and one.happened_at.date() >= since:
                return one.happened_at.astimezone(self.campaign.account.zone).date()
        return None

    def _texts_sent(self, contact: Contact, birthday: date) -> set[str]:
        """Every text this person had, or may have had, lately."""
        since = birthday - timedelta(days=settings.SAME_TEXT_DAYS)
        recorded = (one for one in self._interactions[contact.pk] if one.happened_at.date() >= since)
        attempted = (
            one
            for one in self._actions[contact.pk]
            if one.sending_at and one.sending_at.date() >= since and one.status != Action.Status.FAILED
        )
        return {one.payload.get("text", "") for one in recorded} | {one.text for one in attempted}

    def _templates_for(self, is_late: bool, language: str) -> list[MessageTemplate]:
        if (is_late, language) not in self._templates:
            templates = MessageTemplate.objects.for_wish(is_late=is_late, language=language)
            self._templates[is_late, language] = list(templates)
        return self._templates[is_late, language]


def wish_values(contact: Contact, late: int) -> dict[str, object] | None:
    """What the placeholders of a template stand for; None where there is no name to call the person by."""
    name = names.call_name(contact.name, contact.first_name)
    if name is None:
        return None
    return {"name": name, "full_name": names.clean(contact.name), "days_late": late}


def _why_taken(taken: Action) -> str:
    if taken.status == Action.Status.DONE and taken.ended_at:
        return f"already wished on {taken.ended_at.astimezone(taken.account.zone):%Y-%m-%d}"
    if taken.status == Action.Status.UNKNOWN:
        return "in doubt: a wish may have left; nothing is repeated before it is settled"
    return f"is {taken.status} in the campaign {taken.campaign}"
