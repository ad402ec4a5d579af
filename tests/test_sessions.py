"""The session is kept encrypted, presented whole before the first page, and never to anybody but the network."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from engine import sessions
from engine.browser import Browser
from engine.cookie_files import CookieFileRefused, parse_cookie_file, read_cookie_file
from engine.errors import NoSession
from engine.models import Account, StoredSession
from engine.pace import SystemClock

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = (NOW + timedelta(days=300)).timestamp()
SECRET = "AQEDAcanary"


def cookie(name="li_at", **more):
    return {
        "name": name,
        "value": SECRET,
        "domain": ".www.linkedin.com",
        "path": "/",
        "expires": LATER,
    } | more


@pytest.fixture
def account(db):
    return Account.objects.create(name="ada")


@pytest.fixture(autouse=True)
def _key(settings):
    settings.SESSION_KEYS = [Fernet.generate_key().decode()]


def test_what_is_stored_comes_back_and_cannot_be_read_in_the_database(account):
    cookies = [cookie(), cookie("JSESSIONID", value='"ajax:1"', domain="www.linkedin.com")]
    stored = sessions.store(account, cookies, NOW, "156.0")
    assert sessions.load(account, NOW) == cookies
    assert stored.expires_at == NOW + timedelta(days=300)
    assert SECRET.encode() not in bytes(StoredSession.objects.get().ciphertext)
    sessions.check_session(account, NOW)


def test_a_new_session_takes_the_place_of_the_old(account):
    sessions.store(account, [cookie()], NOW)
    sessions.store(account, [cookie(value="another")], NOW)
    assert sessions.load(account, NOW)[0]["value"] == "another"


def test_an_older_key_still_opens_and_a_lost_one_is_told(account, settings):
    sessions.store(account, [cookie()], NOW)
    settings.SESSION_KEYS = [Fernet.generate_key().decode(), *settings.SESSION_KEYS]
    assert sessions.load(account, NOW)
    settings.SESSION_KEYS = settings.SESSION_KEYS[:1]
    with pytest.raises(NoSession, match="none of SESSION_KEYS opens"):
        sessions.load(account, NOW)


def test_without_a_key_nothing_is_kept_and_the_command_to_make_one_is_named(account, settings):
    settings.SESSION_KEYS = []
    with pytest.raises(NoSession, match="generate_key"):
        sessions.store(account, [cookie()], NOW)


def test_who_never_signed_in_is_told_how(account):
    with pytest.raises(NoSession, match="log_in --account ada"):
        sessions.check_session(account, NOW)


def test_a_session_that_is_over_is_told_with_its_end(account):
    sessions.store(account, [cookie()], NOW)
    with pytest.raises(NoSession, match=r"expired on 2027-02-28 12:00 UTC: .*log_in"):
        sessions.load(account, NOW + timedelta(days=300))


def test_a_session_that_names_no_end_is_held_to_none(account):
    assert sessions.store(account, [cookie(expires=-1)], NOW).expires_at is None
    sessions.check_session(account, NOW + timedelta(days=3000))


@pytest.mark.parametrize("cookies", [[cookie("JSESSIONID")], [cookie(value="")], []])
def test_cookies_without_a_signed_in_person_are_no_session(account, cookies):
    with pytest.raises(NoSession, match="no cookie li_at"):
        sessions.store(account, cookies, NOW)


def test_an_expired_export_is_no_session(account):
    with pytest.raises(NoSession, match="expired on 2026-05-03"):
        sessions.store(account, [cookie(expires=(NOW - timedelta(days=1)).timestamp())], NOW)


@pytest.mark.parametrize(
    ("domain", "is_it"),
    [
        (".linkedin.com", True),
        ("www.linkedin.com", True),
        (".WWW.LinkedIn.com", True),
        ("linkedin.com.example.net", False),
        ("notlinkedin.com", False),
        ("", False),
    ],
)
def test_the_networks_domain_is_not_one_that_looks_like_it(domain, is_it):
    assert sessions.is_of_network(domain) is is_it


@pytest.fixture(scope="module")
def browser():
    with Browser(None, SystemClock(), network_url="https://www.linkedin.com", is_rehearsal=False) as started:
        yield started


@pytest.mark.browser
def test_every_attribute_reaches_the_browser_before_its_first_page(browser):
    ends = (SystemClock().now() + timedelta(days=300)).timestamp()
    given = [
        cookie(expires=ends, secure=True, httpOnly=True, sameSite="None", priority="High"),
        cookie(
            "JSESSIONID", value='"ajax:1"', domain="www.linkedin.com", expires=-1, secure=True, sameSite="Lax"
        ),
        cookie("bcookie", domain=".linkedin.com", path="/in", expires=ends, secure=True, sameSite=None),
        cookie("lidc", domain=".linkedin.com", expires=(SystemClock().now() - timedelta(days=1)).timestamp()),
    ]
    sessions.install(browser.driver, given, "https://www.linkedin.com")
    found = {one["name"]: one for one in sessions.read_from(browser.driver, "https://www.linkedin.com")}

    li_at = found["li_at"]
    assert (li_at["value"], li_at["domain"]) == (SECRET, ".www.linkedin.com")
    assert (li_at["secure"], li_at["httpOnly"], li_at["sameSite"]) == (True, True, "None")
    assert li_at["priority"] == "High"
    assert abs(li_at["expires"] - ends) < 2
    assert (found["JSESSIONID"]["domain"], found["JSESSIONID"]["session"]) == ("www.linkedin.com", True)
    assert (found["bcookie"]["path"], found["bcookie"].get("sameSite")) == ("/in", None)
    assert "lidc" not in found

    browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    sessions.install(browser.driver, list(found.values()), "https://www.linkedin.com")
    again = {one["name"]: one for one in sessions.read_from(browser.driver, "https://www.linkedin.com")}
    assert again == found


@pytest.mark.browser
def test_a_rehearsal_shows_one_cookie_and_never_the_persons_session(browser):
    browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    sessions.install(browser.driver, [cookie()], "http://127.0.0.1:8000")
    (only,) = browser.driver.cdp("Network.getAllCookies", {})["cookies"]
    assert (only["name"], only["value"], only["domain"]) == ("li_at", "rehearsal", "127.0.0.1")


def file_of(*cookies) -> bytes:
    return json.dumps(list(cookies)).encode()


NETSCAPE = f"""# Netscape HTTP Cookie File

#HttpOnly_.www.linkedin.com\tTRUE\t/\tTRUE\t{LATER:.0f}\tli_at\t{SECRET}
www.linkedin.com\tFALSE\t/\tTRUE\t0\tJSESSIONID\t"ajax:1"
.example.net\tTRUE\t/\tFALSE\t0\tother\tsite
"""


def test_an_export_of_a_browser_extension_is_read():
    exported = {
        "domain": ".www.linkedin.com",
        "expirationDate": LATER,
        "hostOnly": False,
        "httpOnly": True,
        "name": "li_at",
        "path": "/",
        "sameSite": "no_restriction",
        "secure": True,
        "session": False,
        "storeId": "0",
        "value": SECRET,
    }
    host_only = exported | {
        "name": "JSESSIONID",
        "domain": "www.linkedin.com",
        "hostOnly": True,
        "sameSite": None,
    }
    assert parse_cookie_file(file_of(exported, host_only)) == [
        {
            "name": "li_at",
            "value": SECRET,
            "domain": ".www.linkedin.com",
            "path": "/",
            "expires": LATER,
            "secure": True,
            "httpOnly": True,
            "sameSite": "None",
        },
        {
            "name": "JSESSIONID",
            "value": SECRET,
            "domain": "www.linkedin.com",
            "path": "/",
            "expires": LATER,
            "secure": True,
            "httpOnly": True,
            "sameSite": None,
        },
    ]


def test_a_domain_that_an_extension_writes_without_its_dot_is_for_all_hosts_below():
    (one,) = parse_cookie_file(file_of(cookie(domain="linkedin.com", hostOnly=False)))
    assert one["domain"] == ".linkedin.com"


def test_what_selenium_and_playwright_keep_is_read():
    selenium = {
        "name": "li_at",
        "value": SECRET,
        "domain": ".www.linkedin.com",
        "expiry": LATER,
        "sameSite": "Lax",
    }
    assert parse_cookie_file(file_of(selenium))[0]["expires"] == LATER
    state = json.dumps({"cookies": [cookie(sameSite="Strict")], "origins": []}).encode()
    assert parse_cookie_file(state)[0]["sameSite"] == "Strict"


def test_a_cookies_txt_is_read():
    li_at, jsession = parse_cookie_file(NETSCAPE.encode())
    assert (li_at["domain"], li_at["httpOnly"], li_at["secure"], li_at["expires"]) == (
        ".www.linkedin.com",
        True,
        True,
        float(f"{LATER:.0f}"),
    )
    assert (jsession["domain"], jsession["expires"], jsession["value"]) == (
        "www.linkedin.com",
        -1,
        '"ajax:1"',
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_no_harm(encoding):
    assert len(parse_cookie_file(NETSCAPE.encode(encoding))) == 2
    assert parse_cookie_file(json.dumps([cookie()]).encode(encoding))[0]["value"] == SECRET


def test_cookies_of_other_sites_are_left_out():
    others = [cookie("other", domain=domain) for domain in (".example.net", "linkedin.com.example.net")]
    assert [one["name"] for one in parse_cookie_file(file_of(*others, cookie()))] == ["li_at"]


def test_of_two_that_are_the_same_the_last_counts():
    (only,) = parse_cookie_file(file_of(cookie(value="old"), cookie(value="new")))
    assert only["value"] == "new"


@pytest.mark.parametrize("ends", [None, "Session", "NaN", float("inf"), -1, 0, "1e400", [], True is None])
def test_an_end_that_is_none_is_the_end_of_the_browsers_session(ends):
    assert parse_cookie_file(file_of(cookie(expires=ends)))[0]["expires"] == -1


def test_an_end_beyond_all_calendars_can_still_be_told(account):
    cookies = parse_cookie_file(file_of(cookie(expires=1e300)))
    assert sessions.store(account, cookies, NOW).expires_at.year == 2999


def test_an_unsecured_cookie_that_says_none_says_nothing():
    assert parse_cookie_file(file_of(cookie(sameSite="no_restriction")))[0]["sameSite"] is None


def test_a_path_that_is_none_is_the_whole_site():
    assert parse_cookie_file(file_of(cookie(path=None)))[0]["path"] == "/"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\xff\xd8\xff\xe0 a picture", "no text"),
        (b"dear diary", "neither JSON nor cookies.txt"),
        (NETSCAPE.encode()[:-30], "line 5 is no cookie: truncated"),
        (file_of(cookie())[:-9], "no whole JSON .*truncated"),
        (b"[" * 100_000, "nested too deeply"),
        (b'[{"a":' * 16_000, "nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", "no whole JSON"),
        (b'"li_at"', "neither JSON nor cookies.txt"),
        (b"{}", "no list of cookies"),
        (b'{"cookies": 3}', "no list of cookies"),
        (b"[3]", "entry 1 of the list is no cookie"),
        (b"[]", "no cookie of linkedin.com"),
        (file_of(cookie(domain=".example.net")), "no cookie of linkedin.com"),
        (file_of(cookie(value=None)), "entry 1 is no cookie"),
        (file_of(cookie(value="a\nb")), "entry 1 is no cookie"),
        (file_of(cookie("li_at; x")), "entry 1 is no cookie"),
        (b" " * 50_000_000, "50,000,000 bytes is no cookie file"),
    ],
)
def test_each_bad_file_is_refused_with_its_own_reason(data, reason):
    with pytest.raises(CookieFileRefused, match=reason) as refused:
        parse_cookie_file(data)
    assert SECRET not in str(refused.value)


def test_a_file_that_others_may_read_is_refused_with_advice(tmp_path):
    path = tmp_path / "cookies.json"
    path.write_bytes(file_of(cookie()))
    path.chmod(0o644)
    with pytest.raises(CookieFileRefused, match=r"chmod 600 .*cookies\.json"):
        read_cookie_file(path)
    path.chmod(0o600)
    assert read_cookie_file(path) == file_of(cookie())


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "cookies.json"
    path.touch(mode=0o600)
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(CookieFileRefused, match="50,000,000 bytes"):
        read_cookie_file(path)


def test_what_is_no_file_or_not_there_is_told(tmp_path):
    with pytest.raises(CookieFileRefused, match="is no file"):
        read_cookie_file(tmp_path)
    with pytest.raises(CookieFileRefused, match="cannot be read: No such file"):
        read_cookie_file(tmp_path / "missing")
