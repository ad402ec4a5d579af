"""When a cron expression is due, in the zone of its account: pure rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Each run reads the network's pages, so they keep a distance.
SHORTEST_MINUTES = 15
# Enough of the following times to meet the shortest distance of any expression: a day's worth and more.
LOOKED_AT = 200
# A day without and a day with 29 February, and no change of the clock.
_FROM = datetime(2027, 1, 1, tzinfo=UTC)


def check_schedule(expression: str) -> None:
    """Raises ValidationError unless it is empty, or five fields of cron that leave time between two runs."""
    if not expression:
        return
    if len(expression.split()) != 5:
        raise ValidationError(_("A schedule has five fields, such as 0 9 * * * for nine o'clock every day."))
    try:
        times = list(islice(CronSim(expression, _FROM), LOOKED_AT))
    except CronSimError as error:
        raise ValidationError("“%(given)s”: %(why)s", params={"given": expression, "why": error}) from error
    if not times:
        raise ValidationError(_("“%(given)s” is never due."), params={"given": expression})
    if any(later - earlier < timedelta(minutes=SHORTEST_MINUTES) for earlier, later in pairwise(times)):
        raise ValidationError(
            _("“%(given)s” is due more often than every %(minutes)s minutes."),
            params={"given": expression, "minutes": SHORTEST_MINUTES},
        )


def last_due(expression: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The latest moment at which it was due, now included; None where it never was."""
    just_after = (now + timedelta(microseconds=1)).astimezone(zone)
    return next((due.astimezone(UTC) for due in CronSim(expression, just_after, reverse=True)), None)


def next_due(expression: str, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments at which it will be due, in the account's zone."""
    return iter(CronSim(expression, now.astimezone(zone)))
