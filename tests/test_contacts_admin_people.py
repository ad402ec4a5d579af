"""A contact's page and the list of contacts: found, narrowed down, silenced, merged, exported, erased."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Action, Campaign, Run, SourcedProfile
from contacts import search
from contacts.admin.lists import CappedPaginator
from contacts.models import Contact, Interaction
from engine.models import Account
from engine.pace import SystemClock
from tests.builders import a_campaign, a_contact, an_account

pytestmark = pytest.mark.django_db
LIST = "/admin/contacts/contact/"
HOSTILE = '<script>alert("x")</script>{{ 7 }}=cmd\u202e'


def found(client, query):
    return sorted(person.name for person in client.get(f"{LIST}?{query}").context["cl"].result_list)


def page_of(person, name="change"):
    return reverse(f"admin:contacts_contact_{name}", args=[person.pk])


def today():
    return SystemClock().now().astimezone(Account().zone).date()


def scored(contact, score, **profile):
    campaign = SourcedProfile.objects.first()
    campaign = campaign.campaign if campaign else a_campaign(name="search", kind="sourcing")
    part = {"name": "open_to_work", "points": score, "max": 100, "reason": "said so", "evidence": []}
    return SourcedProfile.objects.create(
        campaign=campaign, contact=contact, search_page=1, search_index=contact.pk, score=score, profile=profile,
        parts=[part], read_at=SystemClock().now(),
    )  # fmt: skip


def an_action(contact, campaign, **fields):
    values = {"occasion": "birthday 2026", "due_on": today(), "expires_on": today()}
    return Action.objects.create(
        campaign=campaign, account=campaign.account, contact=contact, **values | fields
    )


class Two(CappedPaginator):
    most = 2


def test_no_page_counts_further_than_anybody_looks():
    for name in ("Ada", "Ben", "Cleo"):
        a_contact(name)
    capped, whole = (
        Two(Contact.objects.order_by("pk"), 1),
        Two(Contact.objects.exclude(name="Ada").order_by("pk"), 1),
    )
    assert (capped.count, capped.num_pages, capped.is_capped) == (2, 2, True)
    assert (whole.count, whole.num_pages, whole.is_capped) == (2, 2, False)


def test_a_list_that_is_capped_says_so(admin_client):
    a_contact("Ada")
    assert "search or filter" not in admin_client.get(LIST).content.decode()
    people = admin.site.get_model_admin(Contact)  # after the first request: that finds the admin
    usual, people.paginator = people.paginator, Two
    try:
        a_contact("Ben")
        a_contact("Cleo")
        html = admin_client.get(LIST).content.decode()
    finally:
        people.paginator = usual
    assert "The first 2 are shown: search or filter to see others." in html


def test_birthdays_are_narrowed_down_to_windows_and_days(admin_client):
    day = today()
    for name, days in (("Today", 0), ("Tomorrow", 1), ("Sixth", 6), ("Seventh", 7), ("Late", -3)):
        a_contact(name, born=day + timedelta(days=days))
    a_contact("Nobody", born=None)
    expected = {
        "born=today": ["Today"], "born=tomorrow": ["Tomorrow"], "born=week": ["Sixth", "Today", "Tomorrow"],
        "born=month": ["Seventh", "Sixth", "Today", "Tomorrow"], "born=late": ["Late"], "born=none": ["Nobody"],
        f"born={day:%m-%d}": ["Today"], "born=99-99": [], "born=nonsense": [],
    }  # fmt: skip
    assert {query: found(admin_client, query) for query in expected} == expected


def test_scores_campaigns_and_open_profiles_narrow_the_list_down(admin_client):
    ada, ben = a_contact("Ada"), a_contact("Ben")
    a_contact("Cleo")
    scored(ada, 85, open_to_work=True)
    campaign = scored(ben, 40, open_to_work=False).campaign
    an_action(ben, campaign)
    expected = {
        "score=80-100": ["Ada"], "score=40-85": ["Ada", "Ben"], "score=none": ["Cleo"],
        "score=x": ["Ada", "Ben", "Cleo"],
        "open=yes": ["Ada"], "open=x": ["Ada", "Ben", "Cleo"], f"campaign={campaign.pk}": ["Ben"],
        "campaign=x": ["Ada", "Ben", "Cleo"],
    }  # fmt: skip
    assert {query: found(admin_client, query) for query in expected} == expected


def test_the_list_tells_score_last_interaction_status_and_tags(admin_client):
    ada = a_contact("Ada", status="do_not_contact")
    account = scored(ada, 85).campaign.account
    ada.tags.create(name="family")
    Interaction.objects.create(
        contact=ada, account=account, type="birthday_sent", source_key="1", happened_at="2026-04-12T10:00:00Z"
    )
    html = admin_client.get(LIST).content.decode()
    for text in ("85", "2026-04-12", "do not contact", "family"):
        assert text in html


def test_a_page_tells_the_story_with_exact_texts_and_the_score_with_its_reasons(admin_client):
    ada = a_contact("Ada", company=HOSTILE)
    campaign = scored(ada, 85).campaign
    an_action(ada, campaign, status="done", text=f"Happy birthday! {HOSTILE}", ended_at=SystemClock().now())
    Interaction.objects.create(
        contact=ada, account=campaign.account, type="birthday_sent", source_key="by hand",
        payload={"text": "Hello 2025"}, happened_at="2025-04-12T10:00:00Z",
    )  # fmt: skip
    Interaction.objects.create(
        contact=ada, account=campaign.account, type="profile_visit", source_key="old", payload=[1],
        happened_at="2024-04-12T10:00:00Z",
    )  # fmt: skip
    page = admin_client.get(page_of(ada))
    html = page.content.decode()
    assert "<script>alert" not in html
    assert (
        html.index("Happy birthday! &lt;script&gt;") < html.index("Hello 2025") < html.index("Profile Visit")
    )
    assert "open to work" in html
    assert "said so" in html


def test_a_page_costs_the_same_queries_however_much_passed(admin_client):
    ada, campaign = a_contact("Ada"), a_campaign()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(page_of(ada))
        return len(captured)

    an_action(ada, campaign, status="failed")
    queries()  # the first asks for what is kept in memory afterwards
    few = queries()
    for number in range(8):
        an_action(ada, campaign, status="failed", occasion=f"x {number}")
    assert queries() == few


def test_somebody_is_silenced_with_a_reason_and_by_whom_and_the_other_way_round(admin_client):
    ada = a_contact("Ada")
    admin_client.post(page_of(ada, "silence"), {"reason": ""})
    ada.refresh_from_db()
    assert ada.status == "active"
    admin_client.post(page_of(ada, "silence"), {"reason": "asked on the phone"})
    ada.refresh_from_db()
    assert (ada.status, ada.status_reason) == ("do_not_contact", "asked on the phone (admin)")
    page = admin_client.get(page_of(ada)).content.decode()
    assert "asked on the phone" in page
    assert page_of(ada, "allow") in page
    assert "may be contacted again" in admin_client.post(page_of(ada, "allow"), follow=True).content.decode()
    assert "stay as they are" in admin_client.post(page_of(ada, "allow"), follow=True).content.decode()
    ada.refresh_from_db()
    assert ada.status == "active"


@pytest.mark.parametrize("verb", ["silence", "allow"])
def test_nothing_is_changed_by_looking(admin_client, verb):
    assert admin_client.get(page_of(a_contact("Ada"), verb)).status_code == 405


@pytest.mark.parametrize(("verb", "method"), [
    ("silence", "post"), ("allow", "post"), ("erase", "post"), ("merge", "post"), ("erase", "get"), ("merge", "get"),
])  # fmt: skip
def test_whoever_may_only_look_changes_nothing(client, verb, method):
    ada, viewer = a_contact("Ada"), User.objects.create_user("vera", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(viewer)
    page = client.get(page_of(ada)).content.decode()
    assert page_of(ada, "silence") not in page
    assert page_of(ada, "erase") not in page
    assert getattr(client, method)(page_of(ada, verb), {"reason": "x", "typed": "Ada"}).status_code == 403
    assert client.get(page_of(ada, "export")).status_code == 200
    assert Contact.objects.get().status == "active"


def test_who_is_not_there_is_not_found(admin_client):
    for verb in ("export", "erase", "merge"):
        assert admin_client.get(f"{LIST}999999/{verb}/").status_code == 404


def test_everything_about_somebody_is_handed_out_as_json(admin_client):
    answer = admin_client.get(page_of(a_contact("Ada", company=HOSTILE), "export"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.json()["contacts"][0]["company"] == HOSTILE


@pytest.mark.django_db(transaction=True)
def test_only_the_typed_name_erases_and_they_stay_out(admin_client):
    ada = a_contact("Ada Martin")
    asked = admin_client.get(page_of(ada, "erase")).content.decode()
    assert "Contacts: 1" in asked
    refused = admin_client.post(page_of(ada, "erase"), {"typed": "Ada"}).content.decode()
    assert "nothing was erased" in refused
    assert Contact.objects.count() == 1
    done = admin_client.post(page_of(ada, "erase"), {"typed": " Ada Martin "}, follow=True).content.decode()
    assert "Erased, and kept out from now on." in done
    assert "could not be cleared" not in done
    assert not Contact.objects.exists()
    assert search.found("ada") == []


def test_nobody_is_erased_while_a_run_speaks_of_them(admin_client):

    from campaigns.processes import ProcessIdentity

    campaign = a_campaign()
    ada = a_contact("Ada Martin", campaign)
    Run.objects.start(campaign, ProcessIdentity.own(), SystemClock().now())
    told = admin_client.post(page_of(ada, "erase"), {"typed": "Ada Martin"}, follow=True).content.decode()
    assert "erase again after it ended" in told
    assert Contact.objects.get().status == "do_not_contact"


def test_two_contacts_become_one_after_both_were_seen(admin_client):
    ada, twin = (
        a_contact("Ada Martin", email="ada@example.org"),
        a_contact("Ada Martin-Roux", email="ada@example.org"),
    )
    other = a_contact("Ben Roux")
    offered = admin_client.get(page_of(ada, "merge")).context["candidates"]
    assert offered == [twin]
    assert admin_client.get(page_of(ada, "merge") + "?q=ben").context["candidates"] == [other]
    pair = admin_client.get(f"{page_of(ada, 'merge')}?other={twin.pk}").content.decode()
    assert "Are these one person?" in pair
    assert Contact.objects.count() == 3
    told = admin_client.post(page_of(ada, "merge"), {"other": twin.pk}, follow=True).content.decode()
    assert "is now one contact with" in told
    assert set(Contact.objects.values_list("name", flat=True)) == {"Ada Martin", "Ben Roux"}
    assert twin.profile_url in Contact.objects.get(pk=ada.pk).addresses


@pytest.mark.parametrize("given", ["", "x", "99999999", "²"])
def test_nobody_is_merged_with_nobody_or_with_themselves(admin_client, given):
    ada = a_contact("Ada")
    for other in (given, str(ada.pk)):
        assert admin_client.post(page_of(ada, "merge"), {"other": other}).status_code == 200
    assert Contact.objects.count() == 1


def test_two_of_whom_one_is_being_written_to_are_merged_later(admin_client):
    ada, twin = a_contact("Ada"), a_contact("Ada Two")
    an_action(twin, a_campaign(), status="claimed")
    told = admin_client.post(page_of(ada, "merge"), {"other": twin.pk}, follow=True).content.decode()
    assert "merge them after the run" in told
    assert Contact.objects.count() == 2


def test_the_chosen_are_exported_without_a_formula(admin_client):
    ada = a_contact("Ada", connected_on=today())
    Contact.objects.filter(pk=ada.pk).update(name="=cmd|' /C calc'!A0")
    ada.tags.create(name="family")
    ben = a_contact("Ben")
    chosen = {"action": "export_csv", "_selected_action": [ada.pk, ben.pk]}
    answer = admin_client.post(LIST, chosen)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name"][0] for row in rows] == ["'", "B"]
    assert rows[0]["tags"] == "family"
    assert (
        rows[0]["connected_on"] == str(today()) if not Contact.objects.filter(name="zone").exists() else True
    )


def test_the_lists_cost_the_same_queries_among_the_demonstrations_people(admin_client):
    call_command("seed_demo", contacts=120)

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(address).status_code == 200
        return len(captured)

    a_contact("Zzz Only", born=None).accounts.set(Account.objects.all())
    assert len(found(admin_client, "q=a")) > 20
    assert queries(f"{LIST}?q=zzz") == queries(f"{LIST}?q=a")


def wish(client, person, campaign):
    return client.post(page_of(person, "wish"), {"campaign": campaign.pk}, follow=True).content.decode()


def test_a_wish_is_planned_at_once_and_a_run_started_or_its_text_approved_first(admin_client):
    campaign = a_campaign()
    ada, ben = a_contact("Ada Martin", campaign, born=today()), a_contact("Ben Roux", campaign, born=today())
    assert "everybody who is due is wished" in admin_client.get(page_of(ada)).content.decode()
    assert "was started" in wish(admin_client, ada, campaign)
    assert Action.objects.get().contact == ada
    assert Run.objects.get().requested_by == "user admin"
    assert "none starts now" in wish(admin_client, ben, campaign)
    assert Action.objects.count() == 2
    Run.objects.all().delete()
    Campaign.objects.update(needs_approval=True)
    assert "waits for approval" in wish(admin_client, ben, campaign)
    assert not Run.objects.exists()


def test_no_wish_is_planned_against_the_rules(admin_client):
    campaign = a_campaign()
    stranger = a_campaign(an_account("bo"), name="other")
    silent = a_contact("Ada Martin", campaign, born=today(), status="do_not_contact")
    far = a_contact("Ben Roux", campaign, born=today() + timedelta(days=9))
    assert "No wish: Do Not Contact" in wish(admin_client, silent, campaign)
    assert "no birthday of theirs is known to be today" in wish(admin_client, far, campaign)
    assert "Planned" not in wish(admin_client, far, stranger)
    campaign.account.pause("a check", "", SystemClock().now())
    assert "none starts now" in wish(admin_client, a_contact("Cleo Lund", campaign, born=today()), campaign)
    assert set(Action.objects.values_list("contact__name", flat=True)) == {"Cleo Lund"}


def test_only_who_may_start_campaigns_wishes(client):
    campaign = a_campaign()
    ada = a_contact("Ada Martin", campaign, born=today())
    viewer = User.objects.create_user("vera", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(viewer)
    assert client.post(page_of(ada, "wish"), {"campaign": campaign.pk}).status_code == 403
    assert not Action.objects.exists()
