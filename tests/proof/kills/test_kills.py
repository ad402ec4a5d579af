"""A run is killed at each of its fourteen points: everybody is wished once, and everything is on record."""

import random

import pytest

from tests.proof import seeds
from tests.proof.kills import setting
from tests.proof.kills.failpoints import Failpoint

pytestmark = pytest.mark.database

POINTS = {
    "K1 before the selection": [("harvest",), ("harvest", "before SELECT contacts_contact")],
    "K2 row inserted, not committed": [("after INSERT campaigns_action",)],
    "K3 claimed": [("after UPDATE campaigns_action claimed",), ("page asked",)],
    "K4 permit taken": [("after INSERT engine_spentpermit",)],
    "K5 spacing taken": [("slept",), ("after INSERT engine_spentpermit", "before UPDATE campaigns_action claimed")],
    "K6 do-not-contact checked": [("text typed", "after SELECT contacts_contact")],
    "K7 page proved": [("page proved",)],
    "K8 text typed": [("text typed",), ("text typed", "after UPDATE campaigns_action sending")],
    "K9 sending committed": [("clicking",)],
    "K10 click on the wire": [("clicked",)],
    "K11 clicked, nothing seen": [("clicked",), ("clicked", "thread read")],
    "K12 proof seen, not committed": [
        ("proof seen",), ("after UPDATE campaigns_action done",), ("after INSERT contacts_interaction",),
    ],
    "K13 done committed": [("attempted",), ("attempted", "anywhere")],
    "K14 during recovery": [("clicked",), ("clicking",)],
}  # fmt: skip
FATES = ("delivered", "lost", "late")


@pytest.mark.parametrize("seed", seeds(50, 1))
@pytest.mark.parametrize("point", POINTS)
def test_a_run_killed_there_wishes_everybody_once_and_records_every_text(open_stage, point, seed):
    stage, dice = open_stage(), random.Random(f"{point} {seed}")
    due = stage.do(setting.people)
    places = POINTS[point][seed % len(POINTS[point])]
    fate = FATES[seed % 3] if point.startswith(("K10", "K11", "K14")) else "delivered"

    # The network's list is read once a run, and the people on it are asked for in one page.
    nth = 1 if point.startswith("K1 ") else dice.randint(1, 2)

    assert stage.kill(Failpoint(places, nth), fate=fate, shows_proof="K11" not in point)
    if point.startswith("K14"):
        stage.check()
        stage.pass_time()
        stage.kill(Failpoint(("anywhere",), dice.randint(5, 120)))

    stage.recover(due)


@pytest.mark.parametrize("seed", seeds(20, 1))
@pytest.mark.parametrize("fate", FATES)
def test_a_click_without_proof_is_never_repeated_before_the_thread_was_read(open_stage, fate, seed):
    stage = open_stage()
    due = stage.do(setting.people)

    stage.run_and_check(fate=fate, shows_proof=False, limit=seed % 3 + 1)

    stage.recover(due)
