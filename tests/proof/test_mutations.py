"""A page that changed is never clicked wrongly: seeded mutations of every page on the way to a wish."""

from collections import Counter

import pytest

from campaigns.models import Action
from tests.proof import seeds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPOSERS = ("shadow", "overlay", "iframe", "modal", "page", "enter")
SURVIVED: Counter[str] = Counter()


@pytest.mark.parametrize("seed", seeds(300, 5))
def test_a_changed_page_ends_in_a_wish_or_in_layout_changed_and_never_in_a_wrong_click(theatre, seed):
    composer = COMPOSERS[seed % len(COMPOSERS)]
    enters = {"enter_sends": True} if composer == "enter" else {}
    stage = theatre("overlay" if enters else composer, mutation=seed, **enters)

    run = stage.run()

    action = Action.objects.first()
    ended = "done" if action and action.status == "done" else run.outcome
    SURVIVED[ended] += 1
    assert stage.sandbox.wrong_clicks == []
    assert {slug for slug, _ in stage.delivered} <= {"ada-martin"}
    assert stage.delivered == stage.recorded
    assert ended in ("done", "layout_changed"), (run.reason, action and action.reason)
