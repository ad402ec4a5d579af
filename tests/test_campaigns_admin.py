"""The staff's pages for campaigns, runs, actions and templates."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.admin.criteria import WEIGHT_FIELDS
from campaigns.models import Action, Campaign, MessageTemplate, Run
from engine.errors import BrowserFailed
from tests.builders import a_campaign, a_contact, a_template, allow, run_it
from tests.fakes import FakeClock, FakeNetwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}!")
    return a_campaign()


@pytest.fixture
def doubt(campaign):
    a_contact("Ada Martin", campaign)

    def fail(recipient):
        raise BrowserFailed("gone")

    run_it(campaign, FakeNetwork(after_click=fail))
    return Action.objects.get(status="unknown")


def act(client, model, name, *records):
    url = reverse(f"admin:campaigns_{model._meta.model_name}_changelist")
    chosen = [record.pk for record in records]
    return client.post(url, {"action": name, ACTION_CHECKBOX_NAME: chosen}, follow=True)


@pytest.mark.parametrize("model", [Campaign, Run, Action, MessageTemplate])
def test_every_list_and_form_opens(admin_client, doubt, model):
    url = f"admin:campaigns_{model._meta.model_name}"
    record = model.objects.first()

    assert (
        admin_client.get(reverse(f"{url}_changelist"), {"q": "Ada"} if model is Action else {}).status_code
        == 200
    )
    assert admin_client.get(reverse(f"{url}_change", args=[record.pk])).status_code == 200


def test_the_list_of_campaigns_shows_what_is_in_doubt(admin_client, doubt):
    page = admin_client.get(reverse("admin:campaigns_campaign_changelist"))

    assert page.context["cl"].result_list[0].doubts == 1


@pytest.mark.parametrize("model", [Run, Action])
def test_the_record_cannot_be_written_by_hand(admin_client, doubt, model):
    record = model.objects.first()
    name = f"admin:campaigns_{model._meta.model_name}"

    assert admin_client.get(reverse(f"{name}_add")).status_code == 403
    assert admin_client.post(reverse(f"{name}_delete", args=[record.pk]), {"post": "yes"}).status_code == 403


def test_a_run_is_asked_to_stop(admin_client, campaign):
    from campaigns.processes import ProcessIdentity

    run = Run.objects.start(campaign, ProcessIdentity.own(), FakeClock().now())

    act(admin_client, Run, "stop", run)

    assert run.is_stop_requested()


def test_a_template_with_a_wrong_placeholder_is_refused_in_the_form(admin_client):
    form = {"name": "mine", "purpose": "birthday", "language": "en", "text": "Hi {nome}", "is_active": "on"}

    page = admin_client.post(reverse("admin:campaigns_messagetemplate_add"), form)

    assert "line 1, column 4" in page.content.decode()
    assert not MessageTemplate.objects.filter(name="mine").exists()


def start(client, campaign, **form):
    return client.post(reverse("admin:campaigns_campaign_start", args=[campaign.pk]), form, follow=True)


def settings_of(client, campaign):
    """What the page's form would send as it stands."""
    page = client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))
    initial = page.context["adminform"].form.initial
    return {name: value for name, value in initial.items() if value not in (None, False)}


def save(client, campaign, **changes):
    form = settings_of(client, campaign) | changes
    page = client.post(reverse("admin:campaigns_campaign_change", args=[campaign.pk]), form)
    campaign.refresh_from_db()
    return page


@pytest.fixture
def sourcing(campaign):
    search = "https://www.linkedin.com/search/results/people/?keywords=gardener"
    return a_campaign(campaign.account, name="gardeners", kind="sourcing", search_url=search)


def test_a_button_queues_a_run_in_the_name_of_who_pressed_it(admin_client, campaign):
    page = start(admin_client, campaign, mode="run", limit="3")

    run = Run.objects.get()
    assert (run.status, run.is_dry_run, run.requested_by) == ("queued", False, "user admin")
    assert run.options["limit"] == 3
    assert page.redirect_chain[-1][0] == reverse("admin:campaigns_run_change", args=[run.pk])


@pytest.mark.parametrize("mode", [{"mode": "dry_run"}, {}, {"mode": "no such"}])
def test_whatever_does_not_clearly_say_run_is_a_dry_run(admin_client, campaign, mode):
    start(admin_client, campaign, **mode)

    assert Run.objects.get().is_dry_run


def test_each_button_says_its_consequence(admin_client, campaign, sourcing):
    withdrawing = a_campaign(campaign.account, name="clean", kind="invitations")
    careful = a_campaign(campaign.account, name="careful", needs_approval=True)
    sentences = {
        campaign: "Sends wishes for real to everybody who is due",
        careful: "whose exact texts are approved",
        sourcing: "Visits people’s profiles for real",
        withdrawing: "Withdraws for real",
    }
    for one, sentence in sentences.items():
        text = admin_client.get(reverse("admin:campaigns_campaign_change", args=[one.pk])).content.decode()
        assert sentence in text
        assert "Nothing is sent, visited, withdrawn or spent" in text


def test_a_second_start_is_refused_and_names_the_run_in_the_way(admin_client, campaign):
    start(admin_client, campaign, mode="run")
    first = Run.objects.get()

    text = start(admin_client, campaign, mode="run").content.decode()

    assert Run.objects.count() == 1
    assert f'Not started: <a href="{reverse("admin:campaigns_run_change", args=[first.pk])}">' in text
    assert "A run of this account is under way" in text


def test_a_paused_account_starts_nothing_and_the_page_says_why(admin_client, campaign):
    campaign.account.pause("a <b>security</b> check", "Sign in yourself.", FakeClock().now())

    text = start(admin_client, campaign, mode="run").content.decode()

    assert not Run.objects.exists()
    assert "Not started: the account is paused: a &lt;b&gt;security&lt;/b&gt; check" in text
    assert "Sign in yourself." in text
    assert "Run now" not in text


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many"])
def test_a_limit_that_is_none_starts_nothing(admin_client, campaign, limit):
    assert "a whole number from 1 to 1,000" in start(admin_client, campaign, limit=limit).content.decode()
    assert not Run.objects.exists()


def test_only_who_is_allowed_starts_and_only_by_the_button(client, campaign):
    viewer = User.objects.create_user("vera", is_staff=True)
    allow(viewer, "view_campaign", "change_campaign")
    client.force_login(viewer)
    address = reverse("admin:campaigns_campaign_start", args=[campaign.pk])

    assert (
        "Run now"
        not in client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk])).content.decode()
    )
    assert client.post(address, {"mode": "run"}).status_code == 403
    act(client, Campaign, "start_chosen", campaign)
    assert not Run.objects.exists()
    allow(viewer, "add_run")
    assert client.get(address).status_code == 405
    assert client.post(address, {"mode": "run"}).status_code == 302


@pytest.mark.parametrize(("action", "is_dry"), [("start_chosen", False), ("dry_run_chosen", True)])
def test_chosen_campaigns_are_started_from_the_list(admin_client, campaign, action, is_dry):
    page = act(admin_client, Campaign, action, campaign)

    assert Run.objects.get().is_dry_run is is_dry
    assert "Queued: " in page.content.decode()


def test_a_sourcing_campaign_without_a_search_cannot_start(admin_client, campaign):
    unsaid = a_campaign(campaign.account, name="unsaid", kind="sourcing")

    text = start(admin_client, unsaid, mode="run").content.decode()

    assert "which people to look for" in text
    assert not Run.objects.exists()


def test_a_new_campaign_says_its_kind_and_leads_to_the_settings_of_it(admin_client, campaign):
    form = {"name": "clean", "kind": "invitations", "account": campaign.account_id}

    page = admin_client.post(reverse("admin:campaigns_campaign_add"), form, follow=True)

    made = Campaign.objects.get(name="clean")
    assert page.redirect_chain[-1][0] == reverse("admin:campaigns_campaign_change", args=[made.pk])
    fields = page.context["adminform"].form.fields
    assert "keep_list" in fields
    assert not {"kind", "account", "search_url", "late_days", "keywords"} & set(fields)


def test_a_name_is_taken_once_per_account(admin_client, campaign):
    form = {"name": campaign.name, "kind": "birthday", "account": campaign.account_id}

    page = admin_client.post(reverse("admin:campaigns_campaign_add"), form)

    assert page.status_code == 200
    assert Campaign.objects.count() == 1


def test_another_campaign_can_be_added_at_once(admin_client, campaign):
    form = {"name": "clean", "kind": "invitations", "account": campaign.account_id, "_addanother": "yes"}

    page = admin_client.post(reverse("admin:campaigns_campaign_add"), form, follow=True)

    assert page.redirect_chain[-1][0] == reverse("admin:campaigns_campaign_add")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"late_days": "61"}, "less than or equal to 60"),
        ({"schedule": "* * * * *"}, "more often than every 15 minutes"),
        ({"schedule": "tomorrow"}, "five fields"),
    ],
)
def test_settings_out_of_bounds_are_refused_with_the_reason(admin_client, campaign, changes, told):
    page = save(admin_client, campaign, **changes)

    assert told in page.content.decode()
    assert campaign.late_days == 10


def test_a_keep_list_is_checked_line_by_line(admin_client, campaign):
    withdrawing = a_campaign(campaign.account, name="clean", kind="invitations")

    page = save(admin_client, withdrawing, keep_list="https://www.example.org/in/ada/")
    assert "is no profile address" in page.content.decode()
    save(admin_client, withdrawing, keep_list="https://fr.linkedin.com/in/Ada-Martin/?x=1")
    assert withdrawing.keep_list == "https://www.linkedin.com/in/ada-martin/"


def test_criteria_are_written_a_word_a_line(admin_client, sourcing):
    page = save(
        admin_client, sourcing,
        keywords="roses\nlandscape = landscaping, gardens * 3\nC++\nC# * 2",
        min_years="3", seniority=["senior"], languages="French\nEnglish: Professional", location="Lyon",
        open_to_work="", weight_keywords="50",
    )  # fmt: skip

    assert page.status_code == 302
    assert sourcing.criteria == {
        "keywords": [
            "roses", {"word": "landscape", "synonyms": ["landscaping", "gardens"], "weight": 3}, "C++",
            {"word": "C#", "weight": 2},
        ],
        "experience": {"min_years": 3, "seniority": ["senior"]},
        "languages": ["French", {"name": "English", "level": "professional"}],
        "location": ["Lyon"],
        "open_to_work": False,
        "weights": {
            "keywords": 50, "experience": 20, "open_to_work": 15, "certifications": 15, "languages": 10, "location": 5,
        },
    }  # fmt: skip


def test_criteria_that_are_saved_as_they_are_shown_stay_as_they_were(admin_client, sourcing):
    criteria = {
        "keywords": ["roses", {"word": "landscape", "synonyms": ["landscaping"], "weight": 3}],
        "certifications": [{"word": "Arborist", "synonyms": ["tree care"]}],
        "experience": {"seniority": ["lead", "manager"]},
        "languages": [{"name": "English", "level": "full"}],
        "open_to_work": False,
    }
    Campaign.objects.filter(pk=sourcing.pk).update(criteria=criteria)

    assert save(admin_client, sourcing).status_code == 302
    assert sourcing.criteria == criteria


def test_empty_criteria_stay_empty_and_those_of_another_kind_are_left_alone(admin_client, campaign, sourcing):
    Campaign.objects.filter(pk=campaign.pk).update(criteria={"keywords": ["roses"]})

    assert save(admin_client, sourcing).status_code == 302
    assert save(admin_client, campaign, late_days="5").status_code == 302

    assert sourcing.criteria == {}
    assert (campaign.late_days, campaign.criteria) == (5, {"keywords": ["roses"]})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"keywords": "roses\n!!!"}, "keywords"),
        ({"keywords": "roses\nRoses"}, "keywords"),
        ({"languages": "French: perfect"}, "languages"),
        ({"min_years": "61"}, "min_years"),
        ({"keywords": "roses * 101"}, "keywords"),
        (dict.fromkeys(WEIGHT_FIELDS.values(), "0"), "weight_keywords"),
        ({"search_url": "https://evil.example/search"}, "search_url"),
    ],
)  # fmt: skip
def test_criteria_that_are_not_understood_are_refused_at_their_field(admin_client, sourcing, changes, field):
    page = save(admin_client, sourcing, **changes)

    assert field in page.context["adminform"].form.errors
    assert sourcing.criteria == {}


def test_criteria_that_some_other_program_broke_can_be_written_anew(admin_client, sourcing):
    Campaign.objects.filter(pk=sourcing.pk).update(criteria=["no object"])

    assert save(admin_client, sourcing, keywords="roses").status_code == 302
    assert sourcing.criteria == {"keywords": ["roses"]}


def test_the_page_tells_the_last_runs_and_the_next_times(admin_client, campaign):
    campaign.schedule = "0 9 * * *"
    campaign.save()
    run = run_it(campaign, FakeNetwork())

    page = admin_client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))

    assert reverse("admin:campaigns_run_change", args=[run.pk]) in page.content.decode()
    assert [time.hour for time in page.context["panel"].next_times] == [9, 9, 9]


@pytest.mark.unmeasured
def test_pages_of_campaigns_cost_the_same_queries_whatever_the_rows(admin_client, campaign):
    def queries_of(url):
        admin_client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(url).status_code == 200
        return len(queries)

    a_contact("Ada Martin", campaign)
    run_it(campaign, FakeNetwork())
    urls = [
        reverse("admin:campaigns_campaign_change", args=[campaign.pk]),
        reverse("admin:campaigns_campaign_changelist"),
    ]
    few = [queries_of(url) for url in urls]
    for number in range(4):
        a_contact(f"Maya Nr{number}", campaign)
        run_it(a_campaign(campaign.account, name=f"more-{number}"), FakeNetwork())
        run_it(campaign, FakeNetwork())

    assert [queries_of(url) for url in urls] == few


def test_the_list_shows_how_the_last_run_of_each_campaign_went(admin_client, campaign, sourcing):
    run_it(campaign, FakeNetwork())

    text = admin_client.get(reverse("admin:campaigns_campaign_changelist")).content.decode()

    assert "nothing to do" in text
    assert "Sourcing · ada" in text
