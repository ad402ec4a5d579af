"""What docs/add_a_campaign_kind.md asks of each kind: a kind that lacks something is named here."""

import pytest

from campaigns.admin.campaigns import OF_KIND
from campaigns.kinds import kind_of
from campaigns.models import Campaign
from engine.admin.standing import SPOKEN
from engine.ratelimit.windows import BUCKETS
from tests.builders import a_campaign, an_account, run_it
from tests.fakes import FakeNetwork


@pytest.mark.parametrize("kind", Campaign.Kind)
def test_each_kind_has_its_experience_its_limits_and_its_settings(kind):
    campaign = Campaign(kind=kind)

    assert campaign.experience
    assert kind_of(campaign).bucket in BUCKETS
    assert kind_of(campaign).doing
    assert kind in OF_KIND


def test_each_quota_has_a_name_for_staff():
    assert set(SPOKEN) == set(BUCKETS)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Campaign.Kind)
def test_a_campaign_of_each_kind_runs_where_there_is_nobody(kind):
    search = "https://www.linkedin.com/search/results/people/?keywords=gardener"
    campaign = a_campaign(an_account("grace"), name="new", kind=kind, search_url=search)

    run = run_it(campaign, FakeNetwork())

    assert (run.outcome, run.reason) == ("nothing_to_do", "")
