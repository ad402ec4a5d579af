"""A page that changed is never clicked wrongly: seeded mutations of every page on the way to a wish."""

import pytest

from campaigns.models import Action
from engine.sandbox import is_hostile
from tests.proof import seeds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPOSERS = ("shadow", "overlay", "iframe", "modal", "page", "enter")


@pytest.mark.parametrize("seed", seeds(300, 6))
def test_a_changed_page_ends_in_a_wish_or_in_layout_changed_and_never_in_a_wrong_click(
    theatre, seed, record_property
):
    composer = COMPOSERS[seed % len(COMPOSERS)]
    enters = {"enter_sends": True} if composer == "enter" else {}
    stage = theatre("overlay" if enters else composer, mutation=seed, **enters)

    run = stage.run()

    action = Action.objects.first()
    ended = "done" if action and action.status == "done" else run.outcome
    # With --junit-xml the report says how many changes were survived.
    record_property("ended", f"{'hostile' if is_hostile(seed) else 'benign'}: {ended}")
    assert stage.sandbox.wrong_clicks == []
    assert {slug for slug, _ in stage.delivered} <= {"ada-martin"}
    assert stage.delivered == stage.recorded
    assert ended in ("done", "layout_changed"), (run.reason, action and action.reason)
