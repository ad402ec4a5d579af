"""A candidate's last 30 days as a small drawing that needs no script, and in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from engine.selectors.days import Counts

DAYS, RECENT_DAYS = 30, 7
# It gets worse when its share of successes fell by so much, and both stretches say something.
MUCH, FEWEST_TRIES = 0.2, 5
# The drawing's own units.
BAR, GAP, HEIGHT = 4, 1, 20


@dataclass(frozen=True)
class Trend:
    """The days up to `today`, the oldest first; each with how often it was found, and how often not."""

    today: date
    days: Mapping[date, Counts]

    width = DAYS * (BAR + GAP)
    height = HEIGHT
    bar = BAR

    @property
    def was_tried(self) -> bool:
        return any(sum(pair) for pair in self.days.values())

    @property
    def is_declining(self) -> bool:
        """Whether the last week found it clearly more seldom than the weeks before."""
        split = self.today - timedelta(days=RECENT_DAYS)
        before, lately = self._sums(date.min, split), self._sums(split, self.today)
        if min(sum(before), sum(lately)) < FEWEST_TRIES:
            return False
        return lately[0] / sum(lately) < before[0] / sum(before) - MUCH

    @property
    def words(self) -> str:
        """What the drawing shows, for whoever does not see it."""
        lately = self._sums(self.today - timedelta(days=RECENT_DAYS), self.today)
        whole = self._sums(date.min, self.today)
        return _("Found %(found)d of %(tries)d times in 30 days, %(lately)d of %(recent)d in the last 7.") % {
            "found": whole[0], "tries": sum(whole), "lately": lately[0], "recent": sum(lately),
        }  # fmt: skip

    @property
    def bars(self) -> Iterator[dict[str, Any]]:
        """A whole bar for each day on which it was tried; from the bottom up as much of it as was found."""
        for number, day in enumerate(last_days(self.today)):
            found, missed = self.days.get(day, (0, 0))
            if found + missed:
                height = round(found / (found + missed) * HEIGHT)
                height = max(height, 1) if found else 0
                height = min(height, HEIGHT - 3) if missed else height  # a single failure is seen, too
                yield {
                    "x": number * (BAR + GAP), "missed_height": HEIGHT - height, "y": HEIGHT - height,
                    "height": height, "words": _told(day, found, missed),
                }  # fmt: skip

    def _sums(self, after: date, until: date) -> Counts:
        pairs = [pair for day, pair in self.days.items() if after < day <= until]
        return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def last_days(today: date) -> Sequence[date]:
    return [today - timedelta(days=ago) for ago in reversed(range(DAYS))]


def _told(day: date, found: int, missed: int) -> str:
    return _("%(day)s: found %(found)d, not found %(missed)d") % {
        "day": date_format(day, "j M"), "found": found, "missed": missed,
    }  # fmt: skip
