"""What speaks for and against a visit: recalled for many people at once, so that planning costs few queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from campaigns.models import Action, Campaign
from contacts.models import Contact, Interaction, why_not_contact

# Nobody is visited again within so many days; a search that came to its end begins anew after as many.
REVISIT_DAYS = 30
MAX_ATTEMPTS = 2
# A visit that was cut off is made again; one that is cut off every time may be what cuts it off.
MAX_INTERRUPTIONS = 5
INTERRUPTED = "interrupted: the page may have been opened, and nothing of it was kept"


class Visits:
    """An account's visits to these people: of this occasion, and of the last days."""

    def __init__(self, campaign: Campaign, people: Sequence[Contact], occasion: str, today: date) -> None:
        self.campaign = campaign
        self._reasons = why_not_contact(people)
        self._actions: defaultdict[int, list[Action]] = defaultdict(list)
        theirs = {"account": campaign.account_id, "contact__in": self._reasons}
        actions = Action.objects.filter(**theirs, occasion=occasion).select_related("campaign")
        for action in actions.order_by("pk"):
            self._actions[action.contact_id].append(action)
        since = datetime.combine(today - timedelta(days=REVISIT_DAYS - 1), time(), campaign.account.zone)
        visits = Interaction.objects.filter(
            **theirs, type=Interaction.Type.PROFILE_VISIT, happened_at__gte=since
        )
        self._visited = dict(visits.order_by("happened_at").values_list("contact_id", "happened_at"))

    def planned_or_why_not(self, contact: Contact) -> tuple[Action | None, str]:
        """The visit planned before, if any, and why this person is not visited (again)."""
        actions = self._actions[contact.pk]
        taken = next((action for action in actions if action.status not in Action.FREE), None)
        planned = taken if taken and self._is_open(taken) else None
        if reason := self._reasons[contact.pk] or self._visited_lately(contact):
            return planned, reason
        if taken and not planned:
            return None, f"is {taken.status} in the campaign {taken.campaign}"
        return planned, "" if planned else _failed_too_often(actions)

    def _is_open(self, action: Action) -> bool:
        return action.status == Action.Status.PLANNED and action.campaign_id == self.campaign.pk

    def _visited_lately(self, contact: Contact) -> str:
        last = self._visited.get(contact.pk)
        if last is None:
            return ""
        return (
            f"visited on {last.astimezone(self.campaign.account.zone):%Y-%m-%d}; "
            f"not again within {REVISIT_DAYS} days"
        )


def _failed_too_often(actions: list[Action]) -> str:
    reasons = [action.reason for action in actions if action.status == Action.Status.FAILED]
    serious = [reason for reason in reasons if reason != INTERRUPTED]
    if len(serious) < MAX_ATTEMPTS and len(reasons) < MAX_INTERRUPTIONS:
        return ""
    return f"failed {len(reasons)} times: {reasons[-1]}"
