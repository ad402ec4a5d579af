"""Every answer says what a page may load and run: files of this site, and nothing that stands in its own text."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db
NO_SCRIPTS_OF_ITS_OWN = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son\w+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


def policy_of(answer):
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: set(sources.split()) for name, _, sources in parts}


@pytest.mark.parametrize(
    "address",
    [
        "/health",
        "/contacts",
        "/no-such-page",
        "/docs",
        "/admin/",
        "/admin/login/",
        "/static/linkedin_bot/docs.css",
    ],
)
def test_every_answer_has_the_policy_refusals_too(client, address):
    answer = client.get(address)
    answer.close()
    policy = policy_of(answer)
    assert policy["default-src"] == policy["object-src"] == {"'none'"}
    assert policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
    assert policy["script-src"] == policy["form-action"] == policy["style-src"] == {"'self'"}


@pytest.mark.parametrize("address", ["/admin/", "/docs"])
def test_no_source_is_another_host_and_none_lets_a_script_or_style_be_made_of_text(admin_client, address):
    allowed = set().union(*policy_of(admin_client.get(address)).values())
    assert allowed == {"'none'", "'self'", "data:"}


def test_no_template_of_ours_has_a_script_of_its_own():
    templates = [
        path
        for app in ("linkedin_bot", "contacts", "campaigns", "engine")
        for path in (Path(settings.BASE_DIR) / app / "templates").rglob("*.html")
    ]
    assert len(templates) > 20
    assert [str(path) for path in templates if NO_SCRIPTS_OF_ITS_OWN.search(path.read_text())] == []


def test_the_browsable_pages_bring_no_style_of_their_own(admin_client):
    page = admin_client.get("/contacts", headers={"accept": "text/html"}).content.decode()
    assert "<html" in page
    assert "<style" not in page
