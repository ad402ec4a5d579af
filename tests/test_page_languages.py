"""The same pages in the languages of the network: what is told by words, by badges and by dates alone."""

from types import SimpleNamespace

import pytest

from tests.captures import NAV
from tests.test_read_page import read_file

pytestmark = pytest.mark.browser
ADA = "ACoAAB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy"
KEY = f"com.linkedin.sdui.profile.card.ref{ADA}Topcard"


@pytest.fixture
def read(browser, tmp_path):
    def read(body, address, lang="en"):
        path = tmp_path / "page.html"
        head = '<meta charset="utf-8"><style>.other { display: none }</style>'
        path.write_text(f'<!DOCTYPE html><html lang="{lang}">{head}<body>{NAV}{body}', encoding="utf-8")
        return read_file(browser, path, address)

    return read


# Badge of the third degree, connect, pending, follow, more; `None` where the language is none of the known ones.
LANGUAGES = {
    "fr": ("3e et +", 3, "Se connecter", "En attente", "Suivre", "Plus"),
    "de": ("3.+", 3, "Vernetzen", "Ausstehend", "Folgen", "Mehr"),
    "es": ("3.er+", 3, "Conectar", "Pendiente", "Seguir", "Más"),
    "it": ("3° e oltre", 3, "Collegati", "In sospeso", "Segui", "Altro"),
    "pt": ("3º +", 3, "Conectar", "Pendente", "Seguir", "Mais"),
    "nl": ("3e+", 3, "Connectie maken", "In behandeling", "Volgen", "Meer"),
    "ja": ("3次以上", 3, None, None, None, "その他"),
    "id": ("ke-3", None, None, None, None, "Lainnya"),
}
SDUI = (
    '<main id="workspace"><div role="main" data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile">'
    '<section {attribute}="{key}"><a href="/in/k%C3%B6nig-ada/"><h2>Ada König</h2></a><p>· {badge}</p>'
    '<div class="other"><p>· 1</p></div><p>Harbour pilot</p><p>Torvane · Lindqvist Academy</p>'
    '<div><p>Turku, Finland</p><p>·</p><p><a href="/in/k%C3%B6nig-ada/overlay/contact-info/">i</a></p></div>'
    '{actions}<button aria-expanded="false">{more}</button></section></div></main>'
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_top_card_is_read_in_the_words_of_its_language(read, lang):
    badge, degree, _, pending, follow, more = LANGUAGES[lang]
    attribute = "id" if degree else "componentkey"  # builds differ in where they write it
    actions = f"<button>{pending or 'x'}</button><button>{follow or 'y'}</button>"
    body = SDUI.format(key=KEY, attribute=attribute, badge=badge, actions=actions, more=more)
    found = read(body, "/in/k%C3%B6nig-ada/?isSelfProfile=false", lang)

    told = SimpleNamespace(**found)
    assert (told.slug, told.member_id, told.name) == ("könig-ada", ADA, "Ada König")
    assert (told.degree, told.headline, told.company) == (degree, "Harbour pilot", "Torvane")
    assert (told.location, told.has_more_button) == ("Turku, Finland", True)
    assert (told.has_pending, told.has_follow, told.has_connect) == (bool(pending), bool(follow), False)
    assert ("degree" in told.reasons) == (degree is None)


EMBER = (
    '<div class="ember-application"></div><main><section class="pv-top-card" id="ember33"><h1>Ada Gil</h1>'
    '<span class="distance-badge"><span class="dist-value">{badge}</span></span>'
    '<div class="text-body-medium">Pilot</div><button>{connect}</button></section></main>'
)


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang not in ("ja", "id")])
def test_the_older_top_card_is_read_in_the_words_of_its_language(read, lang):
    badge, degree, connect, *_ = LANGUAGES[lang]
    found = read(EMBER.format(badge=badge, connect=connect), "/in/ada-gil/", lang)

    assert (found["name"], found["degree"], found["connect"]["where"]) == ("Ada Gil", degree, "bar")


ROW = (
    '<div role="listitem"><a href="/in/ada-{i}/"><div><p><a href="/in/ada-{i}/">Ada {i}</a><span> • {badge}</span></p>'
    '<p>Pilot</p><p>Turku</p></div></a><div><button aria-label="{label}">x</button></div></div>'
)
SEARCHED = {
    "fr": ("Inviter Ada à rejoindre votre réseau", "En attente, cliquer pour retirer", "Suivre Ada"),
    "de": ("Ada als Kontakt einladen", "Ausstehend, klicken", "Ada folgen"),
    "es": ("Invita a Ada a conectar", "Pendiente, haz clic", "Seguir a Ada"),
    "it": ("Invita Ada a collegarsi", "In sospeso, fai clic", "Segui Ada"),
    "pt": ("Convide Ada para se conectar", "Pendente, clique", "Seguir Ada"),
    "nl": ("Nodig Ada uit om connectie te maken", "In behandeling, klik", "Ada volgen"),
}


@pytest.mark.parametrize("lang", SEARCHED)
def test_a_searchs_rows_are_read_in_the_words_of_their_language(read, lang):
    badge = LANGUAGES[lang][0]
    rows = "".join(ROW.format(i=i, badge=badge, label=label) for i, label in enumerate(SEARCHED[lang]))
    screen = "com.linkedin.sdui.flagshipnav.search.SearchResultsPeople"
    body = f'<main><div role="main" data-sdui-screen="{screen}"><div role="list">{rows}</div></div></main>'
    items = read(body, "/search/results/people/?keywords=tide", lang)["items"]

    assert [item["action"]["kind"] for item in items] == ["connect", "pending", "follow"]
    assert {(item["degree"], item["headline"], item["location"]) for item in items} == {(3, "Pilot", "Turku")}


def entry(number, *lines):
    return f'<div componentkey="entity-collection-item-{number}">{"".join(f"<p>{line}</p>" for line in lines)}</div>'


@pytest.mark.parametrize(
    ("line", "dates", "is_current"),
    [
        ("Jan. 2020–Heute · 6 Jahre 6 Monate", "Jan. 2020–Heute", True),
        ("2017–2020 · 3 Jahre", "2017–2020", False),
        ("janv. 2023 - aujourd’hui · 3 ans", "janv. 2023 - aujourd’hui", True),
        ("2020年1月 - 現在 · 6年6ヶ月", "2020年1月 - 現在", True),
        ("Mai 2016 – Juli 2016 · 3 Monate", "Mai 2016 – Juli 2016", False),
    ],
)
def test_a_role_that_is_not_over_is_told_by_the_end_of_its_dates(read, line, dates, is_current):
    body = entry(1, "Lotsin", "Torvane-Werke · Vollzeit", line, "Köln")
    found = read(
        f"<main><section><h2>Berufserfahrung</h2>{body}</section></main>", "/in/rut/details/experience/"
    )
    [position] = found["experience"]

    assert (position["company"], position["location"]) == ("Torvane-Werke", "Köln")
    assert (position["roles"][0]["dates"], position["roles"][0]["current"]) == (dates, is_current)


@pytest.mark.parametrize(
    ("kind", "lines", "said"),
    [
        ("education", ("Université d’Orvanne", "Master, Hydraulique", "2012 – 2014"),
         {"school": "Université d’Orvanne", "degree": "Master, Hydraulique", "dates": "2012 – 2014"}),
        ("education", ("École Quill",), {"school": "École Quill", "degree": None, "dates": None}),
        ("skills", ("Navigation", "3 recommandations"), {"name": "Navigation", "details": ["3 recommandations"]}),
        ("certifications", ("Permis fluvial", "Voies d’Orvanne", "Émise en janv. 2020 · Expire en 2030"),
         {"name": "Permis fluvial", "issuer": "Voies d’Orvanne", "dates": "Émise en janv. 2020 · Expire en 2030"}),
        ("languages", ("Suédois", "Langue maternelle"), {"name": "Suédois", "level": "Langue maternelle"}),
    ],
)  # fmt: skip
def test_a_page_of_details_is_read_in_french(read, kind, lines, said):
    words = {"education": "Formation", "skills": "Compétences", "languages": "Langues"}
    heading = words.get(kind, "Licences et certifications")
    body = f'<main><section><h2>{heading}</h2><div data-testid="lazy-column">{entry(1, *lines)}</div></section></main>'
    found = read(body, f"/in/rut/details/{kind}/", "fr")
    [item] = found[kind]

    assert (found["section"], found["lang"]) == (kind, "fr")
    assert {name: item[name] for name in said} == said
