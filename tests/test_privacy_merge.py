"""Two contacts that are one person become one, with all that was done to either, and nobody is wished twice."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

from campaigns import duplicates
from campaigns.models import Action, SourcedProfile
from contacts import duplicates as contact_duplicates
from contacts.duplicates import CannotMerge
from contacts.harvest import remember_cards
from contacts.models import Contact, Interaction
from tests.builders import TODAY, a_campaign, a_card, a_contact, a_template, an_account, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db
NOW = FakeClock().now()
merge = partial(duplicates.merge, now=NOW)


@pytest.fixture
def campaign():
    from campaigns.models import MessageTemplate

    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}!")
    return a_campaign()


@pytest.fixture
def pair(campaign):
    """One person under two addresses."""
    kept = a_contact("Ada Martin", campaign, member_id="ACoAAada123")
    return kept, a_contact("Ada Roux", campaign, born=None, email="ada@example.org", company="Acme")


def an_action(contact, campaign, status="planned", occasion="birthday 2026"):
    return Action.objects.create(
        campaign=campaign, account=campaign.account, contact=contact, occasion=occasion, due_on=TODAY,
        expires_on=TODAY, status=status, text="Happy birthday!",
        ended_at=datetime(2026, 11, 23, tzinfo=UTC) if status == "done" else None,
    )  # fmt: skip


def outcomes():
    return [
        (one.contact.name, one.status, one.occasion.partition(" (")[0])
        for one in Action.objects.order_by("pk")
    ]


def test_the_one_that_stays_has_everything_of_both(pair, campaign):
    kept, other = pair
    other.accounts.add(an_account("bo"))
    other.rename("https://www.linkedin.com/in/ada-later/")
    Contact.objects.filter(pk=other.pk).update(member_id="ACoAAother1", notes="met in Lyon")
    Interaction.objects.create(
        contact=other, account=campaign.account, type="birthday_sent",
        happened_at=datetime(2026, 11, 23, tzinfo=UTC), source_key="by hand",
    )  # fmt: skip
    SourcedProfile.objects.create(campaign=campaign, contact=other, search_page=1, search_index=0)

    duplicates.merge(kept, other, NOW)

    one = Contact.objects.get()
    assert (one.pk, one.name, one.email, one.company, one.notes) == (
        kept.pk, "Ada Martin", "ada@example.org", "Acme", "met in Lyon",
    )  # fmt: skip
    assert one.birthday
    assert one.slugs == {"ada-martin", "ada-roux", "ada-later", "ACoAAother1"}
    assert one.identity.member_ids == {"ACoAAada123", "ACoAAother1"}
    assert one.accounts.count() == 2
    assert one.interactions.count() == one.sourced_profiles.count() == 1
    assert Contact.objects.recognise("https://www.linkedin.com/in/ada-later/") == [one]
    assert Contact.objects.recognise("https://www.linkedin.com/in/x/", "ACoAAother1") == [one]


def test_the_birthday_of_the_other_one_is_taken_where_none_was_known(pair):
    kept, other = pair
    duplicates.merge(other, kept, NOW)
    other.refresh_from_db()
    assert (other.birth_month, other.birth_day) == (TODAY.month, TODAY.day)


@pytest.mark.parametrize(
    ("kept_status", "other_status", "expected"),
    [
        ("planned", "planned", ["planned", "skipped"]),
        ("planned", "done", ["skipped", "done"]),
        ("planned", "unknown", ["skipped", "unknown"]),
        ("done", "planned", ["done", "skipped"]),
        ("done", "done", ["done", "done"]),
        ("unknown", "done", ["unknown", "done"]),
        ("failed", "planned", ["failed", "planned"]),
        ("planned", "failed", ["planned", "failed"]),
    ],
)
def test_of_two_actions_of_one_occasion_what_may_have_left_counts(
    pair, campaign, kept_status, other_status, expected
):
    kept, other = pair
    an_action(kept, campaign, kept_status)
    an_action(other, campaign, other_status)

    duplicates.merge(kept, other, NOW)

    assert outcomes() == [("Ada Martin", status, "birthday 2026") for status in expected]
    network = FakeNetwork()
    run_it(campaign, network, FakeClock())
    # A doubt is settled by reading the thread, which lacks the text here.
    assert len(network.sent) == ("done" not in expected)


def test_a_profile_found_for_both_is_kept_once(pair, campaign):
    for contact in pair:
        SourcedProfile.objects.create(campaign=campaign, contact=contact, search_page=1, search_index=0)
    duplicates.merge(*pair, NOW)
    assert SourcedProfile.objects.get().contact == pair[0]


@pytest.mark.parametrize("status", ["claimed", "sending"])
def test_nobody_is_merged_while_something_is_being_done_to_them(pair, campaign, status):
    an_action(pair[1], campaign, status)
    with pytest.raises(CannotMerge, match="under way"):
        duplicates.merge(*pair, NOW)
    assert Contact.objects.count() == 2


def test_nobody_is_merged_with_themselves(pair):
    with pytest.raises(CannotMerge, match="itself"):
        duplicates.merge(pair[0], pair[0], NOW)


def test_contacts_alone_would_lose_the_actions_and_refuses(pair, campaign):
    an_action(pair[1], campaign)
    with pytest.raises(CannotMerge, match="actions"):
        contact_duplicates.merge(*pair)
    assert Action.objects.exists()


def test_an_address_under_which_the_network_shows_a_known_member_id_is_that_person(campaign):
    known = a_contact("Ada Berger", campaign, member_id="ACoAAada123")
    imported = a_contact("Ada Martin", campaign, born=date(2026, 11, 23), email="ada@example.org")
    an_action(imported, campaign, "done")
    card = a_card("Ada Martin", member_id="ACoAAada123")

    assert remember_cards([card], campaign.account_id, TODAY, "02-28", merge) == []

    one = Contact.objects.get()
    assert (one.pk, one.email, one.slugs) == (known.pk, "ada@example.org", {"ada-berger", "ada-martin"})
    assert one.profile_url.endswith("/ada-martin/")
    network = FakeNetwork(cards=[card])
    run_it(campaign, network)
    assert network.sent == []


def test_a_merge_that_cannot_be_is_told_and_changes_nothing(campaign):
    a_contact("Ada Berger", campaign, member_id="ACoAAada123")
    an_action(a_contact("Ada Martin", campaign), campaign, "claimed")
    notes = remember_cards(
        [a_card("Ada Martin", member_id="ACoAAada123")], campaign.account_id, TODAY, "02-28", merge
    )
    assert "under way" in notes[0]
    assert Contact.objects.count() == 2
