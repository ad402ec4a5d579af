"""The OpenAPI description: what is committed is what the code does, and a client made from it works."""

import importlib
import re
import sys
import warnings
from pathlib import Path

import httpx
import pytest
import schemathesis
import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from engine.models import Account
from tests.api_client import PROBLEM, Program, a_key
from tests.builders import a_bit_of_everything, a_campaign, an_account
from tests.proof import seeds

pytestmark = pytest.mark.django_db
COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
DESCRIBED = yaml.safe_load(COMMITTED.read_text())
OPERATIONS = [
    (path, method, operation)
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
]


def test_what_is_committed_is_what_the_code_does(tmp_path):
    """To make it again: manage.py spectacular --file docs/openapi.yaml"""
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert made.read_text() == COMMITTED.read_text()


def test_each_operation_tells_how_it_refuses_and_which_key_it_needs():
    assert len(OPERATIONS) == 27
    for path, method, operation in OPERATIONS:
        assert {"apiKey": []} in operation["security"], path
        told = set(operation["responses"])
        assert told >= {"400", "403", "405", "429", "503"}, path
        assert told >= ({"409", "415", "422"} if method == "post" else set()), path
        assert ("404" in told) == ("{" in path), path
        for status in told - {"200", "202"}:
            assert list(operation["responses"][status]["content"]) == [PROBLEM]
    assert {"202", "409"} <= set(DESCRIBED["paths"]["/campaigns/birthday"]["post"]["responses"])
    assert DESCRIBED["components"]["securitySchemes"]["apiKey"]["name"] == "X-API-Key"


@pytest.mark.parametrize("address", ["/schema", "/schema/", "/docs", "/docs/"])
def test_the_description_is_for_those_with_a_key_and_for_staff(address):
    assert Program().get(address).status_code == 403
    assert Program(a_key("run")).get(address).status_code == 200
    staff = Program()
    staff.force_login(User.objects.create_user("grace", is_staff=True))
    assert staff.get(address).status_code == 200


def test_the_served_description_is_the_committed_one():
    answer = Program(a_key()).get("/schema")
    assert yaml.safe_load(answer.content) == DESCRIBED


def test_the_documentation_asks_nobody_else_for_anything():
    program = Program(a_key())
    page = program.get("/docs").content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources
    for source in sources:
        assert source.startswith(("/static/drf_spectacular_sidecar/", "/static/linkedin_bot/", "/docs"))
    assert not re.findall(r"<script[^>]*>[^<]", page)  # nothing inline, which a content policy would refuse


@pytest.fixture
def application():
    """As a server calls it, except that a request leaves the test's own connection open."""
    ends = (request_started, request_finished)
    for signal in ends:
        assert signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def world():
    """An account with a bit of everything."""
    Account.objects.all().delete()
    campaign = a_campaign(an_account("ada"), needs_approval=True)
    a_bit_of_everything(campaign)
    return campaign


@pytest.fixture(scope="module")
def client_package(tmp_path_factory):
    """A typed client, generated from what is committed."""
    from openapi_python_client import generate
    from openapi_python_client.config import Config, ConfigFile, MetaType

    folder = tmp_path_factory.mktemp("client") / "linkedin_bot_client"
    configured = ConfigFile(post_hooks=[])
    config = Config.from_sources(configured, MetaType.NONE, COMMITTED, "utf-8", True, folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the generator's own
        errors = generate(config=config)
    assert not errors
    sys.path.insert(0, str(folder.parent))
    yield "linkedin_bot_client"
    sys.path.remove(str(folder.parent))
    for name in [name for name in sys.modules if name.startswith("linkedin_bot_client")]:
        del sys.modules[name]


def test_a_generated_client_starts_a_run_follows_it_settles_a_doubt_and_understands_refusals(
    client_package, application, world
):
    def part(name):
        return importlib.import_module(f"{client_package}.{name}")

    client = part("client").AuthenticatedClient(
        base_url="http://testserver", token=a_key(), prefix="", auth_header_name="X-API-Key",
        httpx_args={"transport": httpx.WSGITransport(app=application)},
    )  # fmt: skip
    start = part("api.campaigns.start_birthday").sync_detailed
    body = part("models.start_birthday_body_request").StartBirthdayBodyRequest(dry_run=True)
    accepted = start(client=client, body=body, idempotency_key="monday")
    assert accepted.status_code == 202
    assert (accepted.parsed.kind.value, accepted.parsed.status.value) == ("birthday", "queued")

    seen = part("api.campaigns.campaigns_runs_retrieve").sync(accepted.parsed.id, client=client)
    assert (seen.url, seen.progress.done, seen.is_dry_run) == (accepted.parsed.url, 0, True)
    assert start(client=client, body=body, idempotency_key="monday").parsed.id == seen.id

    busy = start(client=client, body=body)
    assert (busy.status_code, busy.parsed.code, busy.parsed.run) == (409, "busy", seen.url)

    [doubt] = part("api.doubts.doubts_list").sync(client=client).results
    assert (doubt.contact_name, doubt.account, doubt.evidence.to_dict()) == ("Ada Lovelace", "ada", {})
    looked = part("models.looked_body_request").LookedBodyRequest(looked=True)
    settle = part("api.doubts.doubt_was_sent").sync_detailed
    settled = settle(str(doubt.id), client=client, body=looked)
    assert (settled.status_code, settled.parsed.status.value) == (200, "done")
    late = settle(str(doubt.id), client=client, body=looked)
    assert (late.status_code, late.parsed.code) == (409, "not_in_doubt")

    people = part("api.contacts.contacts_list").sync(client=client, limit=10)
    assert [(one.name, one.birthday.month) for one in people.results] == [("Ada Lovelace", 11)]


# What the description promises; that a well-formed body may still name nobody is no breach of it.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# What differs between the databases is what they refuse to keep: a quarter of the calls finds that on the second.
CALLS = len(seeds(10_000 if connection.vendor == "sqlite" else 2_500, 160))
EACH = -(-CALLS // len(OPERATIONS) // 2)  # rounded up


@pytest.mark.proof
@pytest.mark.parametrize("has_key", [True, False], ids=["with a key", "without a key"])
@pytest.mark.parametrize(("path", "method"), [(path, method) for path, method, _ in OPERATIONS])
def test_whatever_is_sent_is_answered_as_described(
    world, application, record_property, path, method, has_key
):
    """What can be sent to some addresses is soon all tried: another seed tries it again, until the calls are made."""
    headers = {"X-API-Key": a_key()} if has_key else {}
    operation = schemathesis.openapi.from_dict(DESCRIBED)[path][method.upper()]
    calls = 0

    @given(case=operation.as_strategy())
    def ask(case):
        nonlocal calls
        answer = case.call(app=application, base_url="http://testserver", headers=headers)
        case.validate_response(answer, checks=CHECKS)
        assert has_key or answer.status_code in {400, 403, 429}  # it tries keys as well
        calls += 1

    rounds = 0
    while calls < EACH:
        limited = hypothesis_settings(
            max_examples=EACH - calls, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        seed(rounds)(limited(ask))()
        rounds += 1
    record_property("calls", calls)
