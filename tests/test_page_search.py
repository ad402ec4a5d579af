"""A people search read page by page: who is on it, what may be done beside them, and when it is over."""

from datetime import date

import pytest

from engine.errors import AccountPaused, LayoutChanged, LimitReached
from engine.models import Account
from engine.pace import SystemClock
from engine.pages import search
from engine.pages.base import Window
from engine.pages.words import words
from tests.captures import NAV, expected, page

pytestmark = pytest.mark.browser
FORMS = ("html", "xhtml")
CAPTURES = {
    "search_people.en.sdui2": "/search/results/people/?keywords=logistics%20planner%20SQL%20BI",
    "search_people.en.ember": "/search/results/people/?keywords=railway",
}


@pytest.fixture
def look(browser, shelf):
    def look(name, form):
        window = Window(
            browser,
            None,
            SystemClock(),
            base_url=shelf.url,
            address=f"https://www.linkedin.com{CAPTURES[name]}",
        )
        window.open(f"/{name}.{form}")
        return window.look(*search.READER, words=words())

    return look


def picked(found, truth):
    """Of what was found, the fields that the truth speaks of."""
    if isinstance(truth, dict) and isinstance(found, dict):
        return {key: picked(found.get(key, "no such field"), value) for key, value in truth.items()}
    if isinstance(truth, list) and isinstance(found, list):
        return (
            [picked(one, other) for one, other in zip(found, truth, strict=True)]
            if len(found) == len(truth)
            else found
        )
    return found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CAPTURES)
def test_a_captured_search_is_read_to_the_letter(look, name, form):
    seen = look(name, form)
    truth = {key: value for key, value in expected(name).items() if key != "traps"}
    found = {
        **search.describe(seen.page),
        "page_kind": seen.gate.kind,
        "lang": seen.gate.lang,
        "dom_generation": seen.gate.dom_generation,
    }

    assert picked(found, truth) == truth
    assert found["pagination"].keys() == truth["pagination"].keys()


TODAY = date(2026, 11, 23)
SEARCH = "https://www.linkedin.com/search/results/people/?keywords="


@pytest.fixture
def account():
    return Account.objects.create(name="ada")


@pytest.fixture
def rehearse(browser, account, serve):
    def rehearse(**options):
        sandbox = serve(today=TODAY, **options)
        return Window(browser, account, SystemClock(), base_url=sandbox.url)

    return rehearse


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("generation", ["sdui2", "sdui1", "ember"])
def test_a_search_is_read_page_by_page_to_its_last(rehearse, generation, language):
    window = rehearse(generation=generation, language=language)
    pages = []
    number = 1

    while number:
        pages.append(search.read_results(window, SEARCH, number))
        number = pages[-1].next_page

    items = [item for page in pages for item in page.items]
    assert len(pages) > 3
    assert [page.page for page in pages] == list(range(1, len(pages) + 1))
    assert all(len(page.items) + page.out_of_network == 10 for page in pages[:-1])
    assert not any(page.is_cut for page in pages)
    assert {page.language for page in pages} == {language}
    assert len({item["slug"] for item in items}) == len(items)
    assert all(item["name"] and "LinkedIn" not in item["name"] for item in items)
    assert {item["degree"] for item in items if not item["own_profile"]} == {1, 2, 3}
    assert [item["degree"] for item in items if item["own_profile"]] == [None]
    assert {item["action"]["kind"] for item in items} == {"connect", "follow", "message", "pending", None}
    assert sum(page.out_of_network for page in pages) > 0
    assert {item["open_to_work"] for item in items} == {True, False}
    assert {len(item["mutual_names"]) > 0 for item in items} == {True, False}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("generation", ["sdui2", "sdui1", "ember"])
def test_an_answer_that_says_it_is_empty_is_believed(rehearse, generation, language):
    window = rehearse(generation=generation, language=language)

    found = search.read_results(window, SEARCH + "zzyzx")

    assert (found.items, found.next_page, found.is_cut) == ([], None, False)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("generation", ["sdui2", "ember"])
def test_the_commercial_use_limit_stops_until_next_month(rehearse, generation, language):
    window = rehearse(generation=generation, language=language, faults={"commercial_limit": 1})
    search.read_results(window, SEARCH, 1)

    with pytest.raises(LimitReached) as raised:
        search.read_results(window, SEARCH, 2)

    assert raised.value.opens_at.day == 1
    assert raised.value.opens_at > window.clock.now()


CARD = """<div role="listitem"><a href="/in/{slug}/?isSelfProfile=false"><figure><img alt="{alt}"></figure></a>
<div><div><p><a href="/in/{slug}/">{name}</a><span> <span>{degree}</span></span></p><div><p>{headline}</p></div>
{place}</div></div>{action}{below}</div>"""
INVITE = '<a href="/preload/search-custom-invite/?vanityName={slug}"><span>Connect</span></a>'
PAGER = """<button data-testid="pagination-controls-next-button-visible">Next</button>
<button data-testid="pagination-indicator-{zero}" aria-current="true" aria-label="Page {page}">{page}</button>"""


def a_card(slug="bo-lind", name="Bo Lind", **given):
    values = {
        "degree": "• 2nd",
        "headline": "Pilot",
        "place": "<div><p>Bergen</p></div>",
        "alt": "",
        "below": "",
    }
    values |= {"action": INVITE.format(slug=slug)} | given
    return CARD.format(slug=slug, name=name, **values)


def a_page(*cards, before="", after="", page_number=None, lang="en"):
    pager = PAGER.format(page=page_number, zero=page_number - 1) if page_number else ""
    results = f'{before}<div role="list">{"".join(cards)}</div>{pager}{after}'
    screen = "com.linkedin.sdui.flagshipnav.search.SearchResultsPeople"
    content = page(f'<body>{NAV}<main data-sdui-screen="{screen}" role="main">{results}</main></body>')
    return content.replace(b'lang="en"', f'lang="{lang}"'.encode())


@pytest.fixture
def show(browser, account, shelf):
    shelf.clear()

    def show(content, path=search.PATH):
        shelf.pages[path] = content
        return Window(browser, account, SystemClock(), base_url=shelf.url, patience=0.1)

    return show


def only(window):
    (item,) = search.read_results(window, SEARCH + "pilot").items
    return item


MORE = """<ul><li><a href="/in/cy-moe/"><strong>Cy Moe</strong></a> and <a href="/in/di-roe/">Di Roe</a></li></ul>"""


@pytest.mark.django_db
def test_mutual_connections_are_named_and_are_no_results(show):
    item = only(show(a_page(a_card(below=MORE), page_number=1)))

    assert (item["slug"], item["name"], item["headline"], item["location"]) == (
        "bo-lind",
        "Bo Lind",
        "Pilot",
        "Bergen",
    )
    assert item["mutual_names"] == ["Cy Moe", "Di Roe"]
    assert item["profile_url"].endswith("/in/bo-lind/")
    assert "member_id" in item["reasons"]


@pytest.mark.django_db
def test_the_invitations_address_says_whose_card_it_is_where_links_disagree(show):
    below = '<p><a href="/in/cy-moe/">Cy</a> <a href="/in/cy-moe/">Moe</a> <a href="/in/cy-moe/">C</a></p>'

    assert only(show(a_page(a_card(below=below), page_number=1)))["slug"] == "bo-lind"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (INVITE.format(slug="bo-lind"), "connect"),
        ('<button aria-label="Follow Bo Lind">Follow</button>', "follow"),
        ('<button aria-label="Bo Lind folgen">Folgen</button>', "follow"),
        ('<button><svg id="clock-small" width="16" height="16"></svg>Ожидание</button>', "pending"),
        (
            '<a href="#" aria-label="Pending, click to withdraw invitation sent to Bo Lind">Pending</a>',
            "pending",
        ),
        (
            '<button componentkey="ConnectButtonstate:invitation:urn:li:member:7_connect">+</button>',
            "connect",
        ),
        (
            '<button componentkey="ConnectButtonstate:invitation:urn:li:member:7_pending">+</button>',
            "pending",
        ),
        ('<a href="/messaging/compose/?recipient=ACoAAbolind001">Сообщение</a>', "message"),
        ('<button aria-label="En attente">En attente</button>', "pending"),
        ('<button aria-haspopup="menu" aria-label="Follow">⋯</button>', None),
        ("<button>Подписаться</button>", None),
        ("", None),
    ],
)
def test_what_may_be_done_is_known_by_address_icon_key_or_label(show, action, kind):
    item = only(show(a_page(a_card(action=action), page_number=1)))

    assert item["action"]["kind"] == kind
    assert ("action" in item["reasons"]) == (kind is None)


@pytest.mark.django_db
def test_people_out_of_reach_are_counted_apart_with_a_reason(show):
    away = '<a href="/search/results/people/headless?origin=x">Somebody</a>'
    headless = f'<div role="listitem">{away}{MORE}</div>'
    unlinked = f'<div role="listitem"><p>LinkedIn Member</p>{MORE}</div>'
    nameless = a_card("ACoAAnobody0001", "Utilisateur LinkedIn", action="")
    window = show(a_page(headless, unlinked, a_card(), nameless, a_card("eve", ""), page_number=1))

    found = search.read_results(window, SEARCH + "pilot")

    assert [item["slug"] for item in found.items] == ["bo-lind"]
    assert found.out_of_network == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("alt", "open_to_work", "is_hiring"),
    [
        ("Bo Lind", False, False),
        ("", False, False),
        ("Bo Lind is open to work", True, False),
        ("Bo Lind is hiring", False, True),
        ("Bo Lind ищет работу", None, None),
    ],
)
def test_what_the_photo_adds_is_understood_or_left_open(show, alt, open_to_work, is_hiring):
    item = only(show(a_page(a_card(alt=alt), page_number=1)))

    assert (item["open_to_work"], item["is_hiring"]) == (open_to_work, is_hiring)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("badge", "degree"),
    [
        ("• 1er", 1),
        ("• 2e", 2),
        ("• 3e et +", 3),
        ("• 2.", 2),
        ("• 3rd+", 3),
        ("2.º", 2),
        ("• 21 June", None),
    ],
)
def test_a_degree_is_read_in_any_language(show, badge, degree):
    assert only(show(a_page(a_card(degree=badge), page_number=1)))["degree"] == degree


@pytest.mark.django_db
def test_a_row_without_a_place_or_headline_says_so(show):
    item = only(show(a_page(a_card(headline="--", place=""), page_number=1)))

    assert (item["headline"], item["location"]) == (None, None)
    assert {"headline", "location"} <= item["reasons"].keys()


@pytest.mark.django_db
def test_the_readers_own_profile_is_recognised(show):
    item = only(show(a_page(a_card(degree="• Vous", action=""), page_number=1)))

    assert (item["own_profile"], item["degree"]) == (True, None)


@pytest.mark.django_db
def test_a_few_people_on_a_page_that_is_not_the_last_are_a_cut_answer(show):
    assert search.read_results(show(a_page(a_card(), page_number=1)), SEARCH).is_cut
    assert not search.read_results(show(a_page(a_card())), SEARCH).is_cut


OLDER_PAGER = """<div class="artdeco-pagination">{previous}<div class="artdeco-pagination__page-state">{state}</div>
{next}</div>"""
NUMBERED = "<button aria-label='{0}'>{0}</button>"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pager", "next_page", "total"),
    [
        ({"state": "Page 1 sur 12", "previous": "", "next": NUMBERED.format("Suivant")}, 2, 12),
        ({"state": "Side 1 af 12", "previous": "", "next": NUMBERED.format("Næste")}, 2, 12),
        (
            {
                "state": "Page 1 of 1",
                "previous": "",
                "next": NUMBERED.format("Next").replace(">", " disabled>", 1),
            },
            None,
            1,
        ),
        ({"state": "Page 1 of 1", "previous": "", "next": ""}, None, 1),
    ],
    ids=["by its label", "by its count", "a button that is off", "the only page"],
)
def test_the_older_pager_says_whether_there_is_another_page(show, pager, next_page, total):
    found = search.read_results(show(a_page(a_card(), after=OLDER_PAGER.format(**pager))), SEARCH)

    assert (found.next_page, found.total_pages) == (next_page, total)


@pytest.mark.django_db
def test_a_pager_beside_the_screen_of_the_results_counts_too(show):
    screen = "com.linkedin.sdui.flagshipnav.search.SearchResultsPeople"
    results = f'<div data-sdui-screen="{screen}" role="main"><div role="list">{a_card()}</div></div>'
    content = page(f"<body>{NAV}<main>{results}{PAGER.format(page=1, zero=0)}</main></body>")

    assert search.read_results(show(content), SEARCH).next_page == 2


@pytest.mark.django_db
def test_a_page_that_says_nothing_was_not_loaded(show):
    with pytest.raises(LayoutChanged, match="neither results nor an empty answer"):
        search.read_results(show(a_page(before="<p>Ничего не найдено</p>")), SEARCH)


@pytest.mark.django_db
def test_words_in_a_headline_are_no_answer_of_the_network(show):
    quoting = a_card(headline="No results found before the commercial use limit")

    assert only(show(a_page(quoting, page_number=1)))["slug"] == "bo-lind"


@pytest.mark.django_db
def test_a_page_that_is_still_the_one_before_is_not_read_as_the_next(show):
    with pytest.raises(LayoutChanged, match="page 1 is shown, page 2 was asked for"):
        search.read_results(show(a_page(a_card(), page_number=1)), SEARCH, 2)


@pytest.mark.django_db
def test_being_led_away_from_the_search_is_its_limit(show, shelf):
    window = show(a_page(before="<p>Premium</p>"), "/premium/products/")
    shelf.redirects[search.PATH] = "/premium/products/"

    with pytest.raises(LimitReached):
        search.read_results(window, SEARCH)


@pytest.mark.django_db
def test_being_led_elsewhere_pauses_the_account(show, shelf, account):
    window = show(a_page(before="<p>News</p>"), "/feed/")
    shelf.redirects[search.PATH] = "/feed/"

    with pytest.raises(AccountPaused):
        search.read_results(window, SEARCH)
    account.refresh_from_db()
    assert account.state == Account.State.PAUSED


@pytest.mark.parametrize(
    ("address", "page_number", "path"),
    [
        ("https://fr.linkedin.com/search/results/people/?keywords=a%20b&page=7", 1, "?keywords=a+b"),
        ('/search/results/people/?network=["F"]', 3, "?network=%5B%22F%22%5D&page=3"),
        ("https://elsewhere.example/search/results/people/", 2, "?page=2"),
    ],
)
def test_an_address_is_rebuilt_for_the_page_that_is_asked_for(address, page_number, path):
    assert search.page_address(address, page_number) == search.PATH + path


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/search/results/companies/",
        "/in/bo-lind/",
        "/search/results/people/headless?x",
        "javascript:alert(1)",
    ],
)
def test_other_addresses_are_no_people_search(address):
    with pytest.raises(ValueError, match="not the address of a people search"):
        search.page_address(address, 1)
