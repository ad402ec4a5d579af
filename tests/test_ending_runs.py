"""A person ends a run that is dead in the admin: asked how they know, and refused while it shows life."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.urls import reverse

from campaigns.models import Run
from campaigns.processes import ProcessIdentity
from engine.pace import SystemClock
from tests.builders import a_campaign, allow

pytestmark = pytest.mark.django_db
URL = reverse("admin:campaigns_run_changelist")


@pytest.fixture
def run():
    """Of a machine that was replaced, silent for an hour."""
    elsewhere = replace(ProcessIdentity.own(), host="far boot 2")
    return Run.objects.start(a_campaign(), elsewhere, SystemClock().now() - timedelta(hours=1))


def act(client, run, **form):
    return client.post(URL, {"action": "end_dead", ACTION_CHECKBOX_NAME: [run.pk], **form}, follow=True)


def test_the_page_asks_how_they_know_before_anything_is_ended(admin_client, run):
    page = act(admin_client, run)
    asked_again = act(admin_client, run, confirmed="yes", how=" ")

    assert "How do you know" in page.content.decode()
    assert "on far, process" in page.content.decode()
    assert "This field is required" in asked_again.content.decode()
    run.refresh_from_db()
    assert run.status == "running"


def test_the_answer_is_kept_as_the_reason(admin_client, run):
    page = act(admin_client, run, confirmed="yes", how="the machine was sold")

    run.refresh_from_db()
    assert (run.outcome, run.reason) == ("crashed", "admin said that it is dead: the machine was sold")
    assert "1 ended." in page.content.decode()
    assert "holds no process" in act(admin_client, run).content.decode()


def test_a_run_that_gives_signs_of_life_is_refused_with_the_reason(admin_client, run):
    Run.objects.update(heartbeat_at=SystemClock().now())

    page = act(admin_client, run, confirmed="yes", how="I do not like it")

    assert "it is at work" in page.content.decode()
    assert "How do you know" not in page.content.decode()
    run.refresh_from_db()
    assert run.status == "running"


def test_a_sign_of_life_after_the_question_wins(admin_client, run):
    from django.db import connection

    def beat_meanwhile(execute, sql, parameters, many, context):
        if sql.startswith("UPDATE") and '"outcome"' in sql:
            now = SystemClock().now()
            execute("UPDATE campaigns_run SET heartbeat_at = %s", [now], False, context)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(beat_meanwhile):
        page = act(admin_client, run, confirmed="yes", how="the machine was sold")

    assert "0 ended. 1 gave a sign of life" in page.content.decode()
    run.refresh_from_db()
    assert run.status == "running"


def test_only_who_may_change_runs_is_offered_the_action(client, run):
    viewer = User.objects.create_user("viewer", is_staff=True)
    allow(viewer, "view_run")
    client.force_login(viewer)

    act(client, run, confirmed="yes", how="the machine was sold")

    run.refresh_from_db()
    assert run.status == "running"
