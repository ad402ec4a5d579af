"""The sandbox's profiles, searches, gates and composers in a real browser, in every generation they have."""

import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.remote.webelement import WebElement

from engine.sandbox import Person
from tests.sandbox_visitor import BOX, Visitor, lines, visiting

pytestmark = pytest.mark.browser

CARD = "main section[componentkey$='{}TopLevelSection']"
ALAN = "/in/alan-whitcombe/"
SEARCH = "/search/results/people/?keywords={}"


def named(visitor: Visitor, slug: str) -> Person:
    people = [*visitor.sandbox.people, *visitor.sandbox.residents]
    return next(person for person in people if person.slug == slug)


def visible(visitor: Visitor, css: str) -> list[WebElement]:
    return [one for one in visitor.all(css) if one.is_displayed()]


def click(visitor: Visitor, words: str) -> None:
    next(one for one in visible(visitor, "button") if one.text == words).click()


def test_the_cards_of_a_profile_come_when_they_are_scrolled_into_view(driver):
    with visiting(driver) as visitor:
        visitor.go(ALAN)
        visitor.find("section[componentkey$=About] [data-testid=expandable-text-box]")
        assert visitor.all(CARD.format("Experience")) == []
        driver.execute_script("document.querySelector('main').scrollTop = 900")
        card = visitor.find(CARD.format("Experience"))
        assert lines(card)[:9] == [
            "Experience",
            "Harrowfield Bridges",
            "12 yrs 3 mos",
            "Harrowfield, England, United Kingdom · On-site",
            "Principal Bridge Engineer",
            "Full-time",
            "Apr 2019 - Present · 7 yrs 8 mos",
            "Inspection of 214 bridges; load models in C++.",
            "Steel fatigue, C++ and +4 skills",
        ]
        assert "Show all 4 experiences" in card.text
        assert [one.text for one in card.find_elements("css selector", "ul > li p")][3:] != []


def test_a_french_profile_tells_its_times_in_french(driver):
    with visiting(driver, language="fr") as visitor:
        visitor.go("/in/maelle-castrovan/")
        driver.execute_script("document.querySelector('main').scrollTop = 900")
        assert "févr. 2018 - aujourd’hui · 8 ans 10 mois" in visitor.find(CARD.format("Experience")).text
        assert "Émise le nov. 2022" in visitor.find(CARD.format("Certifications")).text


def test_a_page_of_details_is_empty_at_first_and_shows_more_on_request(driver):
    with visiting(driver) as visitor:
        visitor.go(ALAN + "details/skills/")
        entries = "main [componentkey^=entity-collection-item]"
        visitor.wait(lambda: len(visitor.all(entries)) == 5)
        for expected in (10, 13):
            click(visitor, "Show more")
            visitor.wait(lambda count=expected: len(visitor.all(entries)) == count)
        visitor.wait(lambda: "Show more" not in visitor.find("main").text)
        assert "C#" in visitor.find("main").text


def test_an_older_profile_says_everything_twice_and_keeps_its_menu_in_the_page(driver):
    with visiting(driver, generation="ember") as visitor:
        visitor.go("/in/tamsin-greycroft/")
        assert visitor.find("main h1").text == "Tamsin Greycroft"
        assert visitor.find(".dist-value").text == "1st"
        assert visitor.all("[data-view-name=profile-card] #experience")
        assert visitor.find("img[title*='#OPEN_TO_WORK']")
        visitor.find(".pvs-profile-actions [aria-label='More actions']").click()
        visitor.wait(lambda: "Report / Block" in visitor.find(".artdeco-dropdown__content").text)
        visitor.find("[aria-label='Message Tamsin Greycroft']").click()
        visitor.wait(lambda: visitor.all(BOX))
        visitor.go("/in/tamsin-greycroft/details/certifications/")
        assert "MemoQ Expert" in visitor.find("main").text
        visitor.go("/feed/")
        assert visitor.find("#global-nav")


def test_what_can_be_done_stands_in_the_bar_or_only_in_the_menu(driver):
    with visiting(driver) as visitor:
        bar = "section[componentkey$=Topcard]"
        for slug, label, menu in (
            ("freya-holloway-marsh", "Invite Freya Holloway-Marsh to connect", None),
            (
                "ottilie-branscombe",
                "Pending, click to withdraw invitation sent to Ottilie Branscombe",
                None,
            ),
            ("yvaine-corbellier", "Follow Yvaine Corbellier", "Connect"),
            ("dorian-escalvert", "Follow Dorian Escalvert", "Pending"),
        ):
            visitor.go(f"/in/{slug}/")
            assert [
                one.get_attribute("aria-label") for one in visible(visitor, f"{bar} [aria-label='{label}']")
            ]
            visitor.find(f"{bar} button[aria-expanded]").click()
            items = [item.text for item in visitor.all("body > [popover] [role=menuitem]")]
            assert (menu in items) if menu else not {"Connect", "Pending"} & set(items)


def test_the_reference_of_a_card_may_stand_in_its_id(driver):
    with visiting(driver, faults={"ref_in_id": True}) as visitor:
        visitor.go(ALAN)
        assert visitor.find("section[id$=Topcard] h2").text == "Alan Whitcombe"
        assert visitor.all("[componentkey$=Topcard]") == []


def test_a_click_on_somebody_elses_control_is_a_wrong_one(driver):
    with visiting(driver) as visitor:
        visitor.go(ALAN)
        visitor.find("[componentkey^=profileAsideBrowsemap] a[href*='/messaging/compose/']").click()
        visitor.wait(lambda: visitor.sandbox.wrong_clicks)
        [click] = visitor.sandbox.wrong_clicks
        assert (click.what, click.label, click.path) == ("another person", "Message", ALAN)


@pytest.mark.parametrize(
    ("generation", "results"),
    [
        ("sdui2", "[role=list] [role=listitem]"),
        ("sdui1", "[data-view-name=people-search-result]"),
        ("ember", "[data-chameleon-result-urn]"),
    ],
)
def test_a_search_has_ten_people_to_a_page(driver, generation, results):
    with visiting(driver, generation=generation) as visitor:
        visitor.go(SEARCH.format(""))
        assert len(visitor.all(results)) == 10
        click(visitor, "Next")
        visitor.wait(lambda: "page=2" in visitor.path)
        assert len(visitor.all(results)) == 10
        visitor.go(SEARCH.format("") + "&page=11")
        everyone = [*visitor.sandbox.people, *visitor.sandbox.residents]
        assert len(visitor.all(results)) == len(everyone) % 10
        assert [one.text for one in visible(visitor, "button") if one.is_enabled()].count("Next") == 0
        assert ("Page 11 of 11" in driver.page_source) == (generation == "ember")


def test_links_to_connections_in_common_stand_inside_the_card(driver):
    with visiting(driver) as visitor:
        visitor.go(SEARCH.format("fontarelle OR"))
        assert "No results found" in visitor.find("main").text
        visitor.go(SEARCH.format("collectionneur"))
        card = visitor.find("[role=listitem] a")
        assert [one.text for one in card.find_elements("css selector", "a a, a strong")][
            -1
        ] == "Élodie Tournevaux"
        assert "are mutual connections" in card.text
        assert len(visitor.all("main a a")) == 4


def test_a_search_finds_the_owner_too_and_offers_them_nothing(driver):
    with visiting(driver, language="fr") as visitor:
        visitor.go(SEARCH.format("fontarelle"))
        card = visitor.find("[role=listitem]")
        assert "• Vous" in card.text
        assert card.find_elements("css selector", "[aria-label]") == []


@pytest.mark.parametrize("generation", ["sdui2", "ember"])
def test_after_some_searches_the_network_wants_money(driver, generation):
    with visiting(driver, generation=generation, faults={"commercial_limit": 1}) as visitor:
        visitor.go(SEARCH.format(""))
        assert "commercial use limit" not in visitor.find("main").text
        visitor.go(SEARCH.format(""))
        assert "commercial use limit" in visitor.find("main").text
        assert len(visitor.all("[role=listitem], [data-chameleon-result-urn]")) == 2


@pytest.mark.parametrize(
    ("kind", "address", "sign"),
    [
        ("pin", "/checkpoint/challenge/AgGpin", "input[name=pin][autocomplete=one-time-code]"),
        ("puzzle", "/checkpoint/challenge/AgGpuzzle", "iframe[src*=arkoselabs]"),
        ("chooser", "/uas/login", "#rememberme-div button"),
        ("agree", ALAN, "button#content__button--primary--muted"),
        ("signup", "/signup/cold-join", "form.join-form"),
        ("guest", "/", "a[href='/login']"),
        ("restriction", ALAN, "main h1"),
        ("throttle", ALAN, "body > h1"),
        ("unavailable", ALAN, "main h2"),
        ("empty", ALAN, "main:empty"),
    ],
)
def test_a_gate_stands_in_front_of_the_paths_it_is_put_before(driver, kind, address, sign):
    with visiting(driver, faults={"gate_page": f"{kind}@/in/"}) as visitor:
        visitor.go("/feed/")
        assert visitor.path == "/feed/"
        visitor.go(ALAN)
        assert visitor.path == address
        assert visitor.find(sign)


def test_a_click_on_what_only_a_person_may_answer_is_a_wrong_one(driver):
    with visiting(driver, faults={"gate_page": "agree@/in/"}) as visitor:
        visitor.go(ALAN)
        visitor.find("button").click()
        visitor.wait(lambda: [click.what for click in visitor.sandbox.wrong_clicks] == ["agree"])


def test_without_a_send_button_the_enter_key_sends(driver):
    with visiting(driver, faults={"enter_sends": True}) as visitor:
        visitor.open_message(named(visitor, "alan-whitcombe"))
        assert visitor.in_composer(".msg-form__send-button") == []
        visitor.in_composer(BOX)[0].click()
        keys = ActionChains(driver).send_keys("One").key_down(Keys.SHIFT).send_keys(Keys.ENTER)
        keys.key_up(Keys.SHIFT).send_keys("Two").perform()
        assert visitor.sandbox.messages == []
        ActionChains(driver).send_keys(Keys.ENTER).perform()
        visitor.wait(lambda: visitor.sandbox.messages)
        assert visitor.sandbox.messages[0].text == "One\nTwo"
        visitor.wait(lambda: visitor.bodies() == ["One\nTwo"])


def test_a_widget_without_a_box_may_stand_where_the_composer_should(driver):
    with visiting(driver, faults={"hello_widget": True}) as visitor:
        member = named(visitor, "alan-whitcombe").member_id
        visitor.go(f"/messaging/compose/?recipient={member}")
        assert "Say hello" in visitor.find(".msg-thread").text
        assert visitor.all(BOX) == []
        visitor.go(f"/messaging/compose/?profileUrn=urn%3Ali%3Afsd_profile%3A{member}&recipient={member}")
        assert visitor.find(BOX)
        visitor.sandbox.faults["hello_widget"] = "all"
        visitor.go(ALAN)
        visitor.find("main section a[href*='/messaging/compose/']").click()
        visitor.wait(lambda: visitor.in_composer(".msg-new-connection-widget"))
        visitor.in_composer(".msg-new-connection-widget button")[0].click()
        visitor.wait(lambda: [click.what for click in visitor.sandbox.wrong_clicks] == ["say hello"])


def test_a_list_of_names_may_stand_where_the_recipient_should(driver):
    with visiting(driver, faults={"recipient_picker": True}) as visitor:
        alan = named(visitor, "alan-whitcombe")
        visitor.open_message(alan)
        visitor.write("Hello")
        assert visitor.in_composer("[role=combobox]")
        assert not visitor.in_composer(".msg-form__send-button")[0].is_enabled()
        visitor.go(f"/messaging/compose/?recipient={alan.member_id}")
        assert visitor.find(".msg-connections-typeahead__search-field")


def test_a_button_may_open_the_modal_in_place_of_the_composer(driver):
    with visiting(driver, faults={"button_cta": True, "button_modal": True}) as visitor:
        visitor.go("/mynetwork/catch-up/birthday/")
        visitor.find("button[data-view-name=nurture-card-primary-button]").click()
        modal = visitor.find("[data-sdui-screen*=Message] [data-testid=dialog-content]")
        assert modal.find_element("css selector", "p").text == "Maëlle Castrovan"
        assert modal.find_element("css selector", "textarea").get_property("value").startswith("Wishing")


@pytest.mark.parametrize(
    ("language", "more", "connect"),
    [
        ("de", "Mehr", "Freya Holloway-Marsh als Kontakt einladen"),
        ("es", "Más", "Invite Freya Holloway-Marsh to connect"),
        ("it", "Altro", "Invite Freya Holloway-Marsh to connect"),
        ("nl", "Meer", "Invite Freya Holloway-Marsh to connect"),
        ("pt", "Mais", "Invite Freya Holloway-Marsh to connect"),
    ],
)
def test_what_is_known_of_a_language_is_said_in_it(driver, language, more, connect):
    with visiting(driver, language=language) as visitor:
        visitor.go("/in/freya-holloway-marsh/")
        assert driver.find_element("tag name", "html").get_attribute("lang") == language
        top = "section[componentkey$=Topcard]"
        assert visitor.find(f"{top} button[aria-expanded]").text == more
        assert visitor.find(f"{top} a[href*=custom-invite]").get_attribute("aria-label") == connect
