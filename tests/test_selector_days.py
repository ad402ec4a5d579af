"""A selector's days: counted where its score is, drawn for thirty of them, gone after ninety."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engine.admin.trends import Trend
from engine.models import LinkedInSelector, SelectorDay
from engine.pace import SystemClock
from engine.selectors import days
from engine.selectors.learned import Tally
from engine.selectors.selector_file import defaults
from engine.world import tidy
from tests.builders import an_account
from tests.fakes import FakeClock

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TODAY = NOW.date()
HEALTH = "/admin/engine/linkedinselector/health/"


def counted(found=0, missed=0, value="button.send"):
    """What readings counted of one candidate of the key that sends."""
    tally, way = Tally(), ("composer.send", "css", value)
    tally.successes[way], tally.failures[way] = found, missed
    return tally


def a_selector(**fields):
    way = defaults().selectors["composer.send"].candidates[0]
    return LinkedInSelector.objects.create(key="composer.send", kind=way.kind, value=way.value, **fields)


def a_day(selector, ago, found, missed, today=None):
    day = (today or SystemClock().now().date()) - timedelta(days=ago)
    return SelectorDay.objects.create(selector=selector, day=day, successes=found, failures=missed)


def health(client):
    page = client.get(HEALTH)
    (found,) = [pair for pair in page.context["keys"] if pair[0].key == "composer.send"]
    return page, found


@pytest.mark.django_db
def test_what_is_counted_on_one_day_adds_up_in_one_row_and_the_next_day_has_its_own():
    counted(found=3, missed=1).save(NOW)
    counted(found=2).save(NOW + timedelta(hours=11))
    counted(missed=4).save(NOW + timedelta(hours=13))
    rows = SelectorDay.objects.order_by("day").values_list("day", "successes", "failures")
    assert list(rows) == [(TODAY, 5, 1), (TODAY + timedelta(days=1), 0, 4)]
    selector = LinkedInSelector.objects.get()
    assert (selector.successes, selector.failures) == (5, 5)


@pytest.mark.django_db
def test_a_candidate_that_was_not_tried_has_no_row_for_the_day():
    counted(found=1).save(NOW)
    counted(found=1, value="button.other").save(NOW + timedelta(days=1))
    assert SelectorDay.objects.filter(day=TODAY + timedelta(days=1)).count() == 1


@pytest.mark.django_db
def test_days_older_than_ninety_go_when_a_run_begins():
    selector = a_selector()
    clock = FakeClock()
    for ago in (89, 90, 91, 200):
        a_day(selector, ago, 1, 0, clock.now().date())
    tidy(an_account(), clock)
    kept = SelectorDay.objects.order_by("-day").values_list("day", flat=True)
    assert [(clock.now().date() - day).days for day in kept] == [89, 90]


def test_the_drawing_has_a_bar_for_each_day_with_tries_and_shows_a_single_failure():
    trend = Trend(
        TODAY, {TODAY: (999, 1), TODAY - timedelta(days=29): (0, 4), TODAY - timedelta(days=3): (2, 0)}
    )
    bars = list(trend.bars)
    assert [bar["x"] for bar in bars] == [0, 130, 145]
    assert [(bar["missed_height"], bar["height"]) for bar in bars] == [(20, 0), (0, 20), (3, 17)]
    assert all(bar["y"] + bar["height"] == trend.height for bar in bars)
    assert max(bar["x"] for bar in bars) + trend.bar <= trend.width
    assert bars[-1]["words"] == "4 May: found 999, not found 1"
    assert trend.words == "Found 1001 of 1006 times in 30 days, 1001 of 1002 in the last 7."


@pytest.mark.parametrize(
    ("before", "lately", "is_declining"),
    [
        ((100, 0), (2, 8), True),
        ((100, 0), (7, 3), True),
        ((100, 0), (9, 1), False),
        ((0, 100), (0, 50), False),
        ((4, 0), (0, 50), False),
        ((100, 0), (0, 4), False),
        ((0, 0), (0, 0), False),
    ],
)
def test_it_gets_worse_when_the_last_week_found_it_clearly_more_seldom(before, lately, is_declining):
    days_of = {TODAY - timedelta(days=7): before, TODAY - timedelta(days=6): lately}
    assert Trend(TODAY, days_of).is_declining == is_declining


def test_what_was_never_tried_has_nothing_to_draw():
    assert not Trend(TODAY, {}).was_tried
    assert list(Trend(TODAY, {}).bars) == []
    assert Trend(date(2026, 5, 4), {TODAY: (1, 0)}).was_tried


@pytest.mark.django_db
def test_a_failing_trend_is_seen_at_once_on_the_page_of_every_key(admin_client):
    selector = a_selector(successes=100, failures=30, last_success_at=SystemClock().now())
    for ago in range(20, 10, -1):
        a_day(selector, ago, 10, 0)
    a_day(selector, 2, 0, 30)
    page, _found = health(admin_client)
    html = page.content.decode()
    assert page.context["declining"] == ["composer.send"]
    assert "Found more seldom than before in the last 7 days:" in html
    assert "getting worse" in html
    assert 'aria-label="Found 100 of 130 times in 30 days, 0 of 30 in the last 7."' in html
    assert html.count('<rect class="is-found"') == 10
    assert html.count('<rect class="is-missed"') == 1
    own = admin_client.get(
        reverse("admin:engine_linkedinselector_change", args=[selector.pk])
    ).content.decode()
    assert "getting worse" in own
    assert own.count('<rect class="is-found"') == 10
    assert "<script>" not in html[html.index("engine-candidates") :]


@pytest.mark.django_db
def test_a_key_is_healthy_only_when_a_candidate_worked_and_untried_before(admin_client):
    page, (key, _ways) = health(admin_client)
    assert (key.state, page.context["healthy"]) == ("untried", 0)
    assert re.search(r">\s*untried\s*<", page.content.decode())
    a_selector(successes=1, last_success_at=NOW)
    page, (key, _ways) = health(admin_client)
    assert (key.state, page.context["healthy"]) == ("works", 1)
    assert "1 key works" in page.content.decode()
    for way in defaults().selectors["composer.send"].candidates:
        LinkedInSelector.objects.update_or_create(
            key="composer.send", kind=way.kind, value=way.value,
            defaults={"failures": 3, "last_failure_at": NOW + timedelta(days=1)},
        )  # fmt: skip
    page, (key, _ways) = health(admin_client)
    assert key.state == "fails"
    assert "1 key has no healthy candidate" in page.content.decode()


@pytest.mark.django_db
def test_the_pages_cost_the_same_queries_whatever_was_recorded(admin_client):
    selector = a_selector()
    addresses = [HEALTH, reverse("admin:engine_linkedinselector_change", args=[selector.pk])]

    def queries():
        counts = []
        for address in addresses:
            admin_client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert admin_client.get(address).status_code == 200
            counts.append(len(captured))
        return counts

    few = queries()
    for ago in range(60):
        a_day(selector, ago, ago, 1)
    assert queries() == few


@pytest.mark.django_db
def test_only_the_days_that_are_asked_for_are_read():
    selector = a_selector()
    for ago in (0, 29, 30):
        a_day(selector, ago, 1, 2, TODAY)
    ((way, found),) = days.since(TODAY - timedelta(days=29)).items()
    assert way == ("composer.send", selector.kind, selector.value)
    assert found == {TODAY: (1, 2), TODAY - timedelta(days=29): (1, 2)}
