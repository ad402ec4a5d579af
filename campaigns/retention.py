"""How long what was read of people's profiles is kept."""

from datetime import datetime, timedelta

from django.db import models, transaction

from campaigns.models import SourcedProfile
from contacts.models import Interaction

AT_ONCE = 500


def purge_profiles(now: datetime, days: int) -> int:
    """Remove profiles and scores that are older; how many there were. That a visit took place stays on record."""
    then = now - timedelta(days=days)
    removed, _ = SourcedProfile.objects.older_than(then).delete()
    visits = Interaction.objects.filter(
        type=Interaction.Type.PROFILE_VISIT, happened_at__lt=then, payload__has_key="headline"
    )
    while _forget_headlines(visits[:AT_ONCE]):
        pass
    return removed


@transaction.atomic
def _forget_headlines(visits: models.QuerySet[Interaction]) -> int:
    forgetting = list(visits)
    for visit in forgetting:
        del visit.payload["headline"]
    return Interaction.objects.bulk_update(forgetting, ["payload"])
