"""A profile says who it is about and what may be done there, whatever its generation, language and missing parts."""

from datetime import date

import pytest

from engine.models import Account
from engine.pace import SystemClock
from engine.pages.base import Window
from engine.pages.reading import read_page
from engine.sandbox import Sandbox
from engine.saved_pages import served
from tests.captures import NAV, as_html

pytestmark = pytest.mark.browser
TODAY = date(2026, 11, 23)
KEY = "com.linkedin.sdui.profile.card.refACoAAda"


@pytest.fixture(scope="module", params=["ember", "sdui2"])
def generation(request):
    return request.param


@pytest.fixture(scope="module", params=["en", "fr"])
def visit(request, browser, generation):
    with Sandbox(today=TODAY, language=request.param, generation=generation) as sandbox:
        yield lambda path: visited(browser, sandbox, path)


def visited(browser, sandbox, path):
    window = Window(browser, Account(name="nobody"), SystemClock(), base_url=sandbox.url)
    window.open(path)
    return read_page(window, TODAY, is_live=True)


@pytest.fixture
def read(browser, tmp_path):
    def read(body, address="https://www.linkedin.com/in/ada-martin/"):
        path = tmp_path / "page.html"
        path.write_bytes(body if isinstance(body, bytes) else document(body))
        with served(path) as url:
            window = Window(browser, Account(name="nobody"), SystemClock(), base_url=url, address=url)
            window.open("/")
            return read_page(window, TODAY, address=address)

    return read


def document(body):
    return f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><body>{NAV}<main>{body}</main></body></html>'.encode()


def card(inner="", name="Ada Martin", key=f'componentkey="{KEY}Topcard"'):
    return (
        f'<section {key}><div><div><a href="https://www.linkedin.com/in/ada-martin/"><h2>{name}</h2></a>'
        f"<p>· 2nd</p></div>{inner}</div></section>"
    )


PLACE = "<div><p>{}</p><p>·</p><p><a href='#'>{}</a></p></div>"
LINES = "<p>Keeper of lighthouses</p><p>Tide Office · Sea School</p>" + PLACE.format("Brest", "Contact info")


def section(kind, title, inner):
    return f'<section componentkey="{KEY}{kind}"><h2>{title}</h2>{inner}</section>'


def entry(inner):
    return f'<div componentkey="entity-collection-item-1">{inner}</div>'


def test_a_connection_is_read_whole(visit, generation):
    page = visit("/in/alan-whitcombe/")

    assert (page["page_kind"], page["dom_generation"]) == ("profile", generation)
    assert (page["name"], page["slug"], page["degree"]) == ("Alan Whitcombe", "alan-whitcombe", 1)
    assert page["profile_url"] == "https://www.linkedin.com/in/alan-whitcombe/"
    assert (page["headline"], page["pronouns"]) == ("Bridge engineer", "He/Him")
    assert (page["company"], page["school"]) == ("Harrowfield Bridges", "Milbrook Polytechnic")
    assert page["location"] == "Harrowfield, England, United Kingdom"
    assert page["member_id"].startswith("ACoA")
    assert page["about"].startswith("Bridges carry people, and I check that they do.\n\nChartered engineer")
    assert page["about"].endswith("because spreadsheets lie.")
    assert page["has_message_button"]
    assert page["has_more_button"]
    assert [page[kind]["where"] for kind in ("connect", "follow", "pending")] == [None, None, None]


def test_a_career_is_read_company_by_company(visit):
    page = visit("/in/alan-whitcombe/")
    first, second, *_ = page["experience"]

    assert (first["company"], first["workplace"]) == ("Harrowfield Bridges", "On-site")
    assert [role["title"] for role in first["roles"]] == ["Principal Bridge Engineer", "Bridge Engineer"]
    assert [role["current"] for role in first["roles"]] == [True, False]
    assert first["total_duration"].startswith("12 ")
    assert first["roles"][0]["description"] == "Inspection of 214 bridges; load models in C++."
    assert (second["company"], second["roles"][0]["title"]) == ("Milbrook Polytechnic", "Visiting Lecturer")
    assert second["roles"][0]["employment_type"] == "Part-time"
    assert page["education"][0]["degree"] == "MEng, Civil Engineering"
    assert page["certifications"][0]["name"] == "Chartered Engineer (CEng)"
    assert [skill["name"] for skill in page["skills"]] == ["C++", "C#"]
    assert page["languages"][0] == {"name": "English", "level": "Native or bilingual proficiency"}


@pytest.mark.parametrize(
    ("kind", "count", "field", "first"),
    [
        ("experience", 4, "company", "Harrowfield Bridges"),
        ("skills", 13, "name", "C++"),
        ("education", 2, "school", "Milbrook Polytechnic"),
        ("certifications", 2, "name", "Chartered Engineer (CEng)"),
        ("languages", 2, "name", "English"),
    ],
)
def test_a_page_of_details_is_read_to_its_end(visit, kind, count, field, first):
    page = visit(f"/in/alan-whitcombe/details/{kind}/")

    assert (page["page_kind"], page["slug"], page["section"]) == ("profile_details", "alan-whitcombe", kind)
    assert (len(page[kind]), page["has_more"]) == (count, False)
    assert page[kind][0][field] == first


@pytest.mark.parametrize(
    ("slug", "degree", "offered"),
    [
        ("casimir-delvarenne", 3, {"connect": "bar"}),
        ("yvaine-corbellier", 2, {"follow": "bar"}),
        ("ottilie-branscombe", 2, {"pending": "bar"}),
        ("felix-aubremont", 1, {}),
    ],
)
def test_what_the_bar_offers_is_told_by_its_kind(visit, slug, degree, offered):
    page = visit(f"/in/{slug}/")
    in_bar = {
        kind: page[kind]["where"] for kind in ("connect", "follow", "pending") if page[kind]["where"] == "bar"
    }

    assert (page["degree"], in_bar) == (degree, offered)


def test_the_accounts_own_profile_is_recognised(visit):
    page = visit("/in/lucie-fontarelle/")

    assert (page["own_profile"], page["degree"], page["has_message_button"]) == (True, None, False)
    assert "degree" in page["reasons"]


def test_open_to_work_is_told_by_the_photo(visit):
    assert visit("/in/mbali-thornquist/")["open_to_work"]
    assert not visit("/in/ines-quillfeather/")["open_to_work"]


def test_an_older_menus_items_stand_in_the_closed_markup(browser):
    with Sandbox(today=TODAY, generation="ember") as sandbox:
        assert visited(browser, sandbox, "/in/yvaine-corbellier/")["connect"]["where"] == "menu"
        assert visited(browser, sandbox, "/in/dorian-escalvert/")["pending"]["where"] == "menu"


def test_a_card_that_carries_its_reference_as_id_is_the_same_card(browser):
    with Sandbox(today=TODAY, generation="sdui2", faults={"ref_in_id": True}) as sandbox:
        page = visited(browser, sandbox, "/in/alan-whitcombe/")

    assert page["member_id"].startswith("ACoA")
    assert "About" in page["sections_present"]


@pytest.mark.parametrize("name", ["profile.1st.en.sdui2", "profile.1st_sticky.en.sdui2"])
def test_the_hidden_badge_is_known_where_the_page_has_lost_its_style(read, name):
    bare = as_html(name).replace(b"._6342547c,._9a0467e1,._5eeaea92{display:none!important}", b"")

    assert read(bare, None)["degree_text"] == "· 1st"


def test_of_two_visible_badges_that_nothing_tells_apart_neither_is_believed(read):
    page = read(card("<p>· 1st</p>" + LINES))

    assert (page["degree"], page["degree_text"]) == (None, None)
    assert "two" in page["reasons"]["degree"]


def test_the_lines_of_the_card_are_told_by_their_places(read):
    page = read(card(LINES))

    assert (page["headline"], page["company"], page["school"]) == (
        "Keeper of lighthouses",
        "Tide Office",
        "Sea School",
    )
    assert page["location"] == "Brest"
    assert (page["followers"], page["connections"], page["mutual"], page["website_text"]) == (None,) * 4


def test_the_place_is_told_in_a_language_that_is_not_known(read):
    page = read(card("<p>Fyrvaktare</p>" + PLACE.format("Göteborg", "Kontaktinfo här")))

    assert (page["headline"], page["location"], page["company"]) == ("Fyrvaktare", "Göteborg", None)


def test_without_a_way_to_contact_them_the_last_line_is_the_place(read):
    page = read(card("<p>Keeper</p><p>Tide Office</p><p>Brest</p><p>77 followers</p>"))

    assert (page["headline"], page["company"], page["location"]) == ("Keeper", "Tide Office", "Brest")
    assert page["followers"] == "77 followers"


def test_common_acquaintances_are_counted_without_strong_names(read):
    link = (
        '<a href="https://www.linkedin.com/search/results/people/?network=%5B%22F%22%5D&connectionOf=%5B%22ACoAAda%22%5D">'
        "<p>Bo Lind, Ivo Bar and 12 other mutual connections</p></a>"
    )
    mutual = read(card(LINES + link))["mutual"]

    assert (mutual["names"], mutual["others"]) == (["Bo Lind", "Ivo Bar"], 12)


MORE = '<button aria-expanded="{}"><span>More</span></button>'
CONNECT = (
    '<div role="menuitem"><a href="/preload/custom-invite/?vanityName={}">'
    '<div aria-label="Invite to connect">Connect</div></a></div>'
)
KEYED = '<div componentkey="ConnectButtonstate:invitation:urn:li:member:7_{}"><button>Uusi</button></div>'
PORTAL = f'</main><div popover="manual" style="display:block"><div role="menu">{CONNECT}</div></div>'


def test_an_open_menu_at_the_end_of_the_page_is_the_cards_own(read):
    menu = PORTAL.format("ada-martin")
    page = read(card(LINES + MORE.format("true")) + menu)

    assert page["connect"]["where"] == "menu"


def test_an_open_menu_about_somebody_else_offers_nothing(read):
    menu = PORTAL.format("bo-lind")

    assert read(card(LINES + MORE.format("true")) + menu)["connect"] == {"where": None}
    assert read(card(LINES + MORE.format("false")) + menu)["connect"] == {"where": None}


def test_a_closed_menus_template_counts_as_the_menu(read):
    template = f'<template><div role="menu">{CONNECT.format("ada-martin")}</div></template>'

    assert read(card(LINES + MORE.format("false") + template))["connect"]["where"] == "menu"


@pytest.mark.parametrize(
    ("control", "kind"),
    [
        (KEYED.format("connect"), "connect"),
        (KEYED.format("pending"), "pending"),
        ('<button><svg id="clock-small"></svg>Odottaa</button>', "pending"),
        ('<button><svg id="connect-small"></svg>Yhdistä</button>', "connect"),
        ('<button><svg id="add-small"></svg>Seuraa</button>', "follow"),
        ('<button aria-label="Ada Martin als Kontakt einladen">+</button>', "connect"),
        ('<button aria-label="Suivre Ada Martin">+</button>', "follow"),
    ],
)  # fmt: skip
def test_an_action_is_told_by_key_icon_or_label(read, control, kind):
    page = read(card(LINES + control))

    assert [name for name in ("connect", "follow", "pending") if page[name]["where"]] == [kind]


def test_other_peoples_cards_offer_nothing(read):
    aside = (
        '<aside><section><h2>People</h2><button aria-label="Follow Bo Lind">Follow</button></section></aside>'
    )

    assert not read(card(LINES) + aside)["has_follow"]


def test_a_lone_role_is_a_company_with_one_role(read):
    lines = (
        "<p>Keeper</p><p>Tide Office · Full-time</p><p>Sep 2020 - Present · 3 yrs</p><p>Brest · Remote</p>"
    )
    [company] = read(card(LINES) + section("ExperienceTopLevelSection", "Experience", entry(lines)))[
        "experience"
    ]

    assert (company["company"], company["location"], company["workplace"]) == (
        "Tide Office",
        "Brest",
        "Remote",
    )
    assert company["roles"][0] == {
        "title": "Keeper",
        "employment_type": "Full-time",
        "dates": "Sep 2020 - Present",
        "duration": "3 yrs",
        "current": True,
        "skills_text": None,
    }


def test_the_kind_of_employment_may_stand_with_the_company(read):
    role = "<li><p>Keeper</p><p>2019 - 2021 · 2 yrs</p><p>Remote</p></li><li><p>Novice</p><p>2018 - 2019</p></li>"
    head = "<p>Tide Office</p><p>Part-time · 3 yrs</p><p>Brest</p>"
    page = read(
        card(LINES) + section("ExperienceTopLevelSection", "Experience", entry(f"{head}<ul>{role}</ul>"))
    )
    [company] = page["experience"]

    assert (company["employment_type"], company["total_duration"], company["location"]) == (
        "Part-time",
        "3 yrs",
        "Brest",
    )
    assert [role["employment_type"] for role in company["roles"]] == [None, None]
    assert (company["roles"][0]["location"], company["roles"][0]["workplace"]) == (None, "Remote")
    assert company["roles"][1]["duration"] is None


def test_what_has_no_dates_is_read_as_far_as_it_goes(read):
    page = read(
        card(LINES)
        + section("ExperienceTopLevelSection", "Experience", entry("<p>Keeper</p>"))
        + section("EducationTopLevelSection", "Education", entry("<p>Sea School</p>"))
        + section(
            "LicensesAndCertificationsTopLevelSection",
            "Licenses",
            entry("<p>Tide licence</p><p>Issued 2020</p>"),
        )
        + section("LanguagesTopLevelSection", "Languages", entry("<p>Breton</p>"))
    )

    assert page["experience"][0]["company"] is None
    assert page["experience"][0]["roles"][0]["current"] is None
    assert page["education"] == [{"school": "Sea School", "school_url": None, "degree": None, "dates": None}]
    assert page["certifications"] == [{"name": "Tide licence", "issuer": None, "dates": "Issued 2020"}]
    assert page["languages"] == [{"name": "Breton", "level": None}]


def test_a_section_is_known_by_its_heading_where_it_has_no_key(read):
    sections = "<section><h2>Compétences</h2><ul><li><p>Levain</p></li></ul></section>"

    assert read(card(LINES) + sections)["skills"] == [{"name": "Levain"}]


def test_a_page_of_details_that_has_not_come_is_none(read):
    waiting = "<section><h2>Skills</h2><button>Load more</button></section>"
    page = read(waiting, "https://www.linkedin.com/in/ada-martin/details/skills/")

    assert (page["skills"], page["has_more"]) == (None, True)
    assert page["reasons"]["skills"] == "the entries have not come"


def test_a_page_of_details_of_an_unknown_kind_says_so(read):
    page = read(
        "<section><h2>Honours</h2><p>None</p></section>",
        "https://www.linkedin.com/in/ada-martin/details/honors/",
    )

    assert page["section"] is None
    assert "section" in page["reasons"]


def test_a_profile_without_a_top_card_is_not_guessed(read):
    screen = (
        '<div data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile"><p>Something else</p></div>'
    )
    page = read(screen)

    assert (page["page_kind"], page["name"]) == ("profile", None)
    assert page["reasons"]["name"] == "the page has no top card"


def test_a_fragment_with_its_card_is_read_with_it(browser, tmp_path):
    path = tmp_path / "card.html"
    path.write_text(
        card(LINES)
        + section("About", "About", "<p><span data-testid='expandable-text-box'>Tides.</span></p>")
    )
    with served(path) as url:
        window = Window(browser, Account(name="nobody"), SystemClock(), base_url=url, address=url)
        window.open("/")
        page = read_page(window, TODAY)

    assert (page["page_kind"], page["name"], page["about"]) == ("profile_fragment", "Ada Martin", "Tides.")
