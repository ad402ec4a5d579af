"""Who gets an answer from which route, and in which form it is refused."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import include, path, re_path
from django.urls.resolvers import URLPattern
from rest_framework.views import APIView

from campaigns.urls import urlpatterns as campaign_routes
from contacts.urls import urlpatterns as contact_routes
from linkedin_bot import urls
from tests.api_client import PROBLEM, Program, a_key
from tests.builders import a_bit_of_everything, a_campaign, an_account

pytestmark = pytest.mark.django_db
PERSON = {"person": "https://www.linkedin.com/in/ada-lovelace/"}
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=gardener"
# Method, address, body, the scopes that suffice, and whether it concerns every account.
ROUTES = [
    ("GET", "/contacts", None, {"read"}, False),
    ("GET", "/contacts/{contact}", None, {"read"}, False),
    ("GET", "/interactions", None, {"read"}, False),
    ("GET", "/campaigns", None, {"read"}, False),
    ("GET", "/campaigns/{campaign}", None, {"read"}, False),
    ("POST", "/campaigns/{campaign}/rescore", {}, {"write"}, False),
    ("GET", "/campaigns/{campaign}/results", None, {"read"}, False),
    ("GET", "/campaigns/{campaign}/actions", None, {"read"}, False),
    ("GET", "/campaigns/status", None, {"read", "run"}, False),
    ("GET", "/campaigns/runs", None, {"read", "run"}, False),
    ("GET", "/campaigns/runs/{run}", None, {"read", "run"}, False),
    ("GET", "/campaigns/runs/{run}/events", None, {"read", "run"}, False),
    ("POST", "/campaigns/runs/{run}/stop", {}, {"run"}, False),
    ("POST", "/campaigns/birthday", {"account": "ada"}, {"run"}, False),
    ("POST", "/campaigns/sourcing", {"account": "ada", "search_url": SEARCH}, {"run"}, False),
    ("POST", "/campaigns/invitations", {"account": "ada"}, {"run"}, False),
    ("GET", "/approvals", None, {"read"}, False),
    ("POST", "/approvals/{action}/approve", {"text_sha256": "0" * 64}, {"write"}, False),
    ("POST", "/approvals/{action}/reject", {"text_sha256": "0" * 64}, {"write"}, False),
    ("GET", "/doubts", None, {"read"}, False),
    ("POST", "/doubts/{action}/was-sent", {"looked": True}, {"write"}, False),
    ("POST", "/doubts/{action}/was-not-sent", {"looked": True}, {"write"}, False),
    ("POST", "/doubts/{action}/read-now", {}, {"run"}, False),
    ("POST", "/do-not-contact", PERSON, {"write"}, True),
    ("POST", "/do-not-contact/lift", PERSON, {"write"}, True),
    ("POST", "/export", PERSON, {"read"}, True),
    ("POST", "/erase", PERSON, {"write"}, True),
]
NAMES = [f"{method} {address}" for method, address, *_ in ROUTES]
ANSWERED = {200, 202, 409}


@pytest.fixture
def world():
    """One account with a bit of everything; and another account."""
    ada, bob = an_account("ada"), an_account("bob")
    campaign = a_campaign(ada)
    contact, run, action = a_bit_of_everything(campaign)
    return {
        "ada": ada, "bob": bob, "contact": contact.pk, "campaign": campaign.pk, "run": run.pk, "action": action.pk,
    }  # fmt: skip


def ask(program, method, address, body, world):
    path = address.format(**world)
    return program.get(path) if method == "GET" else program.send(path, body)


def test_every_route_is_among_those_that_are_tried_here():
    """A new one has to say who may use it."""

    def shape(text):
        return re.sub(r"\(\?P<\w+>.*?\)(?=/|$)|\{\w+\}", "{}", text.strip("^$").removesuffix("/?"))

    known = {shape(address.strip("/")) for _, address, *_ in ROUTES}
    routes = [route for route in [*contact_routes, *campaign_routes] if isinstance(route, URLPattern)]
    assert {shape(str(route.pattern)) for route in routes} == known
    assert len(routes) == len(ROUTES)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("method", "address", "body", "scopes", "is_for_all"), ROUTES, ids=NAMES)
def test_each_route_answers_those_who_may_ask_it_and_no_one_else(
    world, method, address, body, scopes, is_for_all
):
    over = datetime(2020, 1, 1, tzinfo=UTC)
    refused = {
        "none": None,
        "wrong": "abcdefgh." + "0" * 32,
        "no key at all": "; DROP TABLE",
        "revoked": a_key(revoked=True),
        "expired": a_key(expiry_date=over),
        **{f"{scope}-only": a_key(scope) for scope in {"read", "write", "run"} - scopes},
        **({"of one account": a_key(accounts=[world["ada"]])} if is_for_all else {}),
    }
    for who, key in refused.items():
        answer = ask(Program(key), method, address, body, world)
        assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM), who

    others = ask(Program(a_key(accounts=[world["bob"]])), method, address, body, world)
    is_list = method == "GET" and "{" not in address
    assert others.status_code == (200 if is_list else 403 if body and "{" not in address else 404)
    if is_list:
        assert b"ada" not in others.content.lower()

    for scope in scopes:
        answer = ask(Program(a_key(scope)), method, address, body, world)
        assert answer.status_code in ANSWERED, (scope, answer.content)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("method", "address", "body", "scopes", "is_for_all"), ROUTES, ids=NAMES)
def test_a_session_counts_only_for_staff_with_the_permission(
    world, method, address, body, scopes, is_for_all
):
    visitor, user = Program(), User.objects.create_user("grace", "", "secret")
    visitor.force_login(user)
    assert ask(visitor, method, address, body, world).status_code == 403
    User.objects.update(is_staff=True)
    assert ask(visitor, method, address, body, world).status_code == 403

    user.user_permissions.set(Permission.objects.all())
    assert ask(visitor, method, address, body, world).status_code in ANSWERED


def test_a_session_needs_the_form_token_to_change_anything(world):
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(User.objects.create_superuser("grace"))
    answer = visitor.post("/do-not-contact", PERSON, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM)


@pytest.mark.parametrize("address", [address for method, address, *_ in ROUTES if method == "GET"])
def test_an_address_works_with_and_without_the_slash(world, address):
    program, path = Program(a_key()), address.format(**world)
    assert program.get(path).getvalue() == program.get(f"{path}/").getvalue()


class Explosive(APIView):
    scopes = {}
    action = None

    def get(self, request):
        raise RuntimeError("a secret detail")


class Forgotten(APIView):
    """Says nothing of who may use it."""

    action = "list"

    def get(self, request):
        return None


def fails(request):
    raise RuntimeError("a secret detail")


urlpatterns = [
    path("explosive", Explosive.as_view()),
    path("forgotten", Forgotten.as_view()),
    re_path("^fails/?$", fails),
    path("", include(urls)),
]


@pytest.mark.parametrize("address", ["/explosive", "/fails"])
def test_a_mistake_of_this_program_is_a_problem_without_its_details(settings, address):
    settings.ROOT_URLCONF = __name__
    answer = Program(a_key()).get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, PROBLEM)
    assert b"secret" not in answer.content


def test_a_view_that_does_not_say_who_may_use_it_answers_nobody(settings):
    settings.ROOT_URLCONF = __name__
    assert Program(a_key()).get("/forgotten").status_code == 403


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [
        ("/", "get", 404),
        ("/no/such/place/", "get", 404),
        ("/contacts/0", "get", 404),
        ("/contacts/999999999999999999", "get", 404),
        ("/contacts/99999999999999999999999", "get", 404),
        ("/contacts/%00", "get", 404),
        ("/campaigns/999/actions", "get", 404),
        ("/contacts", "put", 405),
        ("/contacts", "options", 405),
        ("/campaigns/birthday", "get", 405),
        ("/health", "head", 200),
        ("/ready", "post", 405),
    ],
)
def test_what_is_not_there_is_told_in_json(address, method, status):
    answer = getattr(Program(a_key()), method)(address)
    assert answer.status_code == status
    if status >= 400:
        assert answer.headers["Content-Type"] == PROBLEM
        assert answer.json()["status"] == status
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize("length", ["five", "5,5", "-5", "\u00b2", "0x5", "5" * 5000])
@pytest.mark.parametrize("address", ["/contacts", "/health", "/campaigns/birthday", "/admin/"])
def test_a_length_that_is_no_number_is_refused_whatever_server_handed_it_on(address, length):
    answer = Program(a_key(), content_length=length).get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)


def test_the_admin_keeps_its_pages():
    staff = Client()
    staff.force_login(User.objects.create_superuser("grace"))
    answer = staff.get("/admin/no/such/place/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("accepted", ["text/html", "application/xml", "nonsense", "*/*;q=NaN", ""])
def test_a_program_gets_json_whatever_it_accepts(accepted):
    answer = Program(None).get("/contacts", headers={"Accept": accepted})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM)


@pytest.mark.parametrize("accepted", ["application/xml", "nonsense", ""])
def test_what_cannot_be_had_is_answered_in_json(world, accepted):
    answer = Program(a_key()).get("/contacts", headers={"Accept": accepted})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    "address", ["/contacts", "/contacts/{contact}", "/campaigns/runs/{run}", "/approvals"]
)
def test_staff_browse_the_api_in_pages_without_a_foreign_request(world, address):
    staff = Client()
    staff.force_login(User.objects.create_superuser("grace"))
    answer = staff.get(address.format(**world), headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    loaded = r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//'
    assert not re.findall(loaded, answer.content.decode())


def test_no_shared_cache_keeps_what_is_told(world):
    answer = Program(a_key()).get("/contacts")
    assert answer.headers["Cache-Control"] == "private, no-cache"
