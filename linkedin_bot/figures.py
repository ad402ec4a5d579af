"""What is asked at scrape time: the database, and Redis through this process's breaker."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from prometheus_client.registry import Collector

from engine.ports import Clock
from linkedin_bot.campaign_figures import campaign_figures
from linkedin_bot.engine_figures import engine_figures
from linkedin_bot.families import Family, gauge


class DatabaseFigures(Collector):
    """All that the database knows; one that does not answer is a figure too, and no error."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def collect(self) -> Iterator[Family]:
        up = gauge("database_up", "Whether the database answered this scrape.")
        try:
            families = self._families()
        except DatabaseError:
            families = []
        up.add_metric([], int(bool(families)))
        yield from (up, *families)

    def _families(self) -> list[Family]:
        now = self._clock.now()
        return [*campaign_figures(now), *engine_figures(now)]


class BreakerFigures(Collector):
    """Nothing where there is no Redis."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def collect(self) -> Iterator[Family]:
        if not settings.REDIS_URL:
            return
        from engine.ratelimit.breaker import State
        from engine.ratelimit.gated import breaker_of_this_process, configured_gate

        breaker = breaker_of_this_process()
        breaker.ask(configured_gate(self._clock).can_write, otherwise=False)
        family = gauge("redis_breaker_state", "1 for the state that the breaker is in.", "state")
        for state in State:
            family.add_metric([state], int(breaker.state is state))
        yield family
