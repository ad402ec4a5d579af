"""Score again what was read before, without visiting anybody: after the criteria or their weights changed."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import transaction

from campaigns.criteria import Criteria, read_criteria
from campaigns.models import Campaign, SourcedProfile
from campaigns.sourcing_models import SourcedProfileQuerySet

AT_ONCE = 200
# So many are scored again while somebody waits for the answer: some seconds.
MOST_AT_ONCE = 1_000

Rescored = tuple[SourcedProfile, int | None, bool]


def rescore(campaign: Campaign, criteria: Criteria, at_once: int = AT_ONCE) -> Iterator[Rescored]:
    """Each profile that was read, with its score before and whether anything of it changed; stored by the hundred.

    In parts, each a transaction of its own: a run that reads profiles meanwhile never waits for long.
    """
    last = 0
    while done := _rescored(campaign.sourced_profiles.read().filter(pk__gt=last), criteria, at_once):
        yield from done
        last = done[-1][0].pk


def rescore_outdated(campaign: Campaign, most: int = MOST_AT_ONCE) -> dict[str, int]:
    """The same for those whose score is of other criteria, so many at most; `left` says how many still are.

    Raises ValidationError where the campaign's criteria are not understood.
    """
    criteria = read_criteria(campaign.criteria)
    outdated = campaign.sourced_profiles.outdated(criteria)
    counts: Counter[str] = Counter()
    while counts["read"] < most and (
        done := _rescored(outdated, criteria, min(AT_ONCE, most - counts["read"]))
    ):
        counts += counted(done)
    return {**told(counts), "left": outdated.count()}


def outdated_scores(campaign: Campaign) -> int:
    """How many people's scores are of other criteria than the campaign's of now."""
    if campaign.kind != Campaign.Kind.SOURCING:
        return 0
    try:
        criteria = read_criteria(campaign.criteria)
    except ValidationError:
        return 0  # by these nobody can be scored
    return campaign.sourced_profiles.outdated(criteria).count()


def counted(rescored: Iterable[Rescored]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for profile, before, is_changed in rescored:
        counts["read"] += 1
        counts["changed"] += is_changed
        counts["up"] += (profile.score or 0) > (before or 0)
        counts["down"] += (profile.score or 0) < (before or 0)
    return counts


def told(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in ("read", "changed", "up", "down")}


def _rescored(profiles: SourcedProfileQuerySet, criteria: Criteria, at_once: int) -> list[Rescored]:
    """Score so many of these again, and store them."""
    with transaction.atomic():
        known = profiles.select_related("campaign__account").select_for_update(of=("self",)).order_by("pk")
        done = [(profile, profile.score, profile.rate(criteria)) for profile in known[:at_once]]
        SourcedProfile.objects.bulk_update(
            [profile for profile, _, _ in done], ["score", "parts", "criteria_sha256"]
        )
    return done
