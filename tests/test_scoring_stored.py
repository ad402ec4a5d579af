"""Stored scores: computed again without a visit, and removed when they are too old."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from campaigns import rescoring
from campaigns.criteria import read_criteria
from campaigns.models import Campaign, SourcedProfile
from campaigns.retention import purge_profiles
from contacts.models import Interaction
from tests.builders import a_campaign, a_contact, an_account

pytestmark = pytest.mark.django_db
READ_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def a_search(**fields: Any) -> Campaign:
    return a_campaign(an_account("grace"), **{"name": "joiners", "kind": "sourcing"} | fields)


def a_profile(campaign: Campaign, name: str, place: int = 0, **fields: Any) -> SourcedProfile:
    values = {"search_page": 1, "search_index": place, "read_at": READ_AT, "profile": {"headline": "Joiner"}}
    return SourcedProfile.objects.create(
        campaign=campaign, contact=a_contact(name, born=None), **values | fields
    )


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_campaign_is_scored_again_after_its_criteria_changed():
    campaign = a_search(criteria={"keywords": ["joiner"]})
    joiner = a_profile(campaign, "Ottilie Brandt")
    gilder = a_profile(campaign, "Crispin Vale", 1, profile={"headline": "Gilder"}, score=35)
    unread = a_profile(campaign, "Nerissa Holt", 2, read_at=None, profile={})

    told = run("rescore", "joiners", "--account", "grace")

    assert told == "joiners: 2 scored again, 2 changed (1 up, 1 down); 1 not read yet.\n"
    for profile in (joiner, gilder, unread):
        profile.refresh_from_db()
    assert (joiner.score, gilder.score, unread.score) == (35, 0, None)
    assert joiner.parts[0] == {
        "name": "keywords", "points": 35, "max": 35, "reason": "found: joiner",
        "evidence": [{"where": "headline", "text": "Joiner"}],
    }  # fmt: skip


def test_scoring_again_by_the_same_criteria_changes_nothing():
    campaign = a_search(criteria={"keywords": ["joiner"], "experience": {"min_years": 30}})
    a_profile(campaign, "Ottilie Brandt", profile={"experience": [{"dates": "Jan 2020 - Present"}]})
    run("rescore", "joiners", "--account", "grace")

    told = json.loads(run("rescore", "joiners", "--account", "grace", "--json"))

    assert told == {"campaign": "joiners", "read": 1, "changed": 0, "up": 0, "down": 0, "unread": 0}


def test_more_people_than_one_transaction_holds_are_all_scored_again():
    campaign = a_search(criteria={"keywords": ["joiner"]})
    people = [a_profile(campaign, f"Ida Number{n}", n) for n in range(5)]

    done = list(rescoring.rescore(campaign, read_criteria(campaign.criteria), at_once=2))

    assert [(profile.pk, before, changed) for profile, before, changed in done] == [
        (profile.pk, None, True) for profile in people
    ]
    assert set(campaign.sourced_profiles.values_list("score", flat=True)) == {35}


def test_what_lasts_to_the_present_ends_on_the_day_of_the_reading_in_the_accounts_zone():
    campaign = a_campaign(an_account("grace", time_zone="Pacific/Auckland"), name="joiners", kind="sourcing")
    at_midnight = datetime(2026, 10, 31, 12, tzinfo=UTC)  # 1 November in Auckland
    profile = a_profile(
        campaign,
        "Ottilie Brandt",
        read_at=at_midnight,
        profile={"experience": [{"dates": "Nov 2026 - Present"}]},
    )

    profile.rate(read_criteria({"experience": {"min_years": 1}}))

    assert profile.parts[1]["reason"].startswith("1 month in 1 dated position,")


def test_what_was_not_read_has_no_score():
    with pytest.raises(ValueError, match="was not read"):
        a_profile(a_search(), "Ottilie Brandt", read_at=None).rate(read_criteria({}))


def test_criteria_that_are_not_understood_stop_the_command_by_name():
    a_search(criteria={"keyword": ["joiner"]})

    with pytest.raises(CommandError, match="keyword: is not known") as stopped:
        run("rescore", "joiners", "--account", "grace")

    assert stopped.value.returncode == 78


@pytest.mark.parametrize("command", ["rescore", "export_sourcing"])
def test_a_campaign_that_was_never_made_has_nothing_to_score_or_export(command):
    an_account("grace")

    with pytest.raises(CommandError, match="has no campaign"):
        run(command, "birthday", "--account", "grace")


def test_the_best_fit_comes_first_and_equals_in_the_order_of_the_search():
    campaign = a_search()
    places = {"Ada": (1, 40), "Bo": (0, 40), "Cy": (3, 90), "Di": (2, None)}
    for name, (place, score) in places.items():
        a_profile(campaign, name, place, score=score)

    assert [profile.contact.name for profile in campaign.sourced_profiles.ranked()] == [
        "Cy",
        "Bo",
        "Ada",
        "Di",
    ]


def test_no_score_is_above_a_hundred():
    with pytest.raises(IntegrityError):
        a_profile(a_search(), "Ottilie Brandt", score=101)


def test_old_profiles_and_the_headlines_of_old_visits_are_removed():
    campaign, now = a_search(), READ_AT + timedelta(days=730)
    old = a_profile(campaign, "Ottilie Brandt", read_at=READ_AT - timedelta(seconds=1), score=35)
    kept = a_profile(campaign, "Crispin Vale", 1)
    never_read = a_profile(campaign, "Nerissa Holt", 2, read_at=None)
    SourcedProfile.objects.filter(pk=never_read.pk).update(found_at=READ_AT - timedelta(days=1))
    visit = {"account": campaign.account, "type": Interaction.Type.PROFILE_VISIT}
    payload = {"occasion": "visit 2026-11-20", "headline": "Joiner"}
    for profile, moment in ((old, old.read_at), (kept, READ_AT)):
        Interaction.objects.create(
            contact=profile.contact,
            happened_at=moment,
            payload=payload,
            source_key=f"action:{profile.pk}",
            **visit,
        )

    assert purge_profiles(now, 730) == 2
    assert purge_profiles(now, 730) == 0

    assert list(SourcedProfile.objects.all()) == [kept]
    assert old.contact.interactions.get().payload == {"occasion": "visit 2026-11-20"}
    assert kept.contact.interactions.get().payload == payload


def test_the_command_removes_what_is_older_than_the_setting_says(settings):
    campaign = a_search()
    a_profile(campaign, "Ottilie Brandt", read_at=datetime(2001, 1, 1, tzinfo=UTC))
    settings.PROFILE_DAYS = 36_500
    assert run("purge_profiles").startswith("0 profiles removed")

    settings.PROFILE_DAYS = 730
    assert run("purge_profiles") == "1 profiles removed that were read more than 730 days ago.\n"
