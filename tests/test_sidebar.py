"""The admin's sidebar: grouped by the job, with what waits beside it, and nothing that somebody may not see."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linkedin_bot.sidebar import ELSEWHERE
from tests.builders import TODAY, a_campaign, a_contact
from tests.test_home import an_action

pytestmark = pytest.mark.django_db
TAGS = "/admin/contacts/tag/"


def entries(client, address=TAGS):
    groups = client.get(address).context["sidebar_navigation"]
    return {entry["title"]: entry for group in groups for entry in group["items"]}


def test_whoever_may_do_everything_finds_every_list_of_the_admin(admin_client):
    links = [entry["link"] for entry in entries(admin_client).values()]
    assert len(links) == len(set(links))
    for model in admin.site._registry:
        link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert (link in links) == (model._meta.label_lower not in ELSEWHERE), model


def test_what_waits_and_what_is_in_doubt_stands_beside_its_entry(admin_client):
    campaign = a_campaign(needs_approval=True)
    for name in ("Ada Martin", "Ben Roux"):
        an_action(a_contact(name), campaign)
    an_action(a_contact("Cleo Lund"), campaign, status="unknown")
    found = entries(admin_client)
    assert (found["Approvals"]["badge"], found["In doubt"]["badge"]) == (2, 1)
    page = admin_client.get(TAGS).content.decode()
    assert re.search(r"<span>Approvals</span>\s*<span[^>]*>\s*2\s*</span>", page)
    assert re.search(r"<span>In doubt</span>\s*<span[^>]*>\s*1\s*</span>", page)


def test_nothing_stands_beside_an_entry_where_nothing_waits(admin_client):
    page = admin_client.get(TAGS).content.decode()
    assert re.search(r"<span>Approvals</span>\s*</a>", page)


def test_nothing_is_shown_that_somebody_may_not_see(client):
    vera = User.objects.create_user("vera", password="x", is_staff=True)
    vera.user_permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(vera)
    assert list(entries(client, "/admin/")) == ["Home", "Contacts"]
    groups = client.get("/admin/").context["sidebar_navigation"]
    assert [group["title"] for group in groups] == ["Today", "People"]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/admin/", "Home"),
        ("/admin/contacts/contact/", "Contacts"),
        ("/admin/campaigns/action/", "Actions"),
        ("/admin/campaigns/action/approvals/", "Approvals"),
        ("/admin/campaigns/action/doubts/", "In doubt"),
    ],
)
def test_the_page_that_is_open_is_marked_and_no_other(admin_client, address, title):
    found = entries(admin_client, address)
    assert [name for name, entry in found.items() if entry["active"]] == [title]


def test_the_counts_cost_one_query_however_much_waits(admin_client):
    admin_client.get(TAGS)
    campaign = a_campaign(needs_approval=True)
    for number in range(20):
        an_action(a_contact(f"Ada {number}", born=TODAY), campaign)
    with CaptureQueriesContext(connection) as captured:
        admin_client.get(TAGS)
    assert len([one for one in captured if "campaigns_action" in one["sql"]]) == 1


def test_the_first_page_counts_what_waits_once_for_itself_and_for_the_sidebar(admin_client):
    with CaptureQueriesContext(connection) as captured:
        admin_client.get("/admin/")
    assert sum('AS "waiting"' in query["sql"] for query in captured) == 1
