"""Text from outside is shown on every page of the admin and does nothing there."""

import pytest

from tests.journeys.admin.hostile import spread
from tests.journeys.admin.pages import every_page
from tests.journeys.admin.rows import fill
from tests.journeys.admin.watch import walk, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OURS = ("/admin/contacts/", "/admin/campaigns/", "/admin/engine/")
IS_SHOWN = "return document.body.textContent.includes('harm(')"


def test_text_from_outside_does_nothing_on_any_page_but_be_shown(office, browser):
    fill()
    spread()
    shown = []

    def look(driver):
        shown.append(driver.execute_script(IS_SHOWN))
        return []

    with watched(browser.driver):
        found = walk(office, ["/admin/", *(page for page in every_page() if page.startswith(OURS))], look)
    assert {page: troubles for page, troubles in found.items() if troubles} == {}
    # Else the texts never came to the pages; forms of what is new, and those of numbers, show none.
    assert sum(shown) > len(found) / 2 > 20
