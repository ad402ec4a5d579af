"""The checker itself: each thing that can be wrong is said in words, and a history without fault is passed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.proof.kills.checker import complaints, complaints_at_rest
from tests.proof.kills.histories import ActionRow, Delivery, Histories, Step, Wish

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = frozenset({"ada-martin", "ada-m"})
STEPS = [
    Step("action", 1, "", "planned"),
    Step("action", 1, "planned", "claimed"),
    Step("action", 1, "claimed", "sending"),
    Step("action", 1, "sending", "done"),
]
GOOD = Histories(
    deliveries=[Delivery("ada-martin", "Happy birthday, Ada!", NOON)],
    actions=[ActionRow(1, ADA, "birthday 2026", "done", "Happy birthday, Ada!")],
    wishes=[Wish(ADA, "Happy birthday, Ada!")],
    trail=STEPS,
    permits=[NOON],
    outcomes=[(1, "finished")],
    contact_of={1: 7},
)
AGAIN = Delivery("ada-m", "Happy birthday, Ada!", NOON)
NO = Step("contact", 7, "active", "do_not_contact")

WRONG = {
    "got the same message 2 times": replace(GOOD, deliveries=GOOD.deliveries * 2),
    "got 2 messages for birthday 2026": replace(GOOD, deliveries=[*GOOD.deliveries, AGAIN]),
    "which the database knows as no row": replace(GOOD, actions=[], trail=[]),
    "which the database knows as ['planned']": replace(GOOD, actions=[replace(GOOD.actions[0], status="planned")]),
    "after its person had said no": replace(GOOD, trail=[*STEPS[:2], NO, *STEPS[2:]]),
    "went from planned to sending": replace(GOOD, trail=[STEPS[0], Step("action", 1, "planned", "sending"), STEPS[3]]),
    "was about to be clicked 2 times": replace(GOOD, trail=[*STEPS[:3], STEPS[2], STEPS[3]]),
    "its trail ends at sending": replace(GOOD, trail=STEPS[:3]),
    "16 permits within 24 hours": replace(GOOD, permits=[NOON + timedelta(minutes=n) for n in range(16)]),
    "has 2 active runs": replace(GOOD, active_runs={1: 2}),
    "it is lost": replace(GOOD, wishes=[]),
    "has a phantom on record": replace(GOOD, deliveries=[]),
    "run 1 ended without an outcome": replace(GOOD, outcomes=[(1, "")]),
    "has a run that never ended": replace(GOOD, active_runs={1: 1}),
    "is still unknown": replace(
        GOOD,
        actions=[replace(GOOD.actions[0], status="unknown")],
        trail=[*STEPS[:3], Step("action", 1, "sending", "unknown")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said_in_words(words):
    assert any(words in complaint for complaint in complaints_at_rest(WRONG[words])), complaints_at_rest(
        WRONG[words]
    )


def test_a_history_without_fault_gives_no_cause_for_complaint():
    assert complaints(GOOD) == complaints_at_rest(GOOD, ["ada-martin"]) == []


def test_whoever_was_due_and_got_nothing_is_named():
    assert complaints_at_rest(GOOD, ["ada-martin", "bo-lindgren"]) == [
        "bo-lindgren was due and got 0 messages"
    ]


def test_a_delivery_whose_record_is_still_on_its_way_is_fine_until_everything_is_at_rest():
    row = replace(GOOD.actions[0], status="sending")
    under_way = replace(GOOD, actions=[row], wishes=[], trail=STEPS[:3])

    assert complaints(under_way) == []
    assert len(complaints_at_rest(under_way)) == 2


def test_a_no_that_was_taken_back_counts_no_more():
    yes = Step("contact", 7, "do_not_contact", "active")

    assert complaints(replace(GOOD, trail=[NO, yes, *STEPS])) == []
