"""The rules of when and whether: they raise a StopRun, or say in words why not."""

from datetime import UTC, date, datetime, timedelta

from campaigns.models import Action
from contacts.models import Contact
from engine.errors import AccountPaused, OutsideHours
from engine.ports import Account

# No two birthdays of one person are this near, whatever a corrected date or an import says.
DAYS_BETWEEN_WISHES = 180


def check_active(account: Account) -> None:
    """Raises AccountPaused: whoever paused it wants nothing more to happen, in a run under way neither."""
    if account.state != "active":
        raise AccountPaused(account.paused_reason, account.paused_advice)


def check_hours(account: Account, now: datetime) -> None:
    """Raises OutsideHours unless it is a working hour in the account's own zone."""
    local = now.astimezone(account.zone)
    if not account.hours_start <= local.time() < account.hours_end:
        raise OutsideHours(
            f"it is {local:%H:%M} in {account.time_zone}; "
            f"the working hours are {account.hours_start:%H:%M} to {account.hours_end:%H:%M}"
        )


def why_not_contact(contact: Contact) -> str:
    """Why this person may not be contacted; empty when they may."""
    return contact.why_not_contact()


def why_wait(action: Action, today: date) -> str:
    """Why a planned action of any kind is left for another time; empty when it is its turn."""
    if action.needs_approval and not action.is_approved:
        return f"waits for approval{': ' * bool(action.held)}{action.held}"
    return f"is due on {action.due_on}" if action.due_on > today else ""


def opens_at(account: Account, now: datetime) -> datetime:
    """When the account's working hours allow the next action: now, or at their next beginning."""
    local = now.astimezone(account.zone)
    if account.hours_start <= local.time() < account.hours_end:
        return now
    day = local.date() + timedelta(days=local.time() >= account.hours_end)
    return datetime.combine(day, account.hours_start, account.zone).astimezone(UTC)
