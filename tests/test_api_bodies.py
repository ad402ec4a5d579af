"""Bodies that are understood in one way only, and refused by the name of the field otherwise."""

import json

import pytest

from campaigns.models import Run
from engine.models import Account
from tests.api_client import PROBLEM, Program, a_key, told_fields
from tests.builders import an_account

pytestmark = pytest.mark.django_db
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=gardener"
DEEP = '{"search_url": "x", "criteria": ' + '{"a":' * 40 + "1" + "}" * 41


@pytest.fixture
def program():
    Account.objects.all().delete()
    an_account()
    return Program(a_key())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("null", "body"),
        ("[]", "body"),
        ('"birthday"', "body"),
        ("{", "body"),
        (b'{"account": "\xff"}', "body"),
        (b"\xef\xbb\xbf{}", "body"),
        ("[" * 100_000, "body"),
        ('{"limit":' * 100_000, "body"),
        ('{"limit": ' + "9" * 5_000 + "}", "body"),
        ("NaN", "body"),
        ('{"limit": NaN}', "limit"),
        ('{"limit": -Infinity}', "limit"),
        ('{"limit": 1e400}', "limit"),
        ('{"account": [1, {"a": NaN}]}', "account"),
        ('{"account": "' + "a" * 300_000 + '"}', "body"),
        ("[" * 40 + "]" * 40, "body"),
        ('{"limit": 1, "limit": 2}', "limit"),
        ('{"account": {"a": 1, "a": 2}}', "a"),
        ('{"limit": ' + "[" * 40 + "]" * 40 + "}", "limit"),
        ('{"limits": 1}', "limits"),
        ('{"\\u0000": 1}', "body"),
        ('{"limit": "5"}', "limit"),
        ('{"limit": 5.0}', "limit"),
        ('{"limit": true}', "limit"),
        ('{"limit": null}', "limit"),
        ('{"limit": 0}', "limit"),
        ('{"limit": 251}', "limit"),
        ('{"limit": 99999999999999999999999999}', "limit"),
        ('{"dry_run": 1}', "dry_run"),
        ('{"dry_run": "true"}', "dry_run"),
        ('{"max_days_late": 61}', "max_days_late"),
        ('{"account": 7}', "account"),
        ('{"account": ""}', "account"),
        ('{"account": "nobody"}', "account"),
        ('{"account": "\\ud800"}', "account"),
        ('{"account": "a\\u0000"}', "account"),
    ],
)
def test_a_start_that_is_not_understood_names_the_field_and_starts_nothing(program, body, field):
    assert told_fields(program.send("/campaigns/birthday", body)) == {field}
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "search_url"),
        ({"search_url": "https://evil.example/search/results/people/?keywords=a"}, "search_url"),
        ({"search_url": SEARCH, "criteria": []}, "criteria"),
        ({"search_url": SEARCH, "criteria": {"keyword": ["roses"]}}, "criteria"),
        ({"search_url": SEARCH, "limit": 1_001}, "limit"),
        (DEEP, "criteria"),
    ],
)
def test_a_search_that_is_not_understood_changes_nothing(program, body, field):
    assert told_fields(program.send("/campaigns/sourcing", body)) == {field}
    assert not Run.objects.exists()


def test_every_wrong_field_is_named_at_once(program):
    wrong = {"limit": 0, "max_days_late": 99}
    assert told_fields(program.send("/campaigns/birthday", wrong)) == {"limit", "max_days_late"}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_is_no_json_is_not_read(program, kind):
    answer = program.post("/campaigns/birthday", b"limit=5", content_type=kind)
    assert (answer.status_code, answer.headers["Content-Type"]) == (415, PROBLEM)


@pytest.mark.parametrize(
    "body", ["", " \n", "{}", json.dumps({"criteria": {"keywords": []}, "search_url": SEARCH})]
)
def test_what_is_understood_is_accepted(program, body):
    where = "sourcing" if "search" in body else "birthday"
    assert program.send(f"/campaigns/{where}", body).status_code == 202
