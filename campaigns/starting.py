"""Starting a kind's campaign for an account: the configuration is kept only if the run is accepted."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from campaigns.kinds import Options
from campaigns.models import Campaign, Run
from campaigns.tasks import request_run
from engine.ports import Clock


@transaction.atomic
def start(
    account: Any,
    kind: str,
    options: Options,
    clock: Clock,
    *,
    dry_run: bool,
    requested_by: str,
    configuration: Mapping[str, object] | None = None,
) -> Run:
    """Queue a run of the account's campaign of that name, made at the first start.

    Raises Busy, AccountPaused, or ValidationError naming what is wrong with the configuration.
    """
    campaign = Campaign.objects.filter(account=account, name=kind, kind=kind).first() or Campaign(
        account=account, name=kind, kind=kind
    )
    for name, value in (configuration or {}).items():
        setattr(campaign, name, value)
    campaign.full_clean()
    campaign.save()
    return request_run(campaign, options, clock, dry_run=dry_run, requested_by=requested_by)


def why_not_ready(campaign: Campaign) -> str:
    """What its settings still lack to run; empty when nothing does."""
    if campaign.kind == Campaign.Kind.SOURCING and not campaign.search_url:
        return "it is not said which people to look for: the address of a people search"
    return ""
