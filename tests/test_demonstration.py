"""The demonstration's scores and selectors are as the software itself would have written them."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Sum
from django.urls import reverse

from campaigns.criteria import read_criteria
from campaigns.models import SourcedProfile
from engine.admin.proposals import Proposal
from engine.models import LinkedInSelector, SelectorDay
from engine.pace import SystemClock
from engine.selectors.demo_month import DAYS, RENAMED, live_a_month
from tests.fakes import FakeClock

pytestmark = pytest.mark.django_db


@pytest.mark.unmeasured
def test_each_score_is_of_the_profile_that_it_stands_beside_and_quotes_it():
    call_command("seed_demo", contacts=60, verbosity=0)
    found = list(SourcedProfile.objects.select_related("campaign__account"))
    assert len({each.score for each in found}) > 10
    places = set()
    for each in found:
        assert not each.rate(read_criteria(each.campaign.criteria))
        told = json.dumps(each.profile, ensure_ascii=False)
        quotes = [quote for part in each.parts for quote in part["evidence"] if quote["text"] != "true"]
        assert all(quote["text"] in told for quote in quotes)
        places |= {quote["where"].split()[0].strip(",") for quote in quotes}
    assert {"headline", "skills", "experience", "certifications", "languages", "location"} <= places


@pytest.fixture(params=range(3), ids=("Monday", "Sunday", "Saturday"))
def today(request):
    """Not every key is read on a Sunday or a Saturday."""
    return FakeClock().now() - timedelta(days=request.param)


@pytest.mark.unmeasured
def test_a_month_of_every_candidate_adds_up_and_one_list_was_renamed_in_it(today):
    live_a_month(today)
    days = SelectorDay.objects.filter(day__gt=today.date() - timedelta(days=DAYS), day__lte=today.date())
    assert days.values("day").distinct().count() == DAYS
    for row in LinkedInSelector.objects.annotate(found=Sum("days__successes"), missed=Sum("days__failures")):
        assert (row.found or 0, row.missed or 0) == (row.successes, row.failures)
    [proposed] = LinkedInSelector.objects.filter(origin="proposed")
    proposal = Proposal(proposed, None)
    assert (proposed.key, proposal.clash, proposal.can_be_accepted) == (RENAMED, None, True)
    assert "SearchResultsPeople" in proposal.before
    assert proposed.value in proposal.after


def test_the_page_of_health_tells_which_key_gets_worse(admin_client):
    live_a_month(SystemClock().now())
    shown = admin_client.get(reverse("admin:engine_linkedinselector_health")).context
    assert shown["declining"] == [RENAMED]
    assert [each.key for each in shown["ill"]] == [RENAMED]
    assert shown["untried"] == 0
