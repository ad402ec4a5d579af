"""Score again what was read before, without visiting anybody: after the criteria or their weights changed."""

from collections.abc import Iterator

from django.db import transaction

from campaigns.criteria import Criteria
from campaigns.models import Campaign, SourcedProfile

AT_ONCE = 200


def rescore(
    campaign: Campaign, criteria: Criteria, at_once: int = AT_ONCE
) -> Iterator[tuple[SourcedProfile, int | None, bool]]:
    """Each profile that was read, with its score before and whether anything of it changed; stored by the hundred.

    In parts, each a transaction of its own: a run that reads profiles meanwhile never waits for long.
    """
    last = 0
    while done := _next(campaign, criteria, last, at_once):
        yield from done
        last = done[-1][0].pk


def _next(
    campaign: Campaign, criteria: Criteria, last: int, at_once: int
) -> list[tuple[SourcedProfile, int | None, bool]]:
    with transaction.atomic():
        profiles = campaign.sourced_profiles.read().select_for_update().filter(pk__gt=last).order_by("pk")
        done = [(profile, profile.score, profile.rate(criteria)) for profile in profiles[:at_once]]
        changed = [profile for profile, _, is_changed in done if is_changed]
        SourcedProfile.objects.bulk_update(changed, ["score", "parts"])
    return done
