"""Whatever people and runs do, and in whatever order: nothing is sent whose exact text was not approved."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import hypothesis.extra.django
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaigns import approvals
from campaigns.actions import APPROVAL_LASTS
from campaigns.approvals import Decider
from campaigns.models import Action, Campaign
from tests.builders import TODAY, a_birthday_campaign, a_contact, run_it
from tests.fakes import FakeClock, FakeNetwork, slug_of

VERA = Decider("vera")


@dataclass
class EventfulClock(FakeClock):
    """Somebody does something during each of the first pauses of a run."""

    events: list = field(default_factory=list)

    def sleep(self, seconds):
        super().sleep(seconds)
        if self.events:
            self.events.pop(0)()


class Office:
    """A campaign that asks for approvals, and whoever works on it; knows what was approved by its own books."""

    def __init__(self):
        self.campaign = a_birthday_campaign()
        Campaign.objects.update(needs_approval=True)
        for name in ("Ada Martin", "Bo Lindgren", "Cleo Duval"):
            a_contact(name, self.campaign, born=TODAY)
        self.clock = EventfulClock()
        self.network = FakeNetwork(before_click=self.check)
        self.seen = {}
        self.approved = {}
        self.texts = 0
        self.look()

    def look(self):
        """Open the page: from here on they decide about what it showed."""
        self.seen = {each.contact_id: (each.pk, each.text_sha256, each.text) for each in Action.objects.all()}

    def decide(self, decision):
        for contact_id, (pk, sha256, text) in list(self.seen.items()):
            with suppress(approvals.Refused):
                decision(contact_id, pk, sha256, text)

    def approve(self):
        def one(contact_id, pk, sha256, text):
            approvals.approve(pk, sha256, VERA, self.clock.now())
            self.approved[contact_id] = (text, self.clock.now())

        self.decide(one)

    def edit(self):
        self.texts += 1

        def one(contact_id, pk, sha256, text):
            approvals.edit(pk, sha256, f"All the best, {self.texts % 2}!", VERA, self.clock.now())
            self.approved.pop(contact_id, None)

        self.decide(one)

    def edit_and_approve(self):
        def one(contact_id, pk, sha256, text):
            approvals.edit_and_approve(pk, sha256, "Many happy returns!", VERA, self.clock.now())
            self.approved[contact_id] = ("Many happy returns!", self.clock.now())

        self.decide(one)

    def reject(self):
        pk = next(iter(self.seen), None)
        self.decide(
            lambda contact_id, action, sha256, text: (
                contact_id == pk and approvals.reject(action, sha256, "no", VERA, self.clock.now())
            )
        )

    def ask_no_more(self):
        Campaign.objects.update(needs_approval=False)

    def ask(self):
        Campaign.objects.update(needs_approval=True)

    def hold(self):
        for action in Action.objects.filter(status="planned"):
            action.hold("they wrote")
            self.approved.pop(action.contact_id, None)

    def tamper(self):
        """Around every rule, in the database itself."""
        Action.objects.filter(status__in=["planned", "claimed"]).update(text="Tampered with")

    def tomorrow(self):
        self.clock.time += timedelta(days=1)

    def a_week_later(self):
        """The text stays what it was, as where one does not depend on the day."""
        self.clock.time += APPROVAL_LASTS
        Action.objects.filter(status="planned").update(
            days_late=7 + (self.clock.now().date() - TODAY).days % 7
        )

    def run(self, events):
        self.clock.events = [getattr(self, event) for event in events[::2]]
        at_the_page = [getattr(self, event) for event in events[1::2]]
        self.network.on_write = lambda recipient: at_the_page.pop(0)() if at_the_page else None
        run_it(self.campaign, self.network, self.clock)
        self.clock.events = []

    def check(self, recipient):
        action = Action.objects.select_related("campaign", "contact").get(
            status="sending", contact__profile_url__contains=slug_of(recipient)
        )
        if action.needs_approval:
            text, approved_at = self.approved.get(action.contact_id, ("", None))
            assert action.text == text, f"{action.text!r} was sent, {text!r} approved"
            assert self.clock.now() - approved_at < APPROVAL_LASTS


BETWEEN = [
    "look", "approve", "edit", "edit_and_approve", "reject", "ask", "ask_no_more", "hold", "tamper",
]  # fmt: skip
steps = st.one_of(
    st.sampled_from([*BETWEEN, "tomorrow", "a_week_later"]),
    st.lists(st.sampled_from(BETWEEN), max_size=4),
)


class ApprovalsHoldTests(hypothesis.extra.django.TestCase):
    @settings(max_examples=6)
    @given(st.lists(steps, max_size=6))
    @example(["approve", ["edit"]])  # a run pauses, and the next one's text is written anew
    @example(["ask_no_more", ["ask"]])  # the campaign begins to ask while the run pauses
    @example(["ask_no_more", ["look", "ask"]])  # or while it opens the person's page
    @example(["approve", ["look", "tamper"]])
    @example(["approve", "edit"])  # void after an edit
    @example(["approve", "a_week_later"])
    @example(["edit_and_approve", "edit", "edit", ["look", "look", "hold"]])
    def test_nothing_is_sent_that_was_not_approved_in_its_very_words(self, taken):
        office = Office()
        office.run([])
        office.look()
        for step in taken:
            office.run(step) if isinstance(step, list) else getattr(office, step)()
        office.run([])

    def test_what_was_approved_is_sent_and_nobody_is_wished_twice(self):
        office = Office()
        office.run([])
        office.look()
        office.approve()
        office.run([])
        office.run([])

        assert sorted(sent.text for sent in office.network.sent) == [
            "Happy birthday, Ada!", "Happy birthday, Bo!", "Happy birthday, Cleo!",
        ]  # fmt: skip
