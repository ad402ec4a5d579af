"""Somebody says no, in one of several ways, between two steps of a run: from then on nobody begins to write to them.

The steps are the run's own statements and the network's. Inside a transaction no other process could say no: on
SQLite the writers take turns, on PostgreSQL the contact's row is locked; there the no comes right after it.
"""

import random

import pytest
from django.db import connection

from campaigns.models import Action, MessageTemplate
from contacts import privacy
from contacts.models import Contact, ContactAlias
from contacts.profile_urls import from_slug, slug_of
from tests.builders import a_campaign, a_contact, a_template, run_it
from tests.fakes import FakeNetwork
from tests.proof import seeds

pytestmark = pytest.mark.django_db

NAMES = ("Ada Martin", "Bo Lindgren", "Cy Ortega")
BEGUN = (Action.Status.SENDING, Action.Status.DONE, Action.Status.UNKNOWN)
LAST_STEP = 245  # of the 256 of a run over three people, so that every seed hits one


class No:
    """One person's no at one step; remembers whether the click was due or done by then."""

    def __init__(self, contact, say, step):
        self.contact, self.say, self.step = contact, say, step
        self.steps, self.depth = 0, len(connection.savepoint_ids)
        self.had_begun = None

    def __call__(self, execute, sql, params, many, context):
        self.pass_step()
        return execute(sql, params, many, context)

    def pass_step(self, *_):
        self.steps += 1
        is_free = len(connection.savepoint_ids) == self.depth
        if self.had_begun is None and self.steps >= self.step and is_free:
            self.had_begun = False  # what follows passes steps of its own
            self.had_begun = Action.objects.filter(contact=self.contact, status__in=BEGUN).exists()
            self.say(self.contact)


def by_admin(contact):
    contact.do_not_contact("asked in person")


def by_address(contact):
    privacy.suppress(privacy.identity_of(contact.profile_url.replace("www", "fr") + "?x=1"), "asked")


def by_old_address(contact):
    privacy.suppress(privacy.identity_of(from_slug(f"{slug_of(contact.profile_url)}-before")), "asked")


def by_member_id(contact):
    privacy.suppress(privacy.identity_of(from_slug(contact.member_id)), "asked")


def by_e_mail(contact):
    privacy.suppress(privacy.identity_of(contact.email.upper()), "asked")


def by_a_second_contact(contact):
    """Of the same person, not merged yet."""
    second = Contact.objects.create(profile_url="https://www.linkedin.com/in/second/", name="Second")
    Contact.objects.filter(pk=second.pk).update(member_id=contact.member_id)
    second.refresh_from_db()
    second.do_not_contact("asked")


WAYS = (by_admin, by_address, by_old_address, by_member_id, by_e_mail, by_a_second_contact)


# The steps are the same everywhere; how PostgreSQL locks is found in a quarter of them.
TRIALS = seeds(1_000 if connection.vendor == "sqlite" else 250, 12)


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", TRIALS)
def test_nobody_begins_to_write_to_who_said_no(seed):
    dice = random.Random(seed)
    MessageTemplate.objects.all().delete()
    a_template("Happy birthday, {name}!")
    campaign = a_campaign()
    people = [
        a_contact(name, campaign, member_id=f"ACoAAmember{number}", email=f"p{number}@example.org")
        for number, name in enumerate(NAMES)
    ]
    for contact in people:
        old = f"{slug_of(contact.profile_url)}-before"
        ContactAlias.objects.create(contact=contact, profile_url=from_slug(old))
    refusing = people[dice.randrange(len(people))]
    no = No(refusing, WAYS[seed % len(WAYS)], dice.randint(1, LAST_STEP))
    network = FakeNetwork(on_write=no.pass_step, before_click=no.pass_step, after_click=no.pass_step)

    with connection.execute_wrapper(no):
        run_it(campaign, network)

    assert no.had_begun is not None, f"the run has only {no.steps} steps"
    sent = [one.slug for one in network.sent]
    assert (slug_of(refusing.profile_url) in sent) == no.had_begun
    assert {slug_of(one.profile_url) for one in people if one != refusing} <= {*sent}
