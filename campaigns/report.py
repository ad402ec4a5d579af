"""What a run did, as plain values: for people, for programs, and the exit code for cron."""

from collections.abc import Iterable
from typing import Any

from campaigns.kinds import Proposal
from campaigns.models import Action, Campaign, Run

OK, TRY_LATER, NEEDS_A_PERSON, INTERNAL_ERROR = 0, 75, 78, 70

EXIT_CODES = {
    Run.Outcome.FINISHED: OK,
    Run.Outcome.NOTHING_TO_DO: OK,
    Run.Outcome.OUTSIDE_HOURS: TRY_LATER,
    Run.Outcome.LIMIT_REACHED: TRY_LATER,
    Run.Outcome.STOPPED: TRY_LATER,
    Run.Outcome.BROWSER_FAILED: TRY_LATER,
    Run.Outcome.CLOCK_WRONG: TRY_LATER,
    Run.Outcome.DISK_FULL: TRY_LATER,
    Run.Outcome.DATABASE_UNREACHABLE: TRY_LATER,
    Run.Outcome.CRASHED: TRY_LATER,
    Run.Outcome.EXPIRED: TRY_LATER,
    "busy": TRY_LATER,
    Run.Outcome.RESTORED: NEEDS_A_PERSON,
    Run.Outcome.ACCOUNT_PAUSED: NEEDS_A_PERSON,
    Run.Outcome.NO_SESSION: NEEDS_A_PERSON,
    Run.Outcome.LAYOUT_CHANGED: NEEDS_A_PERSON,
    Run.Outcome.IN_DOUBT: NEEDS_A_PERSON,
    Run.Outcome.INTERNAL_ERROR: INTERNAL_ERROR,
}


def of_run(run: Run) -> dict[str, Any]:
    """The run's outcome, its counts, and each action with its contact, status, text and reason."""
    acted = list(run.actions.exclude(status=Action.Status.PLANNED).select_related("contact").order_by("pk"))
    left = list(
        run.campaign.actions.filter(status=Action.Status.PLANNED).select_related("contact", "campaign")
        .order_by("-due_on", "pk")
    )  # fmt: skip
    actions = [_action(action, action.reason) for action in acted]
    actions += [_skipped(entry) for entry in run.skipped]
    actions += [_action(action, action.reason or _why_left(action)) for action in left]
    counts = {
        status: sum(action.status == status for action in acted) for status in ("done", "failed", "unknown")
    }
    return {
        "run": run.pk,
        "kind": run.campaign.kind,
        "account": run.account.name,
        "outcome": run.outcome,
        "reason": run.reason,
        **counts,
        "skipped": len(run.skipped) + sum(action.status == Action.Status.SKIPPED for action in acted),
        "left": len(left),
        "actions": actions,
        "notes": run.notes,
    }


def of_plan(campaign: Campaign, proposals: Iterable[Proposal], run: Run | None = None) -> dict[str, Any]:
    """What a run would do: the same shape, with nothing done; `run`: the one that read the network for it."""
    considered = list(proposals)
    chosen = [proposal for proposal in considered if proposal.is_chosen]
    return of_nothing(campaign, "planned", "") | {
        "skipped": len(considered) - len(chosen),
        "left": len(chosen),
        "actions": [_proposal(proposal) for proposal in considered],
        **({"run": run.pk, "outcome": run.outcome, "reason": run.reason, "notes": run.notes} if run else {}),
    }


def of_nothing(campaign: Campaign, outcome: str, reason: str) -> dict[str, Any]:
    """A start that did not become a run."""
    return {
        "run": None,
        "kind": campaign.kind,
        "account": campaign.account.name,
        "outcome": outcome,
        "reason": reason,
        "done": 0,
        "failed": 0,
        "unknown": 0,
        "skipped": 0,
        "left": 0,
        "actions": [],
        "notes": [],
    }


def _action(action: Action, reason: str) -> dict[str, str]:
    return {
        "contact": action.contact.profile_url,
        "name": action.contact.name,
        "occasion": action.occasion,
        "status": action.status,
        "text": action.text,
        "reason": reason,
    }


def _skipped(entry: dict[str, str]) -> dict[str, str]:
    return {**entry, "status": "skipped", "text": ""}


def _proposal(proposal: Proposal) -> dict[str, str]:
    late = f"{proposal.days_late} days late" if proposal.days_late else "birthday today"
    return {
        "contact": proposal.contact.profile_url,
        "name": proposal.contact.name,
        "occasion": proposal.occasion,
        "status": "planned" if proposal.is_chosen else "skipped",
        "text": proposal.text,
        "reason": proposal.reason or proposal.why or late,
    }


def _why_left(action: Action) -> str:
    return "waits for approval" if action.needs_approval and not action.is_approved else ""
