"""A sourcing result fetched by a program and by staff: the command's, chosen by an address, with the same rights."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from campaigns.sourcing_export import USUAL
from tests.api_client import Program, a_key, told_fields
from tests.builders import a_campaign, a_search_person, an_account, run_it
from tests.fakes import FakeNetwork

pytestmark = pytest.mark.django_db
PEOPLE = ("Ottilie Brandt", "Crispin Vale", "Nerissa Holt")


@pytest.fixture
def campaign():
    """Whoever was found, of whom one may not be contacted any more."""
    found = a_campaign(
        an_account("grace"), name="joiners", kind="sourcing", criteria={"keywords": ["joiner"]},
        search_url="https://www.linkedin.com/search/results/people/?keywords=joiner",
    )  # fmt: skip
    network = FakeNetwork(found=[a_search_person(name) for name in PEOPLE])
    run_it(found, network)
    found.sourced_profiles.get(contact__name="Nerissa Holt").contact.do_not_contact("asked us")
    found.sourced_profiles.filter(contact__name="Crispin Vale").update(score=80)
    return found


def fetched(campaign, query="", client=None):
    return (client or Program(a_key("read"))).get(f"/campaigns/{campaign.pk}/results{query}")


def text_of(answer):
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode()


def test_a_program_is_streamed_the_best_fit_first_without_those_who_said_no(campaign):
    answer = fetched(campaign)
    people = json.loads(text_of(answer))

    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "application/json",
        "no-store",
    )
    assert [(one["name"], one["score"]) for one in people] == [("Crispin Vale", 80), ("Ottilie Brandt", 0)]
    assert tuple(people[0]) == USUAL


def test_a_program_chooses_form_columns_and_score(campaign):
    answer = fetched(campaign, "?format=csv&columns=name,%20score&min_score=80")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert list(csv.reader(io.StringIO(text_of(answer)))) == [["name", "score"], ["Crispin Vale", "80"]]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("?format=xls", {"format"}),
        ("?columns=name,salary", {"columns"}),
        ("?columns=,", {"columns"}),
        ("?min_score=101", {"min_score"}),
        ("?min_score=%D9%A3", {"min_score"}),
        ("?min_score=-1&columns=x&page=2", {"min_score", "columns", "page"}),
        ("?format=csv&format=json", {"format"}),
        ("?format=%00", {"format"}),
    ],
)
def test_what_is_not_understood_is_refused_by_its_name(campaign, query, wrong):
    assert told_fields(fetched(campaign, query)) == wrong


def test_a_campaign_that_looks_for_nobody_found_nobody():
    birthday = a_campaign(an_account("grace"))

    assert text_of(fetched(birthday)) == "[]\n"


def exported(client, campaign, query=""):
    return client.get(reverse("admin:campaigns_campaign_export", args=[campaign.pk]) + query)


def shown(client, campaign):
    return client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk])).content.decode()


def test_the_campaigns_page_offers_its_result_as_a_file(admin_client, campaign):
    page = shown(admin_client, campaign)
    assert "3 people were visited and scored." in page
    assert reverse("admin:campaigns_campaign_export", args=[campaign.pk]) + "?format=csv" in page

    told = text_of(exported(admin_client, campaign, "?format=csv&columns=name"))

    assert told == '\ufeff"name"\r\n"Crispin Vale"\r\n"Ottilie Brandt"\r\n'
    assert text_of(exported(admin_client, campaign)).startswith("[\n{")


def test_before_anybody_was_visited_there_is_nothing_to_export(admin_client):
    fresh = a_campaign(an_account("grace"), name="joiners", kind="sourcing")

    assert "Export as" not in shown(admin_client, fresh)


def test_an_address_that_is_not_understood_says_why(admin_client, campaign):
    answer = exported(admin_client, campaign, "?columns=salary")

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert b"no column salary; there are name" in answer.content


def test_who_may_not_look_at_people_exports_none(client, django_user_model, campaign):
    clerk = django_user_model.objects.create_user("vera", is_staff=True)
    clerk.user_permissions.set(_permissions("view_campaign"))
    client.force_login(clerk)

    assert exported(client, campaign).status_code == 403
    assert "Export as" not in shown(client, campaign)

    clerk.user_permissions.set(_permissions("view_campaign", "view_contact"))
    assert exported(client, campaign).status_code == 200


def _permissions(*names):
    return Permission.objects.filter(codename__in=names)
