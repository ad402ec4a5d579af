"""Which tone a status or an outcome is shown in."""

from django.utils.translation import gettext as _

from campaigns.models import Action, Run

RUNS: dict[str, str] = {
    Run.Status.QUEUED: "info",
    Run.Status.RUNNING: "info",
    Run.Outcome.FINISHED: "success",
    Run.Outcome.NOTHING_TO_DO: "success",
    Run.Outcome.OUTSIDE_HOURS: "warning",
    Run.Outcome.LIMIT_REACHED: "warning",
    Run.Outcome.STOPPED: "warning",
    Run.Outcome.EXPIRED: "warning",
    Run.Outcome.CLOCK_WRONG: "warning",
    Run.Outcome.DATABASE_UNREACHABLE: "danger",
    Run.Outcome.BROWSER_FAILED: "danger",
    Run.Outcome.ACCOUNT_PAUSED: "danger",
    Run.Outcome.NO_SESSION: "danger",
    Run.Outcome.LAYOUT_CHANGED: "danger",
    Run.Outcome.IN_DOUBT: "danger",
    Run.Outcome.RESTORED: "danger",
    Run.Outcome.DISK_FULL: "danger",
    Run.Outcome.CRASHED: "danger",
    Run.Outcome.INTERNAL_ERROR: "danger",
}
ACTIONS: dict[str, str] = {
    Action.Status.PLANNED: "info",
    Action.Status.CLAIMED: "info",
    Action.Status.SENDING: "info",
    Action.Status.DONE: "success",
    Action.Status.UNKNOWN: "danger",
    Action.Status.FAILED: "danger",
    Action.Status.SKIPPED: "warning",
    Action.Status.EXPIRED: "warning",
}


def state_of(run: Run) -> tuple[str, str]:
    """The run's outcome, or its status while it has none: the value and how staff read it."""
    value = run.outcome or run.status
    return value, spoken(value)


def spoken(value: str) -> str:
    """An outcome or a status of a run as it stands within a sentence."""
    labels = dict(Run._meta.get_field("status").flatchoices) | dict(
        Run._meta.get_field("outcome").flatchoices
    )
    return str(labels.get(value, value.replace("_", " "))).lower()


def name_of(action: Action) -> str:
    """The action's status as staff read it: what is unknown is called a doubt everywhere."""
    return _("in doubt") if action.status == Action.Status.UNKNOWN else action.get_status_display()
