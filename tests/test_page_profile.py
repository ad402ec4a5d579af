"""A profile page is a person's own by slug or member id, and by nothing else."""

import pytest

from engine.errors import LayoutChanged, PersonUnavailable, WrongPerson
from engine.pages.profile import address_of, check_writable, prove
from engine.ports import Recipient

ADA, EVE = "ACoAAadamartin01", "ACoAAevelarsen02"
KNOWN = Recipient(frozenset({"ada-martin"}), frozenset({ADA}), "https://www.linkedin.com/in/ada-martin/")
BY_SLUG = Recipient(frozenset({"ada-martin", "ada-m"}))


def seen(**turned):
    page = {
        "slug": "ada-martin",
        "address_id": None,
        "member_id": ADA,
        "card_slugs": [],
        "name": "Ada Martin",
    }
    return page | turned


@pytest.mark.parametrize(
    ("page", "recipient", "proof"),
    [
        (seen(), KNOWN, "member_id"),
        (seen(), BY_SLUG, "slug"),
        (seen(slug="ada-m"), BY_SLUG, "slug"),
        (seen(member_id=None), KNOWN, "slug"),
        (seen(slug="ada-renamed"), KNOWN, "member_id"),
        (seen(slug=None, address_id=ADA), KNOWN, "member_id"),
        (seen(card_slugs=["ada-martin"]), BY_SLUG, "slug"),
    ],
)
def test_a_slug_or_a_member_id_proves_the_page(page, recipient, proof):
    assert prove(page, recipient) == proof


@pytest.mark.parametrize(
    ("page", "recipient"),
    [
        (seen(member_id=EVE), KNOWN),
        (seen(slug="ada-renamed"), BY_SLUG),
        (seen(slug="ada-renamed", member_id=None), KNOWN),
        (seen(slug=None, member_id=None), KNOWN),
        (seen(address_id=EVE), KNOWN),
        (seen(card_slugs=["eve-larsen"]), KNOWN),
        (seen(card_slugs=["eve-larsen"], member_id=None), BY_SLUG),
    ],
)
def test_a_page_that_contradicts_itself_or_the_contact_is_somebody_elses(page, recipient):
    with pytest.raises(WrongPerson):
        prove(page, recipient)


@pytest.mark.parametrize(
    ("turned", "refusal"),
    [
        ({"own_profile": True}, PersonUnavailable),
        ({"degree": 2}, PersonUnavailable),
        ({"degree": 3}, PersonUnavailable),
        ({"has_message_button": False}, LayoutChanged),
    ],
)
def test_only_a_connection_with_a_message_control_is_written_to(turned, refusal):
    page = {"own_profile": False, "degree": 1, "has_message_button": True}
    check_writable(page)
    check_writable(page | {"degree": None})
    with pytest.raises(refusal):
        check_writable(page | turned)


@pytest.mark.parametrize(
    ("recipient", "path"),
    [
        (KNOWN, "/in/ada-martin/"),
        (Recipient(frozenset({"kö/nig"})), "/in/k%C3%B6%2Fnig/"),
        (
            Recipient(frozenset({"x"}), profile_url="https://www.linkedin.com/in/k%C3%B6nig?a=b"),
            "/in/k%C3%B6nig/",
        ),
    ],
)
def test_the_address_is_rebuilt_from_the_slug(recipient, path):
    assert address_of(recipient) == path
