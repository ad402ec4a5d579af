"""The sandbox without a browser: its pages, its log and its gates."""

import json
import re
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import unquote, urlencode

import pytest

from engine.sandbox import Person, Sandbox, load_people
from tests.sandbox_visitor import Reply, ask, post

TODAY = date(2026, 11, 18)
SEND = "/voyager/api/voyagerMessagingDashMessengerMessages?action=createMessage"


def someone(slug: str = "maelle-castrovan") -> Person:
    return next(person for person in load_people() if person.slug == slug)


def send(sandbox: Sandbox, text: Any, person: Person | None = None) -> Reply:
    return post(sandbox, SEND, {"thread": (person or someone()).thread_id, "text": text})


@pytest.mark.parametrize(
    "text", ["Joyeux\nanniversaire 🎂\r\n\t ", "\ud800 lone", "<script>{{ x }}</script>", "\u202eabc\x00"]
)
def test_a_text_is_on_the_disk_byte_for_byte_before_its_sender_hears_of_it(tmp_path, text):
    log = tmp_path / "log.jsonl"
    with Sandbox(today=TODAY, log_path=log) as sandbox:
        assert send(sandbox, text).status == 200
        [entry] = map(json.loads, log.read_text(encoding="ascii").splitlines())
        assert entry["text"] == text
        assert ask(sandbox, "/__sandbox__/log").json == [entry]
    assert entry["recipient"] == someone().member_id
    assert entry["slug"] == "maelle-castrovan"
    assert entry["at"] == "2026-11-18T09:00:00"
    with Sandbox(today=TODAY, log_path=log) as again:
        assert [message.text for message in again.messages] == [text]


def test_the_clock_dates_the_messages():
    noon = datetime(2026, 11, 18, 12, tzinfo=UTC)
    with Sandbox(today=TODAY, clock=lambda: noon) as sandbox:
        assert "12:00 PM" in send(sandbox, "Hello").json["html"]
        assert sandbox.messages[0].at == noon.isoformat()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"thread": "2-nobody", "text": "Hello"}'])
def test_what_is_no_message_is_refused(body):
    with Sandbox(today=TODAY) as sandbox:
        assert ask(sandbox, SEND, body).status == 400
        assert send(sandbox, "  \n").status == 400
        assert send(sandbox, 7).status == 400
        assert sandbox.messages == []


def test_a_text_from_outside_is_shown_and_nothing_else():
    with Sandbox(today=TODAY) as sandbox:
        html = send(sandbox, "<script>alert(1)</script>").json["html"]
        assert "&lt;script&gt;" in html
        assert "<script>" not in html


def test_without_a_session_every_page_is_closed():
    with Sandbox(today=TODAY) as sandbox:
        for cookie in ("", "li_at=stolen", "li_at=rehearsal\x7f@; =", "a@b=1; li_at=rehearsal"):
            assert ask(sandbox, "/feed/", Cookie=cookie).location == "/login?session_redirect=%2Ffeed%2F"
            assert ask(sandbox, "/in/noe-garivaux/", Cookie=cookie).location.startswith("/authwall?")
            assert ask(sandbox, SEND, b"{}", Cookie=cookie).status == 401


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/in/me/", "/in/me/"), ("//evil.example/", "/feed/"), ("/\\evil.example", "/feed/"), ("", "/feed/")],
)
def test_signing_in_leads_back_to_this_site_only(target, expected):
    form = {"session_key": "lucie@example.org", "session_password": "valbreuil", "session_redirect": target}
    with Sandbox(today=TODAY) as sandbox:
        reply = ask(sandbox, "/checkpoint/lg/login-submit", urlencode(form).encode())
        assert reply.location == expected
        session = reply.cookies[0].partition(";")[0]
        assert ask(sandbox, "/feed/", Cookie=session).status == 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/feed/"),
        ("/in/me/", "/in/lucie-fontarelle/"),
        ("/in/theo-m-jardins/", "/in/theo-marsanvier/"),
        (f"/in/{someone().member_id}/", "/in/maelle-castrovan/"),
        ("/in/nobody/", "/404/"),
        ("/nowhere", "/404/"),
        ("/messaging/thread/2-nothing/", "/404/"),
    ],
)
def test_some_addresses_lead_elsewhere(path, expected):
    with Sandbox(today=TODAY) as sandbox:
        reply = ask(sandbox, path)
        assert (reply.status, reply.location) == (302, expected)


def test_own_profile_can_be_edited_and_not_written_to():
    with Sandbox(today=TODAY) as sandbox:
        page = ask(sandbox, "/in/lucie-fontarelle/").text
        card = page.partition("Topcard")[2].partition("</section>")[0]
        assert "/in/lucie-fontarelle/edit/intro/" in card
        assert "/messaging/compose/" not in card


def test_a_page_proposes_a_few_people_however_many_live_in_the_town():
    own = Person(slug="you", name="You", is_own=True)
    crowd = [Person(slug=f"passer-by-{n}", name=f"Passer By{n}", degree=2) for n in range(40)]
    with Sandbox([own, *crowd], today=TODAY) as sandbox:
        page = ask(sandbox, "/in/passer-by-7/").text

    assert len(set(re.findall(r"passer-by-\d+", page))) == 10


def test_a_stranger_is_invited_and_not_written_to():
    with Sandbox(today=TODAY) as sandbox:
        card = ask(sandbox, "/in/casimir-delvarenne/").text.partition("Topcard")[2].partition("</section>")[0]
        assert "/preload/custom-invite/?vanityName=casimir-delvarenne" in card
        assert "/messaging/compose/" not in card


def test_a_page_that_does_not_exist_says_so_in_the_pages_language():
    for language, words in (("en", "This page doesn’t exist"), ("fr", "Cette page n’existe pas")):
        with Sandbox(today=TODAY, language=language) as sandbox:
            reply = ask(sandbox, "/404/")
            assert reply.status == 404
            assert words in reply.text


def test_somebody_without_a_name_is_a_member():
    for language, name in (("en", "LinkedIn Member"), ("fr", "Utilisateur LinkedIn")):
        with Sandbox(today=TODAY, language=language) as sandbox:
            assert f"<title>{name} | LinkedIn</title>" in ask(sandbox, "/in/membre-5d90e3/").text


def test_a_french_label_has_its_no_break_space_and_its_curly_apostrophe():
    with Sandbox(today=TODAY, language="fr") as sandbox:
        page = ask(sandbox, "/mynetwork/catch-up/birthday/").text
    assert (
        "Envoyer un message à Maëlle Castrovan\u00a0: Je vous souhaite un très joyeux anniversaire." in page
    )
    assert "Célébrez l’anniversaire récent de Théo<span> </span><strong>le 16 nov.</strong>" in page


def test_class_names_come_from_the_seed_and_component_keys_are_new_in_every_view():
    def looks(seed: int) -> tuple[list[str], list[str]]:
        with Sandbox(today=TODAY, seed=seed) as sandbox:
            page = [ask(sandbox, "/mynetwork/catch-up/birthday/").text for _ in range(2)][-1]
        return re.findall(r'class="([^"]+)"', page), re.findall(r'componentkey="([0-9a-f-]{36})"', page)

    classes, keys = looks(1)
    assert (classes, keys) == looks(1)
    assert not set(classes) & set(looks(2)[0])
    with Sandbox(today=TODAY, seed=1) as sandbox:
        first = ask(sandbox, "/mynetwork/catch-up/birthday/").text
    assert not any(key in first for key in keys)


def test_the_list_answers_any_start():
    with Sandbox(today=TODAY) as sandbox:
        assert ask(sandbox, "/flagship-web/rsc/birthdays?start=20").json["has_more"] is False
        assert ask(sandbox, "/flagship-web/rsc/birthdays?start=abc").json["count"] == 10
        assert ask(sandbox, "/flagship-web/rsc/birthdays?start=500").json["count"] == 0


def test_nobody_is_written_to_without_an_identity():
    with Sandbox(today=TODAY) as sandbox:
        assert ask(sandbox, "/flagship-web/composer?recipient=ACoAAnobody").status == 404
        assert ask(sandbox, "/flagship-web/composer?trigger=unknown").status == 404
        assert ask(sandbox, "/voyager/api/messages?thread=2-nobody&before=1").status == 404
        assert ask(sandbox, f"/voyager/api/messages?thread={someone().thread_id}&before=x").status == 404
        for path in ("/messaging/", f"/messaging/compose/?recipient={someone('lucie-fontarelle').member_id}"):
            assert "msg-connections-typeahead__search-field" in ask(sandbox, path).text


def test_the_requests_are_kept_but_not_those_for_its_own_files():
    with Sandbox(today=TODAY) as sandbox:
        ask(sandbox, "/feed/")
        ask(sandbox, "/static/style.css")
        ask(sandbox, "/messaging/compose/?recipient=a%20b")
        assert sandbox.requests == ["/feed/", "/messaging/compose/?recipient=a b"]
        assert ask(sandbox, "/__sandbox__/requests").json == sandbox.requests


@pytest.mark.parametrize("name", ["nothing.js", "../people.json", ""])
def test_only_its_own_files_are_served(name):
    with Sandbox(today=TODAY) as sandbox:
        assert ask(sandbox, f"/static/{name}").status == 404


def test_a_browser_that_died_is_not_heard_of_but_a_mistake_is(capfd):
    with Sandbox(today=TODAY) as sandbox:
        host, _, port = sandbox.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET /feed/ HTTP/1.1\r\n")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with pytest.raises(RemoteDisconnected):
            ask(sandbox, "/feed/", None, **{"Content-Length": "many"})
    errors = capfd.readouterr().err
    assert "ConnectionResetError" not in errors
    assert "ValueError: invalid literal for int()" in errors


def test_the_knobs_turn_while_it_runs():
    with Sandbox(today=TODAY, faults={"logged_out": True}) as sandbox:
        assert ask(sandbox, "/feed/").status == 302
        assert post(sandbox, "/__sandbox__/faults", {"error_500": "/feed"}).json == {"error_500": "/feed"}
        assert ask(sandbox, "/feed/").status == 500
        assert ask(sandbox, "/in/noe-garivaux/").status == 200
        assert ask(sandbox, "/__sandbox__/faults").json == {"error_500": "/feed"}
        sandbox.faults.clear()
        assert ask(sandbox, "/feed/").status == 200
        for wrong in ({"no_such_knob": 1}, 7, "x"):
            assert post(sandbox, "/__sandbox__/faults", wrong).status == 400
        assert ask(sandbox, "/__sandbox__/nothing").status == 404


def test_every_profile_may_lead_to_another_one():
    with Sandbox(today=TODAY, faults={"redirect_profile": "felix-aubremont"}) as sandbox:
        assert ask(sandbox, "/in/noe-garivaux/").location == "/in/felix-aubremont/"
        assert ask(sandbox, "/in/felix-aubremont/").status == 200


def test_a_slow_page_waits_and_is_let_go_when_the_sandbox_stops():
    with ThreadPoolExecutor(1) as pool:
        with Sandbox(today=TODAY, faults={"slow": 60_000}) as sandbox:
            reply = pool.submit(ask, sandbox, "/feed/")
            with pytest.raises(TimeoutError):
                reply.result(timeout=0.3)
        assert reply.result(timeout=30).status == 200


def test_a_security_check_at_a_path_closes_everything_until_the_knob_is_gone():
    with Sandbox(today=TODAY, faults={"checkpoint_at": "/in/"}) as sandbox:
        assert ask(sandbox, "/feed/").status == 200
        assert ask(sandbox, "/in/noe-garivaux/").location.startswith("/checkpoint/challenge/")
        assert ask(sandbox, "/feed/").location.startswith("/checkpoint/challenge/")
        assert send(sandbox, "Hello").json == {"go": "/checkpoint/challenge/AgGsend?ut=sandbox"}
        assert ask(sandbox, "/checkpoint/challenge/captchaInternal").status == 200
        sandbox.faults.clear()
        assert ask(sandbox, "/feed/").status == 200
        assert sandbox.messages == []


def test_a_search_shows_everybody_once():
    with Sandbox(today=TODAY) as sandbox:
        pages = [ask(sandbox, f"/search/results/people/?keywords=&page={page}").text for page in range(1, 13)]
        found = re.findall(r'<nested-link href="https://www.linkedin.com/([^"]+)/?">\w', "".join(pages))
        addresses = [unquote(address.rstrip("/")) for address in found]
        assert sum("headless?" in address for address in addresses) == 5
        named = {f"in/{one.slug}" for one in [*sandbox.people, *sandbox.residents] if one.name}
        assert named - {"in/noe-garivaux"} == {one for one in addresses if one.startswith("in/")}
        assert "No results found" in pages[-1]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("ESCALVERT c#", "Dorian Escalvert"),
        ("luthier felix", "Félix Aubremont"),
        ("kraków", "Łucja Żelaźniak"),
    ],
)
def test_a_search_finds_whoever_has_all_of_its_words(query, name):
    with Sandbox(today=TODAY, generation="ember") as sandbox:
        page = ask(sandbox, "/search/results/people/?" + urlencode({"keywords": query, "page": "x"})).text
        assert page.count("data-chameleon-result-urn") == 1
        assert name in page


def test_somebody_out_of_reach_leads_back_to_the_search():
    with Sandbox(today=TODAY) as sandbox:
        reply = ask(sandbox, "/search/results/people/headless?keywords=go+developer")
        assert reply.location == "/search/results/people/?keywords=go+developer"


def test_a_withdrawal_is_on_the_disk_and_remembered(tmp_path):
    log = tmp_path / "log.jsonl"
    address = "/voyager/api/voyagerRelationshipsDashInvitations?action=withdraw"
    with Sandbox(today=TODAY, log_path=log) as sandbox:
        person = sandbox.invited[3]
        assert post(sandbox, address, {"member": person.member_id}).json["count"] == "People (36)"
        assert post(sandbox, address, {"member": person.member_id}).status == 404
        [line] = (tmp_path / "log.withdrawals.jsonl").read_text().splitlines()
        assert ask(sandbox, "/__sandbox__/withdrawals").json == [json.loads(line)]
    with Sandbox(today=TODAY, log_path=log) as again:
        assert [one.slug for one in again.withdrawals] == [person.slug]
        assert person not in again.invited
        assert again.messages == []


def test_a_wrong_click_is_on_the_disk_and_remembered(tmp_path):
    log = tmp_path / "log.jsonl"
    click = {"what": "report", "label": "Report", "path": "/in/alan-whitcombe/"}
    with Sandbox(today=TODAY, log_path=log) as sandbox:
        assert post(sandbox, "/flagship-web/clicked", click).status == 204
        for wrong in ({}, [], "x"):
            assert post(sandbox, "/flagship-web/clicked", wrong).status == 400
        assert [one["what"] for one in ask(sandbox, "/__sandbox__/wrong_clicks").json] == ["report"]
    with Sandbox(today=TODAY, log_path=log) as again:
        assert [(one.what, one.path) for one in again.wrong_clicks] == [("report", "/in/alan-whitcombe/")]


def test_what_asks_for_nobody_is_answered_so():
    with Sandbox(today=TODAY) as sandbox:
        withdraw = "/voyager/api/voyagerRelationshipsDashInvitations"
        for body in (b"", b"[]", b"{}"):
            assert ask(sandbox, withdraw, body).status == 400
        assert post(sandbox, withdraw, {"member": "ACoAAnobody"}).status == 404
        for path in (
            "withdraw-dialog?member=ACoAAnobody",
            "rsc/profile?slug=nobody",
            "rsc/details?slug=nobody&kind=skills",
            "rsc/details?slug=alan-whitcombe&kind=secrets",
            "rsc/details?slug=alan-whitcombe&kind=skills&start=x",
        ):
            assert ask(sandbox, f"/flagship-web/{path}").status == 404
        assert ask(sandbox, "/in/theo-m-jardins/details/skills/").location == "/in/theo-marsanvier/"
        for listed in ("invitations", "connections"):
            assert ask(sandbox, f"/flagship-web/rsc/{listed}?start=x").json["count"] == 10


def test_somebody_whose_invitation_was_withdrawn_can_be_invited_again():
    with Sandbox(today=TODAY) as sandbox:
        for slug in ("ottilie-branscombe", "dorian-escalvert"):
            member = next(one.member_id for one in sandbox.people if one.slug == slug)
            assert "state:invitation" in (before := ask(sandbox, f"/in/{slug}/").text) or "Pending" in before
            post(sandbox, "/voyager/api/voyagerRelationshipsDashInvitations", {"member": member})
            after = ask(sandbox, f"/in/{slug}/").text
            card = after.partition("Topcard")[2].partition("</section>")[0]
            assert "/preload/custom-invite/" in card
            assert "Pending" not in card
