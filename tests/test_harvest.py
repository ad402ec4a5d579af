"""What the network's birthday list teaches, and what it may not."""

from datetime import date, timedelta

import pytest

from contacts.harvest import remember_cards
from contacts.models import Contact, ContactAlias, Suppression
from tests.builders import TODAY, a_campaign, a_card, a_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return a_campaign().account


def remember(account, *cards, today=TODAY):
    return remember_cards(cards, account.pk, today, "02-28")


def test_a_card_becomes_a_connection_with_a_birthday(account):
    assert remember(account, a_card("Ada Martin", TODAY - timedelta(days=2))) == []

    ada = Contact.objects.of_account(account.pk).get()
    assert (ada.name, ada.birth_month, ada.birth_day, ada.member_id) == (
        "Ada Martin",
        11,
        21,
        "ACoAAada-martin",
    )


def test_the_same_card_again_changes_nothing(account):
    remember(account, a_card("Ada Martin"))
    remember(account, a_card("Ada Martin"))

    assert Contact.objects.count() == 1


def test_a_renamed_address_is_recognised_by_the_member_id_and_the_old_one_stays_an_alias(account):
    remember(account, a_card("Ada Martin"))
    remember(account, a_card("Ada Berger", member_id="ACoAAada-martin"))

    ada = Contact.objects.get()
    assert ada.profile_url.endswith("/ada-berger/")
    assert ada.slugs == {"ada-martin", "ada-berger"}


def test_a_name_taken_back_is_no_alias_of_itself(account):
    for name in ("Ada Martin", "Ada Berger", "Ada Martin"):
        remember(account, a_card(name, member_id="ACoAAada"))

    assert Contact.objects.get().profile_url.endswith("/ada-martin/")
    assert [alias.profile_url[-12:] for alias in ContactAlias.objects.all()] == ["/ada-berger/"]


def test_an_address_with_another_member_id_is_not_trusted(account):
    remember(account, a_card("Ada Martin"))

    notes = remember(account, a_card("Ada Martin", member_id="ACoAAsomebody-else"))

    assert "somebody else" in notes[0]
    assert Contact.objects.get().member_id == "ACoAAada-martin"


def test_a_card_that_fits_two_contacts_is_left_to_a_person(account):
    a_contact("Ada Martin", member_id="ACoAAsomebody-else")
    a_contact("Ada Berger", member_id="ACoAAada")

    notes = remember(account, a_card("Ada Martin", member_id="ACoAAada"))

    assert "merge them first" in notes[0]


def test_a_foreign_address_and_an_unreadable_day_are_told(account):
    notes = remember(
        account, a_card("Ada Martin", profile_url="https://evil.example/in/ada/"), a_card("Bo Lindgren", None)
    )

    assert notes[0].startswith("Ada Martin in the birthday list")
    assert "not understood" in notes[1]
    assert not Contact.objects.exists()


def test_an_imported_29_february_outlives_the_day_it_is_celebrated_on(account):
    ada = a_contact("Ada Martin", born=date(2024, 2, 29))

    remember(account, a_card("Ada Martin", date(2026, 2, 28)), today=date(2026, 2, 28))

    ada.refresh_from_db()
    assert (ada.birth_month, ada.birth_day) == (2, 29)


def test_the_network_knows_the_day_better_than_an_import(account):
    ada = a_contact("Ada Martin", born=date(2026, 4, 10))

    remember(account, a_card("Ada Martin"))

    ada.refresh_from_db()
    assert (ada.birth_month, ada.birth_day, ada.birthday_source) == (11, 23, "network")


def test_do_not_contact_survives_the_list(account):
    ada = a_contact("Ada Martin")
    ada.do_not_contact("asked")

    remember(account, a_card("Ada Martin"))

    ada.refresh_from_db()
    assert ada.status == "do_not_contact"
    assert ada.allow_contact()
    assert not ada.allow_contact()


def test_an_erased_person_in_the_list_is_counted_and_not_named(account):
    Suppression.objects.put({"profile:ada-martin"}, "erased")

    notes = remember(account, a_card("Ada Martin"), a_card("Ada Martin", None), a_card("Bo Lindgren"))

    assert notes == ["passed over in the birthday list, because they were erased: 2"]
    assert [contact.name for contact in Contact.objects.all()] == ["Bo Lindgren"]


def test_a_contact_who_turns_out_to_be_an_erased_person_is_not_contacted_any_more(account):
    bo = a_contact("Ada Roux")
    Suppression.objects.put({"profile:ACoAAada123"}, "erased")

    remember(account, a_card("Ada Roux", member_id="ACoAAada123"))

    bo.refresh_from_db()
    assert bo.why_not_contact() == "Do Not Contact: the same person as somebody who was erased"
