"""The account's connections: who they are and since when, read to the list's proven end."""

from datetime import date

import pytest

from engine.errors import LayoutChanged
from engine.models import Account
from engine.pace import SystemClock
from engine.pages import connections
from engine.pages.base import Window
from engine.pages.words import words
from engine.sandbox import Sandbox
from tests.captures import NAV, page

browser_test = pytest.mark.browser
with_database = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def account():
    return Account.objects.create(name="ada")


@browser_test
@with_database
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("generation", ["sdui2", "sdui1", "ember"])
def test_the_connections_are_read_to_their_proven_end(browser, account, generation, language):
    with Sandbox(today=TODAY, generation=generation, language=language) as sandbox:
        window = Window(browser, account, SystemClock(), base_url=sandbox.url)
        known = {one.slug: one for one in sandbox.people if one.degree == 1 and not one.is_own}

        found = connections.read_connections(window)

    assert (found.total, found.is_complete, found.language) == (len(found.connections), True, language)
    by_slug = {one.slug: one for one in found.connections}
    assert len(by_slug) == found.total
    assert known.keys() <= by_slug.keys()
    assert {slug: by_slug[slug].headline or "" for slug in known} == {
        slug: one.headline for slug, one in known.items()
    }
    days = [one.connected_on for one in found.connections]
    assert None not in days
    assert days == sorted(days, reverse=True)


CARD = """<div role="listitem" componentkey="ConnectionCard_{key}"><a href="/in/{slug}/"><figure>BL</figure></a>
<a href="/in/{slug}/"><p>{name}</p>{headline}</a>{since}
<button aria-label="More actions for {name}">⋯</button></div>"""


def a_card(
    name="Bo Lind", headline="<p>Pilot</p>", since="Connected on September 28, 2026", key="7", **given
):
    slug = given.get("slug", name.lower().replace(" ", "-"))
    return CARD.format(
        name=name, slug=slug, headline=headline, since=f"<p>{since}</p>" if since else "", key=key
    )


def a_list(*cards, heading="", foot=""):
    lines = f'<div data-testid="lazy-column">{"".join(cards)}</div>'
    return page(f"<body>{NAV}<main>{heading}{lines}{foot}</main></body>")


@pytest.fixture
def show(browser, account, shelf):
    shelf.clear()

    def show(content):
        shelf.pages[connections.PATH] = content
        return Window(browser, account, SystemClock(), base_url=shelf.url, patience=0.25)

    return show


def described(window):
    window.open(connections.PATH)
    seen = window.look(*connections.READER, words=words()).page
    return [connections.describe(item) for item in seen["items"]]


@browser_test
@with_database
def test_a_card_says_who_and_since_when(show):
    (bo,) = described(show(a_list(a_card(key="ACoAAbolind0001"))))

    assert (bo["name"], bo["slug"], bo["headline"]) == ("Bo Lind", "bo-lind", "Pilot")
    assert bo["connected_on"] == date(2026, 9, 28)
    assert bo["member_id"] == "ACoAAbolind0001"
    assert bo["reasons"] == {}


@browser_test
@with_database
def test_what_a_card_does_not_say_is_none_with_a_reason(show):
    bare, unread = described(
        show(a_list(a_card(headline="", since=""), a_card("Cy Moe", since="Контакт с 28 сентября 2026 г.")))
    )

    assert (bare["headline"], bare["connected_on"], bare["member_id"]) == (None, None, None)
    assert {"headline", "connected_on", "member_id"} <= bare["reasons"].keys()
    assert unread["connected_on"] is None


@browser_test
@with_database
def test_cards_without_a_list_are_found_and_more_are_asked_for(show):
    rest = f'<template id="rest">{a_card("Cy Moe")}</template>'
    more = """<button onclick="document.querySelector('main').append(
    document.getElementById('rest').content.cloneNode(true)); this.remove()">Load more</button>"""
    content = page(f"<body>{NAV}<main><h1>2 connections</h1>{a_card()}{more}{rest}</main></body>")

    found = connections.read_connections(show(content))

    assert [one.slug for one in found.connections] == ["bo-lind", "cy-moe"]
    assert (found.total, found.is_complete) == (2, True)


PLAIN = """<div class="_a1"><a data-view-name="connections-profile" href="/in/{slug}/"><img alt=""></a><div>
<a data-view-name="connections-profile" href="/in/{slug}/"><p>{name}</p><p>Pilot</p></a>
<p>Connected on {day}</p></div></div>"""


@browser_test
@with_database
def test_cards_that_are_no_rows_of_anything_are_told_apart_by_whom_they_are_about(show):
    cards = [("Ada Gil", "May 1, 2026"), ("Bo Lind", "May 2, 2026")]
    plain = "".join(
        PLAIN.format(name=name, slug=name.lower().replace(" ", "-"), day=day) for name, day in cards
    )
    others = (
        '<aside><div><a href="/in/eve/">Eve</a><a href="/messaging/?recipient=ACoAx">Write</a></div></aside>'
    )
    stranger = '<div><a href="/in/ivo/"><p>Ivo wrote something</p></a></div>'
    window = show(page(f"{NAV}<main><h1>2 connections</h1><div>{plain}</div>{stranger}{others}</main>"))

    found = described(window)
    only = PLAIN.format(name="Ada Gil", slug="ada-gil", day="May 1, 2026")
    alone = described(show(page(f"{NAV}<main><div><h1>1 connection</h1>{only}</div></main>")))

    assert [one["headline"] for one in alone] == ["Pilot"]
    assert [(one["name"], one["headline"], str(one["connected_on"])) for one in found] == [
        ("Ada Gil", "Pilot", "2026-05-01"),
        ("Bo Lind", "Pilot", "2026-05-02"),
    ]


@browser_test
@with_database
def test_a_list_that_says_nothing_is_not_proved_empty(show):
    assert not connections.read_connections(show(a_list(heading="<h1>Yours</h1>"))).is_complete
    assert connections.read_connections(show(a_list(heading="<h1>0 connections</h1>"))).is_complete


@browser_test
@with_database
def test_a_list_that_never_comes_to_rest_is_not_complete(show):
    busy = '<div role="progressbar" style="width:20px;height:20px"></div>'

    found = connections.read_connections(
        show(a_list(a_card(), heading="<h1>1,037 connections</h1>", foot=busy))
    )

    assert ([one.slug for one in found.connections], found.total) == (["bo-lind"], 1037)
    assert not found.is_complete


@browser_test
@with_database
def test_a_page_without_a_main_part_has_no_list(show):
    with pytest.raises(LayoutChanged):
        connections.read_connections(show(page(f"<body>{NAV}<p>Hello</p></body>")))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Connected on September 28, 2026", date(2026, 9, 28)),
        ("Connected on Sep 3, 2026", date(2026, 9, 3)),
        ("Am 28. September 2026 vernetzt", date(2026, 9, 28)),
        ("Am 1. März 2026 vernetzt", date(2026, 3, 1)),
        ("Relation depuis le 1er février 2026", date(2026, 2, 1)),
        ("Relation depuis le 12 août 2025", date(2025, 8, 12)),
        ("En contacto desde el 3 de enero de 2024", date(2024, 1, 3)),
        ("Collegato il 15 luglio 2023", date(2023, 7, 15)),
        ("Conectado em 7 de março de 2022", date(2022, 3, 7)),
        ("Gekoppeld op 30 mei 2021", date(2021, 5, 30)),
    ],
)
def test_a_day_is_read_in_seven_languages(text, day):
    assert connections.day_in(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "Connected recently", "Connected on 09/10/2026", "31 February 2026", "Ma 3, 2026", "May 2026 or June 2, 2025",
     "3 June 1850", "Контакт с 28 сентября 2026 г.", "June 3", "September 28, 2026 and 27", "99 May 2026"],
)  # fmt: skip
def test_no_day_is_guessed(text):
    assert connections.day_in(text) is None
