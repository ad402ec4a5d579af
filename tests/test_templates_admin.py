"""The staff's pages of templates: what they show, and the preview while one is written."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.admin.previews import likeness
from campaigns.models import MessageTemplate
from contacts.models import Contact
from tests.builders import a_birthday_campaign, a_contact, a_template, run_it
from tests.fakes import FakeNetwork

pytestmark = pytest.mark.django_db
LIST, PREVIEW = "admin:campaigns_messagetemplate_changelist", "admin:campaigns_messagetemplate_preview"


@pytest.fixture
def templates():
    MessageTemplate.objects.all().delete()
    return [
        a_template("Happy birthday, {name}!"),
        a_template("Happy belated birthday, {name}!", purpose="birthday_late"),
        a_template("Joyeux anniversaire, {name} !", language="fr"),
    ]


@pytest.fixture
def ada(templates):
    return a_contact("Ada Martin")


def preview(client, text, *, fragment=True, **form):
    values = {"text": text, "purpose": "birthday", "language": "en", "preview_for": "", "template": ""}
    headers = {"X-Fragment": "1"} if fragment else {}
    return client.post(reverse(PREVIEW), values | form, headers=headers).content.decode()


def test_a_text_is_shown_as_the_person_would_read_it(admin_client, ada):
    shown = preview(admin_client, "All the best, {name} ({full_name})!")

    assert '<p class="text message" dir="auto">All the best, Ada (Ada Martin)!</p>' in shown
    assert "<html" not in shown
    assert MessageTemplate.objects.count() == 3


def test_a_late_text_is_shown_one_and_some_days_late(admin_client, ada):
    shown = preview(admin_client, "{days_late} late, {name}", purpose="birthday_late")

    assert "1 late, Ada" in shown
    assert "3 late, Ada" in shown


def test_what_else_they_may_get_is_shown_in_each_language_and_for_each_occasion(admin_client, ada):
    shown = preview(admin_client, "Cheers, {name}!")

    for text in ("Happy birthday, Ada!", "Happy belated birthday, Ada!", "Joyeux anniversaire, Ada !"):
        assert text in shown


def test_the_person_is_chosen_by_the_beginning_of_a_name(admin_client, ada):
    a_contact("Bo Lindgren")

    assert "Hi Bo" in preview(admin_client, "Hi {name}", preview_for="lindg")
    assert "Nobody of that name" in preview(admin_client, "Hi {name}", preview_for="zacharias")


def test_somebody_without_a_name_to_call_them_by_gets_no_wish(admin_client, templates):
    a_contact("LinkedIn Member")

    assert "there is no name to call them by" in preview(admin_client, "Hi {name}")


@pytest.mark.parametrize(
    ("text", "form", "told"),
    [
        ("Hi {nome}", {}, "line 1, column 4: {nome} is no placeholder"),
        ("Hi {days_late}", {}, "{days_late} is for late wishes only"),
        ("  ", {}, "The text is empty"),
        ("x" * 2_001, {}, "2001 of 2000 characters"),
        ("Hi {name}", {"language": "e"}, "valid value"),
        ("Hi {name}", {"purpose": "easter"}, "not a valid choice"),
    ],
)
def test_what_is_wrong_is_told_while_it_is_typed(admin_client, ada, text, form, told):
    shown = preview(admin_client, text, **form)

    assert told in shown.replace("&#x27;", "'")
    assert 'class="note danger"' in shown
    assert 'class="text message"' not in shown


def test_a_text_nearly_the_same_as_another_is_warned_of_and_not_as_itself(admin_client, templates):
    same = preview(admin_client, "happy birthday {name}")
    itself = preview(admin_client, "Happy birthday, {name}!", template=templates[0].pk)

    assert "Nearly the same as “Happy birthday, {name}!”" in same
    assert "Nearly the same" not in itself


def test_too_few_templates_of_a_kind_are_warned_of(admin_client, templates):
    assert "there are 2 active templates" in preview(admin_client, "Cheers {name}")
    a_template("Have a good one, {name}.")

    assert "active templates of their kind" not in preview(admin_client, "Cheers {name}")


def test_what_a_name_or_a_text_brings_along_is_only_shown(admin_client, templates):
    person = a_contact("Ada Martin")
    Contact.objects.filter(pk=person.pk).update(name="<script>alert(1)</script>", first_name="Ada")

    shown = preview(admin_client, "<img src=x onerror=alert(1)> {full_name}")

    assert "<script>" not in shown
    assert "<img" not in shown
    assert "&lt;img src=x" in shown


def test_without_a_script_the_preview_is_a_page(admin_client, ada):
    page = preview(admin_client, "Hi {name}", fragment=False)

    assert "<html" in page
    assert "Hi Ada" in page


@pytest.mark.parametrize("template", ["x", "9" * 40, "-1", "²"])
def test_a_template_that_is_none_changes_nothing(admin_client, ada, template):
    assert "Hi Ada" in preview(admin_client, "Hi {name}", template=template)


def test_who_may_not_look_gets_no_preview(client, ada):
    client.force_login(User.objects.create_user("noa", is_staff=True))

    assert client.post(reverse(PREVIEW), {"text": "Hi"}).status_code == 403
    assert client.get(reverse(PREVIEW)).status_code == 405


def test_the_form_carries_the_preview_also_for_a_new_template(admin_client, templates):
    for address in (
        reverse("admin:campaigns_messagetemplate_add"),
        reverse("admin:campaigns_messagetemplate_change", args=[templates[0].pk]),
    ):
        page = admin_client.get(address).content.decode()
        assert f'data-preview="{reverse(PREVIEW)}"' in page
        assert "campaigns/admin/template_preview.js" in page


def test_the_list_tells_how_often_and_when_each_was_sent(admin_client):
    campaign = a_birthday_campaign()
    a_contact("Ada Martin", campaign)
    a_contact("Bo Lindgren", campaign)
    run_it(campaign, FakeNetwork())

    rows = {
        template.purpose: template
        for template in admin_client.get(reverse(LIST)).context["cl"].result_list
    }  # fmt: skip

    assert (rows["birthday"].uses, rows["birthday_late"].uses) == (2, 0)
    assert rows["birthday"].last_use is not None
    assert rows["birthday_late"].last_use is None


def test_the_list_costs_as_many_queries_for_many_as_for_three(admin_client, templates):
    def queries():
        with CaptureQueriesContext(connection) as told:
            admin_client.get(reverse(LIST))
        return len(told)

    few = queries()
    for number in range(20):
        a_template(f"Number {number}, {{name}}")

    assert queries() == few


@pytest.mark.parametrize(
    ("one", "other", "is_like"),
    [
        ("Happy birthday, {name}!", "happy birthday {name}", True),
        ("Happy birthday, {name}!", "Happy birthday, {name}! Have a lovely day with everybody.", False),
        ("Happy birthday, {name}!", "Joyeux anniversaire {name}", False),
    ],
)
def test_likeness_is_of_the_words(one, other, is_like):
    assert (likeness(one, other) >= 0.85) is is_like
