"""A campaign in the test's own process and browser: the same engine and pages, without a process to start."""

from contextlib import nullcontext
from typing import Any

from campaigns.kinds import Options, Proposal
from campaigns.models import Campaign, Run
from campaigns.runner import preview_campaign, run_campaign
from engine.browser import Browser
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.ports import World
from engine.ratelimit.limiter import DatabaseLimiter
from engine.sandbox import Sandbox
from tests.fakes import FakeDice, SilentListener
from tests.journeys.stage import zone_of_noon


def world_on(sandbox: Sandbox, browser: Browser, campaign: Campaign) -> World:
    clock, dice = SystemClock(), FakeDice()
    campaign.account.time_zone = str(zone_of_noon())
    campaign.account.save()
    network = PagesNetwork(browser, campaign.account, clock, base_url=sandbox.url)
    return World(network, DatabaseLimiter(clock, dice, is_rehearsal=True), clock, dice, is_rehearsal=True)


def run_on(sandbox: Sandbox, browser: Browser, campaign: Campaign, **options: Any) -> Run:
    world = world_on(sandbox, browser, campaign)
    return run_campaign(
        campaign, Options(**options), world.clock, lambda: nullcontext(world), SilentListener()
    )


def preview_on(
    sandbox: Sandbox, browser: Browser, campaign: Campaign, **options: Any
) -> tuple[Run, list[Proposal]]:
    world = world_on(sandbox, browser, campaign)
    return preview_campaign(
        campaign, Options(**options), world.clock, lambda: nullcontext(world), SilentListener()
    )
