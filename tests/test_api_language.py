"""Programs are answered in English, whatever they accept; people read pages in their own language."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.api_client import PROBLEM, Program, a_key
from tests.builders import a_bit_of_everything, a_campaign, an_account
from tests.test_api_routes import NAMES, ROUTES

pytestmark = pytest.mark.django_db
FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9"}


@pytest.fixture
def world():
    contact, run, action = a_bit_of_everything(a_campaign(an_account("ada")))
    return {"contact": contact.pk, "campaign": action.campaign.pk, "run": run.pk, "action": action.pk}


def french(key=None):
    """Asks for French in both ways that there are."""
    program = Program(key, **FRENCH)
    program.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    return program


def refusals(program, method, path, key):
    """What a route refuses, by what is wrong: no key, the method, the body's fields or form, a filter."""
    yield program(None).generic(method, path)
    yield program(key).delete(path)
    if method == "GET":
        yield from (
            program(key).get(path, {name: "no such"}) for name in ("limit", "cursor", "status", "color")
        )
    else:
        yield from (program(key).send(path, body) for body in ('{"a', [], {"color": "red", "looked": 3}))
        yield program(key).send(path, {"account": [], "person": None, "text_sha256": {}, "search_url": 5})
        yield program(key).post(path, "a=b", content_type="text/plain")


@pytest.mark.unmeasured
@pytest.mark.parametrize(("method", "address", "body", "scopes", "is_for_all"), ROUTES, ids=NAMES)
def test_whoever_asks_in_french_is_refused_in_the_words_that_all_are(
    world, method, address, body, scopes, is_for_all
):
    key, path = a_key(), address.format(**world)
    pairs = list(zip(refusals(french, method, path, key), refusals(Program, method, path, key), strict=True))
    assert all(answer.headers["Content-Language"] == "en" for answer, _ in pairs)
    assert [answer.content for answer, _ in pairs] == [answer.content for _, answer in pairs]
    assert {403, 405} <= {answer.status_code for answer, _ in pairs}
    assert all(answer.headers["Content-Type"] == PROBLEM for answer, _ in pairs if answer.status_code >= 400)


@pytest.mark.parametrize("address", ["/no/such/place", "/contacts/0", "/schema", "/ready"])
def test_what_is_told_of_no_route_is_in_english_too(address):
    key = a_key()
    assert french(key).get(address).content == Program(key).get(address).content


@pytest.fixture
def staff():
    visitor = Client(headers={"Accept": "text/html"} | FRENCH)
    visitor.force_login(User.objects.create_superuser("grace"))
    return visitor


def test_a_page_that_a_person_browses_is_in_their_language(world, staff):
    answer = staff.get("/contacts")
    assert "Filtres" in answer.content.decode()
    assert answer.headers["Content-Language"] == "fr"
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_admin_is_in_the_language_of_the_person(staff):
    assert staff.get("/admin/").headers["Content-Language"] == "fr"
