"""Scores of criteria that were changed since: counted where the campaign is shown, and made anew when asked for."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from campaigns import rescoring
from campaigns.criteria import read_criteria
from campaigns.models import Campaign, SourcedProfile
from tests.api_client import Program, a_key
from tests.builders import a_campaign, a_contact, a_search_person, an_account, run_it
from tests.fakes import FakeNetwork

pytestmark = pytest.mark.django_db
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=joiner"
PEOPLE = ["Ottilie Brandt", "Crispin Vale", "Nerissa Holt"]


@pytest.fixture
def campaign():
    return a_campaign(an_account("grace"), name="joiners", kind="sourcing", search_url=SEARCH)


@pytest.fixture
def scored(campaign):
    """Two who were read and one who was not, by criteria that ask for nothing."""
    for place, name in enumerate(PEOPLE):
        profile = SourcedProfile(
            campaign=campaign, contact=a_contact(name, born=None), search_page=1, search_index=place,
            profile={"headline": "Joiner" if place else "Gilder"},
        )  # fmt: skip
        if place < 2:
            profile.read_at = datetime(2026, 11, 20, 9, tzinfo=UTC)
            profile.rate(read_criteria({}))
        profile.save()
    return campaign


def ask_for(campaign, *keywords):
    campaign.criteria = {"keywords": list(keywords)}
    campaign.save()


def detail(campaign):
    return Program(a_key()).get(f"/campaigns/{campaign.pk}").json()


def rescore(campaign):
    return Program(a_key()).send(f"/campaigns/{campaign.pk}/rescore")


def test_criteria_that_are_edited_leave_scores_behind_that_are_counted_and_made_anew(scored):
    assert detail(scored)["outdated_scores"] == 0
    ask_for(scored, "joiner")
    assert detail(scored)["outdated_scores"] == 2

    answer = rescore(scored)

    assert answer.status_code == 200
    assert answer.json() == {"read": 2, "changed": 2, "up": 1, "down": 0, "left": 0}
    assert detail(scored)["outdated_scores"] == 0
    assert sorted(scored.sourced_profiles.read().values_list("score", flat=True)) == [0, 35]
    assert rescore(scored).json()["read"] == 0


def test_the_same_criteria_written_in_another_way_leave_nobody_behind(scored):
    ask_for(scored, "joiner")
    rescore(scored)
    scored.criteria = {"open_to_work": True, "keywords": [{"word": "joiner", "weight": 1}]}
    scored.save()
    assert detail(scored)["outdated_scores"] == 0


def test_more_than_somebody_would_wait_for_are_scored_in_several_goes(scored):
    ask_for(scored, "joiner")
    first, second = (rescoring.rescore_outdated(scored, most=1) for _ in range(2))
    assert (first["read"], first["left"]) == (second["read"], second["left"] + 1) == (1, 1)


def test_of_a_score_whose_criteria_nobody_noted_it_is_not_said_that_it_is_of_these(scored):
    SourcedProfile.objects.update(criteria_sha256="")
    assert detail(scored)["outdated_scores"] == 2
    assert rescore(scored).json() == {"read": 2, "changed": 0, "up": 0, "down": 0, "left": 0}
    assert detail(scored)["outdated_scores"] == 0


def test_whoever_is_visited_is_scored_by_the_criteria_of_the_run(campaign):
    ask_for(campaign, "joiner")
    run_it(campaign, FakeNetwork(found=[a_search_person(name) for name in PEOPLE]))
    assert campaign.sourced_profiles.read().count() == 3
    assert detail(campaign)["outdated_scores"] == 0
    ask_for(campaign, "gilder")
    assert detail(campaign)["outdated_scores"] == 3


def test_a_campaign_that_scores_nobody_says_so(campaign):
    Campaign.objects.update(kind="invitations")
    answer = rescore(campaign)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_scores")
    assert detail(campaign)["outdated_scores"] == 0


def test_criteria_that_are_not_understood_are_named(scored):
    Campaign.objects.update(criteria={"keyword": ["joiner"]})
    answer = rescore(scored)
    assert (answer.status_code, answer.json()["code"]) == (409, "criteria_not_understood")
    assert "keyword: is not known" in answer.json()["detail"]
    assert detail(scored)["outdated_scores"] == 0


def shown(client, campaign):
    return client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk])).content.decode()


def press(client, campaign):
    return client.post(reverse("admin:campaigns_campaign_rescore", args=[campaign.pk]), follow=True)


def test_the_campaigns_page_offers_to_score_again(admin_client, scored):
    assert "Score again" not in shown(admin_client, scored)
    ask_for(scored, "joiner")
    assert "The scores of 2 people are of other criteria than these." in shown(admin_client, scored)

    page = press(admin_client, scored).content.decode()

    assert "Scored again: 2, of which 1 went up and 0 down; 0 are left." in page
    assert "of other criteria" not in page


def test_the_page_says_why_nobody_can_be_scored_again(admin_client, scored):
    Campaign.objects.update(criteria={"keyword": ["joiner"]})
    assert "keyword: is not known" in press(admin_client, scored).content.decode()


def test_who_may_not_change_the_campaign_scores_nobody_again(client, django_user_model, scored):
    client.force_login(django_user_model.objects.create_user("vera", is_staff=True))
    assert press(client, scored).status_code == 403
