"""Visits to profile pages that come late, in parts or never: what was read is told, and the rest is not known."""

import pytest

from engine.errors import LayoutChanged
from engine.models import Account
from engine.pace import SystemClock
from engine.pages.base import Window
from engine.pages.visiting import read_details, visit
from engine.ports import SECTIONS, Recipient
from tests.captures import NAV, page

pytestmark = pytest.mark.browser

ADA = Recipient(frozenset({"ada-martin"}), profile_url="https://www.linkedin.com/in/ada-martin/", name="Ada")
KEY = "com.linkedin.sdui.profile.card.refACoAAda"
CARD = f"""<section componentkey="{KEY}Topcard"><div><a href="/in/ada-martin/"><h2>Ada Martin</h2></a><p>· 2nd</p></div>
<p>Keeper of lighthouses</p><div><p>Brest</p><p>·</p>
<p><a href="/in/ada-martin/overlay/contact-info/">Contact info</a></p></div></section>"""
ABOUT = f'<section componentkey="{KEY}About"><h2>About</h2><p>Tides, mostly.</p></section>'
LOADING = '<div role="progressbar" style="height: 40px">Loading</div>'
# The walk takes a window's height at a step: this is hours of it.
TALL = '<div style="height: 9000000px"></div>'


@pytest.fixture
def show(browser, shelf):
    shelf.clear()

    def show(body, path="/in/ada-martin/"):
        column = f'<main style="height: 600px; overflow-y: auto"><div data-testid="lazy-column">{body}</div></main>'
        shelf.pages[path] = page(f"<body>{NAV}{column}</body>")
        return Window(browser, Account(name="nobody"), SystemClock(), base_url=shelf.url, patience=0.1)

    return show


def section(kind, title, inner):
    return f'<section componentkey="{KEY}{kind}TopLevelSection"><h2>{title}</h2>{inner}</section>'


def entry(*lines):
    return f'<div componentkey="entity-collection-item-1">{"".join(f"<p>{line}</p>" for line in lines)}</div>'


def test_a_page_taller_than_the_walk_is_read_as_far_as_it_came(show):
    skills = section("Skills", "Skills", entry("Rivets") + entry("Levelling"))
    profile = visit(show(CARD + ABOUT + skills + TALL + LOADING), ADA)

    assert (profile.name, profile.headline, profile.location) == (
        "Ada Martin",
        "Keeper of lighthouses",
        "Brest",
    )
    assert (profile.about, profile.skills) == ("Tides, mostly.", [{"name": "Rivets"}, {"name": "Levelling"}])
    assert [kind for kind in SECTIONS if getattr(profile, kind) is not None] == ["skills"]


def test_a_section_whose_heading_came_before_its_entries_is_not_known(show):
    languages, skills = section("Languages", "Languages", LOADING), section("Skills", "Skills", "")
    profile = visit(show(CARD + languages + skills), ADA)

    assert profile.languages is None
    assert profile.skills == []


def test_details_that_offer_more_and_never_bring_it_are_the_entries_that_came(show):
    body = f"<h2>Skills</h2>{entry('Rivets')}{entry('Levelling')}<button>Show more</button>"
    window = show(body, "/in/ada-martin/details/skills/")

    assert read_details(window, ADA, "skills") == [{"name": "Rivets"}, {"name": "Levelling"}]


def test_details_whose_entries_never_come_are_no_empty_section(show):
    window = show(f"<h2>Skills</h2>{LOADING}", "/in/ada-martin/details/skills/")

    with pytest.raises(LayoutChanged):
        read_details(window, ADA, "skills")
