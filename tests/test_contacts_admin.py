"""What staff see and do with contacts in the admin."""

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact, ContactAlias, Interaction
from engine.models import Account

pytestmark = pytest.mark.django_db

LIST = "admin:contacts_contact_changelist"


@pytest.fixture
def account():
    return Account.objects.create(name="own")


@pytest.fixture
def make_contact(account):
    def make(name, slug="", **fields):
        contact = Contact.objects.create(
            profile_url=f"https://www.linkedin.com/in/{slug or name.lower()}/", name=name, **fields
        )
        contact.accounts.add(account)
        return contact

    return make


def wish(contact, account, number):
    return Interaction.objects.create(
        contact=contact,
        account=account,
        type="birthday_sent",
        happened_at=datetime(2026, 4, 12, tzinfo=UTC),
        payload={"text": f"Happy birthday {number}"},
        source_key=f"action:{number}",
    )


def names(response):
    return sorted(contact.name for contact in response.context["cl"].result_list)


def test_the_list_shows_birthdays_and_filters_and_searches(admin_client, make_contact):
    make_contact("Ada", birth_month=4, birth_day=12, company="Acme", birthday_source="network")
    make_contact("Ben", email="ben@example.org")
    page = admin_client.get(reverse(LIST))
    assert "12 April" in page.content.decode()
    found = {
        "birth_month=4": ["Ada"],
        "birth_month=none": ["Ben"],
        "birth_month=99": [],
        "birth_month=x": ["Ada", "Ben"],
        "birthday_source__exact=network": ["Ada"],
        "status__exact=gone": [],
        "q=acme": ["Ada"],
        "q=ben%40example": ["Ben"],
    }
    assert {query: names(admin_client.get(f"{reverse(LIST)}?{query}")) for query in found} == found


def test_the_actions_move_people_on_and_off_the_list_of_those_not_to_be_contacted(admin_client, make_contact):
    ada, gone = make_contact("Ada"), make_contact("Gil", status="gone")
    chosen = {"_selected_action": [ada.pk, gone.pk]}
    page = admin_client.post(reverse(LIST), {"action": "refuse_contact", **chosen}, follow=True)
    assert "2 will not be contacted any more." in page.content.decode()
    ada.refresh_from_db()
    assert (ada.status, ada.status_reason) == ("do_not_contact", "asked for in the admin by admin")
    page = admin_client.post(
        reverse(LIST), {"action": "allow_contact", "_selected_action": [ada.pk]}, follow=True
    )
    assert "1 may be contacted again." in page.content.decode()
    ada.refresh_from_db()
    assert ada.status == "active"


def test_the_form_shows_what_passed_and_writes_no_status(admin_client, make_contact, account):
    ada = make_contact("Ada", status="do_not_contact")
    wish(ada, account, 1)
    address = reverse("admin:contacts_contact_change", args=[ada.pk])
    page = admin_client.get(address).content.decode()
    assert "Happy birthday 1" in page
    form = {
        "name": "Ada Roux", "profile_url": ada.profile_url, "status": "active",
        "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0,
        "interactions-TOTAL_FORMS": 0, "interactions-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert admin_client.post(address, form).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.status) == ("Ada Roux", "do_not_contact")


def test_nobody_is_deleted_in_the_admin_for_they_would_come_back_and_be_wished_again(
    admin_client, make_contact
):
    ada = make_contact("Ada")
    assert "delete_selected" not in admin_client.get(reverse(LIST)).content.decode()
    gone = admin_client.post(reverse("admin:contacts_contact_delete", args=[ada.pk]), {"post": "yes"})
    assert gone.status_code == 403
    assert Contact.objects.count() == 1


def test_an_id_that_no_address_can_be_made_of_is_refused_by_the_form(make_contact):
    contact = make_contact("Ada")
    for member_id, is_right in (("ACoAAAda", True), ("", True), ("<b>", False), ("a/b", False)):
        contact.member_id = member_id
        if is_right:
            contact.clean()
        else:
            with pytest.raises(ValidationError) as refused:
                contact.clean()
            assert list(refused.value.message_dict) == ["member_id"]


def test_text_from_outside_is_only_shown(admin_client, make_contact, account):
    make_contact("<script>alert(1)</script>", "eve", company="<img src=x onerror=alert(1)>")
    page = admin_client.get(reverse(LIST)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_interactions_are_read_and_never_edited(admin_client, make_contact, account, rf, admin_user):
    interaction = wish(make_contact("Ada"), account, 1)
    assert admin_client.get(reverse("admin:contacts_interaction_changelist")).status_code == 200
    shown = admin_client.get(reverse("admin:contacts_interaction_change", args=[interaction.pk]))
    assert "Happy birthday 1" in shown.content.decode()
    assert admin_client.get(reverse("admin:contacts_interaction_add")).status_code == 403
    assert (
        admin_client.post(reverse("admin:contacts_interaction_delete", args=[interaction.pk])).status_code
        == 403
    )
    request = rf.get("/")
    request.user = admin_user
    assert not admin.site.get_model_admin(Interaction).has_change_permission(request)


def test_other_addresses_are_listed_with_their_person(admin_client, make_contact):
    ContactAlias.objects.create(
        contact=make_contact("Ada"), profile_url="https://www.linkedin.com/in/ada-old/"
    )
    page = admin_client.get(reverse("admin:contacts_contactalias_changelist") + "?q=ada")
    assert "ada-old" in page.content.decode()
    assert admin_client.get(reverse("admin:contacts_contactalias_add")).status_code == 200


@pytest.mark.parametrize(
    "name", [LIST, "admin:contacts_interaction_changelist", "admin:contacts_contactalias_changelist"]
)
def test_a_list_costs_the_same_queries_for_two_people_as_for_twenty(
    admin_client, make_contact, account, name
):
    def add(numbers):
        for number in numbers:
            contact = make_contact(f"P{number}", birth_month=4, birth_day=12)
            wish(contact, account, number)
            ContactAlias.objects.create(
                contact=contact, profile_url=f"https://www.linkedin.com/in/old{number}/"
            )

    add(range(2))
    few = queries_of(admin_client, name)
    add(range(2, 20))
    assert queries_of(admin_client, name) == few


def queries_of(client, name):
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse(name))
    return len(captured)
