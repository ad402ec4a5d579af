"""The admin's first page: today at a glance, every figure a link to what it counts."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from campaigns.models import Action, Campaign, Run, SourcedProfile
from contacts.models import Contact, Interaction
from engine.models import Account, SpentPermit
from engine.pace import SystemClock
from engine.ratelimit.limiter import DatabaseLimiter
from tests.builders import a_campaign, a_contact, an_account
from tests.fakes import FakeDice

pytestmark = pytest.mark.django_db
HOME = "/admin/"


def today():
    return SystemClock().now().astimezone(Account().zone).date()


def told(client):
    return client.get(HOME).context["home"]


def an_action(contact, campaign, **fields):
    values = {"occasion": f"birthday {contact.pk}", "due_on": today(), "expires_on": today()}
    return Action.objects.create(
        campaign=campaign, account=campaign.account, contact=contact, **values | fields
    )


def test_a_paused_account_comes_first_with_its_reason_and_what_to_do(admin_client):
    an_account("aaa")
    an_account("zoe").pause("a <b>security check</b>", "Sign in by hand.", SystemClock().now())
    page = admin_client.get(HOME)
    assert page.context["home"]["accounts"][0]["account"].name == "zoe"
    html = page.content.decode()
    assert html.index("zoe is paused") < html.index("home-tiles")
    assert escape("a <b>security check</b>") in html
    assert "<b>security" not in html
    assert "Sign in by hand." in html


def test_permits_are_counted_by_the_ledger_window_by_window(admin_client):
    account, now = an_account(), SystemClock().now()
    for hours, given_back in ((1, None), (30, None), (200, None), (2, now)):
        SpentPermit.objects.create(
            account=account, bucket="message", attempt_id=uuid4(), spacing_seconds=1,
            taken_at=now - timedelta(hours=hours), given_back_at=given_back,
        )  # fmt: skip
    (own,) = [each for each in told(admin_client)["accounts"] if each["account"] == account]
    used = {(quota["name"], quota["window"]): (quota["used"], quota["left"]) for quota in own["quotas"]}
    assert used["Messages", "24 hours"] == (1, 14)
    assert used["Messages", "7 days"] == (2, 98)
    assert used["Profile visits", "24 hours"] == (0, 40)


def test_who_has_a_birthday_today_and_how_many_this_week(admin_client):
    a_contact("Ada Martin", born=today())
    a_contact("Ben Roux", born=today() + timedelta(days=6))
    a_contact("Cleo Lund", born=today() + timedelta(days=7))
    a_contact("Gil Gone", born=today(), status="gone")
    birthdays = told(admin_client)["birthdays"]
    assert [person["name"] for person in birthdays["people"]] == ["Ada Martin"]
    assert (birthdays["today"], birthdays["week"]) == (1, 2)
    assert [day["many"] for day in birthdays["days"]] == [1, 0, 0, 0, 0, 0, 1]


def test_what_waits_and_what_is_in_doubt_is_counted(admin_client):
    campaign = a_campaign(needs_approval=True)
    an_action(a_contact("Ada Martin"), campaign)
    an_action(a_contact("Ben Roux"), campaign, approved_sha256="x")
    an_action(a_contact("Cleo Lund"), campaign, status="unknown")
    decisions = told(admin_client)["decisions"]
    assert (decisions["waiting"], decisions["doubts"]) == (1, 1)


def test_what_runs_next_is_in_order_and_says_what_a_pause_stops(admin_client):
    campaign = a_campaign(schedule="0 9 * * *")
    a_campaign(campaign.account, name="off", schedule="0 8 * * *", is_active=False)
    paused = a_campaign(an_account("bo"), name="held", schedule="30 9 * * *")
    paused.account.pause("a check", "", SystemClock().now())
    now = SystemClock().now()
    Run.objects.queue(campaign, now, starts_at=now, expires_at=now + timedelta(hours=1))
    runs = told(admin_client)["next_runs"]
    assert runs[0]["campaign"].name == "birthday"
    assert [bool(run.get("is_queued")) for run in runs] == [True, False, False]
    assert [run["campaign"].name for run in runs if run.get("is_stopped")] == ["held"]
    assert "not while it is paused" in admin_client.get(HOME).content.decode()


def test_the_chart_stacks_what_happened_and_its_sums_agree_with_the_record(admin_client):
    account, ada, now = an_account(), a_contact("Ada Martin"), SystemClock().now()
    kinds = ["birthday_sent", "birthday_sent", "profile_visit", "invitation_withdrawn"]
    for number, kind in enumerate(kinds):
        Interaction.objects.create(
            contact=ada,
            account=account,
            type=kind,
            happened_at=now - timedelta(hours=1),
            source_key=str(number),
        )
    Interaction.objects.create(
        contact=ada, account=account, type=kinds[0], happened_at=now - timedelta(days=95), source_key="old"
    )
    chart = told(admin_client)["activity"]
    assert [series["many"] for series in chart["series"]] == [2, 1, 1]
    assert chart["tallest"] == 4
    assert sum(bar["many"] for bar in chart["bars"]) == 4
    tops = [bar["y"] for bar in chart["bars"]]
    assert tops == sorted(tops, reverse=True)
    assert all(bar["y"] >= 0 for bar in chart["bars"])
    assert [sum(week["sums"][kind][0] for week in chart["weeks"]) for kind in range(3)] == [2, 1, 1]


@pytest.mark.unmeasured
def test_every_figure_leads_to_its_list(admin_client):
    """A query that the list does not understand would be answered by a redirect to ?e=1."""
    call_command("seed_demo", contacts=150)
    page = admin_client.get(HOME).content.decode()
    block = page[page.index('<div class="home">') :]
    addresses = {each.replace("&amp;", "&") for each in re.findall(r'<a [^>]*href="(/admin/[^"]*)"', block)}
    assert len(addresses) > 25
    assert {each: admin_client.get(each).status_code for each in addresses} == dict.fromkeys(addresses, 200)


def test_every_figure_is_that_of_the_list_that_it_leads_to(admin_client):
    call_command("seed_demo", contacts=150)
    home = told(admin_client)
    figures = [(each["used"], each["address"]) for account in home["accounts"] for each in account["quotas"]]
    figures += [
        (row["many"], row["address"]) for row in home["outcomes"]["rows"] + home["activity"]["series"]
    ]
    figures += [figure for week in home["activity"]["weeks"][-2:] for figure in week["sums"]]
    figures += [(day["many"], day["address"]) for day in home["birthdays"]["days"]]
    figures += [(home["birthdays"][name], home["birthdays"][f"{name}_address"]) for name in ("today", "week")]
    figures.append((home["replies"]["answered"], home["replies"]["address"]))
    figures.append((home["replies"]["known"], home["replies"]["known_address"]))
    assert sum(many for many, _address in figures) > 100
    lists = {address: admin_client.get(address).context["cl"] for _many, address in figures}
    assert {address: many for many, address in figures} == {
        address: one.result_count for address, one in lists.items()
    }


def test_only_what_somebody_may_look_at_is_told(client):
    call_command("seed_demo", contacts=20)
    viewer = User.objects.create_user("vera", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(viewer)
    assert set(told(client)) == {"today", "birthdays"}
    assert "field-team" not in client.get(HOME).content.decode()


def test_an_empty_installation_says_so(admin_client):
    page = admin_client.get(HOME).content.decode()
    for sentence in (
        "Nothing happened yet.",
        "It has not run yet.",
        "Nobody has signed in",
        "No run has ended",
    ):
        assert sentence in page


@pytest.mark.unmeasured
def test_the_page_costs_the_same_queries_for_twenty_as_for_two_hundred(admin_client):
    call_command("seed_demo", contacts=20)
    few = queries(admin_client)
    for model in (SourcedProfile, Interaction, Action, Run, SpentPermit, Campaign, Contact):
        model.objects.all().delete()
    Account.objects.filter(name="field-team").delete()
    Account.objects.get(name="default").session.delete()
    call_command("seed_demo", contacts=200)
    assert queries(admin_client) == few


def queries(client):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(HOME).status_code == 200
    return len(captured)


def test_the_demonstration_is_the_same_each_time_and_keeps_off_what_is_there(capsys):
    call_command("seed_demo", contacts=60)
    assert "60 invented contacts" in capsys.readouterr().out
    assert Contact.objects.filter(profile_url__contains="/in/demo-").count() == 60
    done = Action.objects.filter(status="done").count()
    assert done == Interaction.objects.exclude(type="reply").count() > 60
    assert Account.objects.filter(state="paused").count() == 1
    assert not Action.objects.filter(ended_at__gt=SystemClock().now()).exists()
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("seed_demo", contacts=60)
    assert Contact.objects.count() == 60


def test_the_page_is_reached_by_its_name(admin_client):
    assert reverse("admin:index") == HOME
    assert admin_client.get(HOME).context["home"]["today"] >= date(2026, 1, 1)


def test_a_rehearsals_database_shows_its_permits_against_the_limits_of_a_rehearsal(admin_client, settings):
    """As `make serve-demo` does: a rehearsal has no gentle start, so nothing may look overspent."""
    settings.REHEARSAL = True
    account = Account.objects.get(name="default")
    limiter = DatabaseLimiter(SpacedClock(), FakeDice(), is_rehearsal=True)
    for _ in range(13):
        with transaction.atomic():
            limiter.acquire(account.pk, "message", uuid4(), run_id=1)
    (own,) = told(admin_client)["accounts"]
    day = next(each for each in own["quotas"] if (each["name"], each["window"]) == ("Messages", "24 hours"))
    assert (day["used"], day["limit"], day["left"], day["note"]) == (13, 15, 2, "")
    page = admin_client.get(reverse("admin:engine_account_change", args=[account.pk])).content.decode()
    assert "13 of 15" in page
    assert "gentle start:" not in page


class SpacedClock(SystemClock):
    """An hour ago, and a second later at each look."""

    def __init__(self):
        self.looks = 0

    def now(self):
        self.looks += 1
        return super().now() - timedelta(hours=1) + timedelta(seconds=self.looks)
