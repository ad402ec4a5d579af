"""The groups that come with the software: their rights, and who puts people into them."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Tag
from linkedin_bot.staff.models import ShippedRight
from linkedin_bot.staff.rights import GROUPS, OURS, SECRET, ship
from tests.test_permissions import a_client

pytestmark = pytest.mark.django_db


def rights_of(name):
    rights = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rights}


def test_each_group_may_all_that_the_one_before_it_may():
    viewer, operator, administrator = map(rights_of, GROUPS)
    assert viewer < operator < administrator


def test_a_viewer_sees_everything_of_ours_but_secrets_and_changes_nothing():
    models = [model._meta for app in OURS for model in apps.get_app_config(app).get_models()]
    seen = {
        f"{meta.app_label}.view_{meta.model_name}"
        for meta in models
        if meta.label_lower not in SECRET and "view" in meta.default_permissions
    }
    assert rights_of("viewer") == seen


def test_nobody_is_given_the_right_to_write_the_record():
    assert not {
        right for right in rights_of("administrator") if right.startswith("audit.") and "view" not in right
    }


def test_what_a_site_gave_and_took_stays_when_the_software_is_updated():
    viewer = Group.objects.get(name="viewer")
    taken = Permission.objects.get(codename="view_interaction")
    given = Permission.objects.get(codename="add_run")
    viewer.permissions.remove(taken)
    viewer.permissions.add(given)
    ship(DEFAULT_DB_ALIAS)
    assert given in viewer.permissions.all()
    assert taken not in viewer.permissions.all()


def test_a_right_that_is_new_in_an_update_is_handed_out_once():
    right = Permission.objects.create(
        codename="view_tagcloud", name="view a cloud", content_type=ContentType.objects.get_for_model(Tag)
    )
    ship(DEFAULT_DB_ALIAS)
    ship(DEFAULT_DB_ALIAS)
    assert "contacts.view_tagcloud" in rights_of("viewer")
    assert ShippedRight.objects.filter(right="contacts.view_tagcloud").count() == len(GROUPS)
    assert right in Group.objects.get(name="administrator").permissions.all()


def test_a_group_of_the_same_name_keeps_its_people_and_rights():
    """As on a site that had made its own groups before these came along."""
    Group.objects.filter(name="operator").delete()
    ShippedRight.objects.all().delete()
    own = Group.objects.create(name="operator")
    own.permissions.add(Permission.objects.get(codename="view_snapshot"))
    olga = User.objects.create_user("olga")
    olga.groups.add(own)
    ship(DEFAULT_DB_ALIAS)
    assert olga.has_perm("engine.view_snapshot")
    assert olga.has_perm("campaigns.change_action")


def test_a_group_that_was_removed_comes_back_whole():
    Group.objects.get(name="viewer").delete()
    ship(DEFAULT_DB_ALIAS)
    assert "contacts.view_contact" in rights_of("viewer")


def test_migrating_makes_the_groups_with_their_rights():
    Group.objects.all().delete()
    Permission.objects.all().delete()
    ShippedRight.objects.all().delete()
    ContentType.objects.clear_cache()
    call_command("migrate", verbosity=0)
    assert rights_of("viewer") < rights_of("administrator")
    assert "campaigns.change_run" in rights_of("operator")


def person_form(user, **changed):
    return {
        "username": user.username, "is_active": "on", "is_staff": "on", "date_joined_0": "2026-01-01",
        "date_joined_1": "10:00", **changed,
    }  # fmt: skip


def change_page(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def test_an_administrator_puts_people_into_groups_and_makes_nobody_a_superuser():
    client, olga = a_client("administrator"), User.objects.create_user("olga", is_staff=True)
    operators = Group.objects.get(name="operator")
    client.post(change_page(olga), person_form(olga, groups=[operators.pk], is_superuser="on", user_permissions=[
        Permission.objects.get(codename="add_group").pk
    ]))  # fmt: skip
    olga.refresh_from_db()
    assert list(olga.groups.all()) == [operators]
    assert not olga.is_superuser
    assert not olga.user_permissions.exists()


def test_an_administrator_gives_nobody_a_group_that_may_more_than_they():
    client, olga = a_client("administrator"), User.objects.create_user("olga", is_staff=True)
    mighty = Group.objects.create(name="mighty")
    mighty.permissions.add(Permission.objects.get(codename="change_group"))
    answer = client.post(change_page(olga), person_form(olga, groups=[mighty.pk]))
    assert "not one of the available choices" in answer.content.decode()
    assert not olga.groups.exists()


def test_an_administrator_neither_changes_nor_deletes_a_superuser():
    client, sue = a_client("administrator"), User.objects.create_superuser("sue")
    assert client.get(change_page(sue)).status_code == 200
    for page in ("change", "delete", "password_change"):
        name = "auth_user_password_change" if page == "password_change" else f"auth_user_{page}"
        address = reverse(f"admin:{name}", args=[sue.pk])
        assert client.post(address, {"post": "yes", "password1": "x", "password2": "x"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [sue.pk], "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), chosen)
    assert User.objects.filter(pk=sue.pk).exists()


def test_a_superuser_changes_everybody():
    client, sue = a_client("superuser"), User.objects.create_superuser("sue")
    client.post(change_page(sue), person_form(sue, is_superuser="on", first_name="Sue"))
    sue.refresh_from_db()
    assert sue.first_name == "Sue"


def test_the_list_of_people_asks_the_same_number_of_questions_however_many_there_are(
    django_assert_num_queries,
):
    client = a_client("superuser")
    page = reverse("admin:auth_user_changelist")
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(20):
        User.objects.create_user(f"user{number}").groups.add(Group.objects.get(name="viewer"))
    with django_assert_num_queries(len(few)):
        client.get(page)
