"""Every page is told apart by evidence, and whatever was not expected pauses the account."""

from datetime import UTC, date, datetime

import pytest

from engine.errors import AccountPaused, PersonUnavailable
from engine.models import Account
from engine.pages.advice import advice_for
from engine.pages.base import Window
from engine.pages.gate import SIGNED_IN, Gate, PageKind
from engine.sandbox import Sandbox
from tests.captures import NAV, page
from tests.fakes import FakeClock

pytestmark = pytest.mark.browser
TEXT = "<main><h1>Ada Martin</h1><p>Keeper of lighthouses, reader of tide tables.</p></main>"
READER = ("composers", "profile")


@pytest.fixture
def window(browser, shelf):
    shelf.clear()
    return Window(browser, None, FakeClock(), base_url=shelf.url)


def kind_of(window, shelf, path, body, head="", status=200):
    shelf.pages[path.split("?")[0]] = page(body, head)
    shelf.statuses[path.split("?")[0]] = status
    window.open(path)
    return window.look(*READER).gate.kind


CARD = "<section><h1>Ada Martin</h1></section>"
FRAGMENT = '<section componentkey="com.linkedin.sdui.profile.card.refACoAAxAbout"><h2>About</h2></section>'


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/feed/", NAV + TEXT, PageKind.FEED),
        ("/in/ada-martin/", f"{NAV}<main>{CARD}</main>", PageKind.PROFILE),
        ("/in/login/", f"{NAV}<main>{CARD}</main>", PageKind.PROFILE),
        ("/in/checkpoint/", f"{NAV}<main>{CARD}</main>", PageKind.PROFILE),
        ("/in/ada-martin/", f"{NAV}{TEXT.replace('h1', 'p')}", PageKind.UNKNOWN),
        ("/messaging/thread/2-x/", NAV + TEXT, PageKind.MESSAGING),
        ("/mynetwork/invitation-manager/sent/", NAV + TEXT, PageKind.INVITATIONS),
        ("/mynetwork/invite-connect/connections/", NAV + TEXT, PageKind.CONNECTIONS),
        ("/mynetwork/catch-up/birthday/", NAV + TEXT, PageKind.BIRTHDAYS),
        ("/search/results/people/", NAV + TEXT, PageKind.SEARCH),
        ("/jobs/", NAV + TEXT, PageKind.UNKNOWN),
        ("/feed/", TEXT, PageKind.UNKNOWN),
        ("/feed/", NAV + "<main></main>", PageKind.EMPTY),
        ("/feed/", "", PageKind.EMPTY),
        ("/checkpoint/challenge/feed/", NAV + TEXT, PageKind.CHECKPOINT),
        ("/feed/challenge_global_internal_error", NAV + TEXT, PageKind.CHECKPOINT),
        ("/feed/?errorKey=challenge_global_internal_error", NAV + TEXT, PageKind.CHECKPOINT),
        ("/uas/consumer-email-challenge", TEXT, PageKind.CHECKPOINT),
        ("/feed/", NAV + TEXT + '<form action="/checkpoint/challenge/verify"></form>', PageKind.CHECKPOINT),
        ("/feed/", NAV + TEXT + '<input name="pin">', PageKind.CHECKPOINT),
        ("/feed/", NAV + TEXT + '<iframe width="300" height="300" src="/arkoselabs/x"></iframe>', PageKind.CHECKPOINT),
        ("/feed/", NAV + TEXT + '<iframe hidden src="/recaptcha/x"></iframe>', PageKind.FEED),
        ("/authwall", TEXT, PageKind.AUTHWALL),
        ("/signup/cold-join", TEXT, PageKind.COLD_JOIN),
        ("/in/ada-martin/", TEXT + '<form class="join-form"></form>', PageKind.AUTHWALL),
        ("/login", '<div id="rememberme-div"><button>Ada</button></div>', PageKind.CHOOSER),
        ("/login", TEXT, PageKind.LOGIN),
        ("/uas/login", TEXT, PageKind.LOGIN),
        ("/checkpoint/lg/login", TEXT, PageKind.LOGIN),
        ("/", TEXT + '<input type="password">', PageKind.LOGIN),
        ("/404/", NAV + TEXT, PageKind.UNAVAILABLE),
        ("/in/ada/", NAV + "<main>This page doesn’t exist</main>", PageKind.UNAVAILABLE),
        ("/feed/", "Too many requests. Try again later.", PageKind.RATE_LIMITED),
        ("/feed/", TEXT + '<button id="content__button--primary--muted">Agree</button>', PageKind.INTERSTITIAL),
        ("/", TEXT + '<a href="/login">Sign in</a><a href="/signup">Join</a>', PageKind.GUEST_HOME),
        ("/feed/", TEXT + '<a href="/login">Sign in</a><a href="/signup">Join</a>', PageKind.UNKNOWN),
        ("/in/ada/", "<main>Votre compte est temporairement restreint</main>", PageKind.RESTRICTED),
        ("/checkpoint/challenge/x", "<main>Verify your identity</main>", PageKind.RESTRICTED),
        ("/checkpoint/challenge/x", '<main>Verify your identity</main><input name="pin">', PageKind.CHECKPOINT),
        ("/checkpoint/restricted/x", TEXT, PageKind.RESTRICTED),
        ("/in/ada/", f"{NAV}<main>{CARD}<p>Unusual activity of the tide!</p></main>", PageKind.PROFILE),
        ("/in/ada/", NAV + "<main>Ce profil n’est pas disponible</main>", PageKind.UNAVAILABLE),
        ("/in/ada/", NAV + "<main>Diese Seite existiert nicht</main>", PageKind.UNAVAILABLE),
        ("/in/unavailable/", NAV + TEXT, PageKind.UNAVAILABLE),
        ("/in/ada/", f'{NAV}<div role="main"><main></main><footer>Terms</footer></div>', PageKind.EMPTY),
        ("/in/ada/details/skills/", NAV + TEXT, PageKind.PROFILE_DETAILS),
        ("/in/ada/", FRAGMENT, PageKind.PROFILE_FRAGMENT),
        ("/in/ada/", f"<main>{FRAGMENT}</main>", PageKind.UNKNOWN),
        ("/feed/", NAV + "<main>Ivo wrote: my page not found, too many requests.</main>", PageKind.FEED),
    ],
)  # fmt: skip
def test_a_page_is_classified_by_address_structure_and_navigation(window, shelf, path, body, kind):
    assert kind_of(window, shelf, path, body) is kind


def test_risk_words_in_a_long_page_mean_nothing(window, shelf):
    post = "<p>Unusual activity! Account restricted, page not found, too many requests, rate limit.</p>"
    assert kind_of(window, shelf, "/feed/", f"{NAV}<main>{post * 12}</main>") is PageKind.FEED


def test_a_screen_that_contradicts_the_address_is_the_page_before(window, shelf):
    stale = '<main data-sdui-screen="com.example.mynetwork.CatchUpBirthday"><p>Ada</p></main>'
    assert kind_of(window, shelf, "/feed/", NAV + stale) is PageKind.UNKNOWN


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("d_checkpoint_ch_captchaV2Challenge", PageKind.CHECKPOINT),
        ("auth_wall_desktop_profile", PageKind.AUTHWALL),
        ("public_profile_v3_desktop", PageKind.AUTHWALL),
        ("reg-cold-join", PageKind.COLD_JOIN),
        ("d_checkpoint_ch_restricted", PageKind.RESTRICTED),
    ],
)
def test_the_page_key_of_a_wall_counts_at_any_address(window, shelf, key, kind):
    assert kind_of(window, shelf, "/feed/", NAV + TEXT, f'<meta name="pageKey" content="{key}">') is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, PageKind.UNAVAILABLE),
        (429, PageKind.RATE_LIMITED),
        (999, PageKind.RATE_LIMITED),
        (500, PageKind.FEED),
    ],
)
def test_the_answers_status_counts(window, shelf, status, kind):
    assert kind_of(window, shelf, "/feed/", NAV + TEXT, status=status) is kind


def test_the_browsers_own_error_pages_are_told_apart(window, shelf):
    shelf.statuses["/limited"] = 429
    shelf.pages["/limited"] = b""
    shelf.redirects["/loop"] = "/loop"
    kinds = []
    for path in ("/limited", "/loop"):
        window.open(path)
        kinds.append(window.look(*READER).gate.kind)
    Window(window._browser, None, FakeClock(), base_url="http://127.0.0.1:1").open("/")
    kinds.append(window.look(*READER).gate.kind)

    assert kinds == [PageKind.RATE_LIMITED, PageKind.REDIRECT_LOOP, PageKind.BROWSER_ERROR]


def test_an_error_page_without_its_element_is_told_by_its_text(window, shelf):
    shelf.pages["/"] = b"<html><body class='neterror'><p>ERR_TOO_MANY_REDIRECTS</p></body></html>"
    window.open("/")

    assert window.look(*READER).gate.kind is PageKind.REDIRECT_LOOP


@pytest.mark.parametrize(
    ("key", "kind"), [("d_checkpoint_lg_x", PageKind.LOGIN), ("d_homepage-guest-home", PageKind.GUEST_HOME)]
)
def test_the_page_key_of_a_strangers_page_counts_where_nobody_is_signed_in(window, shelf, key, kind):
    head = f'<meta name="pageKey" content="{key}">'

    assert kind_of(window, shelf, "/feed/", TEXT, head) is kind
    assert kind_of(window, shelf, "/feed/", NAV + TEXT, head) is PageKind.FEED


def test_every_kind_that_stops_has_a_reason_and_an_advice_of_its_own():
    gates = [Gate(kind, "", False, None, None) for kind in PageKind if kind not in SIGNED_IN]
    gates += [Gate(PageKind.CHECKPOINT, "", False, None, None, challenge) for challenge in ("captcha", "pin")]
    told = [
        advice_for(gate) for gate in gates if gate.kind not in (PageKind.UNKNOWN, PageKind.PROFILE_FRAGMENT)
    ]

    assert len({reason for reason, _ in told}) == len({advice for _, advice in told}) == len(told)


@pytest.mark.parametrize(
    ("gate", "kind"),
    [
        ("pin", "checkpoint"),
        ("chooser", "chooser"),
        ("agree", "interstitial"),
        ("signup", "cold_join"),
        ("guest", "guest_home"),
        ("restriction", "restricted"),
        ("puzzle", "checkpoint"),
        ("throttle", "rate_limited"),
        ("empty", "empty"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_gate_of_the_sandbox_pauses_the_account_as_itself(browser, account, language, gate, kind):
    with Sandbox(
        today=date(2026, 11, 23), language=language, faults={"gate_page": f"{gate}@/in/"}
    ) as sandbox:
        window = Window(browser, account, FakeClock(), base_url=sandbox.url)
        window.open("/in/alan-whitcombe/")
        with pytest.raises(AccountPaused, match=f": {kind} at "):
            window.read(*READER, allowed={PageKind.PROFILE}, wait_ms=0)


def test_another_host_is_no_page_of_the_network(browser, shelf, window):
    assert kind_of(window, shelf, "/feed/", NAV + TEXT) is PageKind.FEED
    elsewhere = Window(browser, None, FakeClock(), base_url="http://localhost:9")

    assert elsewhere.look(*READER).gate.kind is PageKind.UNKNOWN


@pytest.mark.parametrize(
    ("body", "challenge"),
    [
        ('<form id="captcha-challenge"></form>', "captcha"),
        ('<input name="pin">', "pin"),
        ("<p>Confirm in your app</p>", "other"),
    ],
)
def test_a_checkpoint_says_what_it_asks_for(window, shelf, body, challenge):
    kind_of(window, shelf, "/checkpoint/challenge/x", body)

    assert window.look(*READER).gate.challenge == challenge


def test_an_address_is_rebuilt_onto_the_network(window, shelf):
    shelf.pages["/in/ada/"] = page(NAV + TEXT)
    window.open("https://evil.example/in/ada/?x=1")

    assert shelf.requests[0] == "/in/ada/"


@pytest.fixture
def account(transactional_db):
    return Account.objects.create(name="ada")


@pytest.fixture
def guarded(browser, shelf, window, account):
    return Window(browser, account, FakeClock(), base_url=shelf.url)


@pytest.mark.parametrize(
    ("path", "body", "advice"),
    [
        ("/checkpoint/challenge/feed", TEXT, "Answer it yourself"),
        ("/login", TEXT, "Sign in again"),
        ("/authwall", TEXT, "The session is gone"),
        ("/feed/", NAV + TEXT, "Look at it in your own browser"),
        ("/in/ada/", NAV + "<main></main>", "Look at it in your own browser, wait"),
        ("/in/ada/", f'{NAV}<main>{CARD}</main><input type="password">', "Look at it"),
    ],
)
def test_what_is_not_expected_pauses_the_account_with_its_own_advice(
    guarded, shelf, account, path, body, advice
):
    shelf.pages[path] = page(body)
    guarded.open(path)
    with pytest.raises(AccountPaused, match=advice):
        guarded.read(*READER, allowed={PageKind.PROFILE}, wait_ms=0)
    account.refresh_from_db()

    assert (account.state, account.paused_at) == ("paused", datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert account.paused_advice.startswith(advice)
    assert shelf.requests == [path], "nothing is asked of the network after that"


def test_a_profile_that_is_gone_is_that_persons_matter_alone(guarded, shelf, account):
    shelf.pages["/in/ada/"] = page(NAV + "<main>This page doesn’t exist</main>")
    guarded.open("/in/ada/")
    with pytest.raises(PersonUnavailable):
        guarded.read(*READER, allowed={PageKind.PROFILE}, wait_ms=0)
    account.refresh_from_db()

    assert account.state == "active"


def test_a_missing_page_that_is_no_profile_pauses_the_account(guarded, shelf):
    shelf.pages["/404/"] = page(NAV + TEXT)
    guarded.open("/404/")
    with pytest.raises(AccountPaused, match="does not exist"):
        guarded.read(*READER, allowed={PageKind.BIRTHDAYS}, wait_ms=0)
