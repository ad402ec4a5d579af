"""What lists and pages say when there is nothing in them, when they fail, and how they and their times are called."""

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import override
from django.views.defaults import server_error

from campaigns.models import Run
from contacts.models import Tag
from engine.models import SpentPermit
from linkedin_bot.first_steps import FIRST_STEPS
from tests.builders import a_campaign, an_account

pytestmark = pytest.mark.django_db
# Never empty: whoever looks at them is one, or they come with the installation.
NEVER_EMPTY = {"auth.user", "auth.group", "engine.storedsession", "contacts.contactalias"}
AT = datetime(2026, 11, 21, 9, 57, tzinfo=UTC)


def list_of(name):
    return reverse(f"admin:{name}_changelist")


def test_every_list_that_may_be_empty_says_how_the_first_row_comes_into_it():
    reverse("admin:index")  # the addresses register every list
    shown = {model._meta.label_lower for model in admin.site._registry}
    assert set(FIRST_STEPS) == shown - NEVER_EMPTY


def test_an_empty_list_says_what_to_do_and_offers_no_filters_to_reset(admin_client):
    page = admin_client.get(list_of("contacts_tag")).content.decode()
    assert "A tag groups people: add one" in page
    assert "Add tag" in page
    assert "Reset filters" not in page


@pytest.mark.parametrize("query", ["?q=nobody", "?name=friends"])
def test_a_list_that_is_empty_by_a_filter_offers_to_take_it_away(admin_client, query):
    Tag.objects.create(name="family")
    page = admin_client.get(list_of("contacts_tag") + query).content
    assert "Nothing here is like that" in page.decode()
    assert "Reset filters" in page.decode()


@pytest.mark.parametrize(
    ("name", "title", "crumb"),
    [
        ("otp_totp_totpdevice", "Second factors", "Administration"),
        ("axes_accessattempt", "Lockouts", "Administration"),
        ("django_tasks_database_dbtaskresult", "Background tasks", "Administration"),
        ("engine_account", "Accounts", "Accounts and pages"),
        ("contacts_contact", "Contacts", "People"),
    ],
)
def test_a_list_is_called_by_what_stands_in_it(admin_client, name, title, crumb):
    page = admin_client.get(list_of(name)).content.decode()
    head = page[: page.index("</title>")].rpartition("<title>")[2]
    assert head.strip() == f"{title} | linkedin_bot"
    app = reverse("admin:app_list", args=[name.rpartition("_")[0]])
    crumbs = page[page.index(f'href="{app}"') :]
    assert crumbs[: crumbs.index("</a")].rpartition(">")[2].strip() == crumb


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "21 Nov 2026, 09:57 UTC"), ("fr", "21 nov. 2026, 09:57 UTC")]
)
def test_a_time_says_its_zone(language, shown):
    with override(language):
        assert formats.localize(AT) == shown


def test_an_address_that_leads_nowhere_is_told_of_in_the_products_look(admin_client):
    answer = admin_client.get("/admin/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing under this address" in answer.content.decode()
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_what_somebody_may_not_do_is_told_of_in_their_language(client):
    client.force_login(User.objects.create_user("vera", is_staff=True))
    answer = client.get(list_of("auth_user"), headers={"accept-language": "fr"})
    assert answer.status_code == 403
    assert '<html lang="fr">' in answer.content.decode()
    assert "Ce n’est pas à vous de le faire" in answer.content.decode()


def test_a_form_that_is_too_old_says_that_nothing_was_changed():
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("robin"))
    answer = client.post(reverse("admin:contacts_tag_add"), {"name": "family"})
    assert answer.status_code == 403
    assert "This page was too old to be sent" in answer.content.decode()
    assert not Tag.objects.exists()


def test_a_request_that_is_not_understood_is_told_of(admin_client):
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=1):
        answer = admin_client.post(reverse("admin:contacts_tag_add"), {"name": "a", "more": "b"})
    assert answer.status_code == 400
    assert "This request was not understood" in answer.content.decode()


def test_an_error_of_ours_needs_no_database_to_be_told(django_assert_num_queries):
    with django_assert_num_queries(0), override("en"):
        answer = server_error(RequestFactory().get("/admin/"))
    assert answer.status_code == 500
    assert "Something here does not work" in answer.content.decode()


def test_every_page_has_the_products_icon(admin_client):
    for address in ("/admin/", "/admin/nowhere/"):
        assert "linkedin_bot/icon.svg" in admin_client.get(address).content.decode()


def test_a_permit_leads_to_the_run_that_took_it(admin_client):
    campaign = a_campaign(an_account())
    run = Run.objects.create(
        campaign=campaign, account=campaign.account, status=Run.Status.ENDED, outcome="finished", fence=1,
        started_at=AT, heartbeat_at=AT, ended_at=AT,
    )  # fmt: skip
    common = {"account": campaign.account, "bucket": "withdrawal", "spacing_seconds": 90, "taken_at": AT}
    SpentPermit.objects.create(attempt_id="5f1d7a84-0000-4000-8000-000000000001", run_id=run.pk, **common)
    SpentPermit.objects.create(attempt_id="5f1d7a84-0000-4000-8000-000000000002", **common)
    page = admin_client.get(list_of("engine_spentpermit")).content.decode()
    assert f'href="{reverse("admin:campaigns_run_change", args=[run.pk])}"' in page
    for words in ("by hand", "Withdrawals", "90 s", "21 Nov 2026, 09:57 UTC"):
        assert words in page
