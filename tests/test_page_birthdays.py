"""The birthday list is read by its structure, in languages known and unknown, to an end that was proved."""

from datetime import date

import pytest

from engine.errors import AccountPaused, LayoutChanged
from engine.models import Account
from engine.network import PagesNetwork
from engine.pace import SystemClock
from engine.pages.birthdays import describe
from tests.captures import NAV, page

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TODAY = date(2026, 11, 22)
PATH = "/mynetwork/catch-up/birthday/"
SCREEN = "com.linkedin.sdui.flagshipnav.mynetwork.CatchUpBirthday"


@pytest.fixture
def read(browser, shelf):
    account = Account.objects.create(name="ada")

    def read(cards: str, script: str = "", screen: str = SCREEN, style: str = ""):
        shelf.clear()
        body = (
            f'{NAV}<main style="{style}"><div role="main" data-sdui-screen="{screen}"><h1>Catch up</h1>'
            f'<div role="list" id="list">{cards}</div></div></main><script>{script}</script>'
        )
        shelf.pages[PATH] = page(body)
        return PagesNetwork(browser, account, SystemClock(), base_url=shelf.url, patience=0.4).birthdays(
            TODAY
        )

    return read


def card(slug, name, line, *, cta=None, wrap='<div role="listitem">{}</div>'):
    member = f"ACoAA{slug.replace('-', '')}"
    cta = cta or (
        f'<a href="/messaging/compose/?profileUrn=urn%3Ali%3Afsd_profile%3A{member}&recipient={member}'
        '&propUrn=urn%3Ali%3Aprop%3A%28BIRTHDAY%2Cx%29&body=Have+a+great+day%21">Have a great day!</a>'
    )
    return wrap.format(f'<a href="/in/{slug}/"><p>{name}</p></a><p>{line}</p>{cta}')


def slugs(found):
    return [each.profile_url.split("/in/")[1].strip("/") for each in found.cards]


ADA = card("ada-martin", "🔥 Ada Martin", "Celebrate Ada’s birthday <strong>today</strong>")
BUTTON = '<button aria-label="Message Bo Lind: Happy belated birthday!">Happy belated birthday!</button>'
BO = card("bo-lind", "Bo Lind", "Celebrate Bo’s recent birthday on <strong>Nov 10</strong>", cta=BUTTON)


def test_today_and_late_cards_say_all_they_hold(read):
    found = read(ADA + BO)
    ada, bo = found.cards

    assert (ada.name, ada.day, ada.member_id, ada.prefill) == (
        "🔥 Ada Martin", TODAY, "ACoAAadamartin", "Have a great day!",
    )  # fmt: skip
    assert ada.message_url.endswith("body=Have+a+great+day%21")
    assert (bo.day, bo.member_id, bo.message_url, bo.prefill) == (
        date(2026, 11, 10), None, None, "Happy belated birthday!",
    )  # fmt: skip
    assert (found.is_complete, found.language) == (True, "en")


def test_a_card_tells_today_from_late():
    item = {
        "name": "⭐ Basile Torvignac 🌿",
        "event_text": "Célébrez ⭐ Basile le 10 nov.",
        "day_text": "le 10 nov.",
    }
    told = describe(item, TODAY)

    assert (told["when"], told["is_late"], told["day"]) == ("past", True, date(2026, 11, 10))
    assert (told["first_name_in_event_text"], told["first_name"]) == ("⭐ Basile", "Basile")
    assert told["name_without_symbols"] == "Basile Torvignac"
    assert describe(item | {"name": None, "day_text": None, "event_text": "?"}, TODAY)["when"] is None


WORK = '<a href="/messaging/compose/?recipient=ACoAAcy&propUrn=urn%3Ali%3Aprop%3A%28WORK_ANNIVERSARY%2Cx%29">Bravo</a>'


@pytest.mark.parametrize(
    "other",
    [
        card("cy-berg", "Cy Berg", "Congratulate Cy on 5 years at <strong>Harbour</strong>", cta=WORK),
        card("cy-berg", "Cy Berg", "Celebrate Cy’s work anniversary <strong>today</strong>", cta=BUTTON),
        card("cy-berg", "Cy Berg", "<strong>12</strong> mutual connections", cta="<button>Connect</button>"),
        '<div data-testid="carousel"><ul>' + card("cy-berg", "Cy Berg", "Celebrate Cy’s birthday <b>today</b>",
                                                  wrap="<li>{}</li>") + "</ul></div>",
        "<div><h2>56 connections solved it</h2><a href='/games/zip/'><p><strong>Zip</strong> No. 2</p></a></div>",
        "<dialog open>" + card("cy-berg", "Cy Berg", "Celebrate Cy’s birthday <b>today</b>") + "</dialog>",
    ],
)  # fmt: skip
def test_what_is_no_birthday_is_no_card(read, other):
    found = read(ADA + other + BO)

    assert slugs(found) == ["ada-martin", "bo-lind"]
    assert found.is_complete


@pytest.mark.parametrize(
    "wrap", ["<div>{}</div>", "<section><div>{}</div></section>", "<li>{}</li>", "<p></p>{}"]
)
def test_cards_are_known_without_list_items(read, wrap):
    event = "Celebrate the birthday <strong>today</strong>"
    cards = [card(slug, slug.title(), event, wrap=wrap) for slug in ("ada", "bo", "cy")]
    found = read("".join(f"<div>{each}</div>" for each in cards))

    assert slugs(found) == ["ada", "bo", "cy"]
    assert [each.name for each in found.cards] == ["Ada", "Bo", "Cy"]


def test_an_unknown_language_gives_the_card_and_no_day(read):
    found = read(card("ada", "Ada", "Поздравьте Аду с днём рождения <strong>сегодня</strong>"))

    assert [(each.name, each.day) for each in found.cards] == [("Ada", None)]


def test_a_hidden_status_is_no_part_of_a_name(read):
    hidden = '<span style="position:absolute;width:1px;height:1px;overflow:hidden">Status is reachable</span>'
    assert (
        read(card("ada", f"{hidden}Ada", "Celebrate Ada’s birthday <strong>today</strong>")).cards[0].name
        == "Ada"
    )


def test_a_card_that_says_nothing_leaves_the_list_unproved(read):
    found = read(
        ADA
        + card("cy", "Cy", "Something of a new kind", cta='<a href="/messaging/compose/?recipient=x">Hi</a>')
    )

    assert slugs(found) == ["ada-martin"]
    assert not found.is_complete


def test_a_list_of_nothing_but_strange_cards_is_another_layout(read):
    strange = card(
        "cy", "Cy", "Something of a new kind", cta='<a href="/messaging/compose/?recipient=x">Hi</a>'
    )
    with pytest.raises(LayoutChanged, match=r"birthdays\.card"):
        read(strange)


def test_an_empty_list_is_proved_empty(read):
    found = read("")

    assert (found.cards, found.is_complete) == ([], True)


def test_a_page_that_is_another_pauses_the_account(read):
    with pytest.raises(AccountPaused):
        read(ADA, screen="com.linkedin.sdui.flagshipnav.profile.Profile")


MORE = """
let number = 1;
const add = () => {{
  const next = document.querySelector('[role=listitem]').cloneNode(true);
  next.querySelector('a').href = '/in/person-' + number + '/';
  next.querySelector('p').textContent = 'Person ' + number;
  number += 1;
  list.insertBefore(next, document.querySelector('#more'));
}};
{}
"""
FRAME = "height: 300px; overflow-y: auto; display: block"


def test_a_button_for_more_is_pressed_until_it_is_gone(read):
    press = "add(); add(); if (number > 6) more.remove()"
    more = f'<div id="more"><button type="button" onclick="{press}">Charger plus</button></div>'
    found = read(ADA + more, MORE.format(""), style=FRAME)

    assert slugs(found) == ["ada-martin", *(f"person-{number}" for number in range(1, 7))]
    assert found.is_complete


def test_a_button_with_unknown_words_after_the_cards_leaves_the_end_unproved(read, shelf):
    found = read(ADA + "<button onclick=\"location = '/wrong'\">Lade mehr davon</button>")

    assert not found.is_complete
    assert "/wrong" not in shelf.requests


def test_a_spinner_is_waited_for(read):
    more = '<div id="more" role="progressbar">…</div>'
    script = MORE.format("setTimeout(add, 300); setTimeout(() => more.remove(), 4000)")
    found = read(ADA + more, script, style=FRAME)

    assert slugs(found) == ["ada-martin", "person-1"]
    assert found.is_complete


def test_cards_that_the_list_drops_when_out_of_sight_are_kept(read):
    script = """
    const people = [...Array(60).keys()].map((n) => list.innerHTML.replaceAll('ada-martin', 'p-' + n));
    const main = document.querySelector('main');
    const show = () => {
      const first = Math.max(0, Math.min(52, Math.floor(main.scrollTop / 100) - 1));
      list.innerHTML = people.slice(first, first + 8).join('');
      list.style.paddingTop = first * 100 + 'px';
    };
    document.querySelector('main > div').style.cssText = 'height: 6000px; overflow: hidden; margin: 0';
    main.addEventListener('scroll', show);
    show();
    """
    found = read(ADA, script, style=FRAME)

    assert slugs(found) == [f"p-{number}" for number in range(60)]
    assert found.is_complete
