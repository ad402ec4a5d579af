"""The rows of the admin's lists: letter by letter those of django-unfold, drawn in a fraction of its time."""

import re
from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.auth.models import User
from django.template import Context, Template
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override
from django_tasks_db.models import DBTaskResult
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.templatetags import unfold_list
from unfold.views import ChangeList

from contacts.models import Contact, Interaction
from linkedin_bot.list_rows import rows
from tests import test_permissions
from tests.builders import a_bit_of_everything, a_campaign, a_contact

pytestmark = pytest.mark.django_db
page_file = test_permissions.page_file
OF_PEOPLE = "/admin/contacts/contact/"
HOSTILE = '<script>alert("x")</script>{{ 7 }} & \u202e'
OURS = Template("{% load list_rows %}{% listed_rows cl %}")
THEIRS = Template("{% load unfold_list %}{% unfold_result_list cl %}")


@pytest.fixture(autouse=True)
def found():
    """The admin is found where its addresses are."""
    assert reverse("admin:index")


@pytest.fixture
def listed(rf, admin_user):
    def ask(model_admin, query=""):
        address = reverse(admin_urlname(model_admin.opts, "changelist"))
        request = rf.get(f"{address}?{query}")
        request.user, request.resolver_match = admin_user, resolve(address)
        page = model_admin.get_changelist_instance(request)
        page.formset = None
        return page, request

    return ask


def cells_of(page):
    return rows(page, [header["text"] for header in unfold_list.result_headers(page)])


def drawn(template, page, request):
    text = template.render(Context({"cl": page, "opts": page.opts, "request": request}))
    return re.sub(r"\s+", " ", re.sub(r"\s*([<>])\s*", r"\1", text))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_list_of_the_admin_is_the_one_that_unfold_draws(listed, page_file, language):
    test_permissions.rows_of_each_model(page_file)
    shown = 0
    with override(language):
        for model_admin in admin.site._registry.values():
            page, request = listed(model_admin)
            assert drawn(OURS, page, request) == drawn(THEIRS, page, request), model_admin
            shown += len(page.result_list)
    assert shown >= len(admin.site._registry) > 20


def test_an_empty_list_says_so(listed):
    page, request = listed(admin.site.get_model_admin(Interaction))
    assert drawn(OURS, page, request) == drawn(THEIRS, page, request)
    assert "result_list" not in drawn(OURS, page, request)


class NumberedList(ChangeList):
    def url_for_result(self, result):
        return f"/numbered/{result.pk}/0/change/"


class Unreached(ChangeList):
    def url_for_result(self, result):
        raise NoReverseMatch


class OddAdmin(ModelAdmin):
    """Whatever a column can be."""

    list_display = [
        "contact", "id", "__str__", "contact_id", "contact__name", "happened_at", "type", "payload", "source_key",
        "account", "day", "hour", "moment", "number", "fraction", "nothing", "truth", "flags", "marked", "toned",
        "untoned", "several", "lazily", "plainly", "titled", "opened", "noted", lambda row: HOSTILE,
    ]  # fmt: skip
    list_display_links = ["contact", "day"]
    changelist = ChangeList

    def get_changelist(self, request, **kwargs):
        return self.changelist

    def day(self, row):
        return date(2026, 11, 23)

    def hour(self, row):
        return time(10, 30)

    def moment(self, row):
        return datetime(2026, 11, 23, 10, tzinfo=UTC)

    def number(self, row):
        return 1234567

    def fraction(self, row):
        return 1.5

    @display(empty_value="<none>")
    def nothing(self, row):
        return None

    @display(boolean=True)
    def truth(self, row):
        return [True, False, None][row.pk % 3]

    @display(boolean=True)
    def flags(self, row):
        return row.pk % 2

    def marked(self, row):
        return mark_safe("<b>bold</b>")

    @display(label={"a": "success", "b": "danger"})
    def toned(self, row):
        return "ab"[row.pk % 2], HOSTILE

    @display(label={"a": "success"})
    def untoned(self, row):
        return ["b", mark_safe("<i>b</i>"), "<i>b</i>", ""][row.pk % 4]

    @display(label=True)
    def several(self, row):
        return ["one", HOSTILE]

    @display(label=True)
    def lazily(self, row):
        return gettext_lazy("birthday")

    @display(label=True)
    def plainly(self, row):
        return [1, True, "1"][row.pk % 3]

    @display(header=True)
    def titled(self, row):
        return [HOSTILE, "below", "AB"]

    @display(dropdown=True)
    def opened(self, row):
        return {"title": HOSTILE, "items": [{"title": "one", "link": "/one/"}]}

    @admin.display(description=mark_safe("<em>noted</em>"))
    def noted(self, row):
        return HOSTILE


@pytest.fixture
def odd():
    a_bit_of_everything(a_campaign())
    one = Interaction.objects.get()
    Contact.objects.update(name=HOSTILE)
    for number in range(1, 13):
        Interaction(contact=one.contact, account=one.account, type="reply", happened_at=one.happened_at,
                    source_key=f"odd:{number}").save()  # fmt: skip
    return OddAdmin(Interaction, admin.site)


def alike(page):
    """Cell by cell, with nothing left out of either."""
    ours, theirs = cells_of(page), ["".join(row) for row in unfold_list.results(page)]
    assert len(ours) == len(page.result_list) > 0
    for row, other in zip(ours, theirs, strict=True):
        assert row == other
    return "".join(ours)


@pytest.mark.parametrize("links", [["contact", "day"], None, ["__str__"]])
@pytest.mark.parametrize("changelist", [ChangeList, NumberedList, Unreached])
def test_whatever_a_column_tells_is_drawn_as_unfold_draws_it(listed, odd, links, changelist):
    odd.list_display_links, odd.changelist = links, changelist
    text = alike(listed(odd, "type__exact=reply&o=-2")[0])
    assert "<script" not in text
    assert "<b>bold</b>" in text
    assert ("_changelist_filters" in text) == (links is not None and changelist is not Unreached)


def test_who_has_no_actions_sees_the_same_rows(listed, odd):
    odd.actions = None
    odd.get_actions = lambda request: {}
    text = alike(listed(odd)[0])
    assert "action-checkbox" not in text


def test_a_box_of_ones_own_is_drawn_by_its_own_method(listed, odd):
    class Boxed(OddAdmin):
        @display(description="box")
        def action_checkbox(self, obj):
            return format_html("<i>{}</i>", obj.pk)

    assert re.search(r"<i>\d+</i>", alike(listed(Boxed(Interaction, admin.site))[0]))


def test_a_row_whose_other_row_is_gone_shows_that_nothing_is_there(listed, odd):
    class Orphan(SimpleNamespace):
        @property
        def contact(self):
            raise Contact.DoesNotExist

    odd.list_display, odd.list_display_links = ["contact"], None
    odd.get_actions = lambda request: {}
    page = listed(odd)[0]
    page.result_list = [Orphan(pk=1, id=1, _meta=Interaction._meta)]
    assert ">-</td>" in alike(page)


def test_keys_that_are_no_numbers_lead_to_their_rows_as_well(listed):
    DBTaskResult.objects.create(
        task_path="campaigns.tasks.run", args_kwargs={"args": [], "kwargs": {}}, priority=0, queue_name="runs",
        backend_name="default", run_after=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    assert str(DBTaskResult.objects.get().pk) in alike(listed(admin.site.get_model_admin(DBTaskResult))[0])


def test_each_page_is_drawn_with_our_rows_and_pop_ups_with_unfolds(admin_client):
    ada = a_contact("Ada Martin")
    for query, is_ours in (("", True), ("?_popup=1", False)):
        answer = admin_client.get(f"{OF_PEOPLE}{query}")
        assert f"{OF_PEOPLE}{ada.pk}/change/" in answer.content.decode()
        used = {template.name for template in answer.templates}
        assert ("admin/list_rows.html" in used) == is_ours
        assert ("admin/change_list_results.html" in used) != is_ours


def test_forty_rows_take_no_more_templates_than_one(admin_client):
    def templates():
        return len(admin_client.get("/admin/auth/user/").templates)

    templates()
    few = templates()
    User.objects.bulk_create(User(username=f"user {number}") for number in range(40))
    assert templates() - few < 5
