"""manage.py rescore: score a sourcing campaign's people again by its criteria of now, without visiting anybody."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from campaigns.criteria import Criteria, read_criteria
from campaigns.management.commands.run_campaign import find_campaign
from campaigns.models import Campaign
from campaigns.rescoring import counted, rescore, told

NEEDS_A_PERSON = 78  # EX_CONFIG


class Command(BaseCommand):
    help = "Score a sourcing campaign's people again by its criteria of now; nobody is visited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="CAMPAIGN")
        parser.add_argument("--account", metavar="NAME", help="whose campaign; not needed with one account")
        parser.add_argument("--json", action="store_true", help="a JSON object as the last line of stdout")

    def handle(self, **options: Any) -> None:
        campaign = find_campaign(options["campaign"], options["account"], create=False)
        if campaign.pk is None:
            raise CommandError(f"{campaign.account} has no campaign “{campaign}” yet")
        counts = _rescored(campaign, _criteria_of(campaign))
        if options["json"]:
            self.stdout.write(json.dumps({"campaign": campaign.name, **counts}))
            return
        self.stdout.write(
            f"{campaign}: {counts['read']:,} scored again, {counts['changed']:,} changed "
            f"({counts['up']:,} up, {counts['down']:,} down); {counts['unread']:,} not read yet."
        )


def _criteria_of(campaign: Campaign) -> Criteria:
    try:
        return read_criteria(campaign.criteria)
    except ValidationError as error:
        wrong = "; ".join(error.messages)
        raise CommandError(f"the criteria of {campaign}: {wrong}", returncode=NEEDS_A_PERSON) from error


def _rescored(campaign: Campaign, criteria: Criteria) -> dict[str, int]:
    total = campaign.sourced_profiles.read().count()
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        done = progress.track(rescore(campaign, criteria), total, description=campaign.name)
        counts = counted(done)
    return {**told(counts), "unread": campaign.sourced_profiles.filter(read_at=None).count()}
