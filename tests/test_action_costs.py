"""What one action and the pause before it cost the database; whoever adds a statement to them says so here."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import a_birthday_campaign, a_campaign, a_contact, a_search_person, run_it
from tests.fakes import FakeNetwork

pytestmark = pytest.mark.django_db
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=bridges"
NAMES = ("Ada Martin", "Bo Lindgren", "Cy Okafor")
ASKS = "stop_requested_at"  # of what asks each two seconds of a pause whether the run may go on
BEGINS = "SAVEPOINT"  # in a test's transaction; a BEGIN outside


class Marked:
    """The statements between the same moment of two actions, one after another."""

    def __init__(self):
        self.places = []

    def __call__(self, recipient):
        self.places.append(len(self.queries.captured_queries))

    def of_one_action(self):
        start, end = self.places[1:3]
        return [query["sql"] for query in self.queries.captured_queries[start:end]]


def statements(campaign, network, marked):
    with CaptureQueriesContext(connection) as marked.queries:
        run_it(campaign, network)
    assert len(marked.places) == len(NAMES)
    return marked.of_one_action()


def counts(found):
    """Statements without those of a pause, transactions, and signs of life."""
    work = [sql for sql in found if ASKS not in sql and "SAVEPOINT" not in sql and "heartbeat_at" not in sql]
    transactions = sum(sql.startswith(BEGINS) for sql in found)
    return len(work), transactions, sum("heartbeat_at" in sql and sql.startswith("UPDATE") for sql in found)


def test_a_wish_costs_25_statements_in_three_transactions_and_a_sign_of_life_each_20_seconds():
    campaign, marked = a_birthday_campaign(), Marked()
    for name in NAMES:
        a_contact(name, campaign)
    found = statements(campaign, FakeNetwork(before_click=marked), marked)
    assert counts(found) == (25, 3, 6)  # the pause is of 90 seconds
    assert sum(ASKS in sql for sql in found) == 46


def test_a_visit_costs_22_statements_in_four_transactions():
    visits, marked = a_campaign(name="visits", kind="sourcing", search_url=SEARCH), Marked()
    network = FakeNetwork(found=[a_search_person(name) for name in NAMES], on_visit=marked)
    assert counts(statements(visits, network, marked)) == (22, 4, 1)
