"""What read_page says of every capture is what its expected.json says, in the real browser, in both forms."""

import json
import os
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread
from typing import ClassVar

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from engine import processes
from engine.models import Account
from engine.pace import SystemClock
from engine.pages.base import Window
from engine.pages.reading import network_address, read_page
from engine.sandbox import Sandbox
from engine.saved_pages import served
from tests.captures import FOLDER, NAV, as_xhtml, expected

pytestmark = pytest.mark.browser
TODAY = date(2025, 11, 17)
NAMES = sorted(path.name.removesuffix(".html") for path in FOLDER.glob("*.html"))
FORMS = ("html", "xhtml")
ADDRESSES = {
    "birthdays.fr.sdui1": "/mynetwork/catch-up/birthday/",
    "login.en": "/login",
    "authwall.en": "/authwall",
    "checkpoint_captcha.en": "/checkpoint/challenge/AgEx",
    "search_people.en.sdui2": "/search/results/people/?keywords=logistics%20planner%20SQL%20BI",
    "search_people.en.ember": "/search/results/people/?keywords=Railway%20Surveyor",
    "profile.1st.en.sdui2": "/in/bertram-castrevald-51632615/",
    "profile.1st_sticky.en.sdui2": "/in/crispin-holvander-farnovasse-grestinsen/",
    "profile.3rd.en.sdui2": "/in/ottolinemarendal/",
    "experience_fragment.en.sdui2": "/in/crispin-holvander-farnovasse-grestinsen/",
}
# What a person wrote about a capture, and no field of its page.
REMARKS = {"traps", "note", "notes"}


@pytest.fixture
def read(browser, tmp_path):
    def read(name, form="html", address=None):
        path = FOLDER / f"{name}.html"
        if form == "xhtml":
            path = tmp_path / f"{name}.xhtml"
            path.write_bytes(as_xhtml(name))
        return read_file(browser, path, address)

    return read


def read_file(browser, path, address=None, today=TODAY):
    with served(path) as url:
        window = Window(browser, Account(name="nobody"), SystemClock(), base_url=url, address=url)
        window.open("/")
        return read_page(window, today, address=address and network_address(address))


def differences(truth, found, at=""):
    """Each place where a field of the truth is missing or another, as a readable line."""
    if isinstance(truth, dict) and isinstance(found, dict):
        pairs = [(key, value) for key, value in truth.items() if key not in REMARKS]
        return [
            line
            for key, value in pairs
            for line in differences(value, found.get(key, "ABSENT"), f"{at}.{key}")
        ]
    if isinstance(truth, list) and isinstance(found, list) and len(truth) == len(found):
        return [
            line
            for i, (one, other) in enumerate(zip(truth, found, strict=True))
            for line in differences(one, other, f"{at}[{i}]")
        ]
    if at == ".follow.where" and truth.startswith("top card"):
        truth = "bar"
    return [] if truth == found else [f"{at}: {found!r} is not {truth!r}"]


@pytest.mark.parametrize("has_address", [True, False], ids=["address", "no-address"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_capture_is_read_as_it_was_written_down(read, name, form, has_address):
    found = read(name, form, ADDRESSES[name] if has_address else None)

    assert differences(expected(name), found) == []


def run(*arguments):
    """The command's answer: all its lines, and the object that its last one is."""
    out = StringIO()
    call_command("read_page", *map(str, arguments), stdout=out)
    lines = out.getvalue().splitlines()
    return lines, json.loads(lines[-1])


def refused(*arguments):
    with pytest.raises(CommandError) as error:
        call_command("read_page", *map(str, arguments), stdout=StringIO())
    return error.value.returncode


def test_the_commands_last_line_is_the_object_and_the_others_are_for_people():
    page = FOLDER / "birthdays.fr.sdui1.html"
    lines, found = run(page, "--as", ADDRESSES["birthdays.fr.sdui1"], "--today", "2025-11-20")
    alone, same = run(page, "--as", ADDRESSES["birthdays.fr.sdui1"], "--today", "2025-11-20", "--json")

    assert 'page_kind: "birthdays"' in lines
    assert any("birthdays.list: " in line for line in lines)
    assert len(alone) == 1
    assert same["items"] == found["items"]
    assert {item["day"] for item in found["items"]} == {"2025-11-20"}


def test_each_selector_key_says_which_candidate_matched(read):
    top_card = read("profile.1st.en.sdui2")["selectors"]["profile.top_card"]
    by_key = top_card["candidates"][0]

    assert by_key["kind"] == "component_key"
    assert by_key["elements"] == by_key["visible"] == 2
    assert all(
        set(each) == {"kind", "value", "elements", "visible", "good"} for each in top_card["candidates"]
    )


def test_a_pages_text_does_nothing_to_the_terminal(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"<title>a\x1b[31mb\u202ec\u2028d</title>{NAV}<main><p>Tide</p></main>", encoding="utf-8")
    lines, found = run(path, "--as", "/feed/")

    assert "\u202ec" in found["title"]
    assert not any(set("\x1b\u202e\u2028") & set(line) for line in lines)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", b"<html>", b"no page at all", "<p>é</p>".encode("latin-1")]
)
def test_a_file_that_is_no_page_is_read_as_none(tmp_path, content):
    path = tmp_path / "page.html"
    path.write_bytes(content)

    assert run(path, "--json")[1]["page_kind"] in ("unknown", "empty")


def test_a_file_that_is_not_there_or_no_file_cannot_be_opened(tmp_path):
    assert refused(tmp_path / "nowhere.html") == 66
    assert refused(tmp_path) == 66


def test_a_file_that_is_too_large_cannot_be_opened(tmp_path):
    path = tmp_path / "page.html"
    with path.open("wb") as file:
        file.truncate(64_000_001)

    assert refused(path) == 66


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/in/ada/",
        "https://www.linkedin.com.evil.example/in/ada/",
        "https://evil.example\\@www.linkedin.com/in/ada/",
        "https://ada@www.linkedin.com/in/ada/",
        "https://www.linkedin.com:8443/in/ada/",
        "javascript:alert(1)",
        "//evil.example/in/ada/",
        "http://www.linkedin.com/in/ada/",
    ],
)
def test_an_address_that_is_not_the_networks_is_refused(address):
    assert network_address(address) is None
    assert refused(FOLDER / "login.en.html", "--as", address) == 64


def test_a_live_address_that_is_not_the_networks_is_never_opened(settings):
    assert refused("https://evil.example/in/ada/") == 64
    assert refused("file:///etc/hostname") == 64
    settings.REHEARSAL, settings.NETWORK_URL = True, "http://127.0.0.1:9"
    assert refused("http://127.0.0.1:10/in/ada/") == 64
    assert refused("https://www.linkedin.com/in/ada/") == 64


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://fr.linkedin.com/in/ada/?x=1", "/in/ada/?x=1"),
        ("https://linkedin.com", "/"),
        ("/in/ada/", "/in/ada/"),
        ("https://www.linkedin.com/in/ada/details/skills/", "/in/ada/details/skills/"),
    ],
)
def test_an_address_of_the_network_is_rebuilt_onto_its_own_host(address, path):
    assert network_address(address) == f"https://www.linkedin.com{path}"


def test_a_day_that_is_none_is_refused():
    with pytest.raises(CommandError, match="not a day"):
        call_command("read_page", "page.html", "--today", "31/02", stdout=StringIO())


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="https://fr.linkedin.com/in/ada-martin/">', "https://www.linkedin.com/in/ada-martin/"),
        ('<meta property="og:url" content="https://www.linkedin.com/in/ada-martin">', "https://www.linkedin.com/in/ada-martin"),
        ("<!-- saved from url=(0039)https://www.linkedin.com/in/ada-martin/ -->", "https://www.linkedin.com/in/ada-martin/"),
        ('<link rel="canonical" href="https://evil.example/in/ada-martin/">', None),
        ("", None),
    ],
)  # fmt: skip
def test_where_a_saved_page_stood_is_taken_from_the_page_alone(browser, tmp_path, head, address):
    path = tmp_path / "page.html"
    path.write_text(f"<html>{head}<body>{NAV}<main><section><h1>Ada Martin</h1></section></main>")
    found = read_file(browser, path)

    assert found["address"] == address
    assert found["page_kind"] == ("profile" if address else "unknown")
    assert found["slug" if address else "page_kind"] == ("ada-martin" if address else "unknown")


class Bystander(BaseHTTPRequestHandler):
    """A service of this machine that a saved page has no business with."""

    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)


@pytest.fixture
def bystander():
    Bystander.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bystander)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_saved_page_asks_nobody_and_runs_nothing(browser, tmp_path, bystander):
    path = tmp_path / "page.html"
    path.write_text(
        f"<html><meta http-equiv='refresh' content='0;url={bystander}/'>"
        f"<link rel='stylesheet' href='{bystander}/a.css'>"
        f"<img src='{bystander}/a.png'><iframe src='{bystander}/'></iframe><script src='{bystander}/a.js'></script>"
        f"<script>document.title = 'ran'; fetch('{bystander}/')</script>{NAV}<main><p>Tide</p></main>"
    )
    first = read_file(browser, path, "/feed/")
    second = read_file(browser, path, "/feed/")

    assert first == second
    assert (first["title"], first["page_kind"]) == ("", "feed")
    assert Bystander.asked == []


def test_the_styles_that_were_saved_beside_a_page_count(browser, tmp_path):
    folder = tmp_path / "page_files"
    folder.mkdir()
    (folder / "a.css").write_text(".x { display: none }")
    (tmp_path / "other.css").write_text("main { display: none }")
    card = '<section><h1>Ada Martin</h1><p class="x">· 1st</p><p>· 2nd</p></section>'
    links = "".join(
        f'<link rel="stylesheet" href="{name}">' for name in ("page_files/a.css", "other.css", "none.css")
    )
    (tmp_path / "page.html").write_text(f"<html>{links}<body>{NAV}<main>{card}</main>")

    assert read_file(browser, tmp_path / "page.html", "/in/ada-martin/")["degree"] == 2


def test_something_in_front_of_a_page_is_told(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"<html>{NAV}<main><section><h1>Ada</h1></section></main><input type='password'>")

    assert read_file(browser, path, "/in/ada/")["reasons"]["page"] == "something stands in front of the page"


@pytest.fixture
def sandbox(settings):
    with Sandbox(today=date(2026, 11, 23), generation="sdui2") as sandbox:
        settings.REHEARSAL, settings.NETWORK_URL = True, sandbox.url
        yield sandbox


def test_a_rehearsals_own_page_is_read_live_to_its_end(sandbox, db):
    _, found = run(f"{sandbox.url}/mynetwork/catch-up/birthday/", "--today", "2026-11-23", "--json")

    assert found["page_kind"] == "birthdays"
    assert found["count"] > 10
    assert found["href_shape"].startswith("/messaging/compose/?profileUrn=urn%3Ali%3Afsd_profile%3A<ID>")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mynetwork/invitation-manager/sent/", "invitations"),
        ("/mynetwork/invite-connect/connections/", "connections"),
    ],
)
def test_a_list_of_people_is_read_live_to_its_end(sandbox, db, path, kind):
    _, found = run(f"{sandbox.url}{path}", "--json")

    assert found["page_kind"] == kind
    assert found["count"] == found["total"] == len(found["items"])
    assert all(item["name"] for item in found["items"])


def test_a_conversation_is_read_with_whose_it_is(sandbox, browser):
    window = Window(browser, Account(name="nobody"), SystemClock(), base_url=sandbox.url)
    window.open("/in/maelle-castrovan/")
    profile = read_page(window, TODAY, is_live=True)
    window.open(profile["message"]["href"])
    found = read_page(window, TODAY, is_live=True)

    assert (found["page_kind"], found["conversation"]) == ("messaging", "one_to_one")
    assert found["recipient"]["member_id"] == profile["member_id"]
    assert [message["is_own"] for message in found["messages"]] == [False, True, False]
    assert found["composer"]["is_empty"]
    absent = {f"recipient.{name}" for name, value in found["recipient"].items() if value is None}
    assert absent == {reason for reason in found["reasons"] if reason.startswith("recipient.")} != set()


def test_messaging_without_a_composer_says_so(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"<html>{NAV}<main><p>Your messages</p></main>")
    found = read_file(browser, path, "/messaging/")

    assert (found["recipient"], found["reasons"]["recipient"]) == (None, "no composer is open")


@pytest.fixture
def account(db):
    return Account.objects.create(name="ada")


def why_not(*arguments):
    with pytest.raises(CommandError) as error:
        call_command("read_page", "https://www.linkedin.com/in/ada-martin/", *arguments, stdout=StringIO())
    return error.value.returncode, str(error.value)


def test_a_live_page_needs_an_account_that_may_act(account):
    assert why_not("--account", "nobody") == (78, "which account? Name it with --account")
    code, why = why_not("--account", "ada")
    assert (code, why.endswith("run log_in")) == (78, True), why
    account.pause("a check", "answer it", SystemClock().now())
    assert why_not("--account", "ada") == (78, "ada is paused: a check")


def test_a_live_page_is_not_read_beside_a_running_browser(account):
    processes.record(account, os.getpid(), SystemClock())

    assert why_not("--account", "ada") == (75, "a browser of ada is running")


CARDLESS = (
    '<main><div class="x"><h2>Ada Martin</h2><p>Harbour pilot</p><a href="/messaging/compose/?recipient=ACoAAx">'
    'Message</a></div></main><i data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile"></i>'
)


def test_a_card_that_no_candidate_finds_is_read_by_a_guess_that_says_so(browser, tmp_path):
    (tmp_path / "page.html").write_text(f"<html><body>{NAV}{CARDLESS}")
    found = read_file(browser, tmp_path / "page.html", "/in/ada-martin/")

    assert (found["page_kind"], found["name"]) == ("profile", "Ada Martin")
    assert found["guessed"] == ["profile.top_card"]
    assert found["proposals"]["profile.top_card"]["value"]


def test_what_the_candidates_find_is_no_guess(read):
    found = read("profile.1st.en.sdui2", address=ADDRESSES["profile.1st.en.sdui2"])

    assert (found["guessed"], found["proposals"]) == ([], {})


@pytest.mark.parametrize(
    ("name", "by"), [("sdui2", "[role=listitem]"), ("ember", "[data-chameleon-result-urn]")]
)
def test_a_searchs_selectors_say_which_candidate_matched(read, name, by):
    selectors = read(f"search_people.en.{name}")["selectors"]

    assert selectors["search.result"]["matched"]["value"] == by
    assert selectors["search.result"]["elements"] >= 10
    assert selectors["search.next"]["elements"] == 1
