"""One canonical form of a profile address; everything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.profile_urls import InvalidProfileUrl, canonical, from_slug, member_id_of, slug_of

ADA = "https://www.linkedin.com/in/ada-martin/"


@pytest.mark.parametrize(
    "address",
    [
        ADA,
        "https://www.linkedin.com/in/ada-martin",
        "  https://www.linkedin.com/in/ada-martin/ ",
        "https://www.linkedin.com/in/ada-martin/?isSelfProfile=false",
        "https://www.linkedin.com/in/ada-martin?trk=x#about",
        "HTTPS://WWW.LinkedIn.com/IN/Ada-Martin",
        "http://www.linkedin.com/in/ada-martin",
        "https://fr.linkedin.com/in/ada-martin",
        "https://m.linkedin.com/in/ada-martin",
        "linkedin.com/in/ada-martin",
        "www.linkedin.com/in/ada-martin",
        "/in/ada-martin/",
        "https://www.linkedin.com/in/ada-martin/en",
        "https://www.linkedin.com/in/ada-martin/overlay/contact-info/",
        "https://www.linkedin.com/in/%61da-martin/",
    ],
)
def test_every_spelling_of_an_address_has_one_canonical_form(address):
    assert canonical(address) == ADA


@pytest.mark.parametrize("slug", ["k%C3%B6nig", "könig", "K%C3%96NIG", "ko%CC%88nig"])
def test_an_encoded_slug_is_stored_decoded_composed_and_in_lower_case(slug):
    assert canonical(f"https://www.linkedin.com/in/{slug}") == "https://www.linkedin.com/in/könig/"
    assert slug_of(f"/in/{slug}/") == "könig"
    assert from_slug(slug) == canonical(f"/in/{slug}")


@pytest.mark.parametrize("slug", ["李伟", "élodie-✨", "آدا-مارتن", "ada_m.1", "👩‍💻-ada"])
def test_slugs_of_other_scripts_and_emoji_are_kept(slug):
    assert slug_of(from_slug(slug)) == slug


def test_a_member_id_keeps_its_case():
    address = canonical("https://www.linkedin.com/in/ACoAABcD-eF_9/?x=1")
    assert address == "https://www.linkedin.com/in/ACoAABcD-eF_9/"
    assert member_id_of(address) == slug_of(address) == "ACoAABcD-eF_9"
    assert member_id_of(ADA) is None


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("https://www.linkedin.com/in/" + "a" * 1_000_000, "longer than"),
        ("https://www.linkedin.com/in/" + "a" * 201, "more than 200"),
        ("javascript:alert(1)//www.linkedin.com/in/ada", "not on linkedin.com"),
        ("javascript://www.linkedin.com/in/ada", "neither http nor https"),
        ("ftp://www.linkedin.com/in/ada", "neither http nor https"),
        ("file:///in/ada", "neither http nor https"),
        ("https:///in/ada", "no host"),
        ("//www.linkedin.com/in/ada", "not a person's profile"),
        ("https://evil.example/in/ada", "not on linkedin.com"),
        ("https://www.linkedin.com.evil.example/in/ada", "not on linkedin.com"),
        ("https://evil-linkedin.com/in/ada", "not on linkedin.com"),
        ("https://linkedin.co/in/ada", "not on linkedin.com"),
        ("https://www.linkedin.com./in/ada", "not on linkedin.com"),
        ("https://www.lınkedin.com/in/ada", "not on linkedin.com"),
        ("https://www.xn--lnkedin-q4a.com/in/ada", "not on linkedin.com"),
        ("https://www．linkedin．com/in/ada", "not on linkedin.com"),
        ("https://127.0.0.1/in/ada", "not on linkedin.com"),
        ("https://2130706433/in/ada", "not on linkedin.com"),
        ("https://[::1]/in/ada", "not on linkedin.com"),
        ("https://me:secret@www.linkedin.com/in/ada", "user information"),
        ("https://www.linkedin.com@evil.example/in/ada", "user information"),
        ("https://evil.example\\@www.linkedin.com/in/ada", "backslash"),
        ("https://www.linkedin.com:443/in/ada", "port"),
        ("www.linkedin.com:8080/in/ada", "port"),
        ("https://www.linkedin.com/in/ada\n", "control characters"),
        ("https://www.linkedin.com/in/a\tda", "control characters"),
        ("https://www.linkedin.com/in/a\0da", "control characters"),
        ("https://www.linkedin.com/in/a\u202eda", "control characters"),
        ("https://www.linkedin.com/in/a\ud800da", "control characters"),
        ("https://www.linkedin.com/in/a%00da", "no slug has"),
        ("https://www.linkedin.com/in/a%2Fda", "no slug has"),
        ("https://www.linkedin.com/in/a%252Fda", "no slug has"),
        ("https://www.linkedin.com/in/a%20da", "no slug has"),
        ("https://www.linkedin.com/in/a%E2%80%AEda", "no slug has"),
        ("https://www.linkedin.com/in/<script>", "no slug has"),
        ("https://www.linkedin.com/in/{name}", "no slug has"),
        ("https://www.linkedin.com/in/%FF", "UTF-8"),
        ("https://www.linkedin.com/in/..", "a path"),
        ("https://www.linkedin.com/in/%2e%2e/", "a path"),
        ("https://www.linkedin.com/in/.", "a path"),
        ("https://www.linkedin.com/in/ada/../eve", "goes on"),
        ("https://www.linkedin.com/in/../company/acme", "goes on"),
        ("https://www.linkedin.com/../in/ada", "not a person's profile"),
        ("https://www.linkedin.com/in/", "not a person's profile"),
        ("https://www.linkedin.com/in//ada", "not a person's profile"),
        ("https://www.linkedin.com/in/me/", "signed in"),
        ("https://www.linkedin.com/company/acme/", "not a person's profile"),
        ("https://www.linkedin.com/school/acme/", "not a person's profile"),
        ("https://www.linkedin.com/sales/lead/ACwAAB,NAME_SEARCH", "not a person's profile"),
        ("https://www.linkedin.com/feed/?next=/in/ada", "not a person's profile"),
        ("https://www.linkedin.com?x=/in/ada", "not on linkedin.com"),
        ("ada-martin", "not on linkedin.com"),
    ],
)
def test_what_is_no_profile_address_is_refused_with_its_reason(address, reason):
    with pytest.raises(InvalidProfileUrl, match=reason):
        canonical(address)


@given(st.text(max_size=60))
def test_the_canonical_form_of_a_canonical_form_is_itself(slug):
    try:
        address = from_slug(slug)
    except InvalidProfileUrl:
        return
    assert canonical(address) == address
    assert from_slug(slug_of(address)) == address


@given(st.text(alphabet="abcXYZ019-éÉöЖ", min_size=1, max_size=60).filter(lambda slug: slug.strip("-")))
def test_case_never_makes_two_people_of_one(slug):
    assert from_slug(slug) == from_slug(slug.upper()) == from_slug(slug.lower())


@given(st.text(max_size=200))
def test_any_text_is_an_address_on_the_network_or_refused(text):
    try:
        address = canonical(text)
    except InvalidProfileUrl:
        return
    assert address.startswith("https://www.linkedin.com/in/")
    assert address.endswith("/")
    assert not set(address[len(ADA[:28]) : -1]) & set("/?#%@:\\ <>\"'\n")


@given(st.sampled_from(["https://", "http://", ""]), st.text(alphabet="linkedcom.w-xn@:\\/0", max_size=30))
def test_no_host_but_the_networks_own_passes(scheme, host):
    try:
        canonical(f"{scheme}{host}/in/ada")
    except InvalidProfileUrl:
        return
    assert host in {"", "www.linkedin.com", "linkedin.com", "m.linkedin.com"} or host[2:] == ".linkedin.com"
