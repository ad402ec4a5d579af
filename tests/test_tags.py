"""Groups of contacts: entered, imported and exported in one form, and heeded by the keep list."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from campaigns import data_rights, duplicates
from campaigns.models import Campaign
from campaigns.sourcing_export import as_json
from contacts import privacy
from contacts.importing.formats import open_contacts
from contacts.importing.report import Report
from contacts.importing.writer import Writer
from contacts.models import Contact, Tag
from contacts.tags import InvalidTag, canonical_tag, tags_in
from tests.builders import a_campaign, a_contact, an_account, an_invitation, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db
LIST = "admin:contacts_contact_changelist"


@pytest.fixture
def account():
    return an_account()


@pytest.fixture
def read(account, tmp_path):
    """One import of a file with this content; how many contacts were new, changed and unchanged."""

    def read_file(content: str) -> dict[str, int]:
        path, report = tmp_path / "people", Report()
        path.write_text(content)
        with open_contacts(path) as file:
            Writer(account.pk, report).write("people", file.format, file.rows)
        return {name: count for name, count in report.counts.items() if count}

    return read_file


def tagged(*names, contact):
    contact.tags.add(*Tag.objects.named(names).values())
    return contact


def tags_of(contact):
    return [tag.name for tag in contact.tags.all()]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Family", "family"),
        (" Key  Clients! ", "key-clients"),
        ("Été", "été"),
        ("a" * 60, "a" * 50),
        ("-x-", "x"),
    ],
)
def test_a_tag_has_one_form_however_it_is_written(text, name):
    assert canonical_tag(text) == canonical_tag(name) == name
    assert Tag.objects.create(name=text).name == name
    with pytest.raises(IntegrityError):
        Tag.objects.create(name=text.upper())


@pytest.mark.parametrize("text", ["", " ", "🎂", "---", "<>"])
def test_what_has_neither_a_letter_nor_a_digit_is_no_tag(text):
    with pytest.raises(InvalidTag):
        canonical_tag(text)
    with pytest.raises(ValidationError):
        Tag(name=text).full_clean()


def test_a_cell_lists_tags_in_the_ways_of_address_books():
    assert tags_in("Family, Key Clients;family|Été") == ("family", "key-clients", "été")
    assert tags_in("* myContacts ::: Choir ::: ") == ("choir",)
    assert len(tags_in(",".join(map(str, range(1_000))))) == 20


def test_a_column_of_tags_is_imported_once_and_takes_none_away(read):
    people = (
        "Name,URL,Étiquettes\n"
        "Ada Martin,https://www.linkedin.com/in/ada-martin,Family; Choir\n"
        "Bo Lindgren,https://www.linkedin.com/in/bo-lindgren,choir\n"
        "Ada Martin,https://www.linkedin.com/in/ada-martin,Choir\n"
    )
    assert read(people) == {"new": 2, "unchanged": 1}
    ada = Contact.objects.get(name="Ada Martin")
    assert tags_of(ada) == ["choir", "family"]
    assert Tag.objects.get(name="choir").contacts.count() == 2

    tagged("vip", contact=ada)
    assert read(people) == {"unchanged": 3}
    assert read(people.replace("Family; Choir", "Neighbours")) == {"changed": 1, "unchanged": 2}
    assert tags_of(ada) == ["choir", "family", "neighbours", "vip"]


def test_the_categories_of_a_card_are_tags(read):
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Martin\nURL:https://www.linkedin.com/in/ada-martin\n"
    read(f"{card}CATEGORIES:Family,Choir\nEND:VCARD\n")

    assert tags_of(Contact.objects.get()) == ["choir", "family"]


def test_a_file_without_tags_asks_nothing_about_them(read, django_assert_max_num_queries):
    people = "Name,URL\nAda Martin,https://www.linkedin.com/in/ada-martin\n"
    read(people)
    with django_assert_max_num_queries(50) as queries:
        read(people)

    assert not [query for query in queries.captured_queries if "contacts_tag" in query["sql"]]


def test_the_list_of_contacts_is_filtered_by_tag_and_gives_one_to_many(admin_client):
    ada, bo = a_contact("Ada Martin"), a_contact("Bo Lindgren")
    tagged("choir", contact=bo)
    chosen = {"action": "add_tag", "_selected_action": [ada.pk, bo.pk]}

    told = admin_client.post(reverse(LIST), {**chosen, "tag": "Key Clients"}, follow=True)
    refused = admin_client.post(reverse(LIST), {**chosen, "tag": " "}, follow=True)

    assert "2 have the tag key-clients." in told.content.decode()
    assert "is no tag" in refused.content.decode()
    assert (tags_of(ada), tags_of(bo)) == (["key-clients"], ["choir", "key-clients"])
    tag = Tag.objects.get(name="choir")
    page = admin_client.get(f"{reverse(LIST)}?tags__id__exact={tag.pk}")
    assert [contact.name for contact in page.context["cl"].result_list] == ["Bo Lindgren"]
    assert 'name="tag"' in page.content.decode()


def test_tags_are_made_and_counted_in_the_admin_and_chosen_by_typing(admin_client):
    tagged("choir", contact=a_contact("Bo Lindgren"))
    admin_client.post(reverse("admin:contacts_tag_add"), {"name": "Key Clients"})
    again = admin_client.post(reverse("admin:contacts_tag_add"), {"name": "KEY clients"})
    page = admin_client.get(reverse("admin:contacts_tag_changelist"))
    asked = {"app_label": "contacts", "model_name": "contact", "field_name": "tags", "term": "key"}
    offered = admin_client.get(reverse("admin:autocomplete"), asked).json()

    assert again.status_code == 200
    assert [(tag.name, tag.size) for tag in page.context["cl"].result_list] == [
        ("choir", 1),
        ("key-clients", 0),
    ]
    assert [each["text"] for each in offered["results"]] == ["key-clients"]


def test_a_duplicates_tags_are_kept_and_those_of_an_erased_person_go_with_them():
    ada, bo = a_contact("Ada Martin"), a_contact("Bo Lindgren")
    tagged("choir", "ada-martin-and-friends", contact=tagged("vip", contact=ada))
    duplicates.merge(ada, tagged("family", contact=a_contact("Ada Before")), FakeClock().now())
    tagged("choir", contact=bo)
    campaign = a_campaign(keep_list="tag:choir\ntag:ada-martin-and-friends")
    given = privacy.identity_of(ada.profile_url)
    assert privacy.describe(ada)["tags"] == ["ada-martin-and-friends", "choir", "family", "vip"]

    data_rights.erase(given, FakeClock().now(), lambda words, account_ids: {})

    assert not privacy.everything_of(given)[0]
    assert list(Tag.objects.values_list("name", flat=True)) == ["choir", "family", "vip"]
    assert tags_of(bo) == ["choir"]
    campaign.refresh_from_db()
    assert campaign.keep_list == "tag:choir"


def test_a_tag_that_names_somebody_stays_as_long_as_others_have_it():
    ada = tagged("ada-martin", contact=a_contact("Ada Martin"))
    tagged("ada-martin", contact=a_contact("Bo Lindgren"))

    assert Tag.objects.about([ada]) == []


def test_tags_can_be_a_column_of_a_sourcing_result():
    campaign = a_campaign(kind="sourcing")
    ada = tagged("choir", "vip", contact=a_contact("Ada Martin"))
    campaign.sourced_profiles.create(contact=ada, search_page=1, search_index=0)

    assert json.loads("".join(as_json(campaign.sourced_profiles.all(), ["tags"]))) == [
        {"tags": ["choir", "vip"]}
    ]


@pytest.fixture
def cleanup(account):
    """Two old invitations; the keep list is given the tag that one of the two people has."""
    tagged("choir", contact=a_contact("Bo Lindgren"))
    campaign = a_campaign(
        account, name="invitations", kind="invitations", keep_list=" TAG: Choir \n\ntag:choir"
    )
    campaign.full_clean()
    campaign.save()
    assert campaign.keep_list == "tag:choir"
    return campaign, FakeNetwork(invitations=[an_invitation("Ada Martin"), an_invitation("Bo Lindgren")])


def test_whoever_has_a_tag_of_the_keep_list_keeps_their_invitation(cleanup):
    campaign, network = cleanup

    run = run_it(campaign, network)

    assert network.withdrawn == ["ada-martin"]
    assert [entry["reason"] for entry in run.skipped] == ["is on the keep list"]


@pytest.mark.parametrize("lose", [lambda tag: tag.delete(), lambda tag: Tag.objects.update(name="singers")])
def test_where_a_tag_of_the_keep_list_is_gone_nothing_is_withdrawn(cleanup, lose):
    """Whom it protected is not known any more, and a withdrawal cannot be undone."""
    campaign, network = cleanup
    lose(Tag.objects.get())

    run = run_it(campaign, network)

    assert network.withdrawn == []
    assert {entry["reason"] for entry in run.skipped} == {"the keep list names a tag that is gone: choir"}


@pytest.mark.parametrize(("line", "why"), [("tag:chior", "no tag is called “chior”"), ("tag: ", "is no tag")])
def test_a_keep_list_takes_no_tag_that_there_is_not(account, line, why):
    with pytest.raises(ValidationError, match=why):
        Campaign(name="x", kind="invitations", account=account, keep_list=line).full_clean()
