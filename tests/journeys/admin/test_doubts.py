"""Staff settle what is in doubt: by having the thread read, or on their own word, and know what follows before."""

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By

from campaigns.models import Action, Decision, MessageTemplate, Run
from contacts.models import Interaction
from engine.errors import BrowserFailed
from tests.builders import a_campaign, a_contact, a_template, an_account, run_it
from tests.fakes import FakeNetwork, raising
from tests.journeys.admin.acts import click, press, read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("Ada Martin", "Bo Lindgren", "Cleo Duval")
CARD = "//article[.//h2[normalize-space(.)='{}']]"
FORM = CARD + "//form[.//button[@value='{}']]"
READS_ONLY = {"limit": 0, "sends_late": None, "late_days": None}


def test_doubts_are_settled_with_their_consequence_said_before(office):
    MessageTemplate.objects.all().delete()
    a_template()
    for name in NAMES:  # of an account each: its next run would read the thread
        campaign = a_campaign(an_account(name.split()[0].lower()))
        a_contact(name, campaign)
        run_it(campaign, FakeNetwork(after_click=raising(BrowserFailed("gone"))))
    driver, wait = office(reverse("admin:campaigns_action_doubts"))
    read(wait, "Cleo Duval")
    ada, bo, cleo = (Action.objects.get(contact__name=name) for name in NAMES)
    assert {doubt.status for doubt in (ada, bo, cleo)} == {"unknown"}

    read(wait, "nobody writes to them on this occasion again", (By.XPATH, FORM.format("Ada Martin", "sent")))
    press(wait, "It was sent", CARD.format("Ada Martin"))  # the browser asks for the tick first
    assert Action.objects.in_doubt().count() == 3
    say(wait, "Ada Martin", "It was sent", "sent")
    read(wait, "Recorded as sent: nothing goes to them on this occasion any more.")
    ada.refresh_from_db()
    assert ada.status == "done"
    assert Interaction.objects.get(contact=ada.contact).payload["text"] == "Happy birthday, Ada!"

    read(wait, "after all, they get it twice.", (By.XPATH, FORM.format("Bo Lindgren", "not_sent")))
    say(wait, "Bo Lindgren", "It was not sent", "not_sent")
    read(wait, "Recorded as not sent: the next run may write to them once more.")
    bo.refresh_from_db()
    assert bo.status == "failed"
    assert sorted(Decision.objects.values_list("verdict", "by__username")) == [
        ("not_sent", "admin"), ("sent", "admin"),
    ]  # fmt: skip

    read(wait, "It sends nothing.", (By.XPATH, FORM.format("Cleo Duval", "read")))
    press(wait, "Read the thread now", CARD.format("Cleo Duval"))
    read(wait, "it reads, and sends nothing.")
    read(wait, "is queued: it reads the doubts before it acts")
    assert not driver.find_element(By.XPATH, "//button[@value='read']").is_enabled()
    run = Run.objects.latest("pk")
    assert (run.status, run.options, run.requested_by) == ("queued", READS_ONLY, "user admin")
    cleo.refresh_from_db()
    assert cleo.status == "unknown"


def say(wait, name, words, verdict):
    click(wait, By.XPATH, FORM.format(name, verdict) + "//input[@name='looked']")
    press(wait, words, CARD.format(name))
